import type { AccountId, MailboxId } from '../../src-shared/model/ids.ts';
import { backoffDelay } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { type MailError, toMailError } from '../base/errors.ts';
import { errorFacts, type Log } from '../base/log.ts';
import type { Operation } from '../store/operation-records.ts';
import type { Store } from '../store/store.ts';
import type { Bell } from './bell.ts';
import type { Lane } from './lane.ts';
import { AT_ONCE, isFinal, nextGroup, runGroup } from './operations.ts';

/** A full mailbox does not get room by the second. */
const REFUSED_FIRST = 60_000;
const REFUSED_MOST = 60 * 60_000;

export type OperationRunnerOptions = {
  accountId: AccountId;
  store: Store;
  lane: Lane;
  bell: Bell;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  isOnline(): boolean;
  onTouched(mailboxIds: MailboxId[]): void;
  onError(error: MailError): void;
};

/**
 * Runs what is due whenever the bell rings or a postponed operation's time has come, until the signal is aborted.
 * What fails for good is taken back with its reason; what fails for now waits, longer each time, and so does a copy for Sent.
 */
export async function runOperations(options: OperationRunnerOptions): Promise<void> {
  const { accountId, store, bell, clock, signal, isOnline } = options;
  while (!signal.aborted) {
    while (isOnline() && (await runNext(options))) signal.throwIfAborted();
    const nextTryAt = isOnline() ? store.operations.nextTryAt(accountId) : undefined;
    await bell.wait(signal, nextTryAt === undefined ? undefined : Math.max(0, nextTryAt - clock.now()));
  }
}

async function runNext(options: OperationRunnerOptions): Promise<boolean> {
  const { accountId, store, lane, clock, log, signal, onTouched, onError } = options;
  const group = nextGroup(store.operations.due(accountId, AT_ONCE));
  if (group.length === 0) return false;
  store.operations.setAllRunning(group.map(({ operationId }) => operationId));
  try {
    let tries = 0;
    const touched = await lane.use((connection) => {
      // A second time after a dead connection: of the first nobody knows how far it came.
      const tried = tries++ === 0 ? group : group.map((one) => ({ ...one, attempts: one.attempts + 1 }));
      return runGroup(connection, tried, store, clock.now());
    });
    onTouched(touched);
    return true;
  } catch (thrown) {
    if (signal.aborted) {
      giveBack(options, group, 0);
      throw thrown;
    }
    const error = toMailError(thrown);
    log.warn('sync.operationFailed', { kind: group[0]?.kind, ...errorFacts(error) });
    if (isFinal(error)) {
      for (const operation of stillThere(store, group)) settleRefusal(options, operation, error);
      return true;
    }
    giveBack(options, group, backoffDelay(group[0]?.attempts ?? 0));
    onError(error);
    return error.retry !== 'after-sign-in';
  }
}

/**
 * Taken back, except the copy of a sent message: nothing else keeps it, so it waits here until the server has room, or the
 * person has made some.
 */
function settleRefusal({ store, clock }: OperationRunnerOptions, operation: Operation, { code }: MailError) {
  const { operationId, attempts } = operation;
  if (operation.kind !== 'append') {
    store.operations.fail(operationId, code);
    return;
  }
  const told = code === 'mailbox-full' ? code : 'copy-refused';
  const wait = backoffDelay(attempts, REFUSED_FIRST, REFUSED_MOST);
  store.operations.refuse(operationId, told, clock.now() + wait);
}

/** Pending again. A group of which some were finished before the connection broke keeps those finished. */
function giveBack({ store, clock }: OperationRunnerOptions, group: Operation[], delay: number): void {
  for (const { operationId } of stillThere(store, group)) {
    store.operations.postpone(operationId, clock.now() + delay);
  }
}

function stillThere(store: Store, group: Operation[]): Operation[] {
  return group.filter(({ operationId }) => store.operations.get(operationId)?.state === 'running');
}
