import { createHash } from 'node:crypto';
import { constants, deflateRawSync, inflateRawSync } from 'node:zlib';

/** Level 3: on mail within a few percent of the best size at a fraction of the time, and sources are written while somebody waits. */
const LEVEL = 3;

/** From this size on a sample of this size says whether looking for repetitions is worth the time. */
const SAMPLED_FROM = 1_000_000;
const SAMPLE = 16_384;

/**
 * Deflated. A large source is a file in Base64 nearly always: nothing repeats in it, and without looking for what does it takes a
 * quarter of the time and the same room.
 */
export function pack(content: Uint8Array): Uint8Array {
  const strategy = hasNoRepetitions(content) ? constants.Z_HUFFMAN_ONLY : constants.Z_DEFAULT_STRATEGY;
  return deflateRawSync(content, { level: LEVEL, strategy });
}

function hasNoRepetitions(content: Uint8Array): boolean {
  if (content.length < SAMPLED_FROM) return false;
  const middle = content.subarray(content.length / 2, content.length / 2 + SAMPLE);
  return deflateRawSync(middle, { level: 1 }).length > 0.7 * SAMPLE;
}

export function unpack(packed: Uint8Array): Uint8Array {
  const { buffer, byteOffset, byteLength } = inflateRawSync(packed);
  return new Uint8Array(buffer, byteOffset, byteLength);
}

/** The parsed parts stand in the source, mostly word for word: with it as dictionary they take a third. More than this is not looked at. */
const WINDOW = 32_768;
/** Only to read the parts nobody unpacks a source that is larger. */
export const DICTIONARY_LONGEST = 262_144;

const dictionaryOf = (source: Uint8Array): Uint8Array =>
  source.byteLength > DICTIONARY_LONGEST ? new Uint8Array() : source.subarray(0, WINDOW);

export function packJson(value: unknown, source: Uint8Array): Uint8Array {
  const json = Buffer.from(JSON.stringify(value), 'utf8');
  return deflateRawSync(json, { level: LEVEL, dictionary: dictionaryOf(source) });
}

/** What packJson packed beside this source, which may be left out when it is longer than DICTIONARY_LONGEST; the caller names the type. */
export function unpackJson<T>(packed: Uint8Array, source: Uint8Array = new Uint8Array()): T {
  const json = inflateRawSync(packed, { dictionary: dictionaryOf(source) });
  return JSON.parse(json.toString('utf8')) as T;
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
    content: packJson(content, source),
  };
}
