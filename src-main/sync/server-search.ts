/**
 * A search on the server of one account. What it finds comes into the store as any envelope does: `addEnvelopes` takes a message twice
 * without harm, so one below `backfilledTo` is simply met again when the back-fill comes to it, and until then its flags follow the
 * server's news like all others'. A mailbox that sync has not opened yet gets its UIDVALIDITY here; sync starts it anew if it is
 * another by then.
 */
import type { AccountId, MailboxId, MessageId } from '../../src-shared/model/ids.ts';
import { MailError, toMailError } from '../base/errors.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import type { ImapSearch } from '../imap/search.ts';
import type { Store } from '../store/store.ts';
import { refreshMailboxes } from './mailbox-poll.ts';
import { storeEnvelopes } from './store-changes.ts';

export type ServerSearch = {
  /** In this order, until there are enough. Asked when the account's mailboxes are known. */
  mailboxIds(): MailboxId[];
  search: ImapSearch;
  /** Messages that are told at most: of each mailbox the newest. */
  most: number;
};

/** For the server to tell what is new in a mailbox that is open already. */
const NEWS_TIME = 10_000;

/**
 * Messages that the server found, as keys of the store; those that were not here are now. `onFound` is told after each mailbox. A
 * mailbox that is gone is passed over. Throws MailError when the link or the whole account fails, and, after all the others were
 * asked, when a mailbox could not be: "no more" is said of what was searched only.
 */
export async function searchServer(
  connection: ImapConnection,
  accountId: AccountId,
  { search, most, ...asked }: ServerSearch,
  store: Store,
  context: { signal: AbortSignal; onFound(messageIds: MessageId[]): void },
): Promise<void> {
  // The first screen does not wait for the list: INBOX alone may be all that is known.
  if (store.mailboxes.list(accountId).length <= 1) await refreshMailboxes(connection, accountId, store);
  const mailboxIds = asked.mailboxIds();
  let left = most;
  let unasked: MailError | undefined;
  for (const mailboxId of mailboxIds) {
    context.signal.throwIfAborted();
    const mailbox = store.mailboxes.get(mailboxId);
    if (!mailbox || left <= 0) continue;
    try {
      const found = await searchMailbox(connection, { mailboxId, path: mailbox.path }, search, left, store);
      left -= found.length;
      context.onFound(found);
    } catch (error) {
      const failure = toMailError(error);
      if (failure.code !== 'mailbox-missing' && failure.code !== 'change-refused') throw error;
      // One mailbox of many may be gone; one that was asked for is told, and so is one that is closed to us.
      if (failure.code !== 'mailbox-missing' || mailboxIds.length === 1) unasked ??= failure;
    }
  }
  if (unasked) throw unasked;
}

async function searchMailbox(
  connection: ImapConnection,
  { mailboxId, path }: { mailboxId: MailboxId; path: string },
  search: ImapSearch,
  most: number,
  store: Store,
): Promise<MessageId[]> {
  // What arrived since it was opened is not searched before the server has told of it (RFC 9051 §7.4.1).
  if (connection.openPath() === path) await connection.probe(NEWS_TIME);
  const { uidValidity } = await connection.openMailbox(path);
  const known = store.mailboxes.syncState(mailboxId).uidValidity;
  if (known === undefined) store.mailboxes.setSyncState(mailboxId, { uidValidity });
  else if (known !== uidValidity) throw startedAnew();
  const uids = (await connection.search(search)).slice(-most);
  const here = new Set(store.search.at(mailboxId, uids).map(({ uid }) => uid));
  const missing = uids.filter((uid) => !here.has(uid));
  if (missing.length > 0) {
    const envelopes = await connection.fetchEnvelopes(missing);
    if (!(await storeEnvelopes({ mailboxId, uidValidity }, envelopes, store))) throw startedAnew();
  }
  return store.search.at(mailboxId, uids).map(({ messageId }) => messageId);
}

/** Its UIDs name other messages until sync has started it anew (RFC 9051 §2.3.1.1). */
const startedAnew = () => new MailError('change-refused', { retry: 'later' });
