/**
 * Reads the audit log from its first entry to its last and says whether it is what was written. Three things hold it together: each
 * entry's hash covers the one before; where old entries were removed a checkpoint, signed with a key of the keychain, says what the next
 * one follows from; and the keychain knows number and hash of the last one. So nothing can be changed, removed, inserted or moved, in the
 * middle or at the end, by whoever has the file but not the keychain.
 */
import { createHmac, timingSafeEqual } from 'node:crypto';
import type { ActivityCheck } from '../../src-shared/model/activity.ts';
import { turn } from '../base/turn.ts';
import type { AuditCheckpoint, AuditTable, ChainMark } from '../store/account-records.ts';
import { FIRST_HASH, hashEntry } from '../store/audit-chain.ts';

/** So many entries are hashed before others have their turn: a few milliseconds. */
const STEP = 100;

/** What the keychain says. `head` and `key` are undefined when it has none; all of it is when it cannot be asked. */
export type Anchor = { head: ChainMark | undefined; key: Uint8Array | undefined } | undefined;

type Verdict = Pick<ActivityCheck, 'state' | 'wrongFrom'>;

/** `isNew`: whatever the keychain says is about a log that was here before. */
export async function checkChain(
  audit: AuditTable,
  anchor: Anchor,
  { isNew, now }: { isNew: boolean; now: number },
): Promise<ActivityCheck> {
  const checkpoint = audit.checkpoint();
  let last: ChainMark = checkpoint ?? { number: 0, hash: FIRST_HASH };
  let since: number | undefined;
  let count = 0;
  let wrongFrom: number | undefined;
  for (;;) {
    const step = audit.chain(last.number, STEP);
    if (step.length === 0) break;
    for (const entry of step) {
      since ??= entry.at;
      count += 1;
      if (entry.number !== last.number + 1) wrongFrom ??= last.number + 1;
      if (hashEntry(entry, last.hash) !== entry.hash) wrongFrom ??= entry.number;
      last = entry;
    }
    await turn();
  }
  const verdict: Verdict =
    wrongFrom === undefined
      ? judge(audit, { checkpoint, last, anchor, isNew })
      : { state: 'altered', wrongFrom };
  return {
    ...verdict,
    ...(since !== undefined && { since }),
    ...(checkpoint && { prunedBefore: checkpoint.at }),
    count,
    checkedAt: now,
  };
}

/** Of a log whose hashes follow from each other: whether it begins and ends where the keychain says. */
function judge(
  audit: AuditTable,
  all: { checkpoint: AuditCheckpoint | undefined; last: ChainMark; anchor: Anchor; isNew: boolean },
): Verdict {
  const { checkpoint, last, anchor, isNew } = all;
  if (!anchor) return { state: 'unsealed' };
  if (checkpoint && anchor.key && !isSigned(checkpoint, anchor.key))
    return { state: 'altered', wrongFrom: checkpoint.number + 1 };
  if (!anchor.head || isNew || (checkpoint && !anchor.key)) return { state: 'unsealed' };
  if (anchor.head.number > last.number) return { state: 'cut', wrongFrom: last.number + 1 };
  return leadsTo(audit, anchor.head, anchor.key)
    ? { state: 'unbroken' }
    : { state: 'altered', wrongFrom: anchor.head.number };
}

/** Whether the log still has this entry, or had it when it was rightly removed. */
export function leadsTo(audit: AuditTable, mark: ChainMark, key: Uint8Array | undefined): boolean {
  const checkpoint = audit.checkpoint();
  if (!checkpoint || mark.number > checkpoint.number) return audit.hashOf(mark.number) === mark.hash;
  if (mark.number === checkpoint.number && mark.hash !== checkpoint.hash) return false;
  return key !== undefined && isSigned(checkpoint, key);
}

/** HMAC-SHA256 in hexadecimal. */
export function signCheckpoint(
  { number, hash, at }: Omit<AuditCheckpoint, 'signature'>,
  key: Uint8Array,
): string {
  return createHmac('sha256', key)
    .update(JSON.stringify(['checkpoint', number, hash, at]))
    .digest('hex');
}

function isSigned(checkpoint: AuditCheckpoint, key: Uint8Array): boolean {
  const [theirs, ours] = [Buffer.from(checkpoint.signature), Buffer.from(signCheckpoint(checkpoint, key))];
  return theirs.length === ours.length && timingSafeEqual(theirs, ours);
}
