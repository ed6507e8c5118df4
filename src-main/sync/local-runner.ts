/**
 * What sync does for accounts without a server: it fills the store from the journal when something is missing there (a crash, a store
 * made anew, a draft that was filed), and carries out operations at once, through the same queue as everywhere, so that undo and a crash
 * are the same too. There is no link that could be down: what fails here is a full disk, and is tried again.
 */
import type { SyncProgress } from '../../src-shared/model/account.ts';
import type { AccountId, MessageId } from '../../src-shared/model/ids.ts';
import { backoffDelay } from '../base/backoff.ts';
import { type Clock, delay } from '../base/clock.ts';
import { MailError, toMailError } from '../base/errors.ts';
import { errorFacts, type Log } from '../base/log.ts';
import { turn } from '../base/turn.ts';
import { envelopeOfSource } from '../imap/source-envelope.ts';
import type { FilledMessage } from '../store/local-records.ts';
import type { StoredBody } from '../store/mail-records.ts';
import type { Operation } from '../store/operation-records.ts';
import type { Store } from '../store/store.ts';
import { createBell } from './bell.ts';
import type { ParseMessage } from './body-fetch.ts';

export type LocalRunnersOptions = {
  store: Store;
  parseMessage: ParseMessage;
  clock: Clock;
  log: Log;
  onChange(accountId: AccountId): void;
};

export type LocalRunners = {
  /** Makes the runners what the accounts are. */
  reconcile(): void;
  ringOperations(accountId: AccountId): void;
  /** Undefined for an account that has a server. */
  progress(accountId: AccountId): SyncProgress | undefined;
  /** The body of a message that is in the journal and not yet in the store; undefined for messages of other accounts. */
  fetchBody(messageId: MessageId): Promise<StoredBody> | undefined;
  stop(): Promise<void>;
};

type Runner = { ring(): void; progress(): SyncProgress; stop(): Promise<void> };

export function createLocalRunners(options: LocalRunnersOptions): LocalRunners {
  const { store, parseMessage } = options;
  const runners = new Map<AccountId, Runner>();
  const stopping = new Set<Promise<void>>();

  function stopRunner(accountId: AccountId): void {
    const runner = runners.get(accountId);
    runners.delete(accountId);
    if (!runner) return;
    const stopped = runner.stop().finally(() => stopping.delete(stopped));
    stopping.add(stopped);
  }

  async function readBody(messageId: MessageId): Promise<StoredBody> {
    const source = store.local.sourceOf(messageId);
    if (!source) throw new MailError('message-gone');
    const body = await parseMessage(source);
    store.bodies.put(messageId, { ...body, source });
    return body;
  }

  return {
    reconcile() {
      const local = store.accounts.list().filter(({ auth }) => auth === 'none');
      const there = new Set(local.map(({ accountId }) => accountId));
      for (const accountId of [...runners.keys()]) if (!there.has(accountId)) stopRunner(accountId);
      for (const accountId of there) {
        if (!runners.has(accountId)) runners.set(accountId, startRunner(accountId, options));
      }
    },
    ringOperations: (accountId) => runners.get(accountId)?.ring(),
    progress: (accountId) => runners.get(accountId)?.progress(),
    fetchBody(messageId) {
      const accountId = store.messages.get(messageId)?.accountId;
      return accountId !== undefined && runners.has(accountId) ? readBody(messageId) : undefined;
    },
    async stop() {
      for (const accountId of [...runners.keys()]) stopRunner(accountId);
      await Promise.all(stopping);
    },
  };
}

function startRunner(accountId: AccountId, options: LocalRunnersOptions): Runner {
  const { store, parseMessage, clock, log, onChange } = options;
  const controller = new AbortController();
  const { signal } = controller;
  const bell = createBell(clock);
  let progress: SyncProgress = { phase: 'idle' };

  function setProgress(next: SyncProgress): void {
    const isSame = next.phase === progress.phase && next.lastError === progress.lastError;
    progress = next;
    if (!isSame) onChange(accountId);
  }

  async function fillAll(): Promise<void> {
    for (;;) {
      const { mailboxId, messages } = store.local.missing(accountId);
      if (messages.length === 0) break;
      setProgress({ phase: 'bodies' });
      const read: FilledMessage[] = [];
      for (const message of messages) {
        const body = await parseMessage(message.source);
        signal.throwIfAborted();
        read.push({ ...message, body, envelope: envelopeOfSource(message.source, message.internalDate) });
      }
      for (const _ of store.local.fill(mailboxId, read)) {
        await turn();
        signal.throwIfAborted();
      }
    }
    setProgress({ phase: 'idle' });
  }

  /** One operation; answers false when nothing is due. */
  function runNext(): boolean {
    const [operation] = store.operations.due(accountId);
    if (!operation) return false;
    store.operations.setRunning(operation.operationId);
    try {
      store.local.carryOut(store.operations.get(operation.operationId) ?? operation);
    } catch (thrown) {
      settleFailure(operation, toMailError(thrown));
    }
    return true;
  }

  /** What nothing will change is taken back, with its reason; after a full disk it is tried again. */
  function settleFailure(operation: Operation, error: MailError): void {
    log.warn('sync.localOperationFailed', { kind: operation.kind, ...errorFacts(error) });
    const { operationId, attempts } = operation;
    if (error.retry === 'never') store.operations.fail(operationId, error.code);
    else store.operations.postpone(operationId, clock.now() + backoffDelay(attempts));
  }

  async function run(): Promise<void> {
    store.local.open(accountId);
    for (let failures = 0; !signal.aborted; ) {
      try {
        await fillAll();
        while (runNext()) {
          await turn();
          signal.throwIfAborted();
          await fillAll();
        }
        failures = 0;
        const nextTryAt = store.operations.nextTryAt(accountId);
        await bell.wait(signal, nextTryAt === undefined ? undefined : Math.max(0, nextTryAt - clock.now()));
      } catch (error) {
        if (signal.aborted) return;
        log.warn('sync.localFailed', errorFacts(error));
        setProgress({ phase: 'idle', lastError: toMailError(error).code });
        await delay(clock, backoffDelay(failures++), signal).catch(() => undefined);
      }
    }
  }

  // Not at once: whoever changed the store has to finish first.
  const running = Promise.resolve().then(run);
  return {
    ring: bell.ring,
    progress: () => progress,
    async stop() {
      controller.abort(new MailError('busy', { retry: 'later' }));
      await running.catch((error: unknown) => log.warn('sync.localEnded', errorFacts(error)));
    },
  };
}
