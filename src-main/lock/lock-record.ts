/**
 * What the vault keeps of the lock of the program, in its entry `app-lock`: never the passphrase, but what scrypt (RFC 7914) makes of it,
 * slow and hungry for memory, so that whoever reads the keychain still has to guess; and how often somebody guessed wrong, so that a
 * restart of the program gives no new tries.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { KEY_COST, keyFromPassphrase } from '../base/passphrase.ts';

const SALT_BYTES = 16;
const HASH_BYTES = 32;

const bytes = (length: number) => z.base64().refine((text) => Buffer.from(text, 'base64').length === length);

/** The bounds keep a record that somebody wrote from taking the memory of the machine, or from being no obstacle. */
const cost = z.object({
  n: z.literal([2 ** 17, 2 ** 18, 2 ** 19]),
  r: z.literal(8),
  p: z.number().int().min(1).max(4),
});

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

export async function newLockRecord(passphrase: string, afterMinutes: number): Promise<LockRecord> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await keyFromPassphrase(passphrase, salt, KEY_COST, HASH_BYTES);
  return {
    version: 1,
    cost: { ...KEY_COST, r: 8 },
    salt: salt.toString('base64'),
    hash: hash.toString('base64'),
    afterMinutes,
    wrongTries: 0,
    waitUntil: 0,
  };
}

export async function opensLock(record: LockRecord, passphrase: string): Promise<boolean> {
  const salt = Buffer.from(record.salt, 'base64');
  const hash = await keyFromPassphrase(passphrase, salt, record.cost, HASH_BYTES);
  return timingSafeEqual(hash, Buffer.from(record.hash, 'base64'));
}
