/**
 * What an operation does to the store, under its operation id: applied when it is queued, settled when the server did it, taken back when
 * it failed or was undone. Each is one transaction that also writes or deletes the row in `applied_operation`, so that after a crash
 * between the two files the next start sees what is missing.
 */
import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import type { MailboxId, MessageId, OperationId } from '../../src-shared/model/ids.ts';
import { DELETED } from '../../src-shared/model/message.ts';
import { type Context, type Touched, writeMail } from './context.ts';
import type { Database } from './database.ts';
import { deleteOrphans } from './delete-messages.ts';
import { changeFlags, hasFlag, readFlags, writeFlags } from './flags.ts';
import { applyMailbox, removeMade, settleMailbox } from './mailbox-effects.ts';
import { takeOver } from './operation-merge.ts';
import {
  hasEffect,
  type OperationResult,
  type StoredOperation,
  type StoredTarget,
  settleInJournal,
} from './operation-rows.ts';
import {
  insertPlacement,
  MARKED_DELETED,
  PLACEMENT_COLUMNS,
  type PlacementRow,
  placementAt,
  showFlags,
  touchPlacement,
} from './placement.ts';

/** Shows the effect of an operation. Targets that are not there (any more) are passed over. */
export function applyEffect(context: Context, operation: StoredOperation): void {
  const { change } = operation;
  if (!hasEffect(change)) return;
  const { mail } = context;
  writeMail(context, operation.accountId, (touched) => {
    mail.run(
      'INSERT INTO applied_operation(operation_id, seq, account_id, add_flags, remove_flags) VALUES (?, ?, ?, ?, ?)',
      [
        operation.operationId,
        operation.seq,
        operation.accountId,
        change.kind === 'flags' ? writeFlags(change.add) : '',
        change.kind === 'flags' ? writeFlags(change.remove) : '',
      ],
    );
    if (change.kind === 'mailbox') applyMailbox(mail, operation, change);
    for (const target of operation.targets) {
      const row = visiblePlacement(mail, target.messageId, target.mailboxId);
      if (!row) continue;
      if (change.kind === 'flags') {
        mail.run('INSERT INTO flag_overlay(placement_id, operation_id) VALUES (?, ?)', [
          row.placement_id,
          operation.operationId,
        ]);
        if (showFlags(mail, row.placement_id)) touchPlacement(mail, row, touched);
      } else if (change.kind === 'move') {
        movePlacement(mail, operation.operationId, row, change.toMailboxId, touched);
      } else {
        hidePlacement(mail, operation.operationId, row, touched);
      }
    }
  });
  if (change.kind === 'mailbox') context.emit({ kind: 'mailboxes', accountId: operation.accountId });
}

function hidePlacement(mail: Database, operationId: OperationId, row: PlacementRow, touched: Touched): void {
  mail.run('UPDATE placement SET hidden_by = ? WHERE placement_id = ?', [operationId, row.placement_id]);
  touchPlacement(mail, row, touched);
}

function movePlacement(
  mail: Database,
  operationId: OperationId,
  row: PlacementRow,
  toMailboxId: MailboxId,
  touched: Touched,
): void {
  hidePlacement(mail, operationId, row, touched);
  if (visiblePlacement(mail, row.message_id, toMailboxId)) return;
  const made = insertPlacement(mail, {
    mailboxId: toMailboxId,
    messageId: row.message_id,
    uid: null,
    serverFlags: readFlags(row.server_flags),
    createdBy: operationId,
  });
  mail.run(
    'INSERT INTO flag_overlay(placement_id, operation_id) SELECT ?, operation_id FROM flag_overlay WHERE placement_id = ?',
    [made, row.placement_id],
  );
  showFlags(mail, made);
  touchPlacement(mail, { mailbox_id: toMailboxId, message_id: row.message_id }, touched);
}

/** The server did it: what was shown becomes what is known. */
export function settleEffect(
  context: Context,
  operation: StoredOperation,
  result: OperationResult | undefined,
): void {
  const { mail } = context;
  const { change, operationId } = operation;
  if (!hasEffect(change)) return;
  writeMail(context, operation.accountId, (touched) => {
    if (change.kind === 'mailbox') settleMailbox(mail, operation, change, result, touched);
    if (change.kind === 'expunge') settleExpunge(mail, operationId, result, touched);
    if (result?.takenOver) takeOver(mail, operation, result.takenOver, touched);
    else if (change.kind === 'move') settleMove(mail, operation, change.toMailboxId, result, touched);
    const overlaid = overlaidPlacements(mail, operationId);
    if (change.kind === 'flags') {
      for (const row of overlaid) {
        mail.run('UPDATE placement SET server_flags = ? WHERE placement_id = ?', [
          writeFlags(changeFlags(readFlags(row.server_flags), change)),
          row.placement_id,
        ]);
      }
    }
    forget(mail, operationId, overlaid, touched);
  });
  if (change.kind === 'mailbox') context.emit({ kind: 'mailboxes', accountId: operation.accountId });
}

function settleExpunge(
  mail: Database,
  operationId: OperationId,
  result: OperationResult | undefined,
  touched: Touched,
): void {
  const doubtful: MessageId[] = [];
  for (const row of placementsBy(mail, 'hidden_by', operationId)) {
    if (result?.onlyMarked) {
      // It stays hidden, as every message that is marked so, until somebody expunges it.
      const flags = writeFlags(changeFlags(readFlags(row.server_flags), { add: [DELETED], remove: [] }));
      mail.run('UPDATE placement SET hidden_by = ?, server_flags = ? WHERE placement_id = ?', [
        MARKED_DELETED,
        flags,
        row.placement_id,
      ]);
      showFlags(mail, row.placement_id);
    } else {
      mail.run('DELETE FROM placement WHERE placement_id = ?', [row.placement_id]);
      doubtful.push(row.message_id);
    }
    touchPlacement(mail, row, touched);
  }
  deleteOrphans(mail, doubtful, touched);
}

function settleMove(
  mail: Database,
  operation: StoredOperation,
  toMailboxId: MailboxId,
  result: OperationResult | undefined,
  touched: Touched,
): void {
  const { operationId } = operation;
  const newUids = new Map(result?.newUids ?? []);
  const known = mail.get<{ uid_validity: number | null }>(
    'SELECT uid_validity FROM mailbox WHERE mailbox_id = ?',
    [toMailboxId],
  )?.uid_validity;
  // UIDs of another validity name other messages (RFC 4315 §3): then sync finds the new ones.
  const fits = known == null || result?.uidValidity === undefined || known === result.uidValidity;
  const uidOf = new Map(operation.targets.map((target) => [target.messageId, target.uid]));
  const doubtful: MessageId[] = [];
  for (const row of placementsBy(mail, 'created_by', operationId)) {
    const oldUid = uidOf.get(row.message_id) ?? undefined;
    const newUid = oldUid === undefined ? undefined : newUids.get(oldUid);
    const isGone = row.uid === null && newUids.size > 0 && newUid === undefined;
    const isThere =
      row.uid === null && fits && newUid !== undefined && placementAt(mail, toMailboxId, newUid);
    if (isGone || isThere) {
      // The server had nothing to move, or sync brought it as a message of its own: no ghost stays behind.
      touchPlacement(mail, row, touched);
      mail.run('DELETE FROM placement WHERE placement_id = ?', [row.placement_id]);
      doubtful.push(row.message_id);
    } else {
      mail.run('UPDATE placement SET uid = ?, created_by = NULL WHERE placement_id = ?', [
        row.uid ?? (fits ? (newUid ?? null) : null),
        row.placement_id,
      ]);
    }
  }
  for (const row of placementsBy(mail, 'hidden_by', operationId)) {
    mail.run('DELETE FROM placement WHERE placement_id = ?', [row.placement_id]);
    doubtful.push(row.message_id);
  }
  deleteOrphans(mail, doubtful, touched);
}

/** Takes the effect back, of any kind of operation. Flag changes made since stay on the message, wherever it is again. */
export function rollBackEffect(
  context: Context,
  operation: Pick<StoredOperation, 'operationId' | 'accountId'>,
): void {
  const { mail } = context;
  const { operationId, accountId } = operation;
  let wasMailbox = false;
  writeMail(context, accountId, (touched) => {
    const doubtful: MessageId[] = [];
    const carried = new Map<MessageId, OperationId[]>();
    for (const row of placementsBy(mail, 'created_by', operationId)) {
      if (row.uid === null) removeCreated(mail, row, { touched, doubtful, carried });
      else mail.run('UPDATE placement SET created_by = NULL WHERE placement_id = ?', [row.placement_id]);
    }
    for (const row of placementsBy(mail, 'hidden_by', operationId)) {
      const hiddenBy = hasFlag(readFlags(row.flags), DELETED) ? MARKED_DELETED : null;
      mail.run('UPDATE placement SET hidden_by = ? WHERE placement_id = ?', [hiddenBy, row.placement_id]);
      for (const overlay of carried.get(row.message_id) ?? []) {
        mail.run('INSERT OR IGNORE INTO flag_overlay(placement_id, operation_id) VALUES (?, ?)', [
          row.placement_id,
          overlay,
        ]);
      }
      showFlags(mail, row.placement_id);
      touchPlacement(mail, row, touched);
    }
    wasMailbox = removeMade(mail, operationId, touched);
    forget(mail, operationId, overlaidPlacements(mail, operationId), touched);
    deleteOrphans(mail, doubtful, touched);
  });
  if (wasMailbox) context.emit({ kind: 'mailboxes', accountId });
}

/** It failed for good: taken back, and told. */
export function failOperation(context: Context, operation: StoredOperation, code: ErrorCode): void {
  settleInJournal(context, operation, 'failed');
  rollBackEffect(context, operation);
  tellFailed(context, operation, operation.targets.length || 1, code);
  context.emit({ kind: 'operations', accountId: operation.accountId });
}

export function tellFailed(
  { emit }: Context,
  { operationId, accountId, change }: StoredOperation,
  count: number,
  code: ErrorCode,
): void {
  // A look changes nothing and so nothing is taken back.
  if (change.kind === 'lookup') return;
  const operationIds = [operationId];
  emit({ kind: 'operationFailed', accountId, operationIds, operationKind: change.kind, count, code });
}

type Removal = { touched: Touched; doubtful: MessageId[]; carried: Map<MessageId, OperationId[]> };

/** Removes a placement that a move made, and what later moves made of it. The pending flag changes on them are noted. */
function removeCreated(mail: Database, row: PlacementRow, removal: Removal): void {
  const { touched, doubtful, carried } = removal;
  if (row.hidden_by !== null && row.hidden_by !== MARKED_DELETED) {
    for (const next of placementsBy(mail, 'created_by', row.hidden_by)) {
      if (next.message_id === row.message_id && next.uid === null) removeCreated(mail, next, removal);
    }
  }
  touchPlacement(mail, row, touched);
  const overlays = mail.all<{ operation_id: OperationId }>(
    'SELECT operation_id FROM flag_overlay WHERE placement_id = ?',
    [row.placement_id],
  );
  const known = carried.get(row.message_id) ?? [];
  carried.set(row.message_id, [...known, ...overlays.map((one) => one.operation_id)]);
  mail.run('DELETE FROM placement WHERE placement_id = ?', [row.placement_id]);
  doubtful.push(row.message_id);
}

function forget(mail: Database, operationId: OperationId, overlaid: PlacementRow[], touched: Touched): void {
  mail.run('DELETE FROM applied_operation WHERE operation_id = ?', [operationId]);
  for (const row of overlaid) {
    if (showFlags(mail, row.placement_id)) touchPlacement(mail, row, touched);
  }
}

/** The placements that an applied operation works on, as far as they are still there, by message and mailbox. */
export function placementsOfTargets(
  mail: Database,
  operation: StoredOperation,
): (target: StoredTarget) => PlacementRow | undefined {
  const { change, operationId, targets } = operation;
  const rows =
    change.kind === 'flags'
      ? overlaidPlacements(mail, operationId)
      : placementsBy(mail, 'hidden_by', operationId);
  const keyOf = (messageId: MessageId, mailboxId: MailboxId) => `${messageId}/${mailboxId}`;
  // Moved away and back again, a message stands there twice: where the server has it, and where it will be.
  const withUidLast = rows.sort((a, b) => Number(a.uid !== null) - Number(b.uid !== null));
  const byTarget = new Map(withUidLast.map((row) => [keyOf(row.message_id, row.mailbox_id), row]));
  // Where a flag change was carried to when the move on which it was made was taken back.
  const named = new Set(targets.map(({ messageId, mailboxId }) => keyOf(messageId, mailboxId)));
  const carried = new Map(
    rows
      .filter((row) => row.created_by === null && !named.has(keyOf(row.message_id, row.mailbox_id)))
      .map((row) => [row.message_id, row]),
  );
  return ({ messageId, mailboxId }) => {
    const row = byTarget.get(keyOf(messageId, mailboxId));
    if (change.kind !== 'flags' || (row && row.uid !== null)) return row;
    // One without UID may be what a later move made, which waits for this change.
    return carried.get(messageId) ?? row;
  };
}

function visiblePlacement(
  mail: Database,
  messageId: MessageId,
  mailboxId: MailboxId,
): PlacementRow | undefined {
  return mail.get<PlacementRow>(
    `SELECT ${PLACEMENT_COLUMNS} FROM placement WHERE message_id = ? AND mailbox_id = ? AND hidden_by IS NULL`,
    [messageId, mailboxId],
  );
}

function placementsBy(
  mail: Database,
  column: 'created_by' | 'hidden_by',
  operationId: OperationId,
): PlacementRow[] {
  return mail.all<PlacementRow>(`SELECT ${PLACEMENT_COLUMNS} FROM placement WHERE ${column} = ?`, [
    operationId,
  ]);
}

function overlaidPlacements(mail: Database, operationId: OperationId): PlacementRow[] {
  return mail.all<PlacementRow>(
    `SELECT ${PLACEMENT_COLUMNS} FROM placement WHERE placement_id IN
       (SELECT placement_id FROM flag_overlay WHERE operation_id = ?)`,
    [operationId],
  );
}
