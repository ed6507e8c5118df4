import type { OperationId } from '../../src-shared/model/ids.ts';
import { MailError } from '../base/errors.ts';
import { unpack } from '../base/packed.ts';
import type { Context } from './context.ts';
import { pendingCounts } from './operation-counts.ts';
import { dueOperations, nextTryAt, operationFrom, resolvedTargets } from './operation-due.ts';
import { failOperation, rollBackEffect, settleEffect, tellFailed } from './operation-effects.ts';
import {
  enqueueCreateMailbox,
  enqueueDeleteMailbox,
  enqueueRenameMailbox,
  enqueueSubscribe,
} from './operation-mailboxes.ts';
import {
  enqueueEmptying,
  enqueueExpunge,
  enqueueFlags,
  enqueueInverse,
  enqueueMove,
  moveBack,
} from './operation-queue.ts';
import type { OperationTable } from './operation-records.ts';
import {
  ACTIVE,
  findOperation,
  hasEffect,
  insertOperation,
  type OperationResult,
  requireOperation,
  type StoredOperation,
  type StoredTarget,
  settleInJournal,
} from './operation-rows.ts';

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
    enqueueAppend({ accountId, specialUse, flags, source, messageIdHeader }) {
      const operation = insertOperation(context, {
        accountId,
        change: { kind: 'append', specialUse, flags, internalDate: clock.now(), messageIdHeader },
        targets: [],
        source,
      });
      emit({ kind: 'operations', accountId });
      return operation.operationId;
    },
    enqueueExpunge: (change) => enqueueExpunge(context, change),
    enqueueEmptying: (mailboxId, delay) => enqueueEmptying(context, mailboxId, delay),
    enqueueCreateMailbox: (request) => enqueueCreateMailbox(context, request),
    enqueueRenameMailbox: (mailboxId, name) => enqueueRenameMailbox(context, mailboxId, name),
    enqueueDeleteMailbox: (mailboxId, delay) => enqueueDeleteMailbox(context, mailboxId, delay),
    enqueueSubscribe: (mailboxId, subscribed) => enqueueSubscribe(context, mailboxId, subscribed),
    releaseNow(accountId) {
      journal.run(
        `UPDATE operation SET next_try_at = NULL
         WHERE account_id = ? AND state = 'pending' AND attempts = 0 AND kind <> 'lookup'`,
        [accountId],
      );
      emit({ kind: 'operations', accountId });
    },
    due: (accountId, most) => dueOperations(context, accountId, most),
    get(operationId) {
      const operation = findOperation(journal, operationId);
      if (!operation || !isActive(operation)) return undefined;
      return operationFrom(
        operation,
        resolvedTargets(context, operation).filter((target) => typeof target === 'object'),
      );
    },
    nextTryAt: (accountId) => nextTryAt(context, accountId),
    appendSource(operationId) {
      const row = journal.get<{ source: Uint8Array }>(
        'SELECT source FROM operation_source WHERE operation_id = ?',
        [operationId],
      );
      if (!row) throw new MailError('not-found');
      return unpack(row.source);
    },
    setRunning: (operationId) => setRunning(context, [operationId]),
    setAllRunning: (operationIds) => setRunning(context, operationIds),
    finish(operationId, { newUids, uidValidity, onlyMarked, path }) {
      const operation = findOperation(journal, operationId);
      if (!operation || !isActive(operation)) return;
      finishOperation(context, operation, {
        newUids: [...(newUids ?? [])],
        ...(uidValidity !== undefined && { uidValidity }),
        ...(onlyMarked === true && { onlyMarked }),
        ...(path !== undefined && { path }),
      });
    },
    fail(operationId, code) {
      const operation = findOperation(journal, operationId);
      if (!operation || !isActive(operation)) return;
      failOperation(context, operation, code);
    },
    tellPartly(operationId, count, code) {
      const operation = findOperation(journal, operationId);
      if (operation) tellFailed(context, operation, count, code);
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
    lookAgain(operationId, nextTryAt) {
      const operation = findOperation(journal, operationId);
      if (operation?.change.kind !== 'lookup' || !isActive(operation)) return;
      const change = { ...operation.change, looks: operation.change.looks + 1 };
      journal.run(
        "UPDATE operation SET state = 'pending', next_try_at = ?, attempts = 0, change = ? WHERE operation_id = ?",
        [nextTryAt, JSON.stringify(change), operationId],
      );
      emit({ kind: 'operations', accountId: operation.accountId });
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

function setRunning(context: Context, operationIds: OperationId[]): void {
  const { journal } = context;
  const operations = operationIds.map((operationId) => requireOperation(journal, operationId));
  journal.transaction(() => {
    for (const operation of operations) {
      // The UIDs that go to the server: `finish` pairs them with the new ones.
      const resolved = resolvedTargets(context, operation);
      const targets = operation.targets.map((target, index): StoredTarget => {
        const now = resolved[index];
        if (typeof now !== 'object') return target;
        const { uid, uidValidity, mailboxId } = now;
        return { ...target, uid, uidValidity, mailboxId };
      });
      journal.run(
        `UPDATE operation SET state = 'running', targets = ? WHERE operation_id = ? AND ${ACTIVE}`,
        [JSON.stringify(targets), operation.operationId],
      );
    }
  });
  for (const accountId of new Set(operations.map((one) => one.accountId))) {
    context.emit({ kind: 'operations', accountId });
  }
}

function finishOperation(context: Context, operation: StoredOperation, result: OperationResult): void {
  settleInJournal(context, operation, 'done', result);
  settleEffect(context, operation, result);
  forgetOldOperations(context);
  context.emit({ kind: 'operations', accountId: operation.accountId });
}

function undo(context: Context, operationIds: OperationId[]): OperationId[] {
  const operations = operationIds
    .flatMap((id) => findOperation(context.journal, id) ?? [])
    .sort((a, b) => b.seq - a.seq);
  const inverse: OperationId[] = [];
  for (const operation of operations) {
    if (operation.state === 'pending' && !mayBeDone(operation)) {
      settleInJournal(context, operation, 'undone');
      rollBackEffect(context, operation);
      inverse.push(...backToVia(context, operation));
      context.emit({ kind: 'operations', accountId: operation.accountId });
    } else if (isActive(operation) || operation.state === 'done') {
      inverse.push(...enqueueInverse(context, operation));
    }
  }
  return inverse;
}

/** Of a try that was cut off nobody knows what the server heard. What goes for good has no way back: there the rest is left alone. */
const mayBeDone = ({ attempts, change }: StoredOperation): boolean =>
  attempts > 0 && change.kind !== 'expunge' && hasEffect(change);

/** A move that took over an earlier one leads back to where the earlier one had shown the messages. */
function backToVia(context: Context, { change, targets }: StoredOperation): OperationId[] {
  const [first] = targets;
  if (change.kind !== 'move' || !first) return [];
  return moveBack(
    context,
    first.mailboxId,
    targets.filter(({ viaMailboxId }) => viaMailboxId !== undefined),
  );
}
