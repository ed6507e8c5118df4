/** For servers that cannot say what changed, and for what others said wrongly: what is here is compared with what is there, in ranges. */
import type { MailboxId } from '../../src-shared/model/ids.ts';
import type { FetchedFlags } from '../imap/fetched.ts';
import type { ImapConnection, OpenedMailbox } from '../imap/imap-connection.ts';
import { chunksOf } from '../imap/uid-set.ts';
import type { Store } from '../store/store.ts';
import { type Place, storeChanges, storeEnvelopes } from './store-changes.ts';

const RANGE = 2_000;

/** Removes what the server no longer has. Without QRESYNC an expunge leaves no trace but the count (RFC 7162 §3.1.2). */
export async function compareUids(
  connection: ImapConnection,
  mailboxId: MailboxId,
  opened: OpenedMailbox,
  store: Store,
): Promise<void> {
  const { backfilledTo = 1, uidNext = 1 } = store.mailboxes.syncState(mailboxId);
  if (backfilledTo <= 1 && store.messages.uidCount(mailboxId) === opened.exists) return;
  const range = { from: backfilledTo, to: uidNext - 1 };
  const there = new Set(await connection.existingUids(range.from, range.to));
  const known = store.messages.knownUids(mailboxId, range).map(({ uid }) => uid);
  const missing = known.filter((uid) => !there.has(uid));
  const vanished = await goneOf(connection, opened, missing);
  await storeChanges(mailboxId, { changed: [], vanished }, store);
  for (const uid of known) there.delete(uid);
  await fetchMissing(connection, { mailboxId, uidValidity: opened.uidValidity }, [...there], store);
}

/**
 * Compares flags and what exists: for servers without CONDSTORE. When the count is right only the newest range and one older by
 * chance are read, so that a large mailbox is not read whole at every look and each part of it still has its turn.
 */
export async function compareFlags(
  connection: ImapConnection,
  mailboxId: MailboxId,
  opened: OpenedMailbox,
  store: Store,
): Promise<void> {
  const { backfilledTo = 1, uidNext = 1 } = store.mailboxes.syncState(mailboxId);
  const known = store.messages.knownUids(mailboxId, { from: backfilledTo, to: uidNext - 1 });
  const ranges = chunksOf(known.reverse(), RANGE);
  const isCountRight = backfilledTo <= 1 && known.length === opened.exists;
  const older = ranges[1 + Math.floor(Math.random() * (ranges.length - 1))];
  const chosen = isCountRight ? [...ranges.slice(0, 1), ...(older ? [older] : [])] : ranges;
  // Newest first: there the person sees the difference.
  for (const part of chosen) {
    const [newest, oldest] = [part[0]?.uid ?? 1, part.at(-1)?.uid ?? 1];
    const there = await flagsAt(connection, oldest, newest);
    await storeDifferences(connection, { mailboxId, uidValidity: opened.uidValidity }, part, there, store);
  }
}

/**
 * The next range of a comparison of everything, downwards from `from`: flags, what is gone, what is missing here. Answers with where to
 * go on; nothing when the mailbox is through. `stale`: it is another mailbox by now.
 */
export async function compareRange(
  connection: ImapConnection,
  { mailboxId, path }: { mailboxId: MailboxId; path: string },
  from: number | undefined,
  store: Store,
): Promise<number | 'stale' | undefined> {
  const { uidValidity, backfilledTo = 1, uidNext = 1 } = store.mailboxes.syncState(mailboxId);
  const opened = await connection.openMailbox(path);
  if (uidValidity === undefined || opened.uidValidity !== uidValidity) return 'stale';
  const to = Math.min(from ?? uidNext - 1, uidNext - 1);
  if (to < backfilledTo) return undefined;
  const wanted = store.messages.knownUids(mailboxId, { from: backfilledTo, to }).slice(-RANGE);
  // Below the last one that is here: who knows what is there.
  const lowest = wanted.length < RANGE ? backfilledTo : (wanted[0]?.uid ?? backfilledTo);
  const there = await flagsAt(connection, lowest, to);
  const before = new Map(wanted.map(({ uid, flags }) => [uid, flags]));
  // What the watcher has brought or changed meanwhile is newer than this answer.
  const still = store.messages.knownUids(mailboxId, { from: lowest, to }).filter(({ uid, flags }) => {
    const known = before.get(uid);
    return known !== undefined && isSame(known, flags);
  });
  await storeDifferences(connection, { mailboxId, uidValidity }, still, there, store);
  const missing = [...there.keys()].filter((uid) => !before.has(uid));
  await fetchMissing(connection, { mailboxId, uidValidity }, missing, store);
  return lowest > backfilledTo ? lowest - 1 : undefined;
}

/** What the server has in this range of UIDs, by UID. */
async function flagsAt(
  connection: ImapConnection,
  from: number,
  to: number,
): Promise<Map<number, FetchedFlags>> {
  return new Map((await connection.fetchFlags(from, to)).map((one) => [one.uid, one]));
}

/** In what the server differs from what is known here becomes known. */
async function storeDifferences(
  connection: ImapConnection,
  { mailboxId, uidValidity }: Place,
  known: readonly { uid: number; flags: string[] }[],
  there: ReadonlyMap<number, FetchedFlags>,
  store: Store,
): Promise<void> {
  const changed = known.flatMap(({ uid, flags }) => {
    const now = there.get(uid);
    return now && !isSame(flags, now.flags) ? [now] : [];
  });
  const missing = known.filter(({ uid }) => !there.has(uid)).map(({ uid }) => uid);
  const vanished = await goneOf(connection, { uidValidity }, missing);
  await storeChanges(mailboxId, { changed, vanished }, store);
}

/**
 * Which of these, in order, the server has no more, by a look that begins now. The answer in which they are missing may be older than
 * they are: it is about the mailbox as this connection opened it, and another connection has moved or fetched messages there since.
 */
async function goneOf(
  connection: ImapConnection,
  { uidValidity }: { uidValidity: number },
  uids: readonly number[],
): Promise<number[]> {
  const [one, other] = [uids[0], uids.at(-1)];
  const path = connection.openPath();
  if (one === undefined || other === undefined || path === undefined) return [];
  if ((await connection.selectMailbox(path)).uidValidity !== uidValidity) return [];
  const there = new Set(await connection.existingUids(Math.min(one, other), Math.max(one, other)));
  return uids.filter((uid) => !there.has(uid));
}

async function fetchMissing(
  connection: ImapConnection,
  place: Place,
  uids: number[],
  store: Store,
): Promise<void> {
  for (const part of chunksOf(uids, RANGE / 4)) {
    if (!(await storeEnvelopes(place, await connection.fetchEnvelopes(part), store))) return;
  }
}

/** Flags are a set, and do not tell upper from lower case (RFC 9051 §2.3.2). */
function isSame(some: string[], others: string[]): boolean {
  const known = new Set(some.map((flag) => flag.toLowerCase()));
  return known.size === others.length && others.every((flag) => known.has(flag.toLowerCase()));
}
