/**
 * Placements: where a message stands. A pending move hides the placement that it takes away (`hidden_by`) and adds one without UID
 * (`created_by`); when the server's UID comes, by the move's answer or by sync, whichever is first, it is entered there.
 * One that the server has marked \Deleted is hidden too, until it is expunged or the mark goes (RFC 9051 §2.3.2).
 * `flags` are what is shown: `server_flags` with the pending flag changes on top, made anew whenever either changes.
 */
import type { MailboxId, MessageId, OperationId, ThreadId } from '../../src-shared/model/ids.ts';
import { DELETED, FLAGGED, SEEN } from '../../src-shared/model/message.ts';
import { type Touched, touchThread } from './context.ts';
import type { Database } from './database.ts';
import { changeFlags, cleanFlags, hasFlag, readFlags, writeFlags } from './flags.ts';

/** Stands in `hidden_by` where no move does. */
export const MARKED_DELETED = 'deleted';

export type PlacementRow = {
  placement_id: number;
  mailbox_id: MailboxId;
  uid: number | null;
  message_id: MessageId;
  flags: string;
  server_flags: string;
  is_stale: number;
  created_by: OperationId | null;
  hidden_by: OperationId | typeof MARKED_DELETED | null;
};

export const PLACEMENT_COLUMNS =
  'placement_id, mailbox_id, uid, message_id, flags, server_flags, is_stale, created_by, hidden_by';

export type NewPlacement = {
  mailboxId: MailboxId;
  messageId: MessageId;
  uid: number | null;
  modseq?: bigint;
  serverFlags: string[];
  createdBy?: OperationId;
};

/** Adds a placement and answers with its key. */
export function insertPlacement(mail: Database, placement: NewPlacement): number {
  const flags = cleanFlags(placement.serverFlags);
  const text = writeFlags(flags);
  return mail.insert(
    `INSERT INTO placement
       (mailbox_id, uid, message_id, modseq, flags, server_flags, is_unread, is_starred, created_by, hidden_by)
     VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)`,
    [
      placement.mailboxId,
      placement.uid,
      placement.messageId,
      placement.modseq ?? null,
      text,
      text,
      hasFlag(flags, SEEN) ? 0 : 1,
      hasFlag(flags, FLAGGED) ? 1 : 0,
      placement.createdBy ?? null,
      hasFlag(flags, DELETED) ? MARKED_DELETED : null,
    ],
  );
}

/** Writes what the server says of a placement and shows it under the pending changes. True when what is shown changed. */
export function writeServerFlags(
  mail: Database,
  row: PlacementRow,
  serverFlags: string[],
  modseq: bigint | undefined,
): boolean {
  const text = writeFlags(cleanFlags(serverFlags));
  if (modseq !== undefined) {
    mail.run('UPDATE placement SET modseq = ? WHERE placement_id = ?', [modseq, row.placement_id]);
  }
  if (text === row.server_flags) return false;
  mail.run('UPDATE placement SET server_flags = ? WHERE placement_id = ?', [text, row.placement_id]);
  return showFlags(mail, row.placement_id);
}

/** Makes the shown flags of a placement anew. True when they changed. */
export function showFlags(mail: Database, placementId: number): boolean {
  const row = mail.get<{ flags: string; server_flags: string }>(
    'SELECT flags, server_flags FROM placement WHERE placement_id = ?',
    [placementId],
  );
  if (!row) return false;
  const overlays = mail.all<{ add_flags: string; remove_flags: string }>(
    `SELECT add_flags, remove_flags FROM applied_operation WHERE operation_id IN
       (SELECT operation_id FROM flag_overlay WHERE placement_id = ?) ORDER BY seq`,
    [placementId],
  );
  let flags = readFlags(row.server_flags);
  for (const overlay of overlays) {
    flags = changeFlags(flags, {
      add: readFlags(overlay.add_flags),
      remove: readFlags(overlay.remove_flags),
    });
  }
  const text = writeFlags(flags);
  if (text === row.flags) return false;
  const hiddenBy = hasFlag(flags, DELETED)
    ? `ifnull(hidden_by, '${MARKED_DELETED}')`
    : `nullif(hidden_by, '${MARKED_DELETED}')`;
  mail.run(
    `UPDATE placement SET flags = ?, is_unread = ?, is_starred = ?, hidden_by = ${hiddenBy} WHERE placement_id = ?`,
    [text, hasFlag(flags, SEEN) ? 0 : 1, hasFlag(flags, FLAGGED) ? 1 : 0, placementId],
  );
  return true;
}

export function placementAt(mail: Database, mailboxId: MailboxId, uid: number): PlacementRow | undefined {
  return mail.get<PlacementRow>(
    `SELECT ${PLACEMENT_COLUMNS} FROM placement WHERE mailbox_id = ? AND uid = ?`,
    [mailboxId, uid],
  );
}

/** Placements of a mailbox by UID; UIDs without one are left out. */
export function placementsAt(
  mail: Database,
  mailboxId: MailboxId,
  uids: readonly number[],
): Map<number, PlacementRow> {
  const rows = mail.all<PlacementRow & { uid: number }>(
    `SELECT ${PLACEMENT_COLUMNS} FROM placement WHERE mailbox_id = ? AND uid IN (SELECT value FROM json_each(?))`,
    [mailboxId, JSON.stringify(uids)],
  );
  return new Map(rows.map((row) => [row.uid, row]));
}

export function placementsOf(mail: Database, messageId: MessageId): PlacementRow[] {
  return mail.all<PlacementRow>(
    `SELECT ${PLACEMENT_COLUMNS} FROM placement WHERE message_id = ? ORDER BY mailbox_id, placement_id`,
    [messageId],
  );
}

function threadOf(mail: Database, messageId: MessageId): ThreadId | undefined {
  return mail.get<{ thread_id: ThreadId }>('SELECT thread_id FROM message WHERE message_id = ?', [messageId])
    ?.thread_id;
}

/** Marks the thread of a placement as touched. */
export function touchPlacement(
  mail: Database,
  row: { mailbox_id: MailboxId; message_id: MessageId },
  touched: Touched,
): void {
  const threadId = threadOf(mail, row.message_id);
  if (threadId !== undefined) touchThread(touched, row.mailbox_id, threadId);
}
