import type { ThreadView } from '../../src-shared/ipc/contract.ts';
import type { AccountId, MessageId, ThreadId } from '../../src-shared/model/ids.ts';
import type { Address } from '../../src-shared/model/message.ts';
import type { ThreadPage, ThreadRow } from '../../src-shared/model/thread.ts';
import type { Context } from './context.ts';
import type { Database, Value } from './database.ts';
import type { ThreadTable } from './mail-records.ts';
import { type People, summariesOfThread } from './message-rows.ts';
import { PEOPLE_MOST, peopleFrom } from './thread-summary.ts';

export function createThreadTable(context: Context): ThreadTable {
  const { mail } = context;
  return {
    page: (view, start, limit) => pageOf(mail, view, start, limit),
    messages: (threadId) => summariesOfThread(mail, threadId),
  };
}

type Row = {
  thread_id: ThreadId;
  account_id: AccountId;
  last_message_id: MessageId;
  count: number;
  unread: number;
  starred: number;
  attachments: number;
  people: string | null;
  from_list: string;
  addressed: string;
  subject: string;
  preview: string;
  date: number;
};

function pageOf(mail: Database, view: ThreadView, start: number, limit: number): ThreadPage {
  const { total, unread } = heightOf(mail, view);
  const wanted = Math.max(0, Math.min(limit, total - start));
  if (wanted === 0) return { total, unread, start, rows: [] };
  // Rows that are skipped cost time, so they are skipped from the nearer end.
  const fromEnd = start > total / 2;
  const rows = mail.all<Row>(pageSql(view, fromEnd ? 'ASC' : 'DESC'), [
    ...viewParams(view),
    wanted,
    fromEnd ? total - start - wanted : start,
  ]);
  return { total, unread, start, rows: (fromEnd ? rows.reverse() : rows).map(threadRowFrom) };
}

/** The statement of a page: keys out of a covering index first, so that what is skipped is never read; then their rows by key. */
export function pageSql(view: ThreadView, order: 'ASC' | 'DESC'): string {
  const where = view.kind === 'mailbox' ? 'mailbox_id = ?' : 'is_inbox = 1';
  const byThread = order === 'ASC' ? 'DESC' : 'ASC';
  return `SELECT t.thread_id, m.account_id, t.last_message_id, t.count, t.unread, t.starred, t.attachments, t.people,
      m.from_list, m.people AS addressed, m.subject, m.preview, m.date
    FROM (SELECT thread_id, mailbox_id FROM thread_mailbox WHERE ${where}
      ORDER BY last_message_id ${order}, thread_id ${byThread} LIMIT ? OFFSET ?) AS page
    CROSS JOIN thread_mailbox t ON t.thread_id = page.thread_id AND t.mailbox_id = page.mailbox_id
    CROSS JOIN message m ON m.message_id = t.last_message_id`;
}

export function viewParams(view: ThreadView): Value[] {
  return view.kind === 'mailbox' ? [view.mailboxId] : [];
}

function heightOf(mail: Database, view: ThreadView): { total: number; unread: number } {
  const row = mail.get<{ total: number | null; unread: number | null }>(
    `SELECT sum(threads) AS total, sum(unread_threads) AS unread FROM mailbox
     WHERE ${view.kind === 'mailbox' ? 'mailbox_id = ?' : "special_use = 'inbox'"}`,
    viewParams(view),
  );
  return { total: row?.total ?? 0, unread: row?.unread ?? 0 };
}

function threadRowFrom(row: Row): ThreadRow {
  return {
    threadId: row.thread_id,
    accountId: row.account_id,
    messageId: row.last_message_id,
    participants: row.people === null ? peopleFrom([row.from_list]) : (JSON.parse(row.people) as Address[]),
    recipients: recipientsOf(row.addressed),
    subject: row.subject,
    preview: row.preview,
    date: row.date,
    count: row.count,
    isUnread: row.unread > 0,
    isStarred: row.starred > 0,
    hasAttachments: row.attachments > 0,
  };
}

function recipientsOf(people: string): Address[] {
  const { to, cc, bcc } = JSON.parse(people) as People;
  return [...to, ...cc, ...bcc].slice(0, PEOPLE_MOST);
}
