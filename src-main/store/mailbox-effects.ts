/** What a change of a mailbox does to the rows, under its operation id. */
import type { MailboxId, OperationId } from '../../src-shared/model/ids.ts';
import type { Touched } from './context.ts';
import type { Database } from './database.ts';
import { mailboxById, mailboxesOf, removeMailbox, renameMailbox } from './mailbox-rows.ts';
import { newPath, siblingPath } from './mailbox-shown.ts';
import type { MailboxChange } from './operation-records.ts';
import type { OperationResult, StoredOperation } from './operation-rows.ts';

/** A new mailbox gets its row. */
export function applyMailbox(mail: Database, operation: StoredOperation, change: MailboxChange): void {
  if (change.act === 'create') insertMade(mail, operation, change, operation.operationId);
}

function insertMade(
  mail: Database,
  { accountId }: StoredOperation,
  change: MailboxChange & { act: 'create' },
  createdBy: OperationId | null,
): void {
  const { mailboxId, parentMailboxId, name, subscribed } = change;
  const parent = parentMailboxId === undefined ? undefined : mailboxById(mail, parentMailboxId);
  const others = mailboxesOf(mail, { accountId, withNew: true });
  mail.run(
    `INSERT OR IGNORE INTO mailbox(mailbox_id, account_id, path, delimiter, name, is_selectable, is_subscribed, created_by)
     VALUES (?, ?, ?, ?, ?, 1, ?, ?)`,
    [
      mailboxId,
      accountId,
      newPath(others, parent, name),
      (parent ?? others[0])?.delimiter ?? '/',
      name,
      subscribed ? 1 : 0,
      createdBy,
    ],
  );
}

/** The server did it. */
export function settleMailbox(
  mail: Database,
  operation: StoredOperation,
  change: MailboxChange,
  result: OperationResult | undefined,
  touched: Touched,
): void {
  const { mailboxId } = change;
  const row = mailboxById(mail, mailboxId);
  switch (change.act) {
    case 'create':
      if (!row) insertMade(mail, operation, change, null);
      mail.run('UPDATE mailbox SET created_by = NULL WHERE mailbox_id = ?', [mailboxId]);
      if (row && result?.path !== undefined) renameMailbox(mail, row, result.path, touched);
      break;
    case 'rename':
      if (row) renameMailbox(mail, row, result?.path ?? siblingPath(row, change.name), touched);
      break;
    case 'delete':
      if (row) removeMailbox(mail, mailboxId, touched);
      break;
    case 'subscribe':
      mail.run('UPDATE mailbox SET is_subscribed = ? WHERE mailbox_id = ?', [
        change.subscribed ? 1 : 0,
        mailboxId,
      ]);
  }
}

/** Takes back the row of a mailbox that was not made in the end. True when there was one. */
export function removeMade(mail: Database, operationId: OperationId, touched: Touched): boolean {
  const rows = mail.all<{ mailbox_id: MailboxId }>('SELECT mailbox_id FROM mailbox WHERE created_by = ?', [
    operationId,
  ]);
  for (const row of rows) removeMailbox(mail, row.mailbox_id, touched);
  return rows.length > 0;
}
