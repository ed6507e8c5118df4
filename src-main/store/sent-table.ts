/** To whom the messages in the mailboxes Sent of accounts with servers went. */
import type { AccountId, MailboxId, MessageId } from '../../src-shared/model/ids.ts';
import type { Address } from '../../src-shared/model/message.ts';
import type { Context } from './context.ts';
import type { People } from './message-rows.ts';

/** `collectedTotal`: what `total` was when `setCollected` was last called. Times in milliseconds. */
export type SentMailbox = { mailboxId: MailboxId; addedAt: number; total: number; collectedTotal: number };

export type SentMessage = { uid: number; messageId: MessageId; date: number; recipients: Address[] };

export type SentTable = {
  mailboxes(): SentMailbox[];
  /** What is below this UID, the newest first. */
  messages(mailboxId: MailboxId, below: number, limit: number): SentMessage[];
  setCollected(mailboxId: MailboxId, total: number): void;
};

/** Also what a pending move has hidden: it was sent nevertheless. */
export const SENT_SQL = `SELECT p.uid, p.message_id, m.date, m.people
  FROM placement p JOIN message m ON m.message_id = p.message_id
  WHERE p.mailbox_id = ? AND p.uid < ? ORDER BY p.uid DESC LIMIT ?`;

export function createSentTable({ journal, mail }: Context): SentTable {
  return {
    mailboxes() {
      const added = new Map(
        journal
          .all<{ account_id: AccountId; added_at: number }>(
            "SELECT account_id, account ->> 'addedAt' AS added_at FROM account WHERE account ->> 'auth' <> 'none'",
          )
          .map((row) => [row.account_id, row.added_at]),
      );
      return mail
        .all<{ mailbox_id: MailboxId; account_id: AccountId; total: number; collected_total: number }>(
          "SELECT mailbox_id, account_id, total, collected_total FROM mailbox WHERE special_use = 'sent' ORDER BY mailbox_id",
        )
        .flatMap((row) => {
          const addedAt = added.get(row.account_id);
          if (addedAt === undefined) return [];
          const { mailbox_id: mailboxId, total, collected_total: collectedTotal } = row;
          return [{ mailboxId, addedAt, total, collectedTotal }];
        });
    },
    messages: (mailboxId, below, limit) =>
      mail
        .all<{ uid: number; message_id: MessageId; date: number; people: string }>(SENT_SQL, [
          mailboxId,
          below,
          limit,
        ])
        .map((row) => {
          const { to, cc, bcc } = JSON.parse(row.people) as People;
          return {
            uid: row.uid,
            messageId: row.message_id,
            date: row.date,
            recipients: [...to, ...cc, ...bcc],
          };
        }),
    setCollected(mailboxId, total) {
      mail.run('UPDATE mailbox SET collected_total = ? WHERE mailbox_id = ?', [total, mailboxId]);
    },
  };
}
