import type { MailboxId } from '../../src-shared/model/ids.ts';
import { turn } from '../base/turn.ts';
import type { FetchedEnvelope } from '../imap/fetched.ts';
import type { MailboxChanges } from '../imap/imap-connection.ts';
import type { Store } from '../store/store.ts';

/**
 * A transaction is as long as this, in milliseconds: a click in between is not felt, and one commit serves many messages (200 at once
 * cost two thirds of what 60 do).
 */
const STEP = 28;
const FEWEST = 10;
const MOST = 500;

/** How many messages one transaction of each kind takes: learned from the last one, so that a slow disk gets shorter ones. */
const sizes = { envelopes: 50, flags: 50, removals: 50 };

/** Calls `store` with parts of a list that take about a step each, with a turn for others after each. Ends early when it answers false. */
async function inSteps<T>(
  kind: keyof typeof sizes,
  items: readonly T[],
  store: (part: T[]) => boolean,
): Promise<boolean> {
  for (let from = 0; from < items.length; ) {
    const part = items.slice(from, from + sizes[kind]);
    from += part.length;
    const start = performance.now();
    if (!store(part)) return false;
    const fitting = (part.length * STEP) / Math.max(performance.now() - start, 0.1);
    // A stumble of the machine makes the next one short, not all that follow.
    sizes[kind] = Math.round(Math.min(Math.max(fitting, FEWEST), 2 * sizes[kind], MOST));
    await turn();
  }
  return true;
}

/** Puts what changed on the server into the store, in short transactions with a turn for others after each. */
export async function storeChanges(
  mailboxId: MailboxId,
  { changed, vanished }: MailboxChanges,
  store: Store,
): Promise<void> {
  await inSteps('flags', changed, (part) => {
    store.messages.setServerFlags(mailboxId, part);
    return true;
  });
  await inSteps('removals', vanished, (part) => {
    store.messages.removeUids(mailboxId, part);
    return true;
  });
}

/** UIDs mean something under one UIDVALIDITY only. */
export type Place = { mailboxId: MailboxId; uidValidity: number };

/**
 * In short transactions, newest first, with a pause for others between them. Answers false, with the rest not stored, when the
 * mailbox was started anew meanwhile (INBOX is watched on one connection and filled on another).
 */
export async function storeEnvelopes(
  { mailboxId, uidValidity }: Place,
  envelopes: FetchedEnvelope[],
  store: Store,
): Promise<boolean> {
  const isSame = await inSteps('envelopes', envelopes, (part) => {
    if (store.mailboxes.syncState(mailboxId).uidValidity !== uidValidity) return false;
    store.messages.addEnvelopes(mailboxId, part);
    return true;
  });
  return isSame && store.mailboxes.syncState(mailboxId).uidValidity === uidValidity;
}
