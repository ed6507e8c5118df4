/**
 * What goes on in the background of one account, one thing at a time and the most wanted first: the mailbox list on a schedule,
 * mailboxes in which something changed, the newest bodies, older envelopes, older bodies.
 */
import type { SyncProgress } from '../../src-shared/model/account.ts';
import type { AccountId, MailboxId, MessageId } from '../../src-shared/model/ids.ts';
import type { Mailbox, SpecialUse } from '../../src-shared/model/mailbox.ts';
import { backoffDelay } from '../base/backoff.ts';
import type { Clock } from '../base/clock.ts';
import { type MailError, toMailError } from '../base/errors.ts';
import { errorFacts, type Log } from '../base/log.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import type { MailboxStatus } from '../imap/mailbox-list.ts';
import type { SyncState } from '../store/mail-records.ts';
import type { Store } from '../store/store.ts';
import type { Bell } from './bell.ts';
import { type ParseMessage, prefetchBodies } from './body-fetch.ts';
import type { Lane } from './lane.ts';
import { backfillBatch, FIRST_SCREEN, syncMailbox } from './mailbox-sync.ts';

/** How often mailboxes other than INBOX are asked for news. */
const POLL_EVERY = 3 * 60_000;
/** After INBOX, mailboxes are filled in the order in which people look for mail. */
const ORDER: (SpecialUse | undefined)[] = [
  'inbox',
  'sent',
  'archive',
  'all',
  undefined,
  'drafts',
  'flagged',
  'trash',
  'junk',
];

export type WorkLoopOptions = {
  accountId: AccountId;
  store: Store;
  lane: Lane;
  bell: Bell;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  parseMessage: ParseMessage;
  isOnline(): boolean;
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
  const { accountId, store, lane, bell, clock, log, signal, isOnline, onProgress, onStale, onError } =
    options;
  const touched = new Set<MailboxId>();
  /** Mailboxes that cannot be opened: not tried again until the list is read anew. */
  const closedMailboxes = new Set<MailboxId>();
  const left = new Map<MailboxId, number[]>();
  const skipped = new Set<MessageId>();
  let pollAt = 0;
  let newestBodies = 0;
  let failures = 0;

  async function poll(connection: ImapConnection): Promise<void> {
    const states = await refreshMailboxes(connection, accountId, store);
    closedMailboxes.clear();
    for (const { mailboxId, path, specialUse } of store.mailboxes.list(accountId)) {
      const status = states.get(mailboxId);
      if (specialUse === 'inbox' || status === undefined) continue;
      // Of the mailbox that is open here a server may tell what this session has seen so far (RFC 9051 §6.3.11).
      if (
        path === connection.openPath() ||
        hasNews(status, store.mailboxes.syncState(mailboxId), store.messages.uidCount(mailboxId))
      ) {
        touched.add(mailboxId);
      }
    }
  }

  /** One step; answers false when there is nothing to do. */
  async function step(connection: ImapConnection): Promise<boolean> {
    const mailboxes = inOrder(store.mailboxes.list(accountId)).filter(
      ({ mailboxId, selectable }) => selectable && !closedMailboxes.has(mailboxId),
    );
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
    const news = mailboxes.find(({ mailboxId }) => touched.has(mailboxId));
    if (news) {
      touched.delete(news.mailboxId);
      await inMailbox(news, () => syncMailbox(connection, news, store));
      return true;
    }
    touched.clear();
    if (newestBodies < FIRST_SCREEN && (await bodies(connection))) return true;
    const older = mailboxes.find(
      ({ mailboxId }) => (store.mailboxes.syncState(mailboxId).backfilledTo ?? 1) > 1,
    );
    if (older) {
      const total = older.total + (left.get(older.mailboxId)?.length ?? 0);
      onProgress({ phase: 'envelopes', mailboxName: older.name, done: older.total, total });
      await inMailbox(older, async () => {
        if ((await backfillBatch(connection, older, store, left)) !== 'stale') return;
        // Not again before it was started anew, or this would go round and round.
        closedMailboxes.add(older.mailboxId);
        onStale(older.mailboxId);
      });
      return true;
    }
    return bodies(connection);
  }

  async function bodies(connection: ImapConnection): Promise<boolean> {
    const { parseMessage } = options;
    const tried = await prefetchBodies(connection, accountId, store, {
      parseMessage,
      skipped,
      now: clock.now(),
      signal,
    });
    if (tried === 0) newestBodies = FIRST_SCREEN;
    newestBodies += tried;
    if (tried > 0) onProgress({ phase: 'bodies' });
    return tried > 0;
  }

  /** A mailbox that is gone, closed to us, or cannot be understood must not keep the others from their turn. */
  async function inMailbox(mailbox: Mailbox, task: () => Promise<unknown>): Promise<void> {
    try {
      await task();
    } catch (error) {
      const { code } = toMailError(error);
      if (code !== 'mailbox-missing' && code !== 'change-refused' && code !== 'protocol-error') throw error;
      closedMailboxes.add(mailbox.mailboxId);
      log.warn('sync.mailboxClosed', { mailbox: mailbox.mailboxId, error: code });
      if (code === 'protocol-error') throw error; // and so is the connection
    }
  }

  return {
    touch(mailboxIds) {
      for (const mailboxId of mailboxIds) touched.add(mailboxId);
      bell.ring();
    },
    pollNow() {
      pollAt = 0;
      bell.ring();
    },
    async run() {
      while (!signal.aborted) {
        try {
          while (isOnline() && (await lane.use(step))) {
            signal.throwIfAborted();
            failures = 0;
          }
          onProgress({ phase: 'idle' });
          await bell.wait(signal, isOnline() ? Math.max(0, pollAt - clock.now()) : undefined);
        } catch (thrown) {
          signal.throwIfAborted();
          const error = toMailError(thrown);
          log.warn('sync.workFailed', errorFacts(error));
          onError(error);
          await bell.wait(signal, backoffDelay(failures++));
        }
      }
    },
  };
}

/** Reads the list and stores it; answers with the status of each mailbox, where the server told it. */
export async function refreshMailboxes(
  connection: ImapConnection,
  accountId: AccountId,
  store: Store,
): Promise<Map<MailboxId, MailboxStatus>> {
  const listed = await connection.listMailboxes();
  store.mailboxes.replaceList(
    accountId,
    listed.map(({ path, delimiter, name, specialUse, selectable }) => ({
      path,
      delimiter,
      name,
      ...(specialUse && { specialUse }),
      selectable,
    })),
  );
  const byPath = new Map(listed.map(({ path, status }) => [path, status]));
  const states = new Map<MailboxId, MailboxStatus>();
  for (const { mailboxId, path } of store.mailboxes.list(accountId)) {
    const status = byPath.get(path);
    if (status) states.set(mailboxId, status);
  }
  return states;
}

/** True when the server's counters say that something is not as it is here. */
export function hasNews(status: MailboxStatus, known: SyncState, count: number): boolean {
  if (known.uidValidity === undefined || status.uidValidity !== known.uidValidity) return true;
  if (status.uidNext !== known.uidNext) return true;
  // Without mod-sequences a changed flag leaves no trace: the mailbox has to be read (RFC 4549 §4.3.1).
  if (status.highestModseq === undefined || status.highestModseq !== known.highestModseq) return true;
  return known.backfilledTo === 1 && status.messages !== undefined && status.messages !== count;
}

function inOrder(mailboxes: Mailbox[]): Mailbox[] {
  const rank = ({ specialUse }: Mailbox) => ORDER.indexOf(specialUse);
  return mailboxes.sort((a, b) => rank(a) - rank(b));
}
