/**
 * Copies of drafts in the mailbox Drafts (ADR 20). Each step may run twice: a Message-ID is on disk before its copy is sent, and what is
 * deleted is looked at first, by UID under its UIDVALIDITY and by Message-ID. No other message is ever touched.
 */
import type { MailboxId } from '../../src-shared/model/ids.ts';
import { DELETED, DRAFT, SEEN } from '../../src-shared/model/message.ts';
import { MailError } from '../base/errors.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import type { CopyPlace, DraftCopy, DraftWork } from '../store/draft-records.ts';
import type { Store } from '../store/store.ts';
import { type OpenedPlace, openForUse } from './special-mailbox.ts';

export type ComposedCopy = { source: Uint8Array; messageIdHeader: string };
type OfKind<K extends DraftWork['kind']> = Extract<DraftWork, { kind: K }>;

/** Looks whether a copy is there. Answers with the mailbox that it looked into. */
export async function findCopy(
  connection: ImapConnection,
  { copy }: OfKind<'find'>,
  store: Store,
): Promise<MailboxId[]> {
  const drafts = await openForUse(connection, copy.accountId, 'drafts', store);
  const uid = await uidByHeader(connection, copy.messageIdHeader);
  if (uid !== undefined) store.draftCopies.confirm(copy.copyId, { uid, uidValidity: drafts.uidValidity });
  // Without a Message-ID nobody can tell: the draft stays, and so does the message.
  else if (copy.place && copy.messageIdHeader !== '') store.draftCopies.lost(copy.copyId);
  else store.draftCopies.forget(copy.copyId);
  return [drafts.mailboxId];
}

/** Stores the newest version of a draft in the place of the one before. Answers with the mailbox in which it was put. */
export async function storeCopy(
  connection: ImapConnection,
  { draft, version, before }: OfKind<'store'>,
  { source, messageIdHeader }: ComposedCopy,
  { store, now }: { store: Store; now: number },
): Promise<MailboxId[]> {
  const { draftCopies } = store;
  const limit = connection.capabilities.appendLimit;
  if (limit !== undefined && source.byteLength > limit) throw new MailError('message-too-large');
  const drafts = await openForUse(connection, draft.accountId, 'drafts', store);
  const old = before && (await currentUid(connection, drafts, before));
  // Somebody changed it elsewhere since: theirs stays, and this one is another.
  if (before && old === undefined) draftCopies.lost(before.copyId);
  const copyId = draftCopies.begin(draft.draftId, version, messageIdHeader);
  if (copyId === undefined) return [];
  const message = { source, flags: [DRAFT, SEEN], internalDate: now };
  const replaced = old === undefined ? undefined : await replace(connection, drafts.path, old, message);
  const told = replaced ?? (await connection.append(drafts.path, message));
  const place = placeOf(told) ?? (await placeByHeader(connection, drafts, messageIdHeader));
  // Nobody knows where it is: it is looked for.
  if (!place) throw new MailError('message-gone', { retry: 'later' });
  if (replaced && old !== undefined) noteGone(connection, drafts, old, store);
  draftCopies.confirm(copyId, place, { hasReplaced: replaced !== undefined });
  return [drafts.mailboxId];
}

/** Deletes a copy that is not wanted any more. Answers with the mailbox in which it was. */
export async function removeCopy(
  connection: ImapConnection,
  { copy }: OfKind<'remove'>,
  store: Store,
): Promise<MailboxId[]> {
  const drafts = await openForUse(connection, copy.accountId, 'drafts', store);
  const uid = await currentUid(connection, drafts, copy);
  if (uid !== undefined) {
    await connection.deleteMessages([uid]);
    noteGone(connection, drafts, uid, store);
  }
  store.draftCopies.forget(copy.copyId);
  return [drafts.mailboxId];
}

/** Undefined where the server cannot, or would not: then it is done in two steps. */
async function replace(
  connection: ImapConnection,
  path: string,
  uid: number,
  message: Parameters<ImapConnection['replace']>[2],
): Promise<Partial<CopyPlace> | undefined> {
  if (!connection.capabilities.replace) return undefined;
  try {
    return await connection.replace(path, uid, message);
  } catch (error) {
    if (error instanceof MailError && error.code === 'change-refused') return undefined;
    throw error;
  }
}

/** The UID of a copy as it is now; undefined when it has gone, is marked \Deleted, or another message has its UID. */
async function currentUid(
  connection: ImapConnection,
  { uidValidity }: OpenedPlace,
  { place, messageIdHeader }: DraftCopy,
): Promise<number | undefined> {
  const uid = place?.uidValidity === uidValidity ? place.uid : await uidByHeader(connection, messageIdHeader);
  if (uid === undefined) return undefined;
  const isSame = (await connection.fetchMessageIds([uid])).get(uid) === messageIdHeader;
  const [found] = isSame ? await connection.fetchFlags(uid, uid) : [];
  return found && !found.flags.some((flag) => flag.toLowerCase() === DELETED.toLowerCase()) ? uid : undefined;
}

/** The newest with exactly this Message-ID: a search finds those that contain it. */
async function uidByHeader(connection: ImapConnection, messageIdHeader: string): Promise<number | undefined> {
  if (messageIdHeader === '') return undefined;
  const uids = await connection.searchMessageId(messageIdHeader);
  const headers = await connection.fetchMessageIds(uids);
  return uids.filter((uid) => headers.get(uid) === messageIdHeader).at(-1);
}

/** Without UIDPLUS a UID is only guessed. */
function placeOf({ uid, uidValidity }: Partial<CopyPlace>): CopyPlace | undefined {
  return uid === undefined || uidValidity === undefined ? undefined : { uid, uidValidity };
}

async function placeByHeader(
  connection: ImapConnection,
  { path }: OpenedPlace,
  messageIdHeader: string,
): Promise<CopyPlace | undefined> {
  const { uidValidity } = await connection.selectMailbox(path);
  const uid = await uidByHeader(connection, messageIdHeader);
  return uid === undefined ? undefined : { uid, uidValidity };
}

/** What was just deleted is not shown until sync comes by. */
function noteGone(
  { capabilities }: ImapConnection,
  { mailboxId, uidValidity }: OpenedPlace,
  uid: number,
  store: Store,
): void {
  if (store.mailboxes.syncState(mailboxId).uidValidity !== uidValidity) return;
  if (capabilities.uidplus || capabilities.replace) store.messages.removeUids(mailboxId, [uid]);
  else store.messages.setServerFlags(mailboxId, [{ uid, flags: [DRAFT, SEEN, DELETED] }]);
}
