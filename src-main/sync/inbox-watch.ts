/**
 * INBOX, watched on a connection of its own: new mail is here as soon as the server tells. What it tells of other mailboxes (NOTIFY)
 * is handed on. INBOX is brought up to date here and nowhere else, so that no two do it at once.
 */
import type { AccountState } from '../../src-shared/model/account.ts';
import type { AccountId, MailboxId } from '../../src-shared/model/ids.ts';
import { type Clock, delay } from '../base/clock.ts';
import { MailError, toMailError } from '../base/errors.ts';
import { errorFacts, type Log } from '../base/log.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import type { Store } from '../store/store.ts';
import type { Bell } from './bell.ts';
import type { Connections } from './connections.ts';
import type { Doubts } from './doubts.ts';
import { createMailboxNews } from './mailbox-news.ts';
import { refreshMailboxes } from './mailbox-poll.ts';
import { syncMailbox } from './mailbox-sync.ts';
import { retryDelay } from './retry-delay.ts';

/** A link that died without a sign is noticed after this time and a probe's, and no router forgets a quiet connection sooner. */
const SIGN_OF_LIFE = 100_000;
/** Where others use the same connection nobody hears of news by itself. */
const LOOK_SHARED = 10_000;
/** Between two looks: a storm of changes is a few looks, not thousands. */
const BREATH = 400;
/** A connection that lived no longer tells nothing good of the server. */
const BRIEF = 30_000;

export type InboxWatchOptions = {
  accountId: AccountId;
  store: Store;
  connections: Connections;
  doubts: Doubts;
  clock: Clock;
  log: Log;
  signal: AbortSignal;
  newsBell: Bell;
  retryBell: Bell;
  setState(state: AccountState): void;
  /** INBOX is up to date. */
  onChecked(): void;
  onFailure(error: MailError): void;
  onError(error: MailError): void;
  /** The server told of other mailboxes; nothing: it cannot say which. */
  onMailboxNews(mailboxId: MailboxId | undefined): void;
};

export type InboxWatch = {
  run(): Promise<void>;
  /** Whether the server tells by itself what happens in other mailboxes. */
  isNotified(): boolean;
};

export function createInboxWatch(options: InboxWatchOptions): InboxWatch {
  const { accountId, store, connections, doubts, clock, log, signal, newsBell, retryBell } = options;
  let watched: ImapConnection | undefined;
  let openedAt = 0;
  let notified: ImapConnection | undefined;
  const mailboxNews = createMailboxNews({
    accountId,
    store,
    clock,
    signal,
    onInbox: newsBell.ring,
    onNews: options.onMailboxNews,
  });

  async function look(connection: ImapConnection): Promise<void> {
    if (connection !== watched) {
      watched = connection;
      openedAt = clock.now();
      connection.onClose(() => {
        if (connection === watched) options.setState('connecting');
        newsBell.ring();
      });
      connection.onNews(newsBell.ring);
      connection.onMailboxNews(mailboxNews.hear);
    }
    const inbox = await inboxOf(connection);
    try {
      await syncMailbox(connection, inbox, store, doubts);
    } catch (error) {
      // It was only thought to be there, or is gone: the next try goes by the server's list.
      if (toMailError(error).code === 'mailbox-missing') await refreshMailboxes(connection, accountId, store);
      throw error;
    }
    options.setState('online');
    options.onChecked();
    if (connection !== notified && connections.isAlone('watch') && (await connection.notify())) {
      notified = connection;
    }
    connection.idle();
  }

  /** The first screen does not wait for the list of mailboxes: every account has an INBOX (RFC 9051 §5.1). */
  async function inboxOf(connection: ImapConnection) {
    const find = () => store.mailboxes.bySpecialUse(accountId, 'inbox');
    if (!find() && store.mailboxes.list(accountId).length === 0) {
      store.mailboxes.replaceList(accountId, [
        { path: 'INBOX', delimiter: '/', name: 'INBOX', specialUse: 'inbox', selectable: true },
      ]);
    }
    if (!find()) await refreshMailboxes(connection, accountId, store);
    const inbox = find();
    if (!inbox) throw new MailError('mailbox-missing', { retry: 'later' });
    return inbox;
  }

  async function watchOn(): Promise<void> {
    await connections.use('watch', look);
    for (;;) {
      const isAlone = connections.isAlone('watch');
      const isRung = await newsBell.wait(signal, isAlone ? SIGN_OF_LIFE : LOOK_SHARED);
      if (!isRung && isAlone) connections.distrust('watch');
      if (!watched?.isOpen() && clock.now() - openedAt < BRIEF) {
        // Else a server that cuts everybody off would be asked without end.
        throw new MailError('connection-lost', { retry: 'later' });
      }
      await connections.use('watch', look);
      await delay(clock, BREATH, signal);
    }
  }

  return {
    isNotified: () => notified?.isOpen() === true,
    async run() {
      for (let attempt = 0; ; attempt++) {
        const before = openedAt;
        let error: MailError;
        try {
          await watchOn();
          return;
        } catch (thrown) {
          signal.throwIfAborted();
          error = toMailError(thrown);
        }
        const inbox = store.mailboxes.bySpecialUse(accountId, 'inbox');
        if (inbox && doubts.tookBlame(inbox.mailboxId)) {
          log.warn('sync.unreadable', { mailbox: inbox.mailboxId });
          continue;
        }
        if (openedAt > before && clock.now() - openedAt > BRIEF) attempt = 0;
        log.warn('sync.offline', errorFacts(error));
        options.onError(error);
        signal.throwIfAborted();
        options.setState('offline');
        options.onFailure(error);
        await retryBell.wait(signal, retryDelay(error, attempt));
      }
    },
  };
}
