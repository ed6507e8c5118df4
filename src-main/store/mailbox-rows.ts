/** Rows of mailboxes: how the server has them, and those that wait to be made there. */
import type { AccountId, MailboxId, MessageId, OperationId, ThreadId } from '../../src-shared/model/ids.ts';
import type { Mailbox, SpecialUse } from '../../src-shared/model/mailbox.ts';
import { type Touched, touchThread } from './context.ts';
import type { Database } from './database.ts';
import { deleteOrphans } from './delete-messages.ts';
import { isBelow, nameIn } from './mailbox-path.ts';

export type MailboxRow = {
  mailbox_id: MailboxId;
  account_id: AccountId;
  path: string;
  delimiter: string;
  name: string;
  special_use: SpecialUse | null;
  is_selectable: number;
  is_subscribed: number;
  total: number;
  unread: number;
  object_id: string | null;
  created_by: OperationId | null;
  uid_validity: number | null;
};

const COLUMNS = `mailbox_id, account_id, path, delimiter, name, special_use, is_selectable, is_subscribed, total,
  unread, object_id, created_by, uid_validity`;

/** Of one account by path, or of all by age; `withNew`: also those that the server does not have yet. */
export function mailboxesOf(
  mail: Database,
  { accountId, withNew }: { accountId: AccountId | undefined; withNew: boolean },
): Mailbox[] {
  const known = withNew ? '1' : 'created_by IS NULL';
  const rows =
    accountId === undefined
      ? mail.all<MailboxRow>(`SELECT ${COLUMNS} FROM mailbox WHERE ${known} ORDER BY mailbox_id`)
      : mail.all<MailboxRow>(
          `SELECT ${COLUMNS} FROM mailbox WHERE account_id = ? AND ${known} ORDER BY path`,
          [accountId],
        );
  return rows.map(mailboxFrom);
}

export function mailboxById(mail: Database, mailboxId: MailboxId): Mailbox | undefined {
  const row = mail.get<MailboxRow>(`SELECT ${COLUMNS} FROM mailbox WHERE mailbox_id = ?`, [mailboxId]);
  return row && mailboxFrom(row);
}

export function mailboxBySpecialUse(
  mail: Database,
  accountId: AccountId,
  use: SpecialUse,
): Mailbox | undefined {
  const row = mail.get<MailboxRow>(
    `SELECT ${COLUMNS} FROM mailbox WHERE account_id = ? AND special_use = ? ORDER BY mailbox_id LIMIT 1`,
    [accountId, use],
  );
  return row && mailboxFrom(row);
}

export function accountOfMailbox(mail: Database, mailboxId: MailboxId): AccountId | undefined {
  return mail.get<{ account_id: AccountId }>('SELECT account_id FROM mailbox WHERE mailbox_id = ?', [
    mailboxId,
  ])?.account_id;
}

export function isDrafts(mail: Database, mailboxId: MailboxId): boolean {
  return (
    mail.get("SELECT 1 AS x FROM mailbox WHERE mailbox_id = ? AND special_use = 'drafts'", [mailboxId]) !==
    undefined
  );
}

function mailboxFrom(row: MailboxRow): Mailbox {
  return {
    mailboxId: row.mailbox_id,
    accountId: row.account_id,
    path: row.path,
    delimiter: row.delimiter,
    name: row.name,
    ...(row.special_use !== null && { specialUse: row.special_use }),
    selectable: row.is_selectable === 1,
    subscribed: row.is_subscribed === 1,
    total: row.total,
    unread: row.unread,
  };
}

export function rowsByPath(mail: Database, accountId: AccountId): Map<string, MailboxRow> {
  const rows = mail.all<MailboxRow>(`SELECT ${COLUMNS} FROM mailbox WHERE account_id = ?`, [accountId]);
  return new Map(rows.map((row) => [row.path, row]));
}

/** Forgets every UID: see MailboxTable.reset. */
export function resetMailbox(mail: Database, mailboxId: MailboxId): void {
  mail.run(
    'UPDATE placement SET uid = NULL, modseq = NULL, is_stale = 1 WHERE mailbox_id = ? AND uid IS NOT NULL',
    [mailboxId],
  );
  mail.run(
    `UPDATE mailbox SET uid_validity = NULL, uid_next = NULL, highest_modseq = NULL, backfilled_to = NULL
     WHERE mailbox_id = ?`,
    [mailboxId],
  );
}

export function removeMailbox(mail: Database, mailboxId: MailboxId, touched: Touched): void {
  removePlacements(mail, mailboxId, '', touched);
  mail.run('DELETE FROM thread_mailbox WHERE mailbox_id = ?', [mailboxId]);
  mail.run('DELETE FROM mailbox WHERE mailbox_id = ?', [mailboxId]);
}

/** What is below it goes with it (RFC 9051 §6.3.6). Another mailbox that a list brought at this path meanwhile is the same one. */
export function renameMailbox(mail: Database, mailbox: Mailbox, newPath: string, touched: Touched): void {
  const { mailboxId, accountId, path, delimiter } = mailbox;
  if (path === newPath) return;
  const rows = rowsByPath(mail, accountId);
  for (const row of rows.values()) {
    if (row.mailbox_id !== mailboxId && !isBelow(row.path, mailbox)) continue;
    const now = newPath + row.path.slice(path.length);
    const rival = rows.get(now);
    if (rival && rival.mailbox_id !== row.mailbox_id) removeMailbox(mail, rival.mailbox_id, touched);
    mail.run('UPDATE mailbox SET path = ? WHERE mailbox_id = ?', [now, row.mailbox_id]);
  }
  mail.run('UPDATE mailbox SET name = ? WHERE mailbox_id = ?', [nameIn(newPath, delimiter), mailboxId]);
}

/** Removes placements of a mailbox that meet a condition (fixed text), and the messages that then stand nowhere. */
export function removePlacements(
  mail: Database,
  mailboxId: MailboxId,
  condition: string,
  touched: Touched,
): void {
  const rows = mail.all<{ message_id: MessageId; thread_id: ThreadId }>(
    `SELECT p.message_id, m.thread_id FROM placement p JOIN message m ON m.message_id = p.message_id
     WHERE p.mailbox_id = ? ${condition}`,
    [mailboxId],
  );
  if (rows.length === 0) return;
  for (const row of rows) touchThread(touched, mailboxId, row.thread_id);
  mail.run(`DELETE FROM placement WHERE mailbox_id = ? ${condition}`, [mailboxId]);
  deleteOrphans(
    mail,
    rows.map((row) => row.message_id),
    touched,
  );
}
