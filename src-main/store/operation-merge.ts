/**
 * Moves that were not yet sent when the person moved the same messages on: one move is enough, from where the server has them to
 * where they are to be, and none when they are to be back where they were. In the journal the earlier move is done then, with a word
 * of who took it over, and so an undo still leads back step by step.
 */
import type { AccountId, MailboxId, MessageId, OperationId } from '../../src-shared/model/ids.ts';
import { type Context, type Touched, writeMail } from './context.ts';
import type { Database } from './database.ts';
import {
  ACTIVE,
  activeOperations,
  type OperationResult,
  type StoredOperation,
  settleInJournal,
} from './operation-rows.ts';
import { PLACEMENT_COLUMNS, type PlacementRow, showFlags, touchPlacement } from './placement.ts';

type Move = StoredOperation & { change: { kind: 'move'; toMailboxId: MailboxId } };
type TakenOver = NonNullable<OperationResult['takenOver']>;

/** Makes one of moves that follow each other, of all that is pending. */
export function mergeMoves(context: Context, accountId: AccountId): void {
  const { journal } = context;
  // Moves into one mailbox cannot follow each other: mostly there is nothing to look through.
  const into = journal.all(
    `SELECT DISTINCT change ->> 'toMailboxId' FROM operation
     WHERE ${ACTIVE} AND account_id = ? AND kind = 'move' AND attempts = 0 LIMIT 2`,
    [accountId],
  );
  if (into.length < 2) return;
  for (;;) {
    const pair = findPair(activeOperations(journal, accountId));
    if (!pair) return;
    merge(context, pair);
  }
}

/** A move and the one that takes over all of its messages, with nothing else done to them in between. */
function findPair(active: StoredOperation[]): { first: Move; second: Move } | undefined {
  if (active.filter(isUnsentMove).length < 2) return undefined;
  const next = new Map<StoredOperation, Set<StoredOperation | undefined>>();
  const last = new Map<MessageId, StoredOperation>();
  for (const operation of active) {
    for (const { messageId, mailboxId } of operation.targets) {
      const before = last.get(messageId);
      last.set(messageId, operation);
      if (!before || !isUnsentMove(before)) continue;
      const follows = isUnsentMove(operation) && mailboxId === before.change.toMailboxId;
      const nexts = next.get(before) ?? new Set();
      next.set(before, nexts.add(follows ? operation : undefined));
    }
  }
  for (const [first, [second, ...others]] of next) {
    if (!isUnsentMove(first) || !second || !isUnsentMove(second) || others.length > 0) continue;
    const taken = new Set(second.targets.map((target) => target.messageId));
    const isAll = first.targets.every((target) => taken.has(target.messageId));
    const own = new Set(first.targets.map((target) => target.messageId));
    // What the second one takes besides has to stand where the first one takes from: a move is out of one mailbox.
    const isFromOne = second.targets.every(
      (target) => own.has(target.messageId) || target.mailboxId === first.targets[0]?.mailboxId,
    );
    // Back to where they were: only where that is all that the second one does.
    const fits = !isBack(first, second) || taken.size === first.targets.length;
    if (isAll && isFromOne && fits) return { first, second };
  }
  return undefined;
}

const isBack = (first: Move, second: Move) => first.targets[0]?.mailboxId === second.change.toMailboxId;

function isUnsentMove(operation: StoredOperation): operation is Move {
  const { change, state, attempts, binding } = operation;
  return change.kind === 'move' && state === 'pending' && attempts === 0 && binding === 'bound';
}

function merge(context: Context, { first, second }: { first: Move; second: Move }): void {
  const { journal, mail } = context;
  const sources = new Map(first.targets.map((target) => [target.messageId, target]));
  const targets = second.targets.map((target) => {
    const source = sources.get(target.messageId);
    return source ? { ...source, was: target.was, viaMailboxId: target.mailboxId } : target;
  });
  const takenOver: TakenOver = { by: second.operationId, isBack: isBack(first, second) };
  journal.transaction(() => {
    journal.run('UPDATE operation SET targets = ? WHERE operation_id = ?', [
      JSON.stringify(targets),
      second.operationId,
    ]);
    settleInJournal(context, first, 'done', { newUids: [], takenOver });
    if (takenOver.isBack) settleInJournal(context, second, 'done', { newUids: [] });
  });
  writeMail(context, first.accountId, (touched) => {
    takeOver(mail, first, takenOver, touched);
    const settled = takenOver.isBack ? [first.operationId, second.operationId] : [first.operationId];
    for (const id of settled) mail.run('DELETE FROM applied_operation WHERE operation_id = ?', [id]);
  });
}

/** The effect of it: what the first move hid the second one hides, or nobody when it is back; what it made goes. */
export function takeOver(
  mail: Database,
  first: StoredOperation,
  { by, isBack: isBackAgain }: TakenOver,
  touched: Touched,
): void {
  const rowsBy = (column: 'created_by' | 'hidden_by') =>
    mail.all<PlacementRow>(`SELECT ${PLACEMENT_COLUMNS} FROM placement WHERE ${column} = ?`, [
      first.operationId,
    ]);
  for (const row of rowsBy('hidden_by')) {
    touchPlacement(mail, row, touched);
    // What the move back made stands for it so far: what was done to that since is done to this.
    const standIn = isBackAgain ? standInFor(mail, row, by) : undefined;
    mail.run('UPDATE placement SET hidden_by = ? WHERE placement_id = ?', [
      isBackAgain ? (standIn?.hidden_by ?? null) : by,
      row.placement_id,
    ]);
    if (standIn) {
      mail.run(
        `INSERT OR IGNORE INTO flag_overlay(placement_id, operation_id)
           SELECT ?, operation_id FROM flag_overlay WHERE placement_id = ?`,
        [row.placement_id, standIn.placement_id],
      );
      mail.run('DELETE FROM placement WHERE placement_id = ?', [standIn.placement_id]);
    }
    showFlags(mail, row.placement_id);
  }
  for (const row of rowsBy('created_by')) {
    touchPlacement(mail, row, touched);
    if (row.uid === null) mail.run('DELETE FROM placement WHERE placement_id = ?', [row.placement_id]);
    else mail.run('UPDATE placement SET created_by = NULL WHERE placement_id = ?', [row.placement_id]);
  }
}

/** Without UID and made by that move, or by nobody any more when a kill came between the two halves of a merge. */
function standInFor(mail: Database, row: PlacementRow, by: OperationId): PlacementRow | undefined {
  return mail.get<PlacementRow>(
    `SELECT ${PLACEMENT_COLUMNS} FROM placement WHERE message_id = ? AND mailbox_id = ? AND uid IS NULL
       AND placement_id <> ? AND ifnull(created_by, ?) = ?`,
    [row.message_id, row.mailbox_id, row.placement_id, by, by],
  );
}
