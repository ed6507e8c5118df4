/** Queueing changes: into the journal first, then their effect into the store under the same operation id, then the feed. */
import type { ThreadView } from '../../src-shared/ipc/contract.ts';
import type { AccountId, MailboxId, MessageId, OperationId } from '../../src-shared/model/ids.ts';
import { MailError } from '../base/errors.ts';
import type { Context } from './context.ts';
import { changeFlags, cleanFlags, hasFlag, readFlags, writeFlags } from './flags.ts';
import { accountOfMailbox, mailboxById } from './mailbox-rows.ts';
import { applyEffect } from './operation-effects.ts';
import { enqueueMailboxInverse } from './operation-mailboxes.ts';
import {
  insertOperation,
  type NewOperation,
  type StoredOperation,
  type StoredTarget,
} from './operation-rows.ts';

type Standing = {
  message_id: MessageId;
  account_id: AccountId;
  mailbox_id: MailboxId;
  uid: number | null;
  uid_validity: number | null;
  flags: string;
  message_id_header: string;
};

export type FlagChange = {
  messageIds: MessageId[];
  add: string[];
  remove: string[];
  /** Only the placements in this mailbox. */
  inMailbox?: MailboxId;
};

/** See OperationTable.enqueueFlags. */
export function enqueueFlags(context: Context, request: FlagChange): OperationId[] {
  const remove = cleanFlags(request.remove);
  const add = cleanFlags(request.add).filter((flag) => !hasFlag(remove, flag));
  const byAccount = new Map<AccountId, StoredTarget[]>();
  for (const row of standing(context, request.messageIds)) {
    if (request.inMailbox !== undefined && row.mailbox_id !== request.inMailbox) continue;
    const before = readFlags(row.flags);
    if (writeFlags(changeFlags(before, { add, remove })) === writeFlags(before)) continue;
    const targets = byAccount.get(row.account_id);
    if (targets) targets.push(targetFrom(row));
    else byAccount.set(row.account_id, [targetFrom(row)]);
  }
  return enqueue(
    context,
    [...byAccount].map(([accountId, targets]) => ({
      accountId,
      targets,
      change: { kind: 'flags' as const, add, remove },
    })),
  );
}

/** See OperationTable.enqueueMove. @throws MailError mailbox-missing */
export function enqueueMove(
  context: Context,
  request: { messageIds: MessageId[]; from: ThreadView; to: MailboxId },
): OperationId[] {
  const accountId = accountOfMailbox(context.mail, request.to);
  if (accountId === undefined) throw new MailError('mailbox-missing');
  const bySource = new Map<MailboxId, StoredTarget[]>();
  for (const row of standing(context, request.messageIds)) {
    if (row.account_id !== accountId || row.mailbox_id === request.to) continue;
    if (!isInView(context, row.mailbox_id, request.from)) continue;
    const targets = bySource.get(row.mailbox_id);
    if (targets) targets.push(targetFrom(row));
    else bySource.set(row.mailbox_id, [targetFrom(row)]);
  }
  return enqueue(
    context,
    [...bySource.values()].map((targets) => ({
      accountId,
      targets,
      change: { kind: 'move' as const, toMailboxId: request.to },
    })),
  );
}

/** See OperationTable.enqueueExpunge. */
export function enqueueExpunge(
  context: Context,
  { messageIds, mailboxId, delay }: { messageIds: MessageId[]; mailboxId: MailboxId; delay: number },
): OperationId[] {
  const accountId = accountOfMailbox(context.mail, mailboxId);
  if (accountId === undefined) throw new MailError('mailbox-missing');
  const targets = standing(context, messageIds)
    .filter((row) => row.mailbox_id === mailboxId)
    .map(targetFrom);
  if (targets.length === 0) return [];
  const notBefore = context.clock.now() + delay;
  return enqueue(context, [{ accountId, targets, change: { kind: 'expunge' }, notBefore }]);
}

/** See OperationTable.enqueueEmptying. */
export function enqueueEmptying(context: Context, mailboxId: MailboxId, delay: number): OperationId[] {
  const row = context.mail.get<{
    account_id: AccountId;
    uid_validity: number | null;
    uid_next: number | null;
    backfilled_to: number | null;
  }>('SELECT account_id, uid_validity, uid_next, backfilled_to FROM mailbox WHERE mailbox_id = ?', [
    mailboxId,
  ]);
  if (!row || row.uid_validity === null || row.uid_next === null || row.backfilled_to === 1) return [];
  const notBefore = context.clock.now() + delay;
  const upTo = { mailboxId, uidValidity: row.uid_validity, uidNext: row.uid_next };
  const operation = {
    accountId: row.account_id,
    targets: [],
    change: { kind: 'expunge' as const, upTo },
    notBefore,
  };
  return enqueue(context, [operation]);
}

/** Takes back what was running or done: the inverse of an operation, of what it really changed. */
export function enqueueInverse(context: Context, operation: StoredOperation): OperationId[] {
  const { change } = operation;
  if (change.kind === 'mailbox') return enqueueMailboxInverse(context, operation.accountId, change);
  // A key may have been given to another message since.
  const targets = operation.targets.filter((target) => isSameMessage(context, target));
  if (change.kind === 'move') return moveBack(context, change.toMailboxId, targets);
  if (change.kind !== 'flags') return [];
  const places = new Set(
    standing(
      context,
      targets.map(({ messageId }) => messageId),
    ).map((row) => `${row.message_id}/${row.mailbox_id}`),
  );
  const groups = new Map<string, FlagChange>();
  for (const target of targets) {
    const add = change.remove.filter((flag) => hasFlag(target.was, flag));
    const remove = change.add.filter((flag) => !hasFlag(target.was, flag));
    // Moved away since, it is where it stands now that it is to be as it was.
    const inMailbox = places.has(`${target.messageId}/${target.mailboxId}`) ? target.mailboxId : undefined;
    const key = JSON.stringify([inMailbox, add, remove]);
    const group = groups.get(key) ?? {
      messageIds: [],
      add,
      remove,
      ...(inMailbox !== undefined && { inMailbox }),
    };
    group.messageIds.push(target.messageId);
    groups.set(key, group);
  }
  return [...groups.values()].flatMap((group) => enqueueFlags(context, group));
}

/** To where the person last saw them before the move, mailbox by mailbox. */
export function moveBack(context: Context, from: MailboxId, targets: StoredTarget[]): OperationId[] {
  const byMailbox = new Map<MailboxId, MessageId[]>();
  for (const { messageId, mailboxId, viaMailboxId } of targets) {
    const to = viaMailboxId ?? mailboxId;
    const there = byMailbox.get(to);
    if (there) there.push(messageId);
    else byMailbox.set(to, [messageId]);
  }
  return [...byMailbox].flatMap(([to, messageIds]) =>
    mailboxById(context.mail, to) === undefined || to === from
      ? []
      : enqueueMove(context, { messageIds, from: { kind: 'mailbox', mailboxId: from }, to }),
  );
}

function enqueue(context: Context, operations: NewOperation[]): OperationId[] {
  if (operations.length === 0) return [];
  const queued = context.journal.transaction(() =>
    operations.map((operation) => insertOperation(context, operation)),
  );
  for (const operation of queued) applyEffect(context, operation);
  for (const accountId of new Set(queued.map((operation) => operation.accountId))) {
    context.emit({ kind: 'operations', accountId });
  }
  return queued.map((operation) => operation.operationId);
}

/** Where these messages stand in view. */
function standing({ mail }: Context, messageIds: MessageId[]): Standing[] {
  return mail.all<Standing>(
    `SELECT p.message_id, m.account_id, p.mailbox_id, p.uid, b.uid_validity, p.flags, m.message_id_header
     FROM placement p JOIN message m ON m.message_id = p.message_id JOIN mailbox b ON b.mailbox_id = p.mailbox_id
     WHERE p.message_id IN (SELECT value FROM json_each(?)) AND p.hidden_by IS NULL`,
    [JSON.stringify([...new Set(messageIds)])],
  );
}

function targetFrom(row: Standing): StoredTarget {
  return {
    messageId: row.message_id,
    mailboxId: row.mailbox_id,
    uidValidity: row.uid_validity,
    uid: row.uid,
    messageIdHeader: row.message_id_header,
    was: readFlags(row.flags),
  };
}

function isInView(context: Context, mailboxId: MailboxId, view: ThreadView): boolean {
  return view.kind === 'mailbox'
    ? mailboxId === view.mailboxId
    : mailboxById(context.mail, mailboxId)?.specialUse === 'inbox';
}

function isSameMessage({ mail }: Context, target: StoredTarget): boolean {
  return (
    mail.get<{ message_id_header: string }>('SELECT message_id_header FROM message WHERE message_id = ?', [
      target.messageId,
    ])?.message_id_header === target.messageIdHeader
  );
}
