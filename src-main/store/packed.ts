import { deflateRawSync, inflateRawSync } from 'node:zlib';

/** Level 3: on mail within a few percent of the best size at a fraction of the time, and sources are written while somebody waits. */
const LEVEL = 3;

export function pack(content: Uint8Array): Uint8Array {
  return deflateRawSync(content, { level: LEVEL });
}

export function unpack(packed: Uint8Array): Uint8Array {
  const { buffer, byteOffset, byteLength } = inflateRawSync(packed);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

export function packJson(value: unknown): Uint8Array {
  return pack(Buffer.from(JSON.stringify(value), 'utf8'));
}

/** What packJson packed; the caller names the type that it wrote. */
export function unpackJson<T>(packed: Uint8Array): T {
  return JSON.parse(Buffer.from(inflateRawSync(packed)).toString('utf8')) as T;
}
