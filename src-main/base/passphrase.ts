/** Passphrases that people make up themselves, and keys from them. */
import { scrypt } from 'node:crypto';

const LEAST_CHARACTERS = 12;
const LEAST_DISTINCT = 5;

/** The window warns of much more; this is what nobody gets past. */
export function isWeakPassphrase(passphrase: string): boolean {
  const characters = Array.from(passphrase.normalize('NFKC').trim());
  return characters.length < LEAST_CHARACTERS || new Set(characters).size < LEAST_DISTINCT;
}

/** 128 MB and some tenths of a second for each try (RFC 7914). */
export const KEY_COST = { n: 2 ** 17, r: 8, p: 1 };
export type KeyCost = { n: number; r: number; p: number };

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
