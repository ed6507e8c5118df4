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

export type Threads = {
  /** Finds, makes or joins the thread of a message that is not stored yet, inside the caller's transaction. */
  assign(message: ThreadedMessage, touched: Touched): ThreadId;
};

/** Threads for the messages of one transaction: what is known of their Message-IDs and subjects is read once for all of them. */
export function createThreads(
  mail: Database,
  accountId: AccountId,
  messages: readonly Omit<ThreadedMessage, 'messageId'>[],
): Threads {
  const links = linksOf(mail, accountId, [...new Set(messages.flatMap(linkedHeaders))]);
  const awaiting = awaitingSubjects(mail, accountId, messages);
  return {
    assign(message, touched) {
      const headers = linkedHeaders(message);
      const found = new Set(headers.flatMap((header) => links.get(header) ?? []));
      // The oldest thread stays.
      const [first, ...others] = [...found].sort((a, b) => a - b);
      const subject = subjectOf(message);
      const threadId =
        first ??
        threadBySubject(mail, accountId, message, subject, awaiting) ??
        createThread(mail, accountId, subject, awaiting);
      for (const other of others) {
        joinThreads(mail, threadId, other, touched);
        for (const [header, thread] of links) if (thread === other) links.set(header, threadId);
      }
      for (const header of headers) {
        if (links.has(header)) continue;
        links.set(header, threadId);
        mail.run('INSERT INTO thread_link(message_id_header, account_id, thread_id) VALUES (?, ?, ?)', [
          header,
          accountId,
          threadId,
        ]);
      }
      return threadId;
    },
  };
}

function linkedHeaders(message: Omit<ThreadedMessage, 'messageId'>): string[] {
  const { references } = message;
  const nearest =
    references.length > REFERENCES_MOST
      ? [...references.slice(0, 1), ...references.slice(1 - REFERENCES_MOST)]
      : references;
  const headers = [message.messageIdHeader, ...message.inReplyTo.slice(0, REFERENCES_MOST), ...nearest];
  return [...new Set(headers)].filter((header) => header !== '' && header.length <= HEADER_LONGEST);
}

/** The threads that these Message-IDs belong to, as far as they are known. */
function linksOf(mail: Database, accountId: AccountId, headers: string[]): Map<string, ThreadId> {
  const rows = mail.all<{ message_id_header: string; thread_id: ThreadId }>(
    `SELECT message_id_header, thread_id FROM thread_link WHERE account_id = ?
       AND message_id_header IN (SELECT value FROM json_each(?))`,
    [accountId, JSON.stringify(headers)],
  );
  return new Map(rows.map((row) => [row.message_id_header, row.thread_id]));
}

/** Those of the messages' base subjects under which a thread awaits what it answers. */
function awaitingSubjects(
  mail: Database,
  accountId: AccountId,
  messages: readonly Omit<ThreadedMessage, 'messageId'>[],
): Set<string> {
  const subjects = new Set(messages.map(({ subject }) => baseSubject(subject)));
  const rows = mail.all<{ base_subject: string }>(
    `SELECT DISTINCT base_subject FROM thread WHERE account_id = ? AND awaits_original = 1
       AND base_subject IN (SELECT value FROM json_each(?))`,
    [accountId, JSON.stringify([...subjects])],
  );
  return new Set(rows.map((row) => row.base_subject));
}

type Subject = {
  base: string;
  isAnswer: boolean;
  /** An answer that names no message with what it answers: only the subject can tell. */
  awaits: boolean;
};

function subjectOf(message: ThreadedMessage): Subject {
  const base = baseSubject(message.subject);
  const isAnswer = base !== oneLine(message.subject) && !FORWARD.test(message.subject);
  return { base, isAnswer, awaits: isAnswer && !namesOthers(message) };
}

const namesOthers = (message: ThreadedMessage): boolean =>
  message.inReplyTo.length > 0 || message.references.length > 0;

function threadBySubject(
  mail: Database,
  accountId: AccountId,
  message: ThreadedMessage,
  { base, isAnswer }: Subject,
  awaiting: Set<string>,
): ThreadId | undefined {
  if (namesOthers(message) || base === '') return undefined;
  if (isAnswer) {
    return mail.get<{ thread_id: ThreadId }>(
      'SELECT thread_id FROM thread WHERE account_id = ? AND base_subject = ? ORDER BY thread_id DESC LIMIT 1',
      [accountId, base],
    )?.thread_id;
  }
  if (base !== oneLine(message.subject) || !awaiting.has(base)) return undefined;
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

function createThread(
  mail: Database,
  accountId: AccountId,
  { base, awaits }: Subject,
  awaiting: Set<string>,
): ThreadId {
  if (awaits) awaiting.add(base);
  return mail.insert('INSERT INTO thread(account_id, base_subject, awaits_original) VALUES (?, ?, ?)', [
    accountId,
    base,
    awaits ? 1 : 0,
  ]) as ThreadId;
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

function oneLine(subject: string): string {
  return subject.replace(/\s+/gu, ' ').trim();
}
