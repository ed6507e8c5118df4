/**
 * Everything that runs for one account: INBOX watched, the background work, the person's requests and operations, large attachments,
 * each on a connection of its own as far as the server allows. They fail and come back on their own; what the account's state tells
 * is the watcher's.
 */
import type { AccountState, SyncProgress } from '../../src-shared/model/account.ts';
import type { MailboxId } from '../../src-shared/model/ids.ts';
import { type Clock, delay } from '../base/clock.ts';
import type { ConnectionRegistry } from '../base/connection-registry.ts';
import { MailError, toMailError } from '../base/errors.ts';
import { errorFacts, type Log } from '../base/log.ts';
import { untilAborted } from '../base/until-aborted.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import type { ImapWorker } from '../imap/imap-worker-client.ts';
import type { Authentication } from '../sasl/authentication.ts';
import type { StoredServerAccount } from '../store/account-records.ts';
import type { Store } from '../store/store.ts';
import { createBell } from './bell.ts';
import type { ParseMessage } from './body-fetch.ts';
import { type Connections, createConnections, type Purpose } from './connections.ts';
import { createDoubts } from './doubts.ts';
import { type ComposeCopy, runDrafts } from './draft-runner.ts';
import { createInboxWatch } from './inbox-watch.ts';
import type { Lane } from './lane.ts';
import { runOperations } from './operation-runner.ts';
import { retryDelay } from './retry-delay.ts';
import { createWorkLoop } from './work-loop.ts';

export type AccountRunnerOptions = {
  account: StoredServerAccount;
  store: Store;
  authentication(): Authentication;
  registry: ConnectionRegistry;
  parseMessage: ParseMessage;
  /** Makes messages of drafts; without it none is stored on the server. */
  composeCopy?: ComposeCopy;
  /** Where the answers to the background work are read. */
  imapWorker?: ImapWorker;
  /** Connections that no person waits for are opened after it. */
  afterStart?: Promise<void>;
  clock: Clock;
  log: Log;
  onChange(): void;
};

export type AccountRunner = {
  state(): AccountState;
  progress(): SyncProgress;
  connections: Connections;
  /** For what the person waits for. */
  requests: Lane;
  /** There may be operations to run. */
  ringOperations(): void;
  /** There may be drafts to store on the server, or copies of them to delete there. */
  ringDrafts(): void;
  /** Looks for news now, and tries again now where it waits to. The link may be another one than before. */
  wake(): void;
  /** What is to be fetched may be more, or less, than before. */
  ringWork(): void;
  /** Closes every connection at once; resolves when nothing runs any more. */
  stop(): Promise<void>;
};

export function startAccount(options: AccountRunnerOptions): AccountRunner {
  const { account, store, registry, parseMessage, imapWorker, afterStart, clock, log, onChange } = options;
  const { composeCopy } = options;
  const { accountId } = account;
  const controller = new AbortController();
  const { signal } = controller;
  const open = new Set<ImapConnection>();
  let state: AccountState = 'connecting';
  let progress: SyncProgress = { phase: 'idle' };

  function setState(next: AccountState): void {
    if (state === next || signal.aborted) return;
    const wasOnline = state === 'online';
    state = next;
    // What follows begins at once: between the first screen and the rest it is not at rest.
    if (next === 'online' && !wasOnline) progress = { ...progress, phase: 'mailboxes' };
    onChange();
    if (next !== 'online' || wasOnline) return;
    work.pollNow();
    operationBell.ring();
    draftBell.ring();
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
    // New messages have bodies, and a mailbox that started anew has a past.
    workBell.ring();
  }

  function noteFailure(lastError: MailError): void {
    progress = { ...progress, phase: 'idle', lastError: lastError.code };
    onChange();
  }

  async function openConnection(purpose: Purpose): Promise<ImapConnection> {
    if (afterStart && (purpose === 'watch' || purpose === 'work')) await untilAborted(afterStart, signal);
    signal.throwIfAborted();
    const leave = registry.enter(accountId);
    let connection: ImapConnection | undefined;
    try {
      // Not with the engine: loading it takes a fifth of a second, which the first list would wait for.
      const { openImap } = await import('../imap/open-imap.ts');
      const opened = await openImap({
        settings: account.imap,
        authentication: options.authentication(),
        signal,
        log,
        // What the person waits for does not wait for one more round trip.
        compress: purpose === 'work',
        ...(purpose === 'work' && imapWorker && { worker: imapWorker }),
      });
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
  const connections = createConnections({ open: openConnection, clock, signal });
  const doubts = createDoubts();
  const newsBell = createBell(clock);
  const retryBell = createBell(clock);
  const workBell = createBell(clock);
  const operationBell = createBell(clock);
  const draftBell = createBell(clock);
  const requests: Lane = { use: (task) => connections.use('requests', task) };
  const common = { accountId, store, connections, doubts, clock, log, signal, onError };
  const watch = createInboxWatch({
    ...common,
    newsBell,
    retryBell,
    setState,
    onChecked: noteCheck,
    onFailure: noteFailure,
    onMailboxNews: (mailboxId) => (mailboxId === undefined ? work.pollNow() : work.touch([mailboxId])),
  });
  const work = createWorkLoop({
    ...common,
    bell: workBell,
    parseMessage,
    isOnline,
    isNotified: watch.isNotified,
    onProgress: setProgress,
    onStale: (mailboxId) => onTouched([mailboxId]),
  });

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
      } catch (thrown) {
        if (signal.aborted) return;
        const error = toMailError(thrown);
        log.warn('sync.loopEnded', { loop: name, ...errorFacts(error) });
        noteFailure(error);
        await delay(clock, retryDelay(error, attempt), signal).catch(() => undefined);
      }
    }
  }

  const changing = { accountId, store, clock, log, signal, isOnline, onTouched, onError };
  const operationOptions = { ...changing, lane: requests, bell: operationBell };
  const running = Promise.all([
    supervise('watch', watch.run),
    supervise('work', work.run),
    supervise('operations', () => runOperations(operationOptions)),
    composeCopy &&
      supervise('drafts', () => runDrafts({ ...changing, connections, composeCopy, bell: draftBell })),
  ]);
  signal.addEventListener('abort', () => {
    for (const connection of open) connection.close();
  });

  return {
    state: () => state,
    progress: () => progress,
    connections,
    requests,
    ringOperations: operationBell.ring,
    ringDrafts: draftBell.ring,
    ringWork: workBell.ring,
    wake() {
      connections.distrust();
      newsBell.ring();
      retryBell.ring();
      work.pollNow();
      operationBell.ring();
      draftBell.ring();
    },
    async stop() {
      controller.abort(new MailError('connection-lost', { retry: 'later' }));
      await running;
    },
  };
}
