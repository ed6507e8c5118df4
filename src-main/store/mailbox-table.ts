import type { AccountId, MailboxId, MessageId, ThreadId } from '../../src-shared/model/ids.ts';
import type { Mailbox, SpecialUse } from '../../src-shared/model/mailbox.ts';
import { type Context, type Touched, touchThread, writeMail } from './context.ts';
import type { Database, Value } from './database.ts';
import { deleteOrphans } from './delete-messages.ts';
import type { ListedMailbox, MailboxTable, SyncState } from './mail-records.ts';

type MailboxRow = {
  mailbox_id: MailboxId;
  account_id: AccountId;
  path: string;
  delimiter: string;
  name: string;
  special_use: SpecialUse | null;
  is_selectable: number;
  total: number;
  unread: number;
};

const COLUMNS = 'mailbox_id, account_id, path, delimiter, name, special_use, is_selectable, total, unread';

export function createMailboxTable(context: Context): MailboxTable {
  const { mail } = context;
  return {
    list: (accountId) =>
      accountId === undefined
        ? mail.all<MailboxRow>(`SELECT ${COLUMNS} FROM mailbox ORDER BY mailbox_id`).map(mailboxFrom)
        : mail
            .all<MailboxRow>(`SELECT ${COLUMNS} FROM mailbox WHERE account_id = ? ORDER BY path`, [accountId])
            .map(mailboxFrom),
    get: (mailboxId) => mailboxById(mail, mailboxId),
    bySpecialUse(accountId, use) {
      const row = mail.get<MailboxRow>(
        `SELECT ${COLUMNS} FROM mailbox WHERE account_id = ? AND special_use = ? ORDER BY mailbox_id LIMIT 1`,
        [accountId, use],
      );
      return row && mailboxFrom(row);
    },
    replaceList(accountId, listed) {
      const changed = writeMail(context, accountId, (touched) =>
        replaceList(mail, accountId, listed, touched),
      );
      if (changed) context.emit({ kind: 'mailboxes', accountId });
    },
    syncState: (mailboxId) => syncStateOf(mail, mailboxId),
    syncStates: (accountId) =>
      new Map(
        mail
          .all<SyncRow>(`SELECT ${SYNC_COLUMNS} FROM mailbox WHERE account_id = ?`, [accountId])
          .map((row) => [row.mailbox_id, syncStateFrom(row)]),
      ),
    setEmpty(states) {
      mail.transaction(() => {
        for (const [mailboxId, state] of states) writeSyncState(mail, mailboxId, state);
      });
    },
    setSyncState(mailboxId, change) {
      const accountId = accountOfMailbox(mail, mailboxId);
      if (accountId === undefined) return;
      writeMail(context, accountId, (touched) => {
        writeSyncState(mail, mailboxId, change);
        if (change.backfilledTo !== undefined && change.backfilledTo <= 1) {
          removePlacements(mail, mailboxId, 'AND is_stale = 1 AND uid IS NULL', touched);
        }
      });
    },
    reset(mailboxId) {
      mail.transaction(() => {
        mail.run(
          'UPDATE placement SET uid = NULL, modseq = NULL, is_stale = 1 WHERE mailbox_id = ? AND uid IS NOT NULL',
          [mailboxId],
        );
        mail.run(
          `UPDATE mailbox SET uid_validity = NULL, uid_next = NULL, highest_modseq = NULL, backfilled_to = NULL,
             compared_at = NULL
           WHERE mailbox_id = ?`,
          [mailboxId],
        );
      });
    },
  };
}

export function mailboxById(mail: Database, mailboxId: MailboxId): Mailbox | undefined {
  const row = mail.get<MailboxRow>(`SELECT ${COLUMNS} FROM mailbox WHERE mailbox_id = ?`, [mailboxId]);
  return row && mailboxFrom(row);
}

export function accountOfMailbox(mail: Database, mailboxId: MailboxId): AccountId | undefined {
  return mail.get<{ account_id: AccountId }>('SELECT account_id FROM mailbox WHERE mailbox_id = ?', [
    mailboxId,
  ])?.account_id;
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
    subscribed: true,
    total: row.total,
    unread: row.unread,
  };
}

/** True when anything changed. */
function replaceList(
  mail: Database,
  accountId: AccountId,
  listed: ListedMailbox[],
  touched: Touched,
): boolean {
  const before = new Map(
    mail
      .all<MailboxRow>(`SELECT ${COLUMNS} FROM mailbox WHERE account_id = ?`, [accountId])
      .map((row) => [row.path, row]),
  );
  let changed = false;
  for (const one of listed) {
    const there = before.get(one.path);
    before.delete(one.path);
    const values: Value[] = [one.delimiter, one.name, one.specialUse ?? null, one.selectable ? 1 : 0];
    if (!there) {
      changed = true;
      mail.run(
        `INSERT OR IGNORE INTO mailbox(delimiter, name, special_use, is_selectable, account_id, path)
         VALUES (?, ?, ?, ?, ?, ?)`,
        [...values, accountId, one.path],
      );
      continue;
    }
    const same = [there.delimiter, there.name, there.special_use, there.is_selectable];
    if (same.every((value, index) => value === values[index])) continue;
    changed = true;
    mail.run(
      'UPDATE mailbox SET delimiter = ?, name = ?, special_use = ?, is_selectable = ? WHERE mailbox_id = ?',
      [...values, there.mailbox_id],
    );
    mail.run('UPDATE thread_mailbox SET is_inbox = ? WHERE mailbox_id = ?', [
      one.specialUse === 'inbox' ? 1 : 0,
      there.mailbox_id,
    ]);
  }
  for (const { mailbox_id } of before.values()) {
    changed = true;
    removePlacements(mail, mailbox_id, '', touched);
    mail.run('DELETE FROM thread_mailbox WHERE mailbox_id = ?', [mailbox_id]);
    mail.run('DELETE FROM mailbox WHERE mailbox_id = ?', [mailbox_id]);
  }
  return changed;
}

/** Removes placements of a mailbox that meet a condition (fixed text), and the messages that then stand nowhere. */
function removePlacements(mail: Database, mailboxId: MailboxId, condition: string, touched: Touched): void {
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

type SyncRow = {
  mailbox_id: MailboxId;
  uid_validity: number | null;
  uid_next: number | null;
  modseq: string | null;
  backfilled_to: number | null;
  compared_at: number | null;
};

/** MODSEQ as text: it has 63 bits (RFC 7162 §3), a JavaScript number 53. */
const SYNC_COLUMNS =
  'mailbox_id, uid_validity, uid_next, CAST(highest_modseq AS TEXT) AS modseq, backfilled_to, compared_at';

function syncStateOf(mail: Database, mailboxId: MailboxId): SyncState {
  const row = mail.get<SyncRow>(`SELECT ${SYNC_COLUMNS} FROM mailbox WHERE mailbox_id = ?`, [mailboxId]);
  return row ? syncStateFrom(row) : {};
}

function syncStateFrom(row: SyncRow): SyncState {
  return {
    ...(row.uid_validity !== null && { uidValidity: row.uid_validity }),
    ...(row.uid_next !== null && { uidNext: row.uid_next }),
    ...(row.modseq !== null && { highestModseq: BigInt(row.modseq) }),
    ...(row.backfilled_to !== null && { backfilledTo: row.backfilled_to }),
    ...(row.compared_at !== null && { comparedAt: row.compared_at }),
  };
}

function writeSyncState(mail: Database, mailboxId: MailboxId, change: SyncState): void {
  const columns: [string, Value | undefined][] = [
    ['uid_validity', change.uidValidity],
    ['uid_next', change.uidNext],
    ['highest_modseq', change.highestModseq],
    ['backfilled_to', change.backfilledTo],
    ['compared_at', change.comparedAt],
  ];
  const given = columns.flatMap(([column, value]) => (value === undefined ? [] : [{ column, value }]));
  if (given.length === 0) return;
  mail.run(
    `UPDATE mailbox SET ${given.map(({ column }) => `${column} = ?`).join(', ')} WHERE mailbox_id = ?`,
    [...given.map(({ value }) => value), mailboxId],
  );
}
