import { createHash } from 'node:crypto';
import { z } from 'zod';

/** Windows takes 2,560 bytes an entry (CRED_MAX_CREDENTIAL_BLOB_SIZE); 1,200 characters leave room for its UTF-16. */
const PART_LENGTH = 1_200;

/** Which of the two sets of parts is the one to read. A new value goes into the other set, so the old one stays whole until then. */
export type Generation = 'a' | 'b';

const header = z.object({
  version: z.literal(1),
  generation: z.enum(['a', 'b']),
  parts: z.number().int().nonnegative().max(1_000),
  sha256: z.string(),
});
export type Header = z.infer<typeof header>;

export const partName = (name: string, generation: Generation, part: number): string =>
  `${name}#${generation}${part}`;

/** A secret as parts of ASCII (base64 of its UTF-8), and the header that is written after them. */
export function splitSecret(secret: string, generation: Generation): { header: string; parts: string[] } {
  const text = Buffer.from(secret, 'utf8').toString('base64');
  const parts = text.match(new RegExp(`.{1,${PART_LENGTH}}`, 'g')) ?? [];
  const head: Header = { version: 1, generation, parts: parts.length, sha256: digest(text) };
  return { header: JSON.stringify(head), parts };
}

/** Undefined when the header is not one of ours. */
export function readHeader(text: string): Header | undefined {
  try {
    return header.parse(JSON.parse(text));
  } catch {
    return undefined;
  }
}

/** The secret, or undefined when the parts are not the ones that the header was written for. */
export function joinSecret(head: Header, parts: string[]): string | undefined {
  const text = parts.join('');
  if (parts.length !== head.parts || digest(text) !== head.sha256) return undefined;
  return Buffer.from(text, 'base64').toString('utf8');
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('base64url');
}
