/**
 * Keeps the store and the servers alike: one runner for each account that is signed in. It watches the store's change feed for
 * accounts that come, go, or are to be signed out, and for operations that wait; its own news are states and progress only,
 * because mail is told by the store.
 */
import type { AccountState, SyncProgress } from '../../src-shared/model/account.ts';
import type { AccountId, MessageId } from '../../src-shared/model/ids.ts';
import type { Clock } from '../base/clock.ts';
import type { ConnectionRegistry } from '../base/connection-registry.ts';
import { createEmitter } from '../base/emitter.ts';
import { MailError } from '../base/errors.ts';
import type { Log } from '../base/log.ts';
import { createSingleFlight } from '../base/mutex.ts';
import { untilAborted } from '../base/until-aborted.ts';
import type { AttachmentContent } from '../mime/parse-source.ts';
import type { Authentication } from '../sasl/authentication.ts';
import type { StoredServerAccount } from '../store/account-records.ts';
import type { Change } from '../store/change.ts';
import type { StoredBody } from '../store/mail-records.ts';
import type { Store } from '../store/store.ts';
import { type AccountRunner, startAccount } from './account-runner.ts';
import { fetchBody as fetchBodyOver, type ParseMessage } from './body-fetch.ts';

export type SyncOptions = {
  store: Store;
  authenticationFor(accountId: AccountId): Authentication;
  registry: ConnectionRegistry;
  parseMessage: ParseMessage;
  /** One attachment out of a message's source. */
  readAttachment(source: Uint8Array, part: number): Promise<AttachmentContent>;
  clock: Clock;
  log: Log;
};

export type Sync = {
  start(): void;
  /** Closes every connection; resolves when nothing runs any more. */
  stop(): Promise<void>;
  /** Looks for news now: the person asked, or the computer woke up. */
  wake(): void;
  state(accountId: AccountId): AccountState;
  progress(accountId: AccountId): SyncProgress;
  /** Told when an account's state or progress changed. */
  subscribe(listener: (accountId: AccountId) => void): () => void;
  /** The body from the store, else from the server. Throws MailError, or the signal's reason. */
  fetchBody(messageId: MessageId, signal: AbortSignal): Promise<StoredBody>;
  attachmentContent(messageId: MessageId, part: number, signal: AbortSignal): Promise<AttachmentContent>;
};

export function createSync(options: SyncOptions): Sync {
  const { store, authenticationFor, registry, parseMessage, readAttachment, clock, log } = options;
  const news = createEmitter<AccountId>();
  const runners = new Map<AccountId, AccountRunner>();
  /** The server settings of each runner. */
  const startedWith = new Map<AccountId, string>();
  const stopping = new Set<Promise<void>>();
  const oneFetch = createSingleFlight<MessageId, StoredBody>();
  let unsubscribe: (() => void) | undefined;

  const mayRun = ({ accountId, signIn }: StoredServerAccount) =>
    signIn === 'active' && store.grants.byAccount(accountId)?.state === 'active';

  /** Makes the runners what the accounts are. */
  function reconcile(): void {
    const accounts = new Map(
      store.accounts
        .list()
        .flatMap((account) => (account.auth === 'none' ? [] : [[account.accountId, account]])),
    );
    for (const accountId of runners.keys()) {
      const account = accounts.get(accountId);
      // A runner keeps what it was started with: after a sign-in with other server settings there has to be another.
      const isSame = JSON.stringify(account?.imap) === startedWith.get(accountId);
      if (!account || !mayRun(account) || !isSame) stopRunner(accountId);
    }
    for (const account of accounts.values()) {
      const { accountId } = account;
      if (runners.has(accountId) || !mayRun(account)) continue;
      const runner = startAccount({
        account,
        store,
        authentication: () => authenticationFor(accountId),
        registry,
        parseMessage,
        clock,
        log,
        onChange: () => news.emit(accountId),
      });
      runners.set(accountId, runner);
      startedWith.set(accountId, JSON.stringify(account.imap));
      news.emit(accountId);
    }
  }

  function stopRunner(accountId: AccountId): void {
    const runner = runners.get(accountId);
    if (!runner) return;
    runners.delete(accountId);
    startedWith.delete(accountId);
    const stopped = runner.stop().finally(() => stopping.delete(stopped));
    stopping.add(stopped);
    news.emit(accountId);
  }

  function onChange(change: Change): void {
    if (change.kind === 'accounts' || change.kind === 'grant') reconcile();
    else if (change.kind === 'operations') runners.get(change.accountId)?.ringOperations();
  }

  function stateOf(accountId: AccountId): AccountState {
    const runner = runners.get(accountId);
    if (runner) return runner.state();
    const account = store.accounts.get(accountId);
    if (account?.auth === 'none') return 'local';
    const signIn = account?.signIn;
    if (signIn === 'needs-sign-in' || signIn === 'signed-out') return signIn;
    return 'offline';
  }

  async function fetchBody(messageId: MessageId, signal: AbortSignal): Promise<StoredBody> {
    signal.throwIfAborted();
    const there = store.bodies.get(messageId);
    if (there) return there;
    const message = store.messages.get(messageId);
    if (!message) throw new MailError('not-found');
    const runner = runners.get(message.accountId);
    if (!runner) throw new MailError('grant-ended', { retry: 'after-sign-in' });
    // The person may look away; the message is fetched nevertheless, for the next time.
    const fetched = oneFetch(messageId, () =>
      runner.requests.use((connection) => fetchBodyOver(connection, messageId, store, parseMessage)),
    );
    return untilAborted(fetched, signal);
  }

  return {
    start() {
      unsubscribe ??= store.feed.subscribe(onChange);
      reconcile();
    },
    async stop() {
      unsubscribe?.();
      unsubscribe = undefined;
      for (const accountId of [...runners.keys()]) stopRunner(accountId);
      await Promise.all(stopping);
    },
    wake() {
      for (const runner of runners.values()) runner.wake();
    },
    state: stateOf,
    progress: (accountId) => runners.get(accountId)?.progress() ?? { phase: 'idle' },
    subscribe: news.subscribe,
    fetchBody,
    async attachmentContent(messageId, part, signal) {
      let source = store.bodies.source(messageId);
      if (!source) {
        await fetchBody(messageId, signal);
        source = store.bodies.source(messageId);
      }
      if (!source) throw new MailError('message-gone');
      return untilAborted(readAttachment(source, part), signal);
    },
  };
}
