import { createHash } from 'node:crypto';
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

/** What the store keeps of a message, made where there is time for it: in the parser's thread, not in the engine's. */
export type PackedBody = {
  /** Of the source. */
  sha256: Uint8Array;
  source: Uint8Array;
  /** The parsed parts. */
  content: Uint8Array;
};

export function packBody(source: Uint8Array, parsed: { searchText: string }): PackedBody {
  // What is only searched for is in the index.
  const { searchText: _, ...content } = parsed;
  return {
    sha256: createHash('sha256').update(source).digest(),
    source: pack(source),
    content: packJson(content),
  };
}
