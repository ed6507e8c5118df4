import type { AccountId, MailboxId, MessageId } from '../../src-shared/model/ids.ts';
import { type Context, type Touched, writeMail } from './context.ts';
import type { Database, Value } from './database.ts';
import type { ListedMailbox, MailboxTable, SyncState } from './mail-records.ts';
import {
  accountOfMailbox,
  mailboxById,
  mailboxBySpecialUse,
  mailboxesOf,
  removeMailbox,
  removePlacements,
  resetMailbox,
  rowsByPath,
} from './mailbox-rows.ts';
import { shownMailboxes } from './mailbox-shown.ts';

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

export function createMailboxTable(context: Context): MailboxTable {
  const { mail } = context;
  return {
    list: (accountId) => mailboxesOf(mail, { accountId, withNew: false }),
    shown: (accountId) => shownMailboxes(context, accountId),
    get: (mailboxId) => mailboxById(mail, mailboxId),
    messageIds: (mailboxId) =>
      mail
        .all<{ message_id: MessageId }>(
          'SELECT DISTINCT message_id FROM placement WHERE mailbox_id = ? AND hidden_by IS NULL ORDER BY message_id',
          [mailboxId],
        )
        .map((row) => row.message_id),
    bySpecialUse: (accountId, use) => mailboxBySpecialUse(mail, accountId, use),
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
      mail.transaction(() => resetMailbox(mail, mailboxId));
    },
  };
}

/** What LIST told of a mailbox, as the columns of its row. */
function valuesOf(one: ListedMailbox): Value[] {
  return [
    one.delimiter,
    one.name,
    one.specialUse ?? null,
    one.selectable ? 1 : 0,
    one.subscribed === false ? 0 : 1,
    one.objectId ?? null,
  ];
}

/** True when anything changed. */
function replaceList(
  mail: Database,
  accountId: AccountId,
  listed: ListedMailbox[],
  touched: Touched,
): boolean {
  let changed = followRenames(mail, accountId, listed);
  const before = rowsByPath(mail, accountId);
  for (const one of listed) {
    const there = before.get(one.path);
    before.delete(one.path);
    const values = valuesOf(one);
    if (!there) {
      changed = true;
      mail.run(
        `INSERT OR IGNORE INTO mailbox(delimiter, name, special_use, is_selectable, is_subscribed, object_id,
           account_id, path) VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
        [...values, accountId, one.path],
      );
      continue;
    }
    const same = [
      there.delimiter,
      there.name,
      there.special_use,
      there.is_selectable,
      there.is_subscribed,
      there.object_id,
    ];
    if (there.created_by === null && same.every((value, index) => value === values[index])) continue;
    changed = true;
    // One that waited to be made is there, whoever made it.
    mail.run(
      `UPDATE mailbox SET delimiter = ?, name = ?, special_use = ?, is_selectable = ?, is_subscribed = ?, object_id = ?,
         created_by = NULL WHERE mailbox_id = ?`,
      [...values, there.mailbox_id],
    );
    mail.run('UPDATE thread_mailbox SET is_inbox = ? WHERE mailbox_id = ?', [
      one.specialUse === 'inbox' ? 1 : 0,
      there.mailbox_id,
    ]);
  }
  for (const { mailbox_id, created_by } of before.values()) {
    if (created_by !== null) continue;
    changed = true;
    removeMailbox(mail, mailbox_id, touched);
  }
  return changed;
}

/**
 * Mailboxes that stand under another path now keep their key and their mail. By MAILBOXID they are the same (RFC 8474 §4); with one
 * UIDVALIDITY on both sides they most probably are: then each message is matched again, so that a mistake costs nothing.
 */
function followRenames(mail: Database, accountId: AccountId, listed: ListedMailbox[]): boolean {
  const before = rowsByPath(mail, accountId);
  const fresh = listed.filter(({ path }) => !before.has(path));
  const paths = new Set(listed.map(({ path }) => path));
  const missing = [...before.values()].filter((row) => row.created_by === null && !paths.has(row.path));
  if (fresh.length === 0 || missing.length === 0) return false;
  let changed = false;
  for (const row of missing) {
    const same = fresh.find((one) => one.objectId !== undefined && one.objectId === row.object_id);
    const alike = fresh.filter(
      ({ objectId, status }) =>
        status?.uidValidity !== undefined &&
        status.uidValidity === row.uid_validity &&
        (objectId === undefined || row.object_id === null),
    );
    const rivals = missing.filter((other) => other.uid_validity === row.uid_validity);
    const now = same ?? (alike.length === 1 && rivals.length === 1 ? alike[0] : undefined);
    // Gone with what was above it, by a rename that was found before.
    if (
      !now ||
      mail.get('SELECT 1 AS x FROM mailbox WHERE account_id = ? AND path = ?', [accountId, now.path])
    )
      continue;
    changed = true;
    mail.run('UPDATE mailbox SET path = ? WHERE mailbox_id = ?', [now.path, row.mailbox_id]);
    if (!same) resetMailbox(mail, row.mailbox_id);
  }
  return changed;
}

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
