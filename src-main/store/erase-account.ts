/**
 * Erasing: an account leaves the journal first (from then on it is gone), its mail after; a crash between is made good on the next start.
 * secure_delete overwrites freed pages, the index is merged so that deleted terms go too, free pages are given back to the disk and the
 * write-ahead logs, which hold older copies of pages, are emptied.
 */
import type { AccountId } from '../../src-shared/model/ids.ts';
import type { Context } from './context.ts';
import type { Database } from './database.ts';
import { purgeDeletedTerms } from './search-index.ts';

export function eraseAccount(context: Context, accountId: AccountId): { messages: number } {
  const { journal, mail, emit } = context;
  journal.transaction(() => {
    journal.run('DELETE FROM submission WHERE account_id = ?', [accountId]);
    journal.run('DELETE FROM draft WHERE account_id = ?', [accountId]);
    journal.run('DELETE FROM operation WHERE account_id = ?', [accountId]);
    journal.run('DELETE FROM account WHERE account_id = ?', [accountId]);
  });
  const messages = eraseMail(mail, accountId);
  giveBackPages(journal);
  giveBackPages(mail);
  emit({ kind: 'accounts' });
  emit({ kind: 'mailboxes', accountId });
  emit({ kind: 'drafts' });
  emit({ kind: 'outbox', accountId });
  emit({ kind: 'operations', accountId });
  return { messages };
}

/** Removes all mail of an account. Answers with the number of messages. */
export function eraseMail(mail: Database, accountId: AccountId): number {
  return mail.transaction(() => {
    const mine = 'SELECT message_id FROM message WHERE account_id = ?';
    const myMailboxes = 'SELECT mailbox_id FROM mailbox WHERE account_id = ?';
    mail.run(`DELETE FROM message_index WHERE rowid IN (${mine})`, [accountId]);
    mail.run(`DELETE FROM body WHERE message_id IN (${mine})`, [accountId]);
    mail.run('DELETE FROM source WHERE source_id NOT IN (SELECT source_id FROM body)');
    mail.run(`DELETE FROM placement WHERE mailbox_id IN (${myMailboxes})`, [accountId]);
    mail.run(`DELETE FROM thread_mailbox WHERE mailbox_id IN (${myMailboxes})`, [accountId]);
    mail.run(
      'DELETE FROM thread_link WHERE thread_id IN (SELECT thread_id FROM thread WHERE account_id = ?)',
      [accountId],
    );
    mail.run('DELETE FROM thread WHERE account_id = ?', [accountId]);
    const messages = mail.run('DELETE FROM message WHERE account_id = ?', [accountId]);
    mail.run('DELETE FROM mailbox WHERE account_id = ?', [accountId]);
    mail.run('DELETE FROM applied_operation WHERE account_id = ?', [accountId]);
    mail.run('DELETE FROM account_size WHERE account_id = ?', [accountId]);
    mail.run('DELETE FROM full_second WHERE NOT EXISTS (SELECT 1 FROM message)');
    purgeDeletedTerms(mail);
    return messages;
  });
}

function giveBackPages(database: Database): void {
  // Reading each row is what makes this pragma go on until no page is left.
  database.all('PRAGMA incremental_vacuum');
  database.all('PRAGMA wal_checkpoint(TRUNCATE)');
}
