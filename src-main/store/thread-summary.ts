/**
 * The kept rows `thread_mailbox` (a thread as it stands in a mailbox) and the counters of `mailbox`. Both are made anew from the
 * placements of each touched thread, never counted up and down on the way, so that they cannot drift. Nothing is grouped when it is read.
 */
import type { MailboxId, ThreadId } from '../../src-shared/model/ids.ts';
import type { Address } from '../../src-shared/model/message.ts';
import type { Database, Row } from './database.ts';

export const PEOPLE_MOST = 12;
/** A thread of thousands: the first of them are enough to say who takes part. */
const PEOPLE_MESSAGES = 60;

type Summary = {
  last: number | null;
  count: number;
  unread: number;
  starred: number;
  attachments: number;
};

const NOTHING: Summary = { last: null, count: 0, unread: 0, starred: 0, attachments: 0 };

/** Brings rows and counters up to date, inside the caller's transaction. True when a counter of a mailbox changed. */
export function settleThreads(mail: Database, threads: Map<MailboxId, Set<ThreadId>>): boolean {
  let countersChanged = false;
  for (const [mailboxId, threadIds] of threads) {
    const delta = { total: 0, unread: 0, threads: 0, unreadThreads: 0 };
    const isInbox =
      mail.get<{ special_use: string | null }>('SELECT special_use FROM mailbox WHERE mailbox_id = ?', [
        mailboxId,
      ])?.special_use === 'inbox';
    const ids = [...threadIds];
    const stored = storedSummaries(mail, mailboxId, ids);
    const counted = countedSummaries(mail, mailboxId, ids);
    const several = ids.filter((threadId) => (counted.get(threadId)?.count ?? 0) > 1);
    const people = peopleOf(mail, mailboxId, several);
    for (const threadId of ids) {
      const before = stored.get(threadId) ?? NOTHING;
      const after = counted.get(threadId) ?? NOTHING;
      delta.total += after.count - before.count;
      delta.unread += after.unread - before.unread;
      delta.threads += (after.count > 0 ? 1 : 0) - (before.count > 0 ? 1 : 0);
      delta.unreadThreads += (after.unread > 0 ? 1 : 0) - (before.unread > 0 ? 1 : 0);
      writeSummary(mail, { mailboxId, threadId, isInbox }, after, people.get(threadId));
    }
    if (Object.values(delta).every((value) => value === 0)) continue;
    countersChanged = true;
    mail.run(
      `UPDATE mailbox SET total = total + ?, unread = unread + ?, threads = threads + ?,
         unread_threads = unread_threads + ? WHERE mailbox_id = ?`,
      [delta.total, delta.unread, delta.threads, delta.unreadThreads, mailboxId],
    );
  }
  return countersChanged;
}

function storedSummaries(mail: Database, mailboxId: MailboxId, ids: ThreadId[]): Map<ThreadId, Summary> {
  return byThread(
    mail.all<SummaryRow>(
      `SELECT thread_id, last_message_id AS last, count, unread, starred, attachments FROM thread_mailbox
       WHERE mailbox_id = ? AND thread_id IN (SELECT value FROM json_each(?))`,
      [mailboxId, JSON.stringify(ids)],
    ),
  );
}

function countedSummaries(mail: Database, mailboxId: MailboxId, ids: ThreadId[]): Map<ThreadId, Summary> {
  return byThread(
    mail.all<SummaryRow>(
      `SELECT t.value AS thread_id, max(m.message_id) AS last, count(*) AS count, sum(p.is_unread) AS unread,
         sum(p.is_starred) AS starred, sum(m.has_attachments) AS attachments
       FROM json_each(?) t CROSS JOIN message m ON m.thread_id = t.value
       CROSS JOIN placement p ON p.message_id = m.message_id AND p.mailbox_id = ? AND p.hidden_by IS NULL
       GROUP BY t.value`,
      [JSON.stringify(ids), mailboxId],
    ),
  );
}

type SummaryRow = Summary & Row & { thread_id: ThreadId };

const byThread = (rows: SummaryRow[]): Map<ThreadId, Summary> =>
  new Map(rows.map((row) => [row.thread_id, row]));

function writeSummary(
  mail: Database,
  at: { mailboxId: MailboxId; threadId: ThreadId; isInbox: boolean },
  summary: Summary,
  people: Address[] | undefined,
): void {
  if (summary.last === null) {
    mail.run('DELETE FROM thread_mailbox WHERE thread_id = ? AND mailbox_id = ?', [
      at.threadId,
      at.mailboxId,
    ]);
    return;
  }
  mail.run(
    `INSERT INTO thread_mailbox
       (mailbox_id, thread_id, last_message_id, count, unread, starred, attachments, people, is_inbox)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
     ON CONFLICT (thread_id, mailbox_id) DO UPDATE SET last_message_id = excluded.last_message_id,
       count = excluded.count, unread = excluded.unread, starred = excluded.starred,
       attachments = excluded.attachments, people = excluded.people, is_inbox = excluded.is_inbox`,
    [
      at.mailboxId,
      at.threadId,
      summary.last,
      summary.count,
      summary.unread,
      summary.starred,
      summary.attachments,
      people ? JSON.stringify(people) : null,
      at.isInbox ? 1 : 0,
    ],
  );
}

/** Who wrote in each of these threads, as they stand in the mailbox. */
function peopleOf(mail: Database, mailboxId: MailboxId, ids: ThreadId[]): Map<ThreadId, Address[]> {
  if (ids.length === 0) return new Map();
  const rows = mail.all<{ thread_id: ThreadId; lists: string }>(
    `SELECT t.value AS thread_id, (SELECT json_group_array(from_list) FROM (
       SELECT m.from_list FROM message m CROSS JOIN placement p
         ON p.message_id = m.message_id AND p.mailbox_id = ? AND p.hidden_by IS NULL
       WHERE m.thread_id = t.value ORDER BY m.message_id DESC LIMIT ?)) AS lists
     FROM json_each(?) t`,
    [mailboxId, PEOPLE_MESSAGES, JSON.stringify(ids)],
  );
  return new Map(rows.map((row) => [row.thread_id, peopleFrom(JSON.parse(row.lists) as string[])]));
}

/** Each person once, in the order given; who has no address counts by the name. */
export function peopleFrom(lists: string[]): Address[] {
  const people = new Map<string, Address>();
  for (const list of lists) {
    for (const person of JSON.parse(list) as Address[]) {
      const key = (person.address || person.name).toLowerCase();
      if (!people.has(key)) people.set(key, person);
      if (people.size >= PEOPLE_MOST) return [...people.values()];
    }
  }
  return [...people.values()];
}
