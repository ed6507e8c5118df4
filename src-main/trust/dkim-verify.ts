/** The library's look at the signatures of a message, in a file of its own: it is loaded only when somebody asks. */
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { setImmediate } from 'node:timers/promises';
import { type DkimOptions, type DkimResult, DkimVerifier } from 'mailauth/lib/dkim/dkim-verifier.js';

const CHUNK = 16_384;

class Verifier extends DkimVerifier {
  protected override async messageHeaders(headers: object): Promise<void> {
    await super.messageHeaders(headers);
    // The cryptography of Electron has digests by their names in capitals only; signatures write them in small letters.
    for (const signature of this.signatureHeaders) signature.algorithm = signature.algorithm.toUpperCase();
  }
}

/** What is found of each signature. Throws what the library cannot read, and an AbortError when `signal` ends it. */
export async function verifyDkim(
  message: Uint8Array,
  options: DkimOptions,
  signal: AbortSignal,
): Promise<DkimResult[]> {
  const verifier = new Verifier(options);
  await pipeline(Readable.from(chunksOf(message)), verifier, { signal });
  return verifier.results;
}

/** Piece by piece: what else there is to do in this process is done between them. */
async function* chunksOf(message: Uint8Array): AsyncGenerator<Uint8Array> {
  for (let at = 0; at < message.byteLength; at += CHUNK) {
    yield message.subarray(at, at + CHUNK);
    await setImmediate();
  }
}
