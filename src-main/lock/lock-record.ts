/**
 * What the vault keeps of the lock of the program, in its entry `app-lock`: never the passphrase, but what scrypt (RFC 7914) makes of it,
 * slow and hungry for memory, so that whoever reads the keychain still has to guess; and how often somebody guessed wrong, so that a
 * restart of the program gives no new tries.
 */
import { randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { base64Of, KEY_COST, keyCost, keyFromPassphrase } from '../base/passphrase.ts';

const SALT_BYTES = 16;
const HASH_BYTES = 32;

export const lockRecord = z.object({
  version: z.literal(1),
  cost: keyCost,
  salt: base64Of(SALT_BYTES),
  hash: base64Of(HASH_BYTES),
  afterMinutes: z.number().int().min(0).max(240),
  wrongTries: z.number().int().nonnegative(),
  /** No try is taken before; 0 for none. */
  waitUntil: z.number().nonnegative(),
});
export type LockRecord = z.infer<typeof lockRecord>;

/** A record with this passphrase, no wrong tries, and a salt of its own. */
export async function newLockRecord(passphrase: string, afterMinutes: number): Promise<LockRecord> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await keyFromPassphrase(passphrase, salt, KEY_COST, HASH_BYTES);
  return {
    version: 1,
    cost: KEY_COST,
    salt: salt.toString('base64'),
    hash: hash.toString('base64'),
    afterMinutes,
    wrongTries: 0,
    waitUntil: 0,
  };
}

/** Whether it is the passphrase of the record; takes as long for a wrong one. */
export async function opensLock(record: LockRecord, passphrase: string): Promise<boolean> {
  const salt = Buffer.from(record.salt, 'base64');
  const hash = await keyFromPassphrase(passphrase, salt, record.cost, HASH_BYTES);
  return timingSafeEqual(hash, Buffer.from(record.hash, 'base64'));
}
