/** Mailboxes and messages without a server, as rows of the journal. The UIDVALIDITY of such a mailbox is its key there. */
import type { AccountId, MailboxId } from '../../src-shared/model/ids.ts';
import type { SpecialUse } from '../../src-shared/model/mailbox.ts';
import { MailError } from '../base/errors.ts';
import type { Context } from './context.ts';
import type { Database } from './database.ts';
import { cleanFlags, writeFlags } from './flags.ts';
import type { NewLocalMessage } from './local-records.ts';
import { dropSources, keepLocalSource } from './local-source.ts';
import { nameIn } from './mailbox-path.ts';

export const DELIMITER = '/';

export type LocalMailboxRow = {
  local_mailbox_id: number;
  path: string;
  special_use: SpecialUse | null;
  uid_next: number;
};
const MAILBOX_COLUMNS = 'local_mailbox_id, path, special_use, uid_next';

export type LocalMessageRow = {
  uid: number;
  flags: string;
  internal_date: number;
  size: number;
  sha256: Uint8Array;
};
export const MESSAGE_COLUMNS = 'uid, flags, internal_date, size, sha256';

/** The journal's row of a mailbox of the store. @throws MailError mailbox-missing */
export function requireLocalMailbox({ mail, journal }: Context, mailboxId: MailboxId): LocalMailboxRow {
  const key = mail.get<{ uid_validity: number | null }>(
    'SELECT uid_validity FROM mailbox WHERE mailbox_id = ?',
    [mailboxId],
  )?.uid_validity;
  const row = localMailboxes(journal, 'local_mailbox_id = ?', key ?? -1)[0];
  if (!row) throw new MailError('mailbox-missing');
  return row;
}

/** The mailboxes of an account without a server, the oldest first. */
export function localMailboxesOf(journal: Database, accountId: AccountId): LocalMailboxRow[] {
  return localMailboxes(journal, 'account_id = ?', accountId);
}

function localMailboxes(journal: Database, condition: string, value: string | number): LocalMailboxRow[] {
  return journal.all<LocalMailboxRow>(
    `SELECT ${MAILBOX_COLUMNS} FROM local_mailbox WHERE ${condition} ORDER BY local_mailbox_id`,
    [value],
  );
}

/** The mailbox of the journal with this path, made when there is none. */
export function putLocalMailbox(
  journal: Database,
  accountId: AccountId,
  path: string,
  specialUse?: SpecialUse,
): LocalMailboxRow {
  journal.run('INSERT OR IGNORE INTO local_mailbox(account_id, path, special_use) VALUES (?, ?, ?)', [
    accountId,
    path,
    specialUse ?? null,
  ]);
  const row = localMailboxesOf(journal, accountId).find((one) => one.path === path);
  if (!row) throw new Error('no mailbox key');
  return row;
}

/** Its row in the store, with the journal's key as UIDVALIDITY: made, or brought up to date. */
export function showLocalMailbox({ mail }: Context, accountId: AccountId, row: LocalMailboxRow): MailboxId {
  const name = nameIn(row.path, DELIMITER);
  mail.run(
    `INSERT OR IGNORE INTO mailbox(account_id, path, delimiter, name, special_use, is_selectable)
     VALUES (?, ?, ?, ?, ?, 1)`,
    [accountId, row.path, DELIMITER, name, row.special_use],
  );
  mail.run(
    `UPDATE mailbox SET uid_validity = ?, uid_next = ifnull(uid_next, 1),
       backfilled_to = iif(ifnull(uid_next, 1) < ?, NULL, 1) WHERE account_id = ? AND path = ?`,
    [row.local_mailbox_id, row.uid_next, accountId, row.path],
  );
  const made = mail.get<{ mailbox_id: MailboxId }>(
    'SELECT mailbox_id FROM mailbox WHERE account_id = ? AND path = ?',
    [accountId, row.path],
  );
  if (!made) throw new Error('no mailbox key');
  return made.mailbox_id;
}

/** The next UIDs of a mailbox (RFC 9051 §2.3.1.1: never used twice), inside the caller's transaction. */
export function allotUids(journal: Database, key: number, count: number): number {
  const row = journal.get<{ uid_next: number }>(
    'UPDATE local_mailbox SET uid_next = uid_next + ? WHERE local_mailbox_id = ? RETURNING uid_next',
    [count, key],
  );
  if (!row) throw new MailError('mailbox-missing');
  return row.uid_next - count;
}

/** Inside the caller's transaction. */
export function insertLocalMessage(journal: Database, key: number, message: NewLocalMessage): number {
  const uid = allotUids(journal, key, 1);
  keepLocalSource(journal, message.sha256, message.source);
  journal.run(
    `INSERT INTO local_message(local_mailbox_id, uid, came_to, flags, internal_date, size, sha256)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    [
      key,
      uid,
      key,
      writeFlags(cleanFlags(message.flags)),
      Math.floor(message.internalDate / 1000) * 1000,
      message.source.byteLength,
      message.sha256,
    ],
  );
  return uid;
}

export function localMessageAt(journal: Database, key: number, uid: number): LocalMessageRow | undefined {
  return journal.get<LocalMessageRow>(
    `SELECT ${MESSAGE_COLUMNS} FROM local_message WHERE local_mailbox_id = ? AND uid = ?`,
    [key, uid],
  );
}

/** With their sources, as far as nothing else has them. Inside the caller's transaction. */
export function deleteLocalMessages(journal: Database, key: number, uids: number[]): number {
  const gone = journal.all<{ sha256: Uint8Array }>(
    `DELETE FROM local_message WHERE local_mailbox_id = ? AND uid IN (SELECT value FROM json_each(?)) RETURNING sha256`,
    [key, JSON.stringify(uids)],
  );
  dropSources(
    journal,
    gone.map((row) => row.sha256),
  );
  return gone.length;
}

const ERASED_AT_ONCE = 50;

/** Removes everything of an account from the journal, a transaction a step. */
export function* eraseLocalMail(journal: Database, accountId: AccountId): Generator<void> {
  for (const { local_mailbox_id: key } of localMailboxesOf(journal, accountId)) {
    for (;;) {
      const uids = journal
        .all<{ uid: number }>(
          `SELECT uid FROM local_message WHERE local_mailbox_id = ? LIMIT ${ERASED_AT_ONCE}`,
          [key],
        )
        .map((row) => row.uid);
      if (uids.length === 0) break;
      journal.transaction(() => deleteLocalMessages(journal, key, uids));
      yield;
    }
    journal.run('DELETE FROM local_mailbox WHERE local_mailbox_id = ?', [key]);
  }
}

/** Accounts whose mail is still in the journal although they were removed. */
export function removedLocalAccounts(journal: Database): AccountId[] {
  return journal
    .all<{ account_id: AccountId }>(
      `SELECT DISTINCT account_id FROM local_mailbox b
       WHERE NOT EXISTS (SELECT 1 FROM account a WHERE a.account_id = b.account_id)`,
    )
    .map((row) => row.account_id);
}
