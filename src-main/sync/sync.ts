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
import { LIMITS } from '../base/limits.ts';
import type { Log } from '../base/log.ts';
import { createSingleFlight } from '../base/mutex.ts';
import { inOnePiece, type Write } from '../base/pieces.ts';
import { untilAborted } from '../base/until-aborted.ts';
import type { ImapWorker } from '../imap/imap-worker-client.ts';
import type { AttachmentContent } from '../mime/parse-source.ts';
import type { Authentication } from '../sasl/authentication.ts';
import type { StoredServerAccount } from '../store/account-records.ts';
import type { Change } from '../store/change.ts';
import type { StoredBody } from '../store/mail-records.ts';
import type { Store } from '../store/store.ts';
import { type AccountRunner, startAccount } from './account-runner.ts';
import { fetchBody as fetchBodyOver, type ParseMessage, UNKNOWN_PART } from './body-fetch.ts';
import type { ComposeCopy } from './draft-runner.ts';
import { createLocalRunners } from './local-runner.ts';
import { watchNetwork } from './network-watch.ts';
import { streamSection } from './part-stream.ts';
import { type ServerSearch, searchServer } from './server-search.ts';
import { createTransferDecoder } from './transfer-decoder.ts';

export type SyncOptions = {
  store: Store;
  authenticationFor(accountId: AccountId): Authentication;
  registry: ConnectionRegistry;
  parseMessage: ParseMessage;
  /** One attachment out of a message's source. */
  readAttachment(source: Uint8Array, part: number): Promise<AttachmentContent>;
  /** Makes messages of drafts; without it none is stored on a server. */
  composeCopy?: ComposeCopy;
  /** Where the answers to the background work are read; without it, in this thread. */
  imapWorker?: ImapWorker;
  /** Connections that no person waits for are opened after it: at the start the window's first list comes first. */
  afterStart?: Promise<void>;
  clock: Clock;
  log: Log;
};

export type OpenedAttachment = {
  filename: string;
  contentType: string;
  /** As its sender says. */
  charset?: string;
  writeTo(write: Write): Promise<void>;
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
  /** Into memory; throws `attachment-too-large` for more than a message of one's own could carry. */
  attachmentContent(messageId: MessageId, part: number, signal: AbortSignal): Promise<AttachmentContent>;
  /**
   * The name of an attachment, and how to write it: from the store, else straight from the server, piece by piece, going on where a
   * broken link ended it. Throws MailError, or what `write` throws.
   */
  openAttachment(messageId: MessageId, part: number, signal: AbortSignal): Promise<OpenedAttachment>;
  /**
   * Asks the server of an account; what it finds is told, mailbox by mailbox, when it is in the store. Throws MailError (`offline` where
   * there is no link), or the signal's reason.
   */
  searchServer(
    accountId: AccountId,
    search: ServerSearch,
    context: { signal: AbortSignal; onFound(messageIds: MessageId[]): void },
  ): Promise<void>;
  /** The message as it came, from the store, else from the server. Throws also `message-too-large`. */
  fetchSource(messageId: MessageId, signal: AbortSignal): Promise<Uint8Array>;
  /** The same piece by piece; `write` may throw to end it. */
  streamSource(messageId: MessageId, write: Write, signal: AbortSignal): Promise<void>;
};

export function createSync(options: SyncOptions): Sync {
  const { store, authenticationFor, registry, parseMessage, readAttachment, imapWorker, clock, log } =
    options;
  const news = createEmitter<AccountId>();
  const runners = new Map<AccountId, AccountRunner>();
  /** The server settings of each runner. */
  const startedWith = new Map<AccountId, string>();
  const stopping = new Set<Promise<void>>();
  const locals = createLocalRunners({ store, parseMessage, clock, log, onChange: news.emit });
  const oneFetch = createSingleFlight<MessageId, StoredBody>();
  let unsubscribe: (() => void) | undefined;
  let stopWatching: (() => void) | undefined;

  const mayRun = ({ accountId, signIn }: StoredServerAccount) =>
    signIn === 'active' && store.grants.byAccount(accountId)?.state === 'active';

  /** Makes the runners what the accounts are. */
  function reconcile(): void {
    locals.reconcile();
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
        ...(options.composeCopy && { composeCopy: options.composeCopy }),
        ...(imapWorker && { imapWorker }),
        ...(options.afterStart && { afterStart: options.afterStart }),
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
    if (change.kind === 'accounts' || change.kind === 'grant') {
      reconcile();
      // How much is fetched before it is opened may be another.
      for (const runner of runners.values()) runner.ringWork();
    }
    ringDrafts(change);
    if (change.kind !== 'operations') return;
    runners.get(change.accountId)?.ringOperations();
    locals.ringOperations(change.accountId);
  }

  /** Drafts were changed, sent or discarded here, or their copies on a server. */
  function ringDrafts(change: Change): void {
    if (change.kind === 'drafts') for (const runner of runners.values()) runner.ringDrafts();
    if (change.kind === 'outbox') runners.get(change.accountId)?.ringDrafts();
    if (change.kind !== 'messages') return;
    const drafts = store.mailboxes.bySpecialUse(change.accountId, 'drafts')?.mailboxId;
    if (drafts !== undefined && change.mailboxIds.includes(drafts)) {
      runners.get(change.accountId)?.ringDrafts();
    }
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
    const local = locals.fetchBody(messageId);
    if (local) return untilAborted(local, signal);
    const runner = runnerOf(messageId);
    // The person may look away; the message is fetched nevertheless, for the next time.
    const fetched = oneFetch(messageId, () =>
      runner.requests.use((connection) => fetchBodyOver(connection, messageId, store, parseMessage)),
    );
    return untilAborted(fetched, signal);
  }

  function wake(): void {
    for (const runner of runners.values()) runner.wake();
  }

  function runnerOf(messageId: MessageId): AccountRunner {
    const message = store.messages.get(messageId);
    if (!message) throw new MailError('not-found');
    const runner = runners.get(message.accountId);
    if (!runner) throw new MailError('grant-ended', { retry: 'after-sign-in' });
    return runner;
  }

  function stream(
    messageId: MessageId,
    section: string | undefined,
    write: Write,
    signal: AbortSignal,
  ): Promise<void> {
    const { connections } = runnerOf(messageId);
    const place = { ...(section !== undefined && { section }) };
    return streamSection({ connections, store, messageId, ...place, clock, signal }, write);
  }

  function fetchWhole(messageId: MessageId, signal: AbortSignal): Promise<Uint8Array> {
    const limit = LIMITS.messageSize;
    return inOnePiece(
      (write) => stream(messageId, undefined, write, signal),
      limit,
      () => new MailError('message-too-large', { detail: { limit } }),
    );
  }

  async function openAttachment(
    messageId: MessageId,
    part: number,
    signal: AbortSignal,
  ): Promise<OpenedAttachment> {
    const body = await fetchBody(messageId, signal);
    const parts = store.bodies.omitted(messageId);
    const omitted = parts.find((one) => one.part === part);
    if (!omitted) {
      const isUnknown = parts.some((one) => one.part === UNKNOWN_PART);
      const source = isUnknown
        ? await fetchWhole(messageId, signal)
        : (store.bodies.source(messageId) ?? store.bodies.partialSource(messageId));
      if (!source) throw new MailError('message-gone');
      const { content, ...names } = await untilAborted(readAttachment(source, part), signal);
      return { ...names, writeTo: async (write) => write(content) };
    }
    const attachment = body.attachments.find((one) => one.part === part);
    if (!attachment) throw new MailError('not-found');
    const { filename, contentType } = attachment;
    return {
      filename,
      contentType,
      async writeTo(write) {
        const decoder = createTransferDecoder(omitted.encoding);
        await stream(messageId, omitted.section, (piece) => write(decoder.decode(piece)), signal);
        const rest = decoder.end();
        if (rest.length > 0) await write(rest);
      },
    };
  }

  return {
    start() {
      unsubscribe ??= store.feed.subscribe(onChange);
      stopWatching ??= watchNetwork(clock, wake);
      reconcile();
    },
    async stop() {
      unsubscribe?.();
      stopWatching?.();
      unsubscribe = undefined;
      stopWatching = undefined;
      for (const accountId of [...runners.keys()]) stopRunner(accountId);
      await Promise.all([...stopping, locals.stop()]);
    },
    wake,
    state: stateOf,
    progress: (accountId) =>
      runners.get(accountId)?.progress() ?? locals.progress(accountId) ?? { phase: 'idle' },
    subscribe: news.subscribe,
    fetchBody,
    openAttachment,
    async searchServer(accountId, search, context) {
      const runner = runners.get(accountId);
      if (!runner) throw new MailError('grant-ended', { retry: 'after-sign-in' });
      if (runner.state() !== 'online') throw new MailError('offline', { retry: 'later' });
      const searched = runner.requests.use((connection) =>
        searchServer(connection, accountId, search, store, context),
      );
      await untilAborted(searched, context.signal);
    },
    async attachmentContent(messageId, part, signal) {
      const { filename, contentType, writeTo } = await openAttachment(messageId, part, signal);
      const limit = LIMITS.messageSize;
      const content = await inOnePiece(
        writeTo,
        limit,
        () => new MailError('attachment-too-large', { detail: { filename, limit } }),
      );
      return { filename, contentType, content };
    },
    fetchSource: async (messageId, signal) =>
      store.bodies.source(messageId) ?? (await fetchWhole(messageId, signal)),
    async streamSource(messageId, write, signal) {
      const source = store.bodies.source(messageId);
      if (source) await write(source);
      else await stream(messageId, undefined, write, signal);
    },
  };
}
