/** Passphrases that people make up themselves, and keys from them. */
import { scrypt } from 'node:crypto';
import { z } from 'zod';

const LEAST_CHARACTERS = 12;
const LEAST_DISTINCT = 5;

/** The window warns of much more; this is what nobody gets past. */
export function isWeakPassphrase(passphrase: string): boolean {
  const characters = Array.from(passphrase.normalize('NFKC').trim());
  return characters.length < LEAST_CHARACTERS || new Set(characters).size < LEAST_DISTINCT;
}

/** What a key may cost: the bounds keep a record that somebody wrote from taking the memory of the machine, or from being no obstacle. */
export const keyCost = z.strictObject({
  n: z.literal([2 ** 17, 2 ** 18, 2 ** 19]),
  r: z.literal(8),
  p: z.literal(1),
});
export type KeyCost = z.infer<typeof keyCost>;

/** 128 MB and some tenths of a second for each try (RFC 7914). */
export const KEY_COST: KeyCost = { n: 2 ** 17, r: 8, p: 1 };

/** So many bytes as base64, in a record that stands beside a key. */
export const base64Of = (length: number) =>
  z.base64().refine((text) => Buffer.from(text, 'base64').length === length);

/** A key of `length` bytes. Two keyboards may write one character in two ways: NFKC makes them one. */
export function keyFromPassphrase(
  passphrase: string,
  salt: Uint8Array,
  { n, r, p }: KeyCost,
  length: number,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { N: n, r, p, maxmem: 256 * n * r };
    scrypt(passphrase.normalize('NFKC'), salt, length, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
