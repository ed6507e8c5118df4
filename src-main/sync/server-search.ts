/**
 * A search on the server of one account. What it finds comes into the store as any envelope does: `addEnvelopes` takes a message twice
 * without harm, so one below `backfilledTo` is simply met again when the back-fill comes to it, and until then its flags follow the
 * server's news like all others'. A mailbox that sync has not opened yet gets its UIDVALIDITY here; sync starts it anew if it is
 * another by then.
 */
import type { MailboxId, MessageId } from '../../src-shared/model/ids.ts';
import { toMailError } from '../base/errors.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import type { ImapSearch } from '../imap/search.ts';
import type { Store } from '../store/store.ts';
import { storeEnvelopes } from './store-changes.ts';

export type ServerSearch = {
  /** In this order, until there are enough. */
  mailboxIds: MailboxId[];
  search: ImapSearch;
  /** Messages that are told at most: of each mailbox the newest. */
  most: number;
};

/**
 * Messages that the server found, as keys of the store; those that were not here are now. `onFound` is told after each mailbox. A
 * mailbox that is gone or closed to us is passed over. Throws MailError when the link or the whole account fails.
 */
export async function searchServer(
  connection: ImapConnection,
  { mailboxIds, search, most }: ServerSearch,
  store: Store,
  context: { signal: AbortSignal; onFound(messageIds: MessageId[]): void },
): Promise<void> {
  let left = most;
  for (const mailboxId of mailboxIds) {
    context.signal.throwIfAborted();
    const mailbox = store.mailboxes.get(mailboxId);
    if (!mailbox || left <= 0) continue;
    try {
      const found = await searchMailbox(connection, { mailboxId, path: mailbox.path }, search, left, store);
      left -= found.length;
      context.onFound(found);
    } catch (error) {
      const { code } = toMailError(error);
      if (code !== 'mailbox-missing' && code !== 'change-refused') throw error;
      // One mailbox of many may be closed to us; one that was asked for, or a search that no mailbox takes, is told.
      if (mailboxIds.length === 1) throw error;
    }
  }
}

async function searchMailbox(
  connection: ImapConnection,
  { mailboxId, path }: { mailboxId: MailboxId; path: string },
  search: ImapSearch,
  most: number,
  store: Store,
): Promise<MessageId[]> {
  const { uidValidity } = await connection.openMailbox(path);
  const known = store.mailboxes.syncState(mailboxId).uidValidity;
  if (known === undefined) store.mailboxes.setSyncState(mailboxId, { uidValidity });
  // Its UIDs name other messages until sync has started it anew (RFC 9051 §2.3.1.1).
  else if (known !== uidValidity) return [];
  const uids = (await connection.search(search)).slice(-most);
  const here = new Set(store.search.at(mailboxId, uids).map(({ uid }) => uid));
  const missing = uids.filter((uid) => !here.has(uid));
  if (missing.length > 0) {
    await storeEnvelopes({ mailboxId, uidValidity }, await connection.fetchEnvelopes(missing), store);
  }
  return store.search.at(mailboxId, uids).map(({ messageId }) => messageId);
}
