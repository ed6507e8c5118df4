/**
 * What the vault keeps of the lock of the program, in its entry `app-lock`: never the passphrase, but what scrypt (RFC 7914) makes of it,
 * slow and hungry for memory, so that whoever reads the keychain still has to guess; and how often somebody guessed wrong, so that a
 * restart of the program gives no new tries.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';

const SALT_BYTES = 16;
const HASH_BYTES = 32;

const bytes = (length: number) => z.base64().refine((text) => Buffer.from(text, 'base64').length === length);

/** The bounds keep a record that somebody wrote from taking the memory of the machine, or from being no obstacle. */
const cost = z.object({
  n: z.literal([2 ** 17, 2 ** 18, 2 ** 19]),
  r: z.literal(8),
  p: z.number().int().min(1).max(4),
});

/** 128 MB and some tenths of a second for each try. */
const COST: z.infer<typeof cost> = { n: 2 ** 17, r: 8, p: 1 };

export const lockRecord = z.object({
  version: z.literal(1),
  cost,
  salt: bytes(SALT_BYTES),
  hash: bytes(HASH_BYTES),
  afterMinutes: z.number().int().min(0).max(240),
  wrongTries: z.number().int().nonnegative(),
  /** No try is taken before; 0 for none. */
  waitUntil: z.number().nonnegative(),
});
export type LockRecord = z.infer<typeof lockRecord>;

const LEAST_CHARACTERS = 12;
const LEAST_DISTINCT = 5;

/** The window warns of much more; this is what nobody gets past. */
export function isWeakPassphrase(passphrase: string): boolean {
  const characters = Array.from(passphrase.normalize('NFKC').trim());
  return characters.length < LEAST_CHARACTERS || new Set(characters).size < LEAST_DISTINCT;
}

export async function newLockRecord(passphrase: string, afterMinutes: number): Promise<LockRecord> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(passphrase, salt, COST);
  return {
    version: 1,
    cost: COST,
    salt: salt.toString('base64'),
    hash: hash.toString('base64'),
    afterMinutes,
    wrongTries: 0,
    waitUntil: 0,
  };
}

export async function opensLock(record: LockRecord, passphrase: string): Promise<boolean> {
  const hash = await derive(passphrase, Buffer.from(record.salt, 'base64'), record.cost);
  return timingSafeEqual(hash, Buffer.from(record.hash, 'base64'));
}

/** Two keyboards may write one character in two ways: NFKC makes them one. */
function derive(passphrase: string, salt: Uint8Array, { n, r, p }: z.infer<typeof cost>): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const options = { N: n, r, p, maxmem: 256 * n * r };
    scrypt(passphrase.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
