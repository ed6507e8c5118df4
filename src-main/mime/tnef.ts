/**
 * What Outlook wraps into winmail.dat (MS-OXTNEF): files, the text as HTML or plain, and messages in its own form. Of text that
 * is only there as RTF the HTML or the words are taken out of it.
 */
import { decodeText } from '../base/charset.ts';
import { charsetOf } from './tnef-code-pages.ts';
import { readRtf } from './tnef-rtf.ts';

export type TnefFile = {
  filename: string;
  contentType: string;
  contentId: string;
  content: Uint8Array;
  /** Its content is a TNEF stream of its own. */
  isMessage: boolean;
};

export type TnefContent = {
  subject: string;
  from: { name: string; address: string };
  /** Milliseconds since 1970. */
  date?: number;
  html?: string;
  text?: string;
  files: TnefFile[];
};

const SIGNATURE = 0x223e9f78;
const MOST_FILES = 1_000;
const MOST_PROPERTIES = 10_000;

const ATTRIBUTE = {
  subject: 0x8004,
  body: 0x800c,
  fileData: 0x800f,
  fileTitle: 0x8010,
  fileStart: 0x9002,
  messageProperties: 0x9003,
  fileProperties: 0x9005,
  codePage: 0x9007,
} as const;

const PROPERTY = {
  subject: 0x0037,
  submitTime: 0x0039,
  senderName: 0x0c1a,
  senderAddress: 0x0c1f,
  body: 0x1000,
  rtf: 0x1009,
  html: 0x1013,
  displayName: 0x3001,
  data: 0x3701,
  shortName: 0x3704,
  method: 0x3705,
  longName: 0x3707,
  mediaType: 0x370e,
  contentId: 0x3712,
  bodyCodePage: 0x3fde,
  senderSmtpAddress: 0x5d01,
} as const;

/** PR_ATTACH_METHOD: a message, or an object whose program is needed to read it. */
const EMBEDDED_MESSAGE = 5;
/** IID_IMessage stands in front of an embedded message. */
const IDENTIFIER_LENGTH = 16;

export function isTnef(content: Uint8Array): boolean {
  return content.length > 6 && viewOf(content).getUint32(0, true) === SIGNATURE;
}

type PropertyValue = number | string | Uint8Array;
type Properties = Map<number, PropertyValue>;
type OpenFile = { title: string; data: Uint8Array; properties: Properties };

/** Its content; undefined for what is no TNEF, or broken before anything in it was whole. What is whole before a break counts. */
export function readTnef(content: Uint8Array): TnefContent | undefined {
  if (!isTnef(content)) return undefined;
  let charset = 'windows-1252';
  let properties: Properties = new Map();
  let subject = '';
  let body = '';
  const files: OpenFile[] = [];
  let isWhole = false;
  for (const { id, data } of attributesOf(content)) {
    isWhole = true;
    const file = files.at(-1);
    if (id === ATTRIBUTE.codePage && data.length >= 4) charset = charsetOf(viewOf(data).getUint32(0, true));
    else if (id === ATTRIBUTE.subject) subject = textOf(data, charset);
    else if (id === ATTRIBUTE.body) body = textOf(data, charset);
    else if (id === ATTRIBUTE.messageProperties) properties = propertiesOf(data, charset);
    else if (id === ATTRIBUTE.fileStart) {
      if (files.length >= MOST_FILES) break;
      files.push({ title: '', data: new Uint8Array(), properties: new Map() });
    } else if (file && id === ATTRIBUTE.fileData) file.data = data;
    else if (file && id === ATTRIBUTE.fileTitle) file.title = textOf(data, charset);
    else if (file && id === ATTRIBUTE.fileProperties) file.properties = propertiesOf(data, charset);
  }
  if (!isWhole) return undefined;
  return { ...messageOf(properties, { subject, body }), files: files.flatMap(fileOf) };
}

/** Each attribute is 9 bytes, its data, and a sum of 2 bytes: the loop always goes on towards the end. */
function* attributesOf(content: Uint8Array): Generator<{ id: number; data: Uint8Array }> {
  const view = viewOf(content);
  let at = 6;
  while (at + 9 <= content.length) {
    const id = view.getUint32(at + 1, true) & 0xffff;
    const length = view.getUint32(at + 5, true);
    const start = at + 9;
    if (length > content.length - start) return;
    yield { id, data: content.subarray(start, start + length) };
    at = start + length + 2;
  }
}

function messageOf(
  properties: Properties,
  { subject, body }: { subject: string; body: string },
): Omit<TnefContent, 'files'> {
  const html = properties.get(PROPERTY.html);
  const htmlCharset = charsetOf(numberIn(properties, PROPERTY.bodyCodePage));
  const htmlText =
    html instanceof Uint8Array ? decodeText(html, htmlCharset) : textIn(properties, PROPERTY.html);
  const rtf = properties.get(PROPERTY.rtf);
  const inside = !htmlText && rtf instanceof Uint8Array ? readRtf(rtf) : undefined;
  const shown = htmlText || inside?.html;
  const text = textIn(properties, PROPERTY.body) || body || (inside?.text ?? '');
  const date = numberIn(properties, PROPERTY.submitTime);
  return {
    subject: textIn(properties, PROPERTY.subject) || subject,
    from: {
      name: textIn(properties, PROPERTY.senderName),
      address: textIn(properties, PROPERTY.senderSmtpAddress) || textIn(properties, PROPERTY.senderAddress),
    },
    ...(date > 0 && { date }),
    ...(shown && { html: shown.replaceAll('\0', '') }),
    ...(text !== '' && { text: text.replace(/\r\n?/g, '\n') }),
  };
}

function fileOf({ title, data, properties }: OpenFile): TnefFile[] {
  const inside = properties.get(PROPERTY.data);
  const content = inside instanceof Uint8Array && inside.length > 0 ? inside : data;
  const names = [PROPERTY.longName, PROPERTY.displayName, PROPERTY.shortName].map((id) =>
    textIn(properties, id),
  );
  const filename = names.find((name) => name !== '') ?? title;
  const message = content.subarray(IDENTIFIER_LENGTH);
  const isMessage = numberIn(properties, PROPERTY.method) === EMBEDDED_MESSAGE && isTnef(message);
  if (content.length === 0 && filename === '') return [];
  return [
    {
      filename,
      contentType: textIn(properties, PROPERTY.mediaType) || 'application/octet-stream',
      contentId: textIn(properties, PROPERTY.contentId),
      content: isMessage ? message : content,
      isMessage,
    },
  ];
}

function textIn(properties: Properties, id: number): string {
  const value = properties.get(id);
  return typeof value === 'string' ? value : '';
}

function numberIn(properties: Properties, id: number): number {
  const value = properties.get(id);
  return typeof value === 'number' ? value : 0;
}

/** A list of MAPI properties (MS-OXTNEF §2.1.3.4); what is broken ends it. */
function propertiesOf(data: Uint8Array, charset: string): Properties {
  const properties: Properties = new Map();
  const reader = { view: viewOf(data), data, at: 0 };
  try {
    const count = Math.min(readNumber(reader), MOST_PROPERTIES);
    for (let index = 0; index < count; index++) {
      const tag = readNumber(reader);
      const id = tag >>> 16;
      if (id >= 0x8000) skipName(reader);
      const values = readValues(reader, tag & 0xffff, charset);
      // Of several values the first counts.
      if (values[0] !== undefined && !properties.has(id)) properties.set(id, values[0]);
    }
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
  }
  return properties;
}

type Reader = { view: DataView; data: Uint8Array; at: number };

/** Throws RangeError behind the end, as DataView does. */
function readNumber(reader: Reader): number {
  const number = reader.view.getUint32(reader.at, true);
  reader.at += 4;
  return number;
}

/** Rounded up to whole groups of four bytes. */
function readBytes(reader: Reader, length: number): Uint8Array {
  if (length > reader.data.length - reader.at) throw new RangeError('behind the end');
  const bytes = reader.data.subarray(reader.at, reader.at + length);
  reader.at += length + ((4 - (length % 4)) % 4);
  return bytes;
}

/** A property with a number above 0x8000 names itself: nothing that is asked for here does. */
function skipName(reader: Reader): void {
  readBytes(reader, 16);
  const isText = readNumber(reader) === 1;
  const length = readNumber(reader);
  if (isText) readBytes(reader, length);
}

const FIXED_LENGTH: Record<number, number> = {
  1: 0,
  2: 4,
  3: 4,
  4: 4,
  5: 8,
  6: 8,
  7: 8,
  10: 4,
  11: 4,
  20: 8,
  64: 8,
  72: 16,
};
const SEVERAL = 0x1000;

function readValues(reader: Reader, type: number, charset: string): PropertyValue[] {
  const single = type & ~SEVERAL;
  const fixed = FIXED_LENGTH[single];
  // Text and bytes have a count even when there is one of them.
  const count = fixed === undefined || (type & SEVERAL) !== 0 ? readNumber(reader) : 1;
  if (count > 1 && count * 4 > reader.data.length - reader.at) throw new RangeError('behind the end');
  // However many there are of a type without bytes, they take no room: nothing would end the loop before its count does.
  if (fixed === 0) return [];
  const values: PropertyValue[] = [];
  for (let index = 0; index < count; index++) {
    const bytes = readBytes(reader, fixed ?? readNumber(reader));
    const value = propertyValue(single, bytes, charset);
    if (value !== undefined && values.length === 0) values.push(value);
  }
  return values;
}

function propertyValue(type: number, bytes: Uint8Array, charset: string): PropertyValue | undefined {
  switch (type) {
    case 0x02:
    case 0x03:
    case 0x0b:
      return viewOf(bytes).getInt32(0, true);
    case 0x1e:
      return textOf(bytes, charset);
    case 0x1f:
      return textOf(bytes, 'utf-16le');
    case 0x40:
      // FILETIME: tenths of microseconds since 1601.
      return Number(viewOf(bytes).getBigUint64(0, true) / 10_000n) - 11_644_473_600_000;
    case 0x0d:
    case 0x102:
      return bytes;
    default:
      return undefined;
  }
}

/** Up to the NUL that ends it. */
function textOf(bytes: Uint8Array, charset: string): string {
  const text = charset === 'utf-16le' ? new TextDecoder(charset).decode(bytes) : decodeText(bytes, charset);
  const end = text.indexOf('\0');
  return (end < 0 ? text : text.slice(0, end)).toWellFormed();
}

function viewOf(bytes: Uint8Array): DataView {
  return new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
