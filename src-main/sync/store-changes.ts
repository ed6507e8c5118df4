import type { MailboxId } from '../../src-shared/model/ids.ts';
import { turn } from '../base/turn.ts';
import type { FetchedEnvelope } from '../imap/fetched.ts';
import type { MailboxChanges } from '../imap/imap-connection.ts';
import { chunksOf } from '../imap/uid-set.ts';
import type { Store } from '../store/store.ts';

/** Messages of one transaction: short enough that a click in between is not felt. */
const STORED_AT_ONCE = 50;

/** Puts what changed on the server into the store, in short transactions with a turn for others after each. */
export async function storeChanges(
  mailboxId: MailboxId,
  { changed, vanished }: MailboxChanges,
  store: Store,
): Promise<void> {
  for (const part of chunksOf(changed, STORED_AT_ONCE)) {
    store.messages.setServerFlags(mailboxId, part);
    await turn();
  }
  for (const part of chunksOf(vanished, STORED_AT_ONCE)) {
    store.messages.removeUids(mailboxId, part);
    await turn();
  }
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
  for (const part of chunksOf(envelopes, STORED_AT_ONCE)) {
    if (store.mailboxes.syncState(mailboxId).uidValidity !== uidValidity) return false;
    store.messages.addEnvelopes(mailboxId, part);
    await turn();
  }
  return store.mailboxes.syncState(mailboxId).uidValidity === uidValidity;
}
