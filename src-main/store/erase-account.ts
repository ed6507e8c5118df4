/**
 * Erasing: an account leaves the journal first (from then on it is gone), its mail after; a crash between is made good on the next start.
 * secure_delete overwrites freed pages, the index is merged so that deleted terms go too, free pages are given back to the disk and the
 * write-ahead logs, which hold older copies of pages, are emptied. All of it in short steps, with a turn for others between them: erasing
 * hundred thousands of messages takes minutes, and somebody may be reading another account meanwhile.
 */
import type { AccountId, MessageId, ThreadId } from '../../src-shared/model/ids.ts';
import { turn } from '../base/turn.ts';
import type { Context } from './context.ts';
import type { Database } from './database.ts';
import { deleteBodies } from './delete-messages.ts';
import { eraseLocalMail } from './local-rows.ts';
import { purgeDeletedTerms, unindexMessages } from './search-index.ts';

/** Rows of one transaction, and pages given back in one step: some 20 ms each. */
const MESSAGES_AT_ONCE = 100;
const THREADS_AT_ONCE = 500;
const PAGES_AT_ONCE = 250;

export async function eraseAccount(context: Context, accountId: AccountId): Promise<{ messages: number }> {
  const { journal, mail, emit } = context;
  journal.transaction(() => {
    journal.run('DELETE FROM submission WHERE account_id = ?', [accountId]);
    journal.run('DELETE FROM draft WHERE account_id = ?', [accountId]);
    journal.run('DELETE FROM draft_copy WHERE account_id = ?', [accountId]);
    journal.run('DELETE FROM operation WHERE account_id = ?', [accountId]);
    journal.run('DELETE FROM account WHERE account_id = ?', [accountId]);
  });
  emit({ kind: 'accounts' });
  emit({ kind: 'drafts' });
  emit({ kind: 'outbox', accountId });
  emit({ kind: 'operations', accountId });
  for (const _ of eraseLocalMail(journal, accountId)) await turn();
  let messages = 0;
  for (const erased of eraseMail(mail, accountId)) {
    messages += erased;
    await turn();
  }
  emit({ kind: 'mailboxes', accountId });
  for (const database of [journal, mail]) {
    for (const _ of giveBackPages(database)) await turn();
  }
  return { messages };
}

/** Removes all mail of an account, a transaction a step; each step answers with the number of messages that went. */
export function* eraseMail(mail: Database, accountId: AccountId): Generator<number> {
  const myMailboxes = 'SELECT mailbox_id FROM mailbox WHERE account_id = ?';
  // Lists are empty at once.
  mail.run('UPDATE mailbox SET total = 0, unread = 0, threads = 0, unread_threads = 0 WHERE account_id = ?', [
    accountId,
  ]);
  const removeRows = `DELETE FROM thread_mailbox WHERE (thread_id, mailbox_id) IN
    (SELECT thread_id, mailbox_id FROM thread_mailbox WHERE mailbox_id IN (${myMailboxes}) LIMIT ${THREADS_AT_ONCE})`;
  while (mail.run(removeRows, [accountId]) > 0) yield 0;
  for (;;) {
    const erased = mail.transaction(() => eraseSomeMessages(mail, accountId));
    if (erased === 0) break;
    yield erased;
  }
  while (mail.transaction(() => eraseSomeThreads(mail, accountId)) > 0) yield 0;
  // The mailboxes last: by them the next start sees that something is left.
  mail.transaction(() => {
    mail.run('DELETE FROM mailbox WHERE account_id = ?', [accountId]);
    mail.run('DELETE FROM applied_operation WHERE account_id = ?', [accountId]);
    mail.run('DELETE FROM account_size WHERE account_id = ?', [accountId]);
    mail.run('DELETE FROM sender WHERE account_id = ?', [accountId]);
    mail.run('DELETE FROM full_second WHERE NOT EXISTS (SELECT 1 FROM message)');
  });
  for (const _ of purgeDeletedTerms(mail)) yield 0;
}

function eraseSomeMessages(mail: Database, accountId: AccountId): number {
  const rows = mail.all<{ message_id: MessageId }>(
    `SELECT message_id FROM message WHERE account_id = ? ORDER BY message_id DESC LIMIT ${MESSAGES_AT_ONCE}`,
    [accountId],
  );
  if (rows.length === 0) return 0;
  const ids = JSON.stringify(rows.map((row) => row.message_id));
  unindexMessages(
    mail,
    rows.map((row) => row.message_id),
  );
  deleteBodies(mail, ids);
  mail.run('DELETE FROM placement WHERE message_id IN (SELECT value FROM json_each(?))', [ids]);
  mail.run('DELETE FROM message WHERE message_id IN (SELECT value FROM json_each(?))', [ids]);
  return rows.length;
}

function eraseSomeThreads(mail: Database, accountId: AccountId): number {
  const rows = mail.all<{ thread_id: ThreadId }>(
    `SELECT thread_id FROM thread WHERE account_id = ? LIMIT ${THREADS_AT_ONCE}`,
    [accountId],
  );
  const ids = JSON.stringify(rows.map((row) => row.thread_id));
  mail.run('DELETE FROM thread_link WHERE thread_id IN (SELECT value FROM json_each(?))', [ids]);
  mail.run('DELETE FROM thread WHERE thread_id IN (SELECT value FROM json_each(?))', [ids]);
  return rows.length;
}

/** Some pages a step, until none is left; then the log of older pages is emptied. */
function* giveBackPages(database: Database): Generator<void> {
  const isLeft = () =>
    Number(database.get<{ freelist_count: number }>('PRAGMA freelist_count')?.freelist_count ?? 0) > 0;
  while (isLeft()) {
    // Reading each row is what makes this pragma go on.
    database.transaction(() => database.all(`PRAGMA incremental_vacuum(${PAGES_AT_ONCE})`));
    yield;
  }
  database.all('PRAGMA wal_checkpoint(TRUNCATE)');
}
