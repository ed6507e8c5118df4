/**
 * Which thread a message belongs to. Message-IDs are joined as they become known (RFC 5256 §3, REFERENCES): a message, what it answers
 * and what it refers to are one thread, also when the link between two threads arrives last. Base subjects join only an answer that names
 * no message with what it answers.
 */
import type { AccountId, MailboxId, MessageId, ThreadId } from '../../src-shared/model/ids.ts';
import { baseSubject } from '../../src-shared/text/subject.ts';
import { type Touched, touchThread } from './context.ts';
import type { Database } from './database.ts';

export type ThreadedMessage = {
  messageId: MessageId;
  messageIdHeader: string;
  inReplyTo: string[];
  references: string[];
  subject: string;
};

/** A hostile header with 100,000 references must not cost 100,000 rows: the root and the nearest ones are what links. */
const REFERENCES_MOST = 50;
const HEADER_LONGEST = 998;
const FORWARD = /^\s*(?:fwd?|wg|vs|tr|rv|enc|转发|i)\s*(?:\[\d+\])?\s*[:：]/iu;

/** Finds, makes or joins the thread of a message that is not stored yet, inside the caller's transaction. */
export function assignThread(
  mail: Database,
  accountId: AccountId,
  message: ThreadedMessage,
  touched: Touched,
): ThreadId {
  const headers = linkedHeaders(message);
  const found = threadsOf(mail, accountId, headers);
  const [first, ...others] = found;
  const threadId =
    first ?? threadBySubject(mail, accountId, message) ?? createThread(mail, accountId, message);
  for (const other of others) joinThreads(mail, threadId, other, touched);
  for (const header of headers) {
    mail.run('INSERT OR IGNORE INTO thread_link(message_id_header, account_id, thread_id) VALUES (?, ?, ?)', [
      header,
      accountId,
      threadId,
    ]);
  }
  return threadId;
}

function linkedHeaders(message: ThreadedMessage): string[] {
  const { references } = message;
  const nearest =
    references.length > REFERENCES_MOST
      ? [...references.slice(0, 1), ...references.slice(1 - REFERENCES_MOST)]
      : references;
  const headers = [message.messageIdHeader, ...message.inReplyTo.slice(0, REFERENCES_MOST), ...nearest];
  return [...new Set(headers)].filter((header) => header !== '' && header.length <= HEADER_LONGEST);
}

/** Threads that these Message-IDs belong to, oldest thread first. */
function threadsOf(mail: Database, accountId: AccountId, headers: string[]): ThreadId[] {
  if (headers.length === 0) return [];
  return mail
    .all<{ thread_id: ThreadId }>(
      `SELECT DISTINCT thread_id FROM thread_link WHERE account_id = ?
         AND message_id_header IN (SELECT value FROM json_each(?)) ORDER BY thread_id`,
      [accountId, JSON.stringify(headers)],
    )
    .map((row) => row.thread_id);
}

function threadBySubject(
  mail: Database,
  accountId: AccountId,
  message: ThreadedMessage,
): ThreadId | undefined {
  if (message.inReplyTo.length > 0 || message.references.length > 0) return undefined;
  const base = baseSubject(message.subject);
  if (base === '') return undefined;
  if (isAnswer(message.subject)) {
    return mail.get<{ thread_id: ThreadId }>(
      'SELECT thread_id FROM thread WHERE account_id = ? AND base_subject = ? ORDER BY thread_id DESC LIMIT 1',
      [accountId, base],
    )?.thread_id;
  }
  if (base !== oneLine(message.subject)) return undefined;
  // Back-fill goes from new to old: the answer may be here before what it answers.
  const waiting = mail.get<{ thread_id: ThreadId }>(
    `SELECT thread_id FROM thread t WHERE account_id = ? AND base_subject = ? AND awaits_original = 1
       AND EXISTS (SELECT 1 FROM message m WHERE m.thread_id = t.thread_id AND m.message_id > ?)
     ORDER BY thread_id DESC LIMIT 1`,
    [accountId, base, message.messageId],
  );
  if (waiting) mail.run('UPDATE thread SET awaits_original = 0 WHERE thread_id = ?', [waiting.thread_id]);
  return waiting?.thread_id;
}

function createThread(mail: Database, accountId: AccountId, message: ThreadedMessage): ThreadId {
  const awaits =
    message.inReplyTo.length === 0 && message.references.length === 0 && isAnswer(message.subject);
  const row = mail.get<{ thread_id: ThreadId }>(
    'INSERT INTO thread(account_id, base_subject, awaits_original) VALUES (?, ?, ?) RETURNING thread_id',
    [accountId, baseSubject(message.subject), awaits ? 1 : 0],
  );
  if (!row) throw new Error('no thread key');
  return row.thread_id;
}

/** Everything of `from` belongs to `into` from now on. */
function joinThreads(mail: Database, into: ThreadId, from: ThreadId, touched: Touched): void {
  const mailboxes = mail.all<{ mailbox_id: MailboxId }>(
    'SELECT mailbox_id FROM thread_mailbox WHERE thread_id = ?',
    [from],
  );
  for (const { mailbox_id } of mailboxes) {
    touchThread(touched, mailbox_id, from);
    touchThread(touched, mailbox_id, into);
  }
  // Of this transaction's own messages no row is kept yet.
  for (const [mailboxId, threadIds] of touched.threads) {
    if (threadIds.has(from)) touchThread(touched, mailboxId, into);
  }
  touched.otherThreads.add(from);
  mail.run('UPDATE message SET thread_id = ? WHERE thread_id = ?', [into, from]);
  mail.run('UPDATE thread_link SET thread_id = ? WHERE thread_id = ?', [into, from]);
  mail.run('DELETE FROM thread WHERE thread_id = ?', [from]);
}

function isAnswer(subject: string): boolean {
  return baseSubject(subject) !== oneLine(subject) && !FORWARD.test(subject);
}

function oneLine(subject: string): string {
  return subject.replace(/\s+/gu, ' ').trim();
}
