import type { AccountId, MailboxId, MessageId, ThreadId } from '../../src-shared/model/ids.ts';
import { type Address, type MessageSummary, SEEN } from '../../src-shared/model/message.ts';
import type { Database } from './database.ts';
import { cleanFlags, hasFlag, readFlags } from './flags.ts';

type MessageRow = {
  message_id: MessageId;
  account_id: AccountId;
  thread_id: ThreadId;
  message_id_header: string;
  subject: string;
  from_list: string;
  people: string;
  preview: string;
  date: number;
  internal_date: number;
  size: number;
  has_attachments: number;
};

const COLUMNS = `message_id, account_id, thread_id, message_id_header, subject, from_list, people, preview,
  date, internal_date, size, has_attachments`;

export type People = { to: Address[]; cc: Address[]; bcc: Address[]; replyTo: Address[] };

/** Summaries by key, in the order asked for; unknown ones are left out. */
export function summariesOf(mail: Database, messageIds: MessageId[]): MessageSummary[] {
  const ids = JSON.stringify(messageIds);
  const rows = mail.all<MessageRow>(
    `SELECT ${COLUMNS} FROM message WHERE message_id IN (SELECT value FROM json_each(?))`,
    [ids],
  );
  const byId = new Map(summariesFrom(mail, rows).map((summary) => [summary.messageId, summary]));
  return messageIds.flatMap((id) => byId.get(id) ?? []);
}

/** The messages of a thread, oldest first; what stands nowhere in view (a move took it away) is left out. */
export function summariesOfThread(mail: Database, threadId: ThreadId): MessageSummary[] {
  const rows = mail.all<MessageRow>(
    `SELECT ${COLUMNS} FROM message WHERE thread_id = ? ORDER BY message_id`,
    [threadId],
  );
  return summariesFrom(mail, rows).filter((summary) => summary.mailboxIds.length > 0);
}

function summariesFrom(mail: Database, rows: MessageRow[]): MessageSummary[] {
  const placements = mail.all<{ message_id: MessageId; mailbox_id: MailboxId; flags: string }>(
    `SELECT message_id, mailbox_id, flags FROM placement
     WHERE message_id IN (SELECT value FROM json_each(?)) AND hidden_by IS NULL`,
    [JSON.stringify(rows.map((row) => row.message_id))],
  );
  const standing = new Map<MessageId, { mailboxIds: Set<MailboxId>; flags: string[][] }>();
  for (const { message_id, mailbox_id, flags } of placements) {
    const there = standing.get(message_id) ?? { mailboxIds: new Set(), flags: [] };
    there.mailboxIds.add(mailbox_id);
    there.flags.push(readFlags(flags));
    standing.set(message_id, there);
  }
  return rows.map((row) => {
    const at = standing.get(row.message_id);
    const { to, cc, replyTo } = JSON.parse(row.people) as People;
    return {
      messageId: row.message_id,
      threadId: row.thread_id,
      accountId: row.account_id,
      mailboxIds: [...(at?.mailboxIds ?? [])],
      from: JSON.parse(row.from_list) as Address[],
      to,
      cc,
      replyTo,
      subject: row.subject,
      preview: row.preview,
      date: row.date,
      internalDate: row.internal_date,
      size: row.size,
      flags: jointFlags(at?.flags ?? []),
      hasAttachments: row.has_attachments === 1,
      messageIdHeader: row.message_id_header,
    };
  });
}

/** The flags of a message that stands in several mailboxes: those of any, but read only when it is read in all. */
function jointFlags(all: string[][]): string[] {
  const joint = cleanFlags(all.flat());
  return all.every((flags) => hasFlag(flags, SEEN)) ? joint : joint.filter((flag) => flag !== SEEN);
}
