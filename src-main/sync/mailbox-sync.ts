/**
 * Brings one mailbox of the store to the server's state (RFC 4549 §4). What the store promises in between: every message with a
 * UID from `backfilledTo` up to `uidNext` is here, with its flags as of `highestModseq`. Each step moves one of the three only
 * after its messages are stored, so a stop at any point costs at most one batch.
 */
import type { MailboxId } from '../../src-shared/model/ids.ts';
import type { Mailbox } from '../../src-shared/model/mailbox.ts';
import type { ImapConnection, OpenedMailbox } from '../imap/imap-connection.ts';
import { HIGHEST_UID } from '../imap/uid-set.ts';
import type { SyncState } from '../store/mail-records.ts';
import type { Store } from '../store/store.ts';
import type { Doubts } from './doubts.ts';
import { fetchInto } from './envelope-fetch.ts';
import { compareFlags, compareUids } from './mailbox-compare.ts';
import { type Place, storeChanges, storeEnvelopes } from './store-changes.ts';

/** The first screen: enough to fill a tall window. */
export const FIRST_SCREEN = 50;
const BATCH = 500;

type Known = SyncState & { uidValidity: number; uidNext: number };
type Context = { connection: ImapConnection; store: Store; doubts: Doubts };

/** Fetches what is new and what changed since the last time; the newest messages only when the mailbox is not known yet. */
export async function syncMailbox(
  connection: ImapConnection,
  mailbox: Mailbox,
  store: Store,
  doubts: Doubts,
): Promise<OpenedMailbox> {
  const { mailboxId, path } = mailbox;
  const context = { connection, store, doubts };
  const known = store.mailboxes.syncState(mailboxId);
  const since =
    known.uidValidity !== undefined && known.highestModseq !== undefined
      ? { uidValidity: known.uidValidity, highestModseq: known.highestModseq }
      : undefined;
  const opened = await connection.selectMailbox(path, since);
  if (known.uidValidity !== undefined && known.uidValidity !== opened.uidValidity) {
    // RFC 9051 §2.3.1.1: every UID that we know has lost its meaning.
    store.mailboxes.reset(mailboxId);
    await fetchFirstScreen(context, mailboxId, opened);
  } else if (isKnown(known)) {
    const place = { mailboxId, uidValidity: known.uidValidity };
    await fetchNew(context, place, known.uidNext, opened);
    await fetchChanged(context, mailboxId, known, opened);
    // A comparison opens it anew: what came in between is part of that answer, and the server tells of it no more.
    const now = await connection.openMailbox(path);
    if (now.uidValidity === opened.uidValidity && now.uidNext > opened.uidNext) {
      await fetchNew(context, place, Math.max(known.uidNext, opened.uidNext), now);
    }
  } else {
    await fetchFirstScreen(context, mailboxId, opened);
  }
  return opened;
}

const isKnown = (state: SyncState): state is Known =>
  state.uidValidity !== undefined && state.uidNext !== undefined;

async function fetchFirstScreen(
  context: Context,
  mailboxId: MailboxId,
  opened: OpenedMailbox,
): Promise<void> {
  const { connection, store, doubts } = context;
  const { uidValidity } = opened;
  const place = { mailboxId, uidValidity };
  let uids: number[];
  if (doubts.has(mailboxId)) {
    uids = (await connection.existingUids(1, HIGHEST_UID)).slice(-FIRST_SCREEN).reverse();
    store.mailboxes.setSyncState(mailboxId, { uidValidity });
    await fetchInto(context, place, uids);
  } else {
    const newest = await doubts.watch(mailboxId, FIRST_SCREEN, () => connection.fetchNewest(FIRST_SCREEN));
    uids = newest.map(({ uid }) => uid);
    store.mailboxes.setSyncState(mailboxId, { uidValidity });
    await storeEnvelopes(place, newest, store);
  }
  const isAll = uids.length >= opened.exists;
  store.mailboxes.setSyncState(mailboxId, {
    uidNext: Math.max(opened.uidNext, (uids[0] ?? 0) + 1),
    backfilledTo: isAll ? 1 : (uids.at(-1) ?? 1),
    ...(opened.highestModseq !== undefined && { highestModseq: opened.highestModseq }),
  });
  await fetchPreviews(context, mailboxId, uids);
}

/** What the list shows of the texts, until the bodies are here. */
async function fetchPreviews(
  { connection, store }: Context,
  mailboxId: MailboxId,
  uids: readonly number[],
): Promise<void> {
  if (!connection.capabilities.preview || uids.length === 0 || uids.length > FIRST_SCREEN) return;
  store.messages.setPreviews(mailboxId, await connection.fetchPreviews(uids));
}

async function fetchNew(context: Context, place: Place, from: number, opened: OpenedMailbox): Promise<void> {
  const { connection, store } = context;
  const { mailboxId } = place;
  // A server may leave UIDNEXT out (RFC 3501 §6.3.1), or name one that is taken: then the count gives it away.
  const isTooLow = opened.uidNext <= from && isShort(store, mailboxId, opened);
  const to = opened.uidNext > 0 && !isTooLow ? opened.uidNext - 1 : HIGHEST_UID;
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
    await fetchInto(context, place, uids.slice(-FIRST_SCREEN));
  }
  for (let at = 0; at < uids.length; ) {
    const batch = uids.slice(at, at + context.doubts.size(mailboxId, BATCH));
    await fetchInto(context, place, batch);
    store.mailboxes.setSyncState(mailboxId, { uidNext: (batch.at(-1) ?? from) + 1 });
    at += batch.length;
  }
  if (opened.uidNext > from) store.mailboxes.setSyncState(mailboxId, { uidNext: opened.uidNext });
  await fetchPreviews(context, mailboxId, uids);
}

/** Whether the server has more messages than we show, though all that it once had was fetched. */
function isShort(store: Store, mailboxId: MailboxId, { exists }: OpenedMailbox): boolean {
  const { backfilledTo = 1 } = store.mailboxes.syncState(mailboxId);
  return backfilledTo <= 1 && exists > (store.mailboxes.get(mailboxId)?.total ?? 0);
}

async function fetchChanged(
  { connection, store }: Context,
  mailboxId: MailboxId,
  known: Known,
  opened: OpenedMailbox,
): Promise<void> {
  const { highestModseq } = opened;
  const wentBack = (highestModseq ?? 0n) < (known.highestModseq ?? 0n);
  if (wentBack) {
    // RFC 7162 §3.1.2.1: it never does. What it says of changes means nothing then: everything is compared.
    await compareFlags(connection, mailboxId, opened, store);
    store.mailboxes.setSyncState(mailboxId, { comparedAt: 0 });
  } else if (opened.changes) {
    await storeChanges(mailboxId, opened.changes, store);
    // The count shows whether all was told; while the back-fill runs there is none to compare with.
    if ((known.backfilledTo ?? 1) <= 1) await compareUids(connection, mailboxId, opened, store);
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
  context: Context & { most: number },
  mailbox: Mailbox,
  left: Map<MailboxId, number[]>,
): Promise<BackfillOutcome> {
  const { connection, store, doubts, most } = context;
  const { mailboxId, path } = mailbox;
  const { uidValidity, backfilledTo } = store.mailboxes.syncState(mailboxId);
  if (uidValidity === undefined || backfilledTo === undefined || backfilledTo <= 1) return 'done';
  const opened = await connection.openMailbox(path);
  if (opened.uidValidity !== uidValidity) {
    left.delete(mailboxId);
    return 'stale';
  }
  const uids = left.get(mailboxId) ?? (await connection.existingUids(1, backfilledTo - 1));
  left.set(mailboxId, uids);
  const size = doubts.size(mailboxId, most);
  const batch = uids.slice(-size);
  if (!(await fetchInto(context, { mailboxId, uidValidity }, batch))) {
    left.delete(mailboxId);
    return 'stale';
  }
  // Only now: a batch that the connection lost is asked for again.
  const rest = uids.slice(0, -size);
  const isDone = rest.length === 0;
  store.mailboxes.setSyncState(mailboxId, { backfilledTo: isDone ? 1 : (batch[0] ?? 1) });
  if (isDone) left.delete(mailboxId);
  else left.set(mailboxId, rest);
  return isDone ? 'done' : 'more';
}
