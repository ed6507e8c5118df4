/**
 * Everything that runs for one account: INBOX watched on one connection, the background work on a second, the person's requests
 * and operations on a third (the most that an account ever has, of the 4 that providers allow at least). The three fail and come
 * back on their own; what the account's state tells is the first one's.
 */
import type { AccountState, SyncProgress } from '../../src-shared/model/account.ts';
import type { MailboxId } from '../../src-shared/model/ids.ts';
import { backoffDelay } from '../base/backoff.ts';
import { type Clock, delay } from '../base/clock.ts';
import type { ConnectionRegistry } from '../base/connection-registry.ts';
import { MailError, toMailError } from '../base/errors.ts';
import { errorFacts, type Log } from '../base/log.ts';
import { type ImapConnection, openImap } from '../imap/imap-connection.ts';
import type { Authentication } from '../sasl/authentication.ts';
import type { StoredServerAccount } from '../store/account-records.ts';
import type { Store } from '../store/store.ts';
import { createBell } from './bell.ts';
import type { ParseMessage } from './body-fetch.ts';
import { createLane, type Lane } from './lane.ts';
import { syncMailbox } from './mailbox-sync.ts';
import { runOperations } from './operation-runner.ts';
import { createWorkLoop, refreshMailboxes } from './work-loop.ts';

const PROBE_TIME = 10_000;

export type AccountRunnerOptions = {
  account: StoredServerAccount;
  store: Store;
  authentication(): Authentication;
  registry: ConnectionRegistry;
  parseMessage: ParseMessage;
  clock: Clock;
  log: Log;
  onChange(): void;
};

export type AccountRunner = {
  state(): AccountState;
  progress(): SyncProgress;
  /** For what the person waits for. */
  requests: Lane;
  /** There may be operations to run. */
  ringOperations(): void;
  /** Looks for news now, and tries again now where it waits to. */
  wake(): void;
  /** Closes every connection at once; resolves when nothing runs any more. */
  stop(): Promise<void>;
};

export function startAccount(options: AccountRunnerOptions): AccountRunner {
  const { account, store, registry, parseMessage, clock, log, onChange } = options;
  const { accountId } = account;
  const controller = new AbortController();
  const { signal } = controller;
  const open = new Set<ImapConnection>();
  let state: AccountState = 'connecting';
  let progress: SyncProgress = { phase: 'idle' };

  function setState(next: AccountState): void {
    if (state === next) return;
    state = next;
    onChange();
  }

  /** What is done just now; when the last check was and how it ended stays beside it. */
  function setProgress(next: Omit<SyncProgress, 'checkedAt' | 'lastError'>): void {
    const { checkedAt, lastError } = progress;
    if (next.phase === 'idle' && progress.phase === 'idle') return;
    progress = {
      ...next,
      ...(checkedAt !== undefined && { checkedAt }),
      ...(lastError !== undefined && { lastError }),
    };
    onChange();
  }

  function noteCheck(): void {
    const { lastError: _, ...rest } = progress;
    progress = { ...rest, checkedAt: clock.now() };
    onChange();
  }

  function noteFailure(lastError: MailError): void {
    progress = { ...progress, phase: 'idle', lastError: lastError.code };
    onChange();
  }

  async function openConnection(): Promise<ImapConnection> {
    signal.throwIfAborted();
    const leave = registry.enter(accountId);
    let connection: ImapConnection | undefined;
    try {
      const authentication = options.authentication();
      const opened = await openImap({ settings: account.imap, authentication, signal, log });
      connection = opened;
      open.add(opened);
      opened.onClose(() => {
        open.delete(opened);
        leave();
      });
      signal.throwIfAborted();
      return opened;
    } catch (error) {
      connection?.close();
      leave();
      throw error;
    }
  }

  /** The provider refuses the grant: everything stops here until the person has signed in again. */
  function onError(error: MailError): void {
    if (error.retry !== 'after-sign-in' || signal.aborted) return;
    store.accounts.setSignIn(accountId, 'needs-sign-in', {
      accountId,
      kind: error.code === 'grant-ended' ? 'grant-ended' : 'login-refused',
      host: account.imap.host,
    });
    const grant = store.grants.byAccount(accountId);
    if (grant?.state === 'active') {
      store.grants.update(grant.grantId, { state: 'ended', endedAt: clock.now() });
    }
    controller.abort(error);
  }

  const isOnline = () => state === 'online';
  const lane = () => createLane({ open: openConnection, clock, signal });
  const requests = lane();
  const newsBell = createBell(clock);
  const retryBell = createBell(clock);
  const workBell = createBell(clock);
  const operationBell = createBell(clock);
  let watched: ImapConnection | undefined;
  const work = createWorkLoop({
    accountId,
    store,
    lane: lane(),
    bell: workBell,
    clock,
    log,
    signal,
    parseMessage,
    isOnline,
    onProgress: setProgress,
    onStale: (mailboxId) => onTouched([mailboxId]),
    onError,
  });

  async function watch(): Promise<void> {
    for (let attempt = 0; ; attempt++) {
      try {
        const connection = await openConnection();
        watched = connection;
        connection.onClose(newsBell.ring);
        connection.onNews(newsBell.ring);
        await syncInbox(connection);
        attempt = 0;
        setState('online');
        work.pollNow();
        operationBell.ring();
        while (connection.isOpen()) {
          connection.idle();
          await newsBell.wait(signal);
          if (connection.isOpen()) await syncInbox(connection);
        }
        setState('connecting');
      } catch (thrown) {
        watched?.close();
        signal.throwIfAborted();
        const error = toMailError(thrown);
        log.warn('sync.offline', errorFacts(error));
        onError(error);
        signal.throwIfAborted();
        setState('offline');
        noteFailure(error);
      }
      await retryBell.wait(signal, backoffDelay(attempt));
    }
  }

  async function syncInbox(connection: ImapConnection): Promise<void> {
    if (!store.mailboxes.bySpecialUse(accountId, 'inbox')) {
      await refreshMailboxes(connection, accountId, store);
    }
    const inbox = store.mailboxes.bySpecialUse(accountId, 'inbox');
    if (!inbox) throw new MailError('mailbox-missing', { retry: 'later' });
    await syncMailbox(connection, inbox, store);
    noteCheck();
    // New messages have bodies, and a mailbox that started anew has a past.
    workBell.ring();
  }

  /** INBOX is brought up to date by its watcher and by nobody else, so that no two do it at once. */
  function onTouched(mailboxIds: MailboxId[]): void {
    const inbox = store.mailboxes.bySpecialUse(accountId, 'inbox')?.mailboxId;
    if (inbox !== undefined && mailboxIds.includes(inbox)) newsBell.ring();
    work.touch(mailboxIds.filter((mailboxId) => mailboxId !== inbox));
  }

  /** A loop that the stop ended has nothing to tell. One that a fault ended (a full disk) says so and begins again. */
  async function supervise(name: string, loop: () => Promise<void>): Promise<void> {
    for (let attempt = 0; !signal.aborted; attempt++) {
      try {
        await loop();
      } catch (error) {
        if (signal.aborted) return;
        log.warn('sync.loopEnded', { loop: name, ...errorFacts(error) });
        noteFailure(toMailError(error));
        await delay(clock, backoffDelay(attempt), signal).catch(() => undefined);
      }
    }
  }

  const operationOptions = {
    accountId,
    store,
    lane: requests,
    bell: operationBell,
    clock,
    log,
    signal,
    isOnline,
    onTouched,
    onError,
  };
  const running = Promise.all([
    supervise('watch', watch),
    supervise('work', work.run),
    supervise('operations', () => runOperations(operationOptions)),
  ]);
  signal.addEventListener('abort', () => {
    for (const connection of open) connection.close();
  });

  return {
    state: () => state,
    progress: () => progress,
    requests,
    ringOperations: operationBell.ring,
    wake() {
      if (watched?.isOpen()) void watched.probe(PROBE_TIME).then(newsBell.ring);
      else retryBell.ring();
      work.pollNow();
      operationBell.ring();
    },
    async stop() {
      controller.abort(new MailError('connection-lost', { retry: 'later' }));
      await running;
    },
  };
}
