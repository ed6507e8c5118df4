/**
 * What goes on in the background of one account, one thing at a time and the most wanted first: the mailbox list on a schedule,
 * mailboxes in which something changed, the newest bodies, older envelopes, once a day the comparison of everything, older bodies.
 */
import type { SyncProgress } from '../../src-shared/model/account.ts';
import type { AccountId, MailboxId, MessageId } from '../../src-shared/model/ids.ts';
import type { Mailbox } from '../../src-shared/model/mailbox.ts';
import type { Clock } from '../base/clock.ts';
import { type MailError, toMailError } from '../base/errors.ts';
import { errorFacts, type Log } from '../base/log.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import type { Store } from '../store/store.ts';
import type { Bell } from './bell.ts';
import { fetchedSince, type ParseMessage, prefetchBodies } from './body-fetch.ts';
import type { Connections } from './connections.ts';
import type { Doubts } from './doubts.ts';
import { compareRange } from './mailbox-compare.ts';
import { hasNews, rankOf, refreshMailboxes } from './mailbox-poll.ts';
import { backfillBatch, FIRST_SCREEN, syncMailbox } from './mailbox-sync.ts';
import { retryDelay } from './retry-delay.ts';

/** How often mailboxes other than INBOX are asked for news; where the server tells them by itself (NOTIFY), to be sure. */
const POLL_EVERY = 3 * 60_000;
const POLL_BESIDE_NOTIFY = 20 * 60_000;
/** Asking takes at most this share of the time, however many mailboxes there are. */
const POLL_SHARE = 20;
/** Mailboxes without mod-sequences, of which only a look can tell, that one poll has looked into. */
const LOOKS_A_POLL = 10;
const COMPARE_EVERY = 24 * 60 * 60_000;
/** Envelopes of one step; fewer where others wait for the same connection. */
const BATCH = 4_000;
const BATCH_SHARED = 100;

export type WorkLoopOptions = {
  accountId: AccountId;
  store: Store;
  connections: Connections;
  doubts: Doubts;
  bell: Bell;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  parseMessage: ParseMessage;
  isOnline(): boolean;
  isNotified(): boolean;
  onProgress(progress: SyncProgress): void;
  /** The mailbox has another UIDVALIDITY than the store knows. */
  onStale(mailboxId: MailboxId): void;
  onError(error: MailError): void;
};

export type WorkLoop = {
  run(): Promise<void>;
  /** Looks into these mailboxes next. */
  touch(mailboxIds: MailboxId[]): void;
  /** Asks for the news of all mailboxes now. */
  pollNow(): void;
};

export function createWorkLoop(options: WorkLoopOptions): WorkLoop {
  const { accountId, store, connections, doubts, bell, clock, log, signal, isOnline, onProgress } = options;
  /** With their rank: the lowest first. */
  const touched = new Map<MailboxId, number>();
  /** Mailboxes that cannot be opened: not tried again until the list is read anew. */
  const closedMailboxes = new Set<MailboxId>();
  const left = new Map<MailboxId, number[]>();
  const comparing = new Map<MailboxId, number>();
  const skipped = new Set<MessageId>();
  /** When a mailbox without mod-sequences was last looked into. */
  const lookedAt = new Map<MailboxId, number>();
  /** What is to be filled and compared, made anew when something was looked into. */
  let plan: { fill: Mailbox[]; compare: Mailbox[] } | undefined;
  let pollAt = 0;
  let newestBodies = 0;
  let bodiesDone = 0;
  let failures = 0;

  async function poll(connection: ImapConnection): Promise<void> {
    const began = clock.now();
    const states = await refreshMailboxes(connection, accountId, store);
    closedMailboxes.clear();
    plan = undefined;
    const known = store.mailboxes.syncStates(accountId);
    const empty = new Map<MailboxId, object>();
    const silent: Mailbox[] = [];
    for (const mailbox of store.mailboxes.list(accountId)) {
      const { mailboxId, path, specialUse, selectable } = mailbox;
      const status = states.get(mailboxId);
      const state = known.get(mailboxId) ?? {};
      if (specialUse === 'inbox' || !selectable) continue;
      const { uidValidity, uidNext, highestModseq } = status ?? {};
      if (state.uidValidity === undefined && status?.messages === 0 && uidValidity && uidNext) {
        // Nothing is in it: no need to open it.
        const modseq = highestModseq === undefined ? {} : { highestModseq };
        empty.set(mailboxId, { uidValidity, uidNext, ...modseq, backfilledTo: 1, comparedAt: began });
        continue;
      }
      // Of the mailbox that is open here a server may tell what this session has seen so far (RFC 9051 §6.3.11).
      // An expunge leaves its trace in the mod-sequence only with QRESYNC (RFC 7162 §3.1.2.1).
      const isTold = connection.capabilities.qresync && highestModseq !== undefined;
      const count = () => (isTold ? undefined : store.messages.uidCount(mailboxId));
      const news = status && path !== connection.openPath() ? hasNews(status, state, count) : 'yes';
      if (news === 'yes') touched.set(mailboxId, rankOf(mailbox));
      else if (news === 'unknown') silent.push(mailbox);
    }
    store.mailboxes.setEmpty(empty);
    silent.sort((a, b) => (lookedAt.get(a.mailboxId) ?? 0) - (lookedAt.get(b.mailboxId) ?? 0));
    for (const mailbox of silent.slice(0, LOOKS_A_POLL)) {
      lookedAt.set(mailbox.mailboxId, began);
      touched.set(mailbox.mailboxId, rankOf(mailbox));
    }
    const every = options.isNotified() ? POLL_BESIDE_NOTIFY : POLL_EVERY;
    // Who asked for another look meanwhile gets one.
    if (pollAt !== 0) pollAt = clock.now() + Math.max(every, (clock.now() - began) * POLL_SHARE);
  }

  function makePlan(): { fill: Mailbox[]; compare: Mailbox[] } {
    const states = store.mailboxes.syncStates(accountId);
    const open = store.mailboxes
      .list(accountId)
      .filter(({ mailboxId, selectable }) => selectable && !closedMailboxes.has(mailboxId))
      .sort((a, b) => rankOf(a) - rankOf(b));
    const stateOf = ({ mailboxId }: Mailbox) => states.get(mailboxId) ?? {};
    return {
      fill: open.filter((mailbox) => (stateOf(mailbox).backfilledTo ?? 1) > 1),
      compare: open.filter((mailbox) => {
        const { uidValidity, comparedAt = 0 } = stateOf(mailbox);
        return uidValidity !== undefined && comparedAt + COMPARE_EVERY <= clock.now();
      }),
    };
  }

  /** One step; answers false when there is nothing to do. */
  async function step(connection: ImapConnection): Promise<boolean> {
    if (clock.now() >= pollAt) {
      onProgress({ phase: 'mailboxes' });
      // Set before: who asks for another look meanwhile gets one.
      pollAt = clock.now() + POLL_EVERY;
      try {
        await poll(connection);
      } catch (error) {
        pollAt = 0;
        throw error;
      }
      return true;
    }
    const news = nextTouched();
    if (news) {
      plan = undefined;
      await inMailbox(news, () => syncMailbox(connection, news, store, doubts));
      return true;
    }
    if (newestBodies < FIRST_SCREEN && (await bodies(connection))) return true;
    plan ??= makePlan();
    const older = plan.fill.find(({ mailboxId }) => !closedMailboxes.has(mailboxId));
    if (older) {
      await fill(connection, older);
      return true;
    }
    const due = plan.compare.find(({ mailboxId }) => !closedMailboxes.has(mailboxId));
    if (due) {
      await compare(connection, due);
      return true;
    }
    return bodies(connection);
  }

  function nextTouched(): Mailbox | undefined {
    while (touched.size > 0) {
      let first: [MailboxId, number] | undefined;
      for (const entry of touched) if (first === undefined || entry[1] < first[1]) first = entry;
      if (!first) return undefined;
      touched.delete(first[0]);
      const mailbox = store.mailboxes.get(first[0]);
      if (mailbox?.selectable && !closedMailboxes.has(first[0])) return mailbox;
    }
    return undefined;
  }

  async function fill(connection: ImapConnection, mailbox: Mailbox): Promise<void> {
    const { mailboxId, name } = mailbox;
    const done = store.mailboxes.get(mailboxId)?.total ?? mailbox.total;
    onProgress({
      phase: 'envelopes',
      mailboxName: name,
      done,
      total: done + (left.get(mailboxId)?.length ?? 0),
    });
    await inMailbox(mailbox, async () => {
      const most = connections.isAlone('work') ? BATCH : BATCH_SHARED;
      const outcome = await backfillBatch({ connection, store, doubts, most }, mailbox, left);
      if (outcome === 'more') return;
      plan = undefined;
      // All of it was just read.
      if (outcome === 'done') store.mailboxes.setSyncState(mailboxId, { comparedAt: clock.now() });
      else stale(mailboxId);
    });
  }

  async function compare(connection: ImapConnection, mailbox: Mailbox): Promise<void> {
    const { mailboxId } = mailbox;
    await inMailbox(mailbox, async () => {
      const next = await compareRange(connection, mailbox, comparing.get(mailboxId), store);
      if (typeof next === 'number') {
        comparing.set(mailboxId, next);
        return;
      }
      comparing.delete(mailboxId);
      plan = undefined;
      if (next === 'stale') stale(mailboxId);
      else store.mailboxes.setSyncState(mailboxId, { comparedAt: clock.now() });
    });
  }

  /** Not again before it was started anew, or this would go round and round. */
  function stale(mailboxId: MailboxId): void {
    closedMailboxes.add(mailboxId);
    options.onStale(mailboxId);
  }

  async function bodies(connection: ImapConnection): Promise<boolean> {
    const account = store.accounts.get(accountId);
    const since = account && fetchedSince(account.bodyMonths, clock.now());
    if (since === undefined) return false;
    const missing = store.bodies.missingCount(accountId, since) - skipped.size;
    const tried = await prefetchBodies(connection, {
      accountId,
      store,
      parseMessage: options.parseMessage,
      skipped,
      since,
      signal,
      isWanted: () => connections.isWanted('work'),
    });
    bodiesDone = tried === 0 ? 0 : bodiesDone + tried;
    if (tried === 0) newestBodies = FIRST_SCREEN;
    newestBodies += tried;
    if (tried > 0) {
      onProgress({
        phase: 'bodies',
        done: bodiesDone,
        total: Math.max(bodiesDone, bodiesDone + missing - tried),
      });
    }
    return tried > 0;
  }

  /** A mailbox that is gone, closed to us, or cannot be understood must not keep the others from their turn. */
  async function inMailbox(mailbox: Mailbox, task: () => Promise<unknown>): Promise<void> {
    const { mailboxId } = mailbox;
    try {
      await task();
    } catch (error) {
      const { code } = toMailError(error);
      // The next step asks for fewer of them.
      if (doubts.tookBlame(mailboxId)) {
        if (!left.has(mailboxId)) touched.set(mailboxId, rankOf(mailbox));
        log.warn('sync.unreadable', { mailbox: mailboxId });
        return;
      }
      if (code !== 'mailbox-missing' && code !== 'change-refused' && code !== 'protocol-error') throw error;
      closedMailboxes.add(mailboxId);
      log.warn('sync.mailboxClosed', { mailbox: mailboxId, error: code });
      if (code === 'protocol-error') throw error; // and so is the connection
    }
  }

  return {
    touch(mailboxIds) {
      for (const mailboxId of mailboxIds) {
        const mailbox = store.mailboxes.get(mailboxId);
        if (mailbox) touched.set(mailboxId, rankOf(mailbox));
        // What was closed because it had to be started anew may be asked for again.
        closedMailboxes.delete(mailboxId);
      }
      bell.ring();
    },
    pollNow() {
      pollAt = 0;
      bell.ring();
    },
    async run() {
      while (!signal.aborted) {
        try {
          while (isOnline() && (await connections.use('work', step))) {
            signal.throwIfAborted();
            failures = 0;
          }
          onProgress({ phase: 'idle' });
          await bell.wait(signal, isOnline() ? Math.max(0, pollAt - clock.now()) : undefined);
          plan = undefined;
        } catch (thrown) {
          signal.throwIfAborted();
          const error = toMailError(thrown);
          log.warn('sync.workFailed', errorFacts(error));
          options.onError(error);
          await bell.wait(signal, retryDelay(error, failures++));
        }
      }
    },
  };
}
