import type { AccountId, MailboxId, OperationId } from '../../src-shared/model/ids.ts';
import { FLAGGED, SEEN } from '../../src-shared/model/message.ts';
import { MailError } from '../base/errors.ts';
import type { Context } from './context.ts';
import { hasFlag } from './flags.ts';
import { mailboxById } from './mailbox-table.ts';
import { placementsOfTargets, rollBackEffect, settleEffect } from './operation-effects.ts';
import { enqueueFlags, enqueueInverse, enqueueMove } from './operation-queue.ts';
import type { Operation, OperationTable, PendingCounts, Target } from './operation-records.ts';
import {
  ACTIVE,
  activeOperations,
  findOperation,
  insertOperation,
  requireOperation,
  type StoredOperation,
  type StoredTarget,
  settleInJournal,
} from './operation-rows.ts';
import { unpack } from './packed.ts';

/** Settled operations are kept this long, so that they can be undone. */
const KEPT_FOR = 24 * 60 * 60_000;

export function createOperationTable(context: Context): OperationTable {
  const { journal, clock, emit } = context;

  function postpone({ operationId, accountId }: StoredOperation, nextTryAt: number): void {
    journal.run(
      "UPDATE operation SET state = 'pending', next_try_at = ?, attempts = attempts + 1 WHERE operation_id = ?",
      [nextTryAt, operationId],
    );
    emit({ kind: 'operations', accountId });
  }

  return {
    enqueueFlags: (change) => enqueueFlags(context, change),
    enqueueMove: (change) => enqueueMove(context, change),
    enqueueAppend({ accountId, specialUse, flags, source, messageIdHeader, draftId }) {
      const operation = insertOperation(context, {
        accountId,
        change: { kind: 'append', specialUse, flags, internalDate: clock.now(), messageIdHeader },
        targets: [],
        source,
        ...(draftId !== undefined && { draftId }),
      });
      emit({ kind: 'operations', accountId });
      return operation.operationId;
    },
    due: (accountId) => dueOperations(context, accountId),
    get(operationId) {
      const operation = findOperation(journal, operationId);
      if (!operation || !isActive(operation)) return undefined;
      return operationFrom(
        operation,
        resolvedTargets(context, operation).filter((target) => typeof target === 'object'),
      );
    },
    nextTryAt(accountId) {
      const times = unblocked(context, accountId).flatMap(({ operation }) => operation.nextTryAt ?? []);
      return times.length === 0 ? undefined : Math.min(...times);
    },
    appendSource(operationId) {
      const row = journal.get<{ source: Uint8Array }>(
        'SELECT source FROM operation_source WHERE operation_id = ?',
        [operationId],
      );
      if (!row) throw new MailError('not-found');
      return unpack(row.source);
    },
    setRunning(operationId) {
      const operation = requireOperation(journal, operationId);
      // The UIDs that go to the server: `finish` pairs them with the new ones.
      const resolved = resolvedTargets(context, operation);
      const targets = operation.targets.map((target, index): StoredTarget => {
        const now = resolved[index];
        return typeof now === 'object' ? { ...target, uid: now.uid, uidValidity: now.uidValidity } : target;
      });
      journal.run(
        `UPDATE operation SET state = 'running', targets = ? WHERE operation_id = ? AND ${ACTIVE}`,
        [JSON.stringify(targets), operationId],
      );
      emit({ kind: 'operations', accountId: operation.accountId });
    },
    finish(operationId, { newUids, uidValidity }) {
      const operation = findOperation(journal, operationId);
      if (!operation || !isActive(operation)) return;
      finishOperation(context, operation, {
        newUids: [...(newUids ?? [])],
        ...(uidValidity !== undefined && { uidValidity }),
      });
    },
    fail(operationId, code) {
      const operation = findOperation(journal, operationId);
      if (!operation || !isActive(operation)) return;
      settleInJournal(context, operation, 'failed');
      rollBackEffect(context, operation);
      const { accountId, change } = operation;
      emit({
        kind: 'operationFailed',
        accountId,
        operationIds: [operationId],
        operationKind: change.kind,
        count: change.kind === 'append' ? 1 : operation.targets.length,
        code,
      });
      emit({ kind: 'operations', accountId });
    },
    refuse(operationId, code, nextTryAt) {
      const operation = findOperation(journal, operationId);
      if (operation?.change.kind !== 'append' || !isActive(operation)) return;
      const { accountId, change } = operation;
      const isNews = change.refusal === undefined;
      if (isNews) {
        const refused = JSON.stringify({ ...change, refusal: code });
        journal.run('UPDATE operation SET change = ? WHERE operation_id = ?', [refused, operationId]);
      }
      postpone(operation, nextTryAt);
      const failed = { accountId, operationIds: [operationId], operationKind: change.kind, count: 1, code };
      if (isNews) emit({ kind: 'operationFailed', ...failed });
    },
    postpone(operationId, nextTryAt) {
      const operation = findOperation(journal, operationId);
      if (operation && isActive(operation)) postpone(operation, nextTryAt);
    },
    undo: (operationIds) => undo(context, operationIds),
    pending: (accountId) => pendingCounts(context, accountId),
  };
}

/** Forgets settled operations that are too old to be undone. */
export function forgetOldOperations({ journal, clock }: Context): void {
  journal.run('DELETE FROM operation WHERE settled_at < ?', [clock.now() - KEPT_FOR]);
}

function isActive(operation: StoredOperation): boolean {
  return operation.state === 'pending' || operation.state === 'running';
}

function finishOperation(
  context: Context,
  operation: StoredOperation,
  result: { newUids: [number, number][]; uidValidity?: number },
): void {
  settleInJournal(context, operation, 'done', result);
  settleEffect(context, operation, result);
  forgetOldOperations(context);
  if (operation.draftId !== null) context.emit({ kind: 'drafts' });
  context.emit({ kind: 'operations', accountId: operation.accountId });
}

function dueOperations(context: Context, accountId: AccountId): Operation[] {
  const now = context.clock.now();
  return unblocked(context, accountId)
    .filter(({ operation }) => (operation.nextTryAt ?? 0) <= now)
    .map(({ operation, targets }) => operationFrom(operation, targets));
}

/** What nothing but its time keeps from being run. Operations that have nothing left to do are taken out on the way. */
function unblocked(
  context: Context,
  accountId: AccountId,
): { operation: StoredOperation; targets: Target[] }[] {
  const busy = new Set<number>();
  return activeOperations(context.journal, accountId).flatMap((operation) => {
    const mustWait =
      operation.state === 'running' ||
      operation.binding === 'waits' ||
      operation.targets.some((target) => busy.has(target.messageId));
    const targets = mustWait ? 'later' : readyTargets(context, operation);
    if (targets === 'gone') {
      // Messages were expunged, or a move that it built on was taken back.
      settleInJournal(context, operation, 'undone');
      rollBackEffect(context, operation);
      return [];
    }
    for (const target of operation.targets) busy.add(target.messageId);
    return targets === 'later' ? [] : [{ operation, targets }];
  });
}

/** The targets with UIDs as they are now; `later` while one of them has none yet, `gone` when there is nothing left to do. */
function readyTargets(context: Context, operation: StoredOperation): Target[] | 'later' | 'gone' {
  if (operation.change.kind === 'append') return [];
  const resolved = resolvedTargets(context, operation);
  if (resolved.some((target) => target === 'no-uid-yet')) return 'later';
  const ready = resolved.filter((target) => typeof target === 'object');
  return ready.length === 0 ? 'gone' : ready;
}

/** Each target with its UID as it is known now, or as it was when it was queued when its placement has gone (undefined without any). */
function resolvedTargets(
  { mail }: Context,
  operation: StoredOperation,
): (Target | 'no-uid-yet' | undefined)[] {
  const placementOf = placementsOfTargets(mail, operation);
  const validities = new Map(
    mail
      .all<{ mailbox_id: MailboxId; uid_validity: number | null }>(
        'SELECT mailbox_id, uid_validity FROM mailbox WHERE account_id = ?',
        [operation.accountId],
      )
      .map((row) => [row.mailbox_id, row.uid_validity]),
  );
  return operation.targets.map((target) => {
    const { messageId, mailboxId, messageIdHeader } = target;
    const row = placementOf(target);
    if (row && row.uid === null) return 'no-uid-yet';
    const uid = row?.uid ?? target.uid;
    if (uid === null) return undefined;
    const uidValidity = (row && validities.get(mailboxId)) ?? target.uidValidity ?? 0;
    return { messageId, mailboxId, uidValidity, uid, messageIdHeader };
  });
}

function operationFrom(operation: StoredOperation, targets: Target[]): Operation {
  const { change } = operation;
  const common = {
    operationId: operation.operationId,
    accountId: operation.accountId,
    createdAt: operation.createdAt,
    state: operation.state === 'running' ? ('running' as const) : ('pending' as const),
    attempts: operation.attempts,
    ...(operation.nextTryAt !== null && { nextTryAt: operation.nextTryAt }),
  };
  if (change.kind === 'append') {
    return { ...common, ...change, ...(operation.draftId !== null && { draftId: operation.draftId }) };
  }
  return { ...common, ...change, targets };
}

function undo(context: Context, operationIds: OperationId[]): OperationId[] {
  const operations = operationIds
    .flatMap((id) => findOperation(context.journal, id) ?? [])
    .sort((a, b) => b.seq - a.seq);
  const inverse: OperationId[] = [];
  for (const operation of operations) {
    if (operation.state === 'pending') {
      settleInJournal(context, operation, 'undone');
      rollBackEffect(context, operation);
      context.emit({ kind: 'operations', accountId: operation.accountId });
    } else if (operation.state === 'running' || operation.state === 'done') {
      inverse.push(...enqueueInverse(context, operation));
    }
  }
  return inverse;
}

const MOVED_TO: Partial<Record<string, string>> = {
  archive: 'archived',
  all: 'archived',
  trash: 'trashed',
  junk: 'junked',
};

function pendingCounts(context: Context, accountId: AccountId): PendingCounts {
  const counts: PendingCounts = { flags: 0, move: 0, append: 0, refused: 0, byChange: {} };
  const count = (name: string, messages: number) => {
    counts.byChange[name] = (counts.byChange[name] ?? 0) + messages;
  };
  for (const { change, targets } of activeOperations(context.journal, accountId)) {
    const messages = change.kind === 'append' ? 1 : new Set(targets.map((target) => target.messageId)).size;
    counts[change.kind] += messages;
    if (change.kind === 'append') {
      count('saved', messages);
      if (change.refusal !== undefined) counts.refused += messages;
    } else if (change.kind === 'move') {
      const use = mailboxById(context.mail, change.toMailboxId)?.specialUse;
      count((use && MOVED_TO[use]) ?? 'moved', messages);
    } else for (const name of flagChanges(change)) count(name, messages);
  }
  return counts;
}

function flagChanges({ add, remove }: { add: string[]; remove: string[] }): string[] {
  const names = [
    ...(hasFlag(add, SEEN) ? ['read'] : []),
    ...(hasFlag(remove, SEEN) ? ['unread'] : []),
    ...(hasFlag(add, FLAGGED) ? ['starred'] : []),
    ...(hasFlag(remove, FLAGGED) ? ['unstarred'] : []),
  ];
  return names.length > 0 ? names : ['flagged'];
}
