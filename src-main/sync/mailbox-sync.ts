/**
 * Brings one mailbox of the store to the server's state (RFC 4549 §4). What the store promises in between: every message with a
 * UID from `backfilledTo` up to `uidNext` is here, with its flags as of `highestModseq`. Each step moves one of the three only
 * after its messages are stored, so a stop at any point costs at most one batch.
 */
import type { MailboxId } from '../../src-shared/model/ids.ts';
import type { Mailbox } from '../../src-shared/model/mailbox.ts';
import { turn } from '../base/turn.ts';
import type { FetchedEnvelope } from '../imap/fetched.ts';
import type { ImapConnection, OpenedMailbox } from '../imap/imap-connection.ts';
import { chunksOf } from '../imap/uid-set.ts';
import type { SyncState } from '../store/mail-records.ts';
import type { Store } from '../store/store.ts';
import { compareFlags, compareUids } from './mailbox-compare.ts';
import { STORED_AT_ONCE, storeChanges } from './store-changes.ts';

/** The first screen: enough to fill a tall window. */
export const FIRST_SCREEN = 50;
const BATCH = 500;
const HIGHEST_UID = 4_294_967_295;

type Known = SyncState & { uidValidity: number; uidNext: number };

/** Fetches what is new and what changed since the last time; the newest messages only when the mailbox is not known yet. */
export async function syncMailbox(
  connection: ImapConnection,
  mailbox: Mailbox,
  store: Store,
): Promise<OpenedMailbox> {
  const { mailboxId, path } = mailbox;
  const known = store.mailboxes.syncState(mailboxId);
  const since =
    known.uidValidity !== undefined && known.highestModseq !== undefined
      ? { uidValidity: known.uidValidity, highestModseq: known.highestModseq }
      : undefined;
  const opened = await connection.selectMailbox(path, since);
  if (known.uidValidity !== undefined && known.uidValidity !== opened.uidValidity) {
    // RFC 9051 §2.3.1.1: every UID that we know has lost its meaning.
    store.mailboxes.reset(mailboxId);
    await fetchFirstScreen(connection, mailboxId, opened, store);
  } else if (isKnown(known)) {
    await fetchNew(connection, { mailboxId, uidValidity: known.uidValidity }, known.uidNext, opened, store);
    await fetchChanged(connection, mailboxId, known, opened, store);
  } else {
    await fetchFirstScreen(connection, mailboxId, opened, store);
  }
  return opened;
}

const isKnown = (state: SyncState): state is Known =>
  state.uidValidity !== undefined && state.uidNext !== undefined;

async function fetchFirstScreen(
  connection: ImapConnection,
  mailboxId: MailboxId,
  opened: OpenedMailbox,
  store: Store,
): Promise<void> {
  const { uidValidity } = opened;
  const newest = await connection.fetchNewest(FIRST_SCREEN);
  store.mailboxes.setSyncState(mailboxId, { uidValidity });
  await storeEnvelopes({ mailboxId, uidValidity }, newest, store);
  const isAll = newest.length >= opened.exists;
  store.mailboxes.setSyncState(mailboxId, {
    uidNext: Math.max(opened.uidNext, (newest[0]?.uid ?? 0) + 1),
    backfilledTo: isAll ? 1 : (newest.at(-1)?.uid ?? 1),
    ...(opened.highestModseq !== undefined && { highestModseq: opened.highestModseq }),
  });
}

async function fetchNew(
  connection: ImapConnection,
  place: Place,
  from: number,
  opened: OpenedMailbox,
  store: Store,
): Promise<void> {
  const { mailboxId } = place;
  // A server may leave UIDNEXT out (RFC 3501 §6.3.1).
  const to = opened.uidNext > 0 ? opened.uidNext - 1 : HIGHEST_UID;
  if (to < from || opened.exists === 0) {
    if (opened.uidNext > from) store.mailboxes.setSyncState(mailboxId, { uidNext: opened.uidNext });
    return;
  }
  const uids =
    to - from < BATCH
      ? Array.from({ length: to - from + 1 }, (_, index) => from + index)
      : await connection.existingUids(from, to);
  if (uids.length > BATCH) {
    // After a long time away: what the person looks at first comes first, the rest in the order that can be interrupted.
    await storeEnvelopes(place, await connection.fetchEnvelopes(uids.slice(-FIRST_SCREEN)), store);
  }
  for (const batch of chunksOf(uids, BATCH)) {
    await storeEnvelopes(place, await connection.fetchEnvelopes(batch), store);
    store.mailboxes.setSyncState(mailboxId, { uidNext: (batch.at(-1) ?? from) + 1 });
  }
  if (opened.uidNext > from) store.mailboxes.setSyncState(mailboxId, { uidNext: opened.uidNext });
}

async function fetchChanged(
  connection: ImapConnection,
  mailboxId: MailboxId,
  known: Known,
  opened: OpenedMailbox,
  store: Store,
): Promise<void> {
  const { highestModseq } = opened;
  if (opened.changes) {
    await storeChanges(mailboxId, opened.changes, store);
  } else if (highestModseq !== undefined && known.highestModseq !== undefined) {
    if (highestModseq !== known.highestModseq) {
      await storeChanges(mailboxId, await connection.fetchChanges(known.highestModseq), store);
    }
    await compareUids(connection, mailboxId, opened, store);
  } else {
    await compareFlags(connection, mailboxId, opened, store);
  }
  if (highestModseq !== undefined) store.mailboxes.setSyncState(mailboxId, { highestModseq });
}

/** What became of a batch. `stale`: the mailbox is another one by now, the next sync has to start it anew. */
export type BackfillOutcome = 'more' | 'done' | 'stale';

/** One batch of the messages below what is here, newest first. `left` keeps the UIDs between batches. */
export async function backfillBatch(
  connection: ImapConnection,
  mailbox: Mailbox,
  store: Store,
  left: Map<MailboxId, number[]>,
): Promise<BackfillOutcome> {
  const { mailboxId, path } = mailbox;
  const { uidValidity, backfilledTo } = store.mailboxes.syncState(mailboxId);
  if (uidValidity === undefined || backfilledTo === undefined || backfilledTo <= 1) return 'done';
  const opened = await connection.openMailbox(path);
  if (opened.uidValidity !== uidValidity) {
    left.delete(mailboxId);
    return 'stale';
  }
  const uids = left.get(mailboxId) ?? (await connection.existingUids(1, backfilledTo - 1));
  const batch = uids.slice(-BATCH);
  if (batch.length > 0) {
    const envelopes = await connection.fetchEnvelopes(batch);
    if (!(await storeEnvelopes({ mailboxId, uidValidity }, envelopes, store))) {
      left.delete(mailboxId);
      return 'stale';
    }
  }
  // Only now: a batch that the connection lost is asked for again.
  const rest = uids.slice(0, -BATCH);
  const isDone = rest.length === 0;
  store.mailboxes.setSyncState(mailboxId, { backfilledTo: isDone ? 1 : (batch[0] ?? 1) });
  if (isDone) left.delete(mailboxId);
  else left.set(mailboxId, rest);
  return isDone ? 'done' : 'more';
}

/** UIDs mean something under one UIDVALIDITY only. */
type Place = { mailboxId: MailboxId; uidValidity: number };

/**
 * In short transactions, newest first, with a pause for others between them. Answers false, with the rest not stored, when the
 * mailbox was started anew meanwhile (INBOX is watched on one connection and filled on another).
 */
async function storeEnvelopes(
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
