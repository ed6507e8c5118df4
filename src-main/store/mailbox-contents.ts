import type { MailboxId, MessageId } from '../../src-shared/model/ids.ts';
import type { Address } from '../../src-shared/model/message.ts';
import type { Database } from './database.ts';
import { readFlags } from './flags.ts';

/** A message where it stands, for who writes it into a file. */
export type Standing = {
  placement: number;
  messageId: MessageId;
  /** Absent while the server's UID of a moved message is not known. */
  uid?: number;
  flags: string[];
  internalDate: number;
  subject: string;
  from: Address[];
  size: number;
};

export type MailboxContents = {
  /** What stands in a mailbox for the person, in the order in which it came, a stretch at a time: what comes after a placement. */
  after(mailboxId: MailboxId, placement: number, limit: number): Standing[];
};

type Row = {
  placement_id: number;
  message_id: MessageId;
  uid: number | null;
  flags: string;
  internal_date: number;
  subject: string;
  from_list: string;
  size: number;
};

export function createMailboxContents(mail: Database): MailboxContents {
  return {
    after: (mailboxId, placement, limit) =>
      mail
        .all<Row>(
          `SELECT p.placement_id, p.message_id, p.uid, p.flags, m.internal_date, m.subject, m.from_list, m.size
           FROM placement p JOIN message m ON m.message_id = p.message_id
           WHERE p.mailbox_id = ? AND p.placement_id > ? AND p.hidden_by IS NULL ORDER BY p.placement_id LIMIT ?`,
          [mailboxId, placement, limit],
        )
        .map((row) => ({
          placement: row.placement_id,
          messageId: row.message_id,
          ...(row.uid !== null && { uid: row.uid }),
          flags: readFlags(row.flags),
          internalDate: row.internal_date,
          subject: row.subject,
          from: JSON.parse(row.from_list) as Address[],
          size: row.size,
        })),
  };
}
