import type { AccountId, MailboxId, MessageId } from '../../src-shared/model/ids.ts';
import { addEnvelopes } from './add-envelopes.ts';
import { type Context, writeMail } from './context.ts';
import { deleteOrphans } from './delete-messages.ts';
import { readFlags } from './flags.ts';
import type { MessageTable } from './mail-records.ts';
import { accountOfMailbox } from './mailbox-rows.ts';
import { summariesOf } from './message-rows.ts';
import { placementAt, placementsOf, touchPlacement, writeServerFlags } from './placement.ts';

export function createMessageTable(context: Context): MessageTable {
  const { mail } = context;
  /** A mailbox that has gone meanwhile has nothing to be changed. */
  const inMailbox = (mailboxId: MailboxId, task: (accountId: AccountId) => void) => {
    const accountId = accountOfMailbox(mail, mailboxId);
    if (accountId !== undefined) task(accountId);
  };
  return {
    get: (messageId) => summariesOf(mail, [messageId])[0],
    many: (messageIds) => summariesOf(mail, messageIds),
    addEnvelopes(mailboxId, envelopes) {
      const accountId = accountOfMailbox(mail, mailboxId);
      if (accountId === undefined) return { added: [] };
      return addEnvelopes(context, { accountId, mailboxId }, envelopes);
    },
    setServerFlags(mailboxId, updates) {
      inMailbox(mailboxId, (accountId) =>
        writeMail(context, accountId, (touched) => {
          for (const { uid, flags, modseq } of updates) {
            const row = placementAt(mail, mailboxId, uid);
            if (row && writeServerFlags(mail, row, flags, modseq)) touchPlacement(mail, row, touched);
          }
        }),
      );
    },
    setPreviews(mailboxId, previews) {
      inMailbox(mailboxId, (accountId) =>
        writeMail(context, accountId, (touched) => {
          for (const [uid, preview] of previews) {
            const row = placementAt(mail, mailboxId, uid);
            const sql = "UPDATE message SET preview = ? WHERE message_id = ? AND preview = ''";
            if (row && mail.run(sql, [preview, row.message_id]) > 0) touchPlacement(mail, row, touched);
          }
        }),
      );
    },
    removeUids(mailboxId, uids) {
      inMailbox(mailboxId, (accountId) =>
        writeMail(context, accountId, (touched) => {
          const gone: MessageId[] = [];
          for (const uid of uids) {
            const row = placementAt(mail, mailboxId, uid);
            if (!row) continue;
            touchPlacement(mail, row, touched);
            mail.run('DELETE FROM placement WHERE placement_id = ?', [row.placement_id]);
            gone.push(row.message_id);
          }
          deleteOrphans(mail, gone, touched);
        }),
      );
    },
    knownUids: (mailboxId, { from, to }) =>
      mail
        .all<{ uid: number; server_flags: string }>(
          'SELECT uid, server_flags FROM placement WHERE mailbox_id = ? AND uid BETWEEN ? AND ? ORDER BY uid',
          [mailboxId, from, to],
        )
        .map((row) => ({ uid: row.uid, flags: readFlags(row.server_flags) })),
    uidCount: (mailboxId) =>
      mail.get<{ n: number }>(
        'SELECT count(*) AS n FROM placement WHERE mailbox_id = ? AND uid IS NOT NULL',
        [mailboxId],
      )?.n ?? 0,
    dateAfter: (mailboxId, uid) =>
      mail.get<{ internal_date: number }>(
        `SELECT m.internal_date FROM placement p JOIN message m ON m.message_id = p.message_id
         WHERE p.mailbox_id = ? AND p.uid > ? ORDER BY p.uid LIMIT 1`,
        [mailboxId, uid],
      )?.internal_date,
    placements: (messageId) =>
      placementsOf(mail, messageId)
        .filter((row) => row.hidden_by === null)
        .map((row) => ({ mailboxId: row.mailbox_id, uid: row.uid ?? undefined })),
    serverPlacements: (messageId) =>
      placementsOf(mail, messageId).flatMap((row) =>
        row.uid === null ? [] : [{ mailboxId: row.mailbox_id, uid: row.uid }],
      ),
    find: (messageIdHeader) =>
      mail.get<{ id: MessageId }>(
        'SELECT message_id AS id FROM message WHERE message_id_header = ? ORDER BY message_id DESC LIMIT 1',
        [messageIdHeader],
      )?.id,
    references(messageId) {
      const row = mail.get<{ reference_list: string; in_reply_to: string; message_id_header: string }>(
        'SELECT reference_list, in_reply_to, message_id_header FROM message WHERE message_id = ?',
        [messageId],
      );
      if (!row) return [];
      // RFC 5322 §3.6.4: without References, a single In-Reply-To stands in for them.
      const before = row.reference_list || (row.in_reply_to.includes(' ') ? '' : row.in_reply_to);
      return [...before.split(' '), row.message_id_header].filter((header) => header !== '');
    },
  };
}
