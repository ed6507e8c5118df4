/**
 * What the keychain knows of the audit log: number and hash of its last entry (`activity-head`), and the key that signs checkpoints
 * (`activity-key`). The head is written soon after each entry, never over one that the log does not lead to: so a log that was cut and
 * written on stays recognisable. Throws keychain-*.
 */
import { randomBytes } from 'node:crypto';
import { z } from 'zod';
import type { ChainMark } from '../store/account-records.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import { type Anchor, leadsTo } from './chain-check.ts';

const HEAD_NAME = 'activity-head';
const KEY_NAME = 'activity-key';

const headSchema = z.object({ number: z.number().int().positive(), hash: z.string() });

export async function readAnchor(vault: Vault): Promise<NonNullable<Anchor>> {
  const [head, key] = [await vault.get(HEAD_NAME), await vault.get(KEY_NAME)];
  return {
    head: head === undefined ? undefined : readHead(head),
    key: key === undefined ? undefined : Buffer.from(key, 'base64'),
  };
}

/** Makes the key when there is none. */
export async function signingKey(vault: Vault): Promise<Uint8Array> {
  const there = await vault.get(KEY_NAME);
  if (there !== undefined) return Buffer.from(there, 'base64');
  const key = randomBytes(32);
  await vault.put(KEY_NAME, key.toString('base64'));
  return key;
}

/** Tells the keychain which entry is the last. Answers false, and writes nothing, when the log is not the one that it knows. */
export async function sealHead({ audit, notes }: Store, vault: Vault): Promise<boolean> {
  const last = audit.last();
  if (!last) return true;
  const isNew = notes.get('activity-began-at') !== undefined;
  const { head, key } = await readAnchor(vault);
  if (!isNew && head && !leadsTo(audit, head, key)) return false;
  if (head?.number !== last.number || head.hash !== last.hash)
    await vault.put(HEAD_NAME, JSON.stringify({ number: last.number, hash: last.hash }));
  if (isNew) notes.set('activity-began-at', undefined);
  return true;
}

/** One that nobody can read is one to which nothing leads. */
function readHead(text: string): ChainMark {
  try {
    return headSchema.parse(JSON.parse(text));
  } catch {
    return { number: 1, hash: '' };
  }
}
