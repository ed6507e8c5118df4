/** Writes winmail.dat as Outlook does (MS-OXTNEF), for tests. */

const u16 = (value: number) => Buffer.from([value & 255, value >> 8]);
const u32 = (value: number) => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32LE(value >>> 0);
  return bytes;
};
const padded = (bytes: Buffer) => Buffer.concat([bytes, Buffer.alloc((4 - (bytes.length % 4)) % 4)]);

export const attribute = (level: number, id: number, data: Buffer) =>
  Buffer.concat([
    Buffer.from([level]),
    u32(id),
    u32(data.length),
    data,
    u16(data.reduce((sum, byte) => (sum + byte) & 0xffff, 0)),
  ]);

type Property = [id: number, type: number, value: Buffer];

export const properties = (...list: Property[]) =>
  Buffer.concat([
    u32(list.length),
    ...list.map(([id, type, value]) => {
      const isVariable = [0x1e, 0x1f, 0x0d, 0x102].includes(type);
      const content = isVariable ? Buffer.concat([u32(1), u32(value.length), padded(value)]) : value;
      // Those above 0x8000 carry their name.
      const name = id >= 0x8000 ? Buffer.concat([Buffer.alloc(16), u32(0), u32(7)]) : Buffer.alloc(0);
      return Buffer.concat([u32(((id << 16) | type) >>> 0), name, content]);
    }),
  ]);

export const unicode = (id: number, text: string): Property => [
  id,
  0x1f,
  Buffer.from(`${text}\0`, 'utf16le'),
];
export const number = (id: number, value: number): Property => [id, 0x03, u32(value)];
export const binary = (id: number, value: Buffer): Property => [id, 0x102, value];

export const tnef = (...attributes: Buffer[]) => Buffer.concat([u32(0x223e9f78), u16(1), ...attributes]);

export const messageProperties = (...list: Property[]) => attribute(1, 0x00069003, properties(...list));

/** A file as Outlook writes one: where it begins, its bytes, its short name, and what else is known of it. */
export const file = (shortName: string, content: Buffer, ...list: Property[]) =>
  Buffer.concat([
    attribute(2, 0x00069002, Buffer.alloc(14)),
    attribute(2, 0x0006800f, content),
    attribute(2, 0x00018010, Buffer.from(`${shortName}\0`, 'latin1')),
    attribute(2, 0x00069005, properties(...list)),
  ]);

/** A message within: an object that begins with what names it. */
export const embedded = (name: string, stream: Buffer) =>
  file('x', Buffer.alloc(0), unicode(0x3001, name), number(0x3705, 5), [
    0x3701,
    0x0d,
    Buffer.concat([Buffer.alloc(16, 7), stream]),
  ]);
