/** What is kept of senders: whose pictures the person wants, who has written before, and which hosts were asked because of their mail. */
import type { AccountId, MessageId, ThreadId } from '../../src-shared/model/ids.ts';
import type { Address } from '../../src-shared/model/message.ts';
import type { Context } from './context.ts';
import type { Database } from './database.ts';
import type { People } from './message-rows.ts';

export type WebContact = { accountId: AccountId; host: string; reason: 'pictures' | 'unsubscribe' };
export type KeptSignature = { verdict: 'verified' | 'failed' | 'unknown'; domain?: string };

/** A message of a thread, with everybody who wrote it or was addressed by it, in small letters. */
export type ThreadVoice = { threadId: ThreadId; messageId: MessageId; people: string[] };

export type SenderTable = {
  /** Senders whose pictures are always loaded, those chosen last first. Addresses are in small letters; times in milliseconds. */
  list(): { address: string; since: number }[];
  wantsPictures(address: string): boolean;
  /** The choice is erased with the account in which it was made. */
  addForPictures(accountId: AccountId, address: string): void;
  forget(address: string): void;
  /** Whether all mail of a server account is known here: before, nobody can say that somebody has never written. */
  isFilled(accountId: AccountId): boolean;
  /** With which message each of these has written to the account for the first time; who never has is left out. */
  firstMessages(accountId: AccountId, addresses: readonly string[]): Map<string, MessageId>;
  /** Oldest first; of very long threads their beginning. */
  voices(threadIds: readonly ThreadId[]): ThreadVoice[];
  /** The newest messages that are here whole, of any sender. */
  newestWithBody(accountId: AccountId, limit: number): MessageId[];
  /** Of those of which one was checked. */
  signatures(messageIds: readonly MessageId[]): Map<MessageId, KeptSignature>;
  keepSignature(messageId: MessageId, signature: KeptSignature): void;
  /** Hosts that were asked, newest first. */
  contacts(): WebContact[];
  noteContacts(accountId: AccountId, reason: WebContact['reason'], hosts: readonly string[]): void;
};

const MOST_VOICES = 3_000;
/** Of one account and reason: older ones go. */
const MOST_HOSTS = 300;

export function createSenderTable({ journal, mail, clock }: Context): SenderTable {
  return {
    list: () =>
      journal.all<{ address: string; since: number }>(
        'SELECT address, min(since) AS since FROM picture_sender GROUP BY address ORDER BY since DESC, address',
      ),
    wantsPictures: (address) =>
      journal.get('SELECT 1 AS one FROM picture_sender WHERE address = ? LIMIT 1', [
        address.toLowerCase(),
      ]) !== undefined,
    addForPictures(accountId, address) {
      journal.run(
        `INSERT INTO picture_sender(address, account_id, since) VALUES (?, ?, ?) ON CONFLICT DO NOTHING`,
        [address.toLowerCase(), accountId, clock.now()],
      );
    },
    forget(address) {
      journal.run('DELETE FROM picture_sender WHERE address = ?', [address.toLowerCase()]);
    },
    isFilled: (accountId) =>
      mail.get(
        'SELECT 1 AS one FROM mailbox WHERE account_id = ? AND is_selectable = 1 AND backfilled_to IS NOT 1 LIMIT 1',
        [accountId],
      ) === undefined,
    firstMessages(accountId, addresses) {
      const rows = mail.all<{ address: string; first_message_id: MessageId }>(
        `SELECT address, first_message_id FROM sender
         WHERE account_id = ? AND address IN (SELECT value FROM json_each(?))`,
        [accountId, JSON.stringify(addresses.map((address) => address.toLowerCase()))],
      );
      return new Map(rows.map((row) => [row.address, row.first_message_id]));
    },
    voices: (threadIds) =>
      mail
        .all<{ thread_id: ThreadId; message_id: MessageId; from_list: string; people: string }>(
          `SELECT thread_id, message_id, from_list, people FROM message
           WHERE thread_id IN (SELECT value FROM json_each(?)) ORDER BY thread_id, message_id LIMIT ${MOST_VOICES}`,
          [JSON.stringify(threadIds)],
        )
        .map((row) => ({
          threadId: row.thread_id,
          messageId: row.message_id,
          people: peopleOf(JSON.parse(row.from_list) as Address[], JSON.parse(row.people) as People),
        })),
    newestWithBody: (accountId, limit) =>
      mail
        .all<{ message_id: MessageId }>(
          `SELECT message_id FROM message WHERE account_id = ? AND +has_body = 1
           ORDER BY message_id DESC LIMIT ?`,
          [accountId, limit],
        )
        .map((row) => row.message_id),
    signatures(messageIds) {
      const rows = mail.all<{
        message_id: MessageId;
        verdict: KeptSignature['verdict'];
        domain: string | null;
      }>(
        `SELECT message_id, verdict, domain FROM signature
         WHERE message_id IN (SELECT value FROM json_each(?))`,
        [JSON.stringify(messageIds)],
      );
      return new Map(
        rows.map(({ message_id, verdict, domain }) => [
          message_id,
          { verdict, ...(domain !== null && { domain }) },
        ]),
      );
    },
    keepSignature(messageId, { verdict, domain }) {
      // It may have gone while DNS was asked.
      mail.run(
        `INSERT OR REPLACE INTO signature(message_id, verdict, domain)
         SELECT message_id, ?, ? FROM message WHERE message_id = ?`,
        [verdict, domain ?? null, messageId],
      );
    },
    contacts: () =>
      journal
        .all<{ account_id: AccountId; host: string; reason: WebContact['reason'] }>(
          'SELECT account_id, host, reason FROM web_contact ORDER BY at DESC, host',
        )
        .map((row) => ({ accountId: row.account_id, host: row.host, reason: row.reason })),
    noteContacts(accountId, reason, hosts) {
      if (hosts.length === 0) return;
      journal.transaction(() => {
        journal.run(
          `INSERT INTO web_contact(account_id, reason, host, at)
           SELECT a.account_id, ?, h.value, ? FROM account a, json_each(?) h WHERE a.account_id = ?
           ON CONFLICT(account_id, reason, host) DO UPDATE SET at = excluded.at`,
          [reason, clock.now(), JSON.stringify(hosts), accountId],
        );
        journal.run(
          `DELETE FROM web_contact WHERE account_id = ? AND reason = ? AND host NOT IN
             (SELECT host FROM web_contact WHERE account_id = ? AND reason = ? ORDER BY at DESC LIMIT ${MOST_HOSTS})`,
          [accountId, reason, accountId, reason],
        );
      });
    },
  };
}

function peopleOf(from: readonly Address[], { to, cc, replyTo }: People): string[] {
  return [...from, ...to, ...cc, ...replyTo].map(({ address }) => address.toLowerCase());
}

/** Notes who wrote these messages, in the transaction that stores them. */
export function noteSenders(
  mail: Database,
  accountId: AccountId,
  messages: ReadonlyMap<MessageId, { from: readonly Address[] }>,
): void {
  const first = new Map<string, MessageId>();
  for (const [messageId, { from }] of messages) {
    for (const { address } of from) {
      const key = address.toLowerCase();
      const known = first.get(key);
      if (key !== '' && (known === undefined || messageId < known)) first.set(key, messageId);
    }
  }
  if (first.size === 0) return;
  mail.run(
    `INSERT INTO sender(account_id, address, first_message_id)
     SELECT ?, value ->> 0, value ->> 1 FROM json_each(?) WHERE true
     ON CONFLICT(account_id, address) DO UPDATE SET first_message_id = excluded.first_message_id
       WHERE excluded.first_message_id < first_message_id`,
    [accountId, JSON.stringify([...first])],
  );
}
