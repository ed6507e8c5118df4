/**
 * Carries the person's changes to the server, in their order. Each may run twice (a connection can break after the server did
 * it and before it said so), so each looks before it acts: UIDs count only under the UIDVALIDITY for which they were noted,
 * a move checks the Message-ID, an append looks whether the message is there (and makes the mailbox when that is not).
 */
import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import type { MailboxId } from '../../src-shared/model/ids.ts';
import type { Mailbox } from '../../src-shared/model/mailbox.ts';
import { MailError } from '../base/errors.ts';
import type { FetchedFlags } from '../imap/fetched.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import { chunksOf } from '../imap/uid-set.ts';
import type { AppendChange, FlagsChange, MoveChange, Operation, Target } from '../store/operation-records.ts';
import type { Store } from '../store/store.ts';
import { storeChanges } from './store-changes.ts';
import { refreshMailboxes } from './work-loop.ts';

/** Answers of the server that another try will not change. Everything else is tried again later. */
const FINAL: ReadonlySet<ErrorCode> = new Set([
  'mailbox-missing',
  'mailbox-full',
  'message-gone',
  'change-refused',
]);
/** UIDs in one command: some servers bound its length. */
const AT_ONCE = 500;

export const isFinal = (error: MailError): boolean => FINAL.has(error.code);

type FlagsOperation = Operation & FlagsChange;
type MoveOperation = Operation & MoveChange;
type AppendOperation = Operation & AppendChange;

/** The first operations of the list that can be done together: flag changes that are the same, else one. */
export function nextGroup(due: Operation[]): Operation[] {
  const [first] = due;
  if (first?.kind !== 'flags') return due.slice(0, 1);
  const change = changeOf(first);
  return due.filter((operation) => operation.kind === 'flags' && changeOf(operation) === change);
}

const changeOf = ({ add, remove }: FlagsChange): string =>
  JSON.stringify([[...add].sort(), [...remove].sort()]);

/** Does one group on the server. Answers with the mailboxes that are not as they were. Throws MailError. */
export async function runGroup(
  connection: ImapConnection,
  group: Operation[],
  store: Store,
): Promise<MailboxId[]> {
  const [first] = group;
  if (!first) return [];
  switch (first.kind) {
    case 'flags':
      return runFlags(
        connection,
        group.filter((operation): operation is FlagsOperation => operation.kind === 'flags'),
        store,
      );
    case 'move':
      return runMove(connection, first, store);
    case 'append':
      return runAppend(connection, first, store);
  }
}

async function runFlags(
  connection: ImapConnection,
  group: FlagsOperation[],
  store: Store,
): Promise<MailboxId[]> {
  const targets = group.flatMap((operation) => operation.targets);
  const mailboxIds = [...new Set(targets.map(({ mailboxId }) => mailboxId))];
  const found = new Set<Target>();
  const told = new Map<MailboxId, FetchedFlags[]>();
  for (const mailboxId of mailboxIds) {
    const here = targets.filter((target) => target.mailboxId === mailboxId);
    const uids = await currentUids(connection, mailboxOf(mailboxId, store), here);
    for (const target of uids.keys()) found.add(target);
    const [change] = group;
    for (const part of chunksOf([...uids.values()], AT_ONCE)) {
      if (!change) continue;
      const flags = await connection.storeFlags(part, { add: change.add, remove: change.remove });
      told.set(mailboxId, [...(told.get(mailboxId) ?? []), ...flags]);
    }
  }
  for (const operation of group) {
    if (operation.targets.some((target) => found.has(target)))
      store.operations.finish(operation.operationId, {});
    else store.operations.fail(operation.operationId, 'message-gone');
  }
  // The server's word comes last: it may not keep every flag, and others may have changed some.
  for (const [mailboxId, changed] of told) {
    const { uidValidity } = await connection.openMailbox(mailboxOf(mailboxId, store).path);
    if (uidValidity !== store.mailboxes.syncState(mailboxId).uidValidity) continue;
    await storeChanges(mailboxId, { changed, vanished: [] }, store);
  }
  return mailboxIds;
}

async function runMove(
  connection: ImapConnection,
  operation: MoveOperation,
  store: Store,
): Promise<MailboxId[]> {
  const { operationId, targets, toMailboxId, attempts } = operation;
  const [firstTarget] = targets;
  if (!firstTarget) {
    store.operations.finish(operationId, {});
    return [];
  }
  const from = mailboxOf(firstTarget.mailboxId, store);
  const to = mailboxOf(toMailboxId, store);
  const touched = [from.mailboxId, to.mailboxId];

  const uids = await currentUids(connection, from, targets);
  const headers =
    uids.size === 0 ? new Map<number, string>() : await connection.fetchMessageIds([...uids.values()]);
  const there = targets.filter((target) => {
    const uid = uids.get(target);
    return uid !== undefined && headers.get(uid) === target.messageIdHeader;
  });
  const newUids = new Map<number, number>();
  // Only a try that was cut off can have left a copy behind, and only where moving is two steps.
  const copied =
    attempts > 0 && !connection.capabilities.move
      ? await findIn(connection, to, there)
      : new Map<Target, number>();
  for (const [target, uid] of copied) newUids.set(target.uid, uid);

  let uidValidity: number | undefined;
  if (there.length > 0) {
    await connection.openMailbox(from.path);
    const uidsOf = (list: Target[]) => list.flatMap((target) => uids.get(target) ?? []);
    for (const part of chunksOf(uidsOf([...copied.keys()]), AT_ONCE)) await connection.deleteMessages(part);
    const toMove = there.filter((target) => !copied.has(target));
    for (const part of chunksOf(toMove, AT_ONCE)) {
      const result = await connection.moveMessages(uidsOf(part), to.path);
      uidValidity ??= result.uidValidity;
      for (const target of part) {
        const newUid = result.uidMap?.get(uids.get(target) ?? target.uid);
        if (newUid !== undefined) newUids.set(target.uid, newUid);
      }
    }
  }

  const missing = targets.filter((target) => !there.includes(target));
  const elsewhere = missing.length > 0 ? await findIn(connection, to, missing) : new Map<Target, number>();
  for (const [target, uid] of elsewhere) newUids.set(target.uid, uid);
  if (there.length === 0 && elsewhere.size === 0) throw new MailError('message-gone');
  // Not told by a server without UIDPLUS: then the sync of the target mailbox finds out, by Message-ID.
  const isTold = there.every(({ uid }) => newUids.has(uid));
  store.operations.finish(
    operationId,
    isTold ? { newUids, ...(uidValidity !== undefined && { uidValidity }) } : {},
  );
  return touched;
}

async function runAppend(
  connection: ImapConnection,
  operation: AppendOperation,
  store: Store,
): Promise<MailboxId[]> {
  const { operationId, flags, internalDate, messageIdHeader } = operation;
  const mailbox = await openForAppend(connection, operation, store);
  // Providers file a copy of their own, and an earlier try may have come through (THREATS: duplicates in Sent).
  const isThere = (await connection.searchMessageId(messageIdHeader)).length > 0;
  if (!isThere) {
    const source = store.operations.appendSource(operationId);
    await connection.append(mailbox.path, { source, flags, internalDate });
  }
  store.operations.finish(operationId, {});
  return [mailbox.mailboxId];
}

/** Opens the mailbox that is for this use as the server has it now; where there is none it is made, once. */
async function openForAppend(
  connection: ImapConnection,
  { accountId, specialUse }: AppendOperation,
  store: Store,
): Promise<Mailbox> {
  const find = () => store.mailboxes.bySpecialUse(accountId, specialUse);
  const known = find();
  if (known) {
    try {
      await connection.selectMailbox(known.path);
      return known;
    } catch (error) {
      if (!(error instanceof MailError) || error.code !== 'mailbox-missing') throw error;
    }
  }
  // The list here may be older than the mailbox, or than its end.
  await refreshMailboxes(connection, accountId, store);
  if (!find()) {
    await connection.createMailbox(specialUse);
    await refreshMailboxes(connection, accountId, store);
  }
  const mailbox = find();
  if (!mailbox) throw new MailError('mailbox-missing');
  await connection.selectMailbox(mailbox.path);
  return mailbox;
}

function mailboxOf(mailboxId: MailboxId, store: Store): Mailbox {
  const mailbox = store.mailboxes.get(mailboxId);
  if (!mailbox) throw new MailError('mailbox-missing');
  return mailbox;
}

/** Opens the mailbox and says which UIDs the targets have now; those that are not there any more are left out. */
async function currentUids(
  connection: ImapConnection,
  mailbox: Mailbox,
  targets: Target[],
): Promise<Map<Target, number>> {
  const opened = await connection.openMailbox(mailbox.path);
  const uids = new Map<Target, number>();
  for (const target of targets) {
    if (target.uidValidity === opened.uidValidity) {
      uids.set(target, target.uid);
      continue;
    }
    // RFC 9051 §2.3.1.1: the UID may be another message's by now.
    const [uid, ...more] = await connection.searchMessageId(target.messageIdHeader);
    if (uid !== undefined && more.length === 0) uids.set(target, uid);
  }
  return uids;
}

async function findIn(
  connection: ImapConnection,
  mailbox: Mailbox,
  targets: Target[],
): Promise<Map<Target, number>> {
  const found = new Map<Target, number>();
  if (targets.length === 0) return found;
  await connection.selectMailbox(mailbox.path);
  for (const target of targets) {
    const uid = (await connection.searchMessageId(target.messageIdHeader)).at(-1);
    if (uid !== undefined) found.set(target, uid);
  }
  return found;
}
