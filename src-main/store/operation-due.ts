/** Which operations can be run, and on which UIDs. */
import type { AccountId, MailboxId, MessageId } from '../../src-shared/model/ids.ts';
import type { Context } from './context.ts';
import { failOperation, placementsOfTargets, rollBackEffect } from './operation-effects.ts';
import { mergeMoves } from './operation-merge.ts';
import type { Operation, Target } from './operation-records.ts';
import {
  ACTIVE,
  activeInTurn,
  isAnythingTimely,
  type StoredOperation,
  settleInJournal,
} from './operation-rows.ts';
import { placementsOf } from './placement.ts';

/** See OperationTable.due. */
export function dueOperations(context: Context, accountId: AccountId, most = Infinity): Operation[] {
  const now = context.clock.now();
  if (!isAnythingTimely(context.journal, accountId, now)) return [];
  mergeMoves(context, accountId);
  const due: Operation[] = [];
  let messages = 0;
  for (const { operation, targets } of unblocked(context, accountId, { onlyTimely: true })) {
    due.push(operationFrom(operation, targets));
    messages += targets.length;
    if (messages >= most) break;
  }
  return due;
}

/** See OperationTable.nextTryAt. */
export function nextTryAt(context: Context, accountId: AccountId): number | undefined {
  const now = context.clock.now();
  const first = context.journal.get<{ at: number | null }>(
    `SELECT min(next_try_at) AS at FROM operation WHERE ${ACTIVE} AND account_id = ?`,
    [accountId],
  )?.at;
  // To look a little too early, for one that waits for another as well, costs less than to look through all of them.
  if (first == null || first > now) return first ?? undefined;
  const times = [...unblocked(context, accountId, { onlyTimely: false })].flatMap(
    ({ operation }) => operation.nextTryAt ?? [],
  );
  return times.length === 0 ? undefined : Math.min(...times);
}

/** What nothing but its time keeps from being run. Operations that have nothing left to do are taken out on the way. */
function* unblocked(
  context: Context,
  accountId: AccountId,
  { onlyTimely }: { onlyTimely: boolean },
): Generator<{ operation: StoredOperation; targets: Target[] }> {
  const now = context.clock.now();
  const waiting = createWaiting();
  for (const operation of activeInTurn(context.journal, accountId)) {
    const isTimely = (operation.nextTryAt ?? 0) <= now;
    const mustWait =
      operation.state === 'running' ||
      operation.binding === 'waits' ||
      (onlyTimely && !isTimely) ||
      waiting.isFor(operation);
    const targets = mustWait ? 'later' : readyTargets(context, operation);
    if (targets === 'gone') {
      settleGone(context, operation);
      continue;
    }
    waiting.add(operation, targets !== 'later' && isTimely);
    if (targets !== 'later') yield { operation, targets };
  }
}

/** Its messages were expunged elsewhere, or a move that it built on failed or was taken back: told, unless all is as it was to be. */
function settleGone(context: Context, operation: StoredOperation): void {
  const { change, targets } = operation;
  const places = targets.map(({ messageId }) =>
    placementsOf(context.mail, messageId)
      .filter((row) => row.hidden_by === null)
      .map((row) => row.mailbox_id),
  );
  const isAsWanted = (mailboxIds: MailboxId[]) =>
    change.kind === 'move'
      ? mailboxIds.includes(change.toMailboxId)
      : change.kind === 'expunge' && mailboxIds.length === 0;
  if (places.every(isAsWanted)) {
    settleInJournal(context, operation, 'undone');
    rollBackEffect(context, operation);
  } else {
    failOperation(
      context,
      operation,
      places.some((ids) => ids.length > 0) ? 'change-refused' : 'message-gone',
    );
  }
}

/** Who has to wait for whom: changes of one message for each other, and changes in a mailbox for those of the mailbox itself. */
function createWaiting() {
  const messages = new Map<MessageId, 'due-flags' | 'other'>();
  const named = new Set<MailboxId>();
  const changing = new Set<MailboxId>();
  return {
    isFor(operation: StoredOperation): boolean {
      const { change, targets } = operation;
      const isFlags = change.kind === 'flags';
      const waitsForMessage = targets.some(({ messageId }) => {
        const before = messages.get(messageId);
        // Flag changes are done together with those before them.
        return before !== undefined && !(isFlags && before === 'due-flags');
      });
      const mailboxes = mailboxesNamed(operation);
      const waitsForMailbox =
        change.kind === 'mailbox'
          ? changing.size > 0 || mailboxes.some((id) => named.has(id))
          : mailboxes.some((id) => changing.has(id));
      return waitsForMessage || waitsForMailbox;
    },
    add(operation: StoredOperation, isDue: boolean): void {
      const { change, targets } = operation;
      for (const { messageId } of targets) {
        const isJoined = change.kind === 'flags' && isDue && messages.get(messageId) !== 'other';
        messages.set(messageId, isJoined ? 'due-flags' : 'other');
      }
      for (const id of mailboxesNamed(operation)) {
        named.add(id);
        if (change.kind === 'mailbox') changing.add(id);
      }
    },
  };
}

function mailboxesNamed({ change, targets }: StoredOperation): MailboxId[] {
  const ids = new Set(targets.map(({ mailboxId }) => mailboxId));
  if (change.kind === 'move') ids.add(change.toMailboxId);
  if (change.kind === 'expunge' && change.upTo) ids.add(change.upTo.mailboxId);
  if (change.kind === 'mailbox') {
    ids.add(change.mailboxId);
    if ('parentMailboxId' in change && change.parentMailboxId !== undefined) ids.add(change.parentMailboxId);
  }
  return [...ids];
}

/** The targets with UIDs as they are now; `later` while one of them has none yet, `gone` when there is nothing left to do. */
function readyTargets(context: Context, operation: StoredOperation): Target[] | 'later' | 'gone' {
  const { change } = operation;
  const hasNoTargets =
    change.kind === 'append' ||
    change.kind === 'lookup' ||
    change.kind === 'mailbox' ||
    (change.kind === 'expunge' && change.upTo !== undefined);
  if (hasNoTargets) return [];
  const resolved = resolvedTargets(context, operation);
  if (resolved.some((target) => target === 'no-uid-yet')) return 'later';
  const ready = resolved.filter((target) => typeof target === 'object');
  return ready.length === 0 ? 'gone' : ready;
}

/** Each target with its UID as it is known now, or as it was when it was queued when its placement has gone (undefined without any). */
export function resolvedTargets(
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
    const { messageId, messageIdHeader } = target;
    const row = placementOf(target);
    if (row && row.uid === null) return 'no-uid-yet';
    const uid = row?.uid ?? target.uid;
    if (uid === null) return undefined;
    const mailboxId = row?.mailbox_id ?? target.mailboxId;
    const uidValidity = (row && validities.get(mailboxId)) ?? target.uidValidity ?? 0;
    return { messageId, mailboxId, uidValidity, uid, messageIdHeader, was: target.was };
  });
}

export function operationFrom(operation: StoredOperation, targets: Target[]): Operation {
  const { change } = operation;
  const common = {
    operationId: operation.operationId,
    accountId: operation.accountId,
    createdAt: operation.createdAt,
    state: operation.state === 'running' ? ('running' as const) : ('pending' as const),
    attempts: operation.attempts,
    ...(operation.nextTryAt !== null && { nextTryAt: operation.nextTryAt }),
  };
  if (change.kind === 'append' || change.kind === 'mailbox' || change.kind === 'lookup')
    return { ...common, ...change };
  return { ...common, ...change, targets };
}
