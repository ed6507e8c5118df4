import { randomUUID } from 'node:crypto';
import {
  type Draft,
  type DraftAttachment,
  type DraftContent,
  draftContent,
} from '../../src-shared/model/draft.ts';
import type { DraftId, MessageId } from '../../src-shared/model/ids.ts';
import { MailError } from '../base/errors.ts';
import type { Context } from './context.ts';
import type { Database } from './database.ts';
import type { DraftTable } from './outgoing-records.ts';

type DraftRow = {
  draft_id: DraftId;
  content: string;
  in_reply_to: MessageId | null;
  in_reply_to_header: string | null;
  saved_at: number;
};

const COLUMNS = 'draft_id, content, in_reply_to, in_reply_to_header, saved_at';

export function createDraftTable(context: Context): DraftTable {
  const { journal, mail, clock, emit } = context;
  /** One change of a draft that is there and not in the outbox. */
  const change = (draftId: DraftId, task: () => void): Draft => {
    const draft = journal.transaction(() => {
      const saved = journal.run(
        'UPDATE draft SET saved_at = ? WHERE draft_id = ? AND submission_id IS NULL',
        [clock.now(), draftId],
      );
      if (saved === 0) throw new MailError('not-found');
      task();
      return requireDraft(context, draftId);
    });
    emit({ kind: 'drafts' });
    return draft;
  };
  return {
    list: () =>
      journal
        .all<DraftRow>(
          `SELECT ${COLUMNS} FROM draft WHERE submission_id IS NULL ORDER BY saved_at DESC, rowid DESC`,
        )
        .map((row) => draftFrom(context, row)),
    get(draftId) {
      const row = journal.get<DraftRow>(
        `SELECT ${COLUMNS} FROM draft WHERE draft_id = ? AND submission_id IS NULL`,
        [draftId],
      );
      return row && draftFrom(context, row);
    },
    create({ inReplyTo, ...content }) {
      const draftId = randomUUID() as DraftId;
      journal.run(
        `INSERT INTO draft(draft_id, account_id, content, in_reply_to, in_reply_to_header, saved_at)
         VALUES (?, ?, ?, ?, ?, ?)`,
        [
          draftId,
          content.accountId,
          contentText(content),
          inReplyTo ?? null,
          (inReplyTo !== undefined && headerOf(mail, inReplyTo)) || null,
          clock.now(),
        ],
      );
      emit({ kind: 'drafts' });
      return requireDraft(context, draftId);
    },
    save: (draftId, content) =>
      change(draftId, () =>
        journal.run('UPDATE draft SET account_id = ?, content = ? WHERE draft_id = ?', [
          content.accountId,
          contentText(content),
          draftId,
        ]),
      ),
    addAttachment: (draftId, { filename, contentType, content }) =>
      change(draftId, () => {
        journal.run('UPDATE draft SET attachments = attachments + 1 WHERE draft_id = ?', [draftId]);
        journal.run(
          `INSERT INTO draft_attachment(draft_id, part, filename, content_type, size, content)
           VALUES (?, (SELECT ifnull(max(part) + 1, 0) FROM draft_attachment WHERE draft_id = ?), ?, ?, ?, ?)`,
          [draftId, draftId, filename, contentType, content.byteLength, content],
        );
      }),
    removeAttachment: (draftId, part) =>
      change(draftId, () => {
        const sql = 'DELETE FROM draft_attachment WHERE draft_id = ? AND part = ?';
        if (journal.run(sql, [draftId, part]) === 0) return;
        journal.run('UPDATE draft SET attachments = attachments - 1 WHERE draft_id = ?', [draftId]);
      }),
    attachmentContent(draftId, part) {
      const row = journal.get<{ filename: string; size: number; content: Uint8Array }>(
        'SELECT filename, size, content FROM draft_attachment WHERE draft_id = ? AND part = ?',
        [draftId, part],
      );
      if (!row) throw new MailError('not-found');
      const { filename, size, content } = row;
      if (content.byteLength !== size) throw new MailError('attachment-unreadable', { detail: { filename } });
      return content;
    },
    checkAttachments(draftId) {
      const row = journal.get<{ expected: number; here: number }>(
        `SELECT attachments AS expected, (SELECT count(*) FROM draft_attachment a WHERE a.draft_id = draft.draft_id) AS here
         FROM draft WHERE draft_id = ?`,
        [draftId],
      );
      if (row && row.expected !== row.here) throw new MailError('attachment-unreadable');
    },
    remove(draftId) {
      if (journal.run('DELETE FROM draft WHERE draft_id = ? AND submission_id IS NULL', [draftId]) > 0) {
        emit({ kind: 'drafts' });
      }
    },
  };
}

/** A draft whether or not it is in the outbox. @throws MailError not-found */
export function requireDraft(context: Context, draftId: DraftId): Draft {
  const row = context.journal.get<DraftRow>(`SELECT ${COLUMNS} FROM draft WHERE draft_id = ?`, [draftId]);
  if (!row) throw new MailError('not-found');
  return draftFrom(context, row);
}

function draftFrom({ journal, mail }: Context, row: DraftRow): Draft {
  const inReplyTo = answeredBy(mail, row);
  const attachments = journal.all<DraftAttachment>(
    `SELECT part, filename, content_type AS contentType, size FROM draft_attachment
     WHERE draft_id = ? ORDER BY part`,
    [row.draft_id],
  );
  return {
    ...(JSON.parse(row.content) as DraftContent),
    draftId: row.draft_id,
    ...(inReplyTo !== undefined && { inReplyTo }),
    attachments,
    savedAt: row.saved_at,
  };
}

function headerOf(mail: Database, messageId: MessageId): string | undefined {
  return mail.get<{ header: string }>(
    'SELECT message_id_header AS header FROM message WHERE message_id = ?',
    [messageId],
  )?.header;
}

/** The message that a draft answers: after a rebuild of the store its key may be another's, so its Message-ID decides. */
function answeredBy(mail: Database, row: DraftRow): MessageId | undefined {
  const { in_reply_to: messageId, in_reply_to_header: header } = row;
  if (messageId === null) return undefined;
  if (header === null || headerOf(mail, messageId) === header) return messageId;
  return mail.get<{ id: MessageId }>(
    'SELECT message_id AS id FROM message WHERE message_id_header = ? ORDER BY message_id DESC LIMIT 1',
    [header],
  )?.id;
}

/** Only what is content: what a caller hands in besides is not written. */
export function contentText(content: DraftContent): string {
  return JSON.stringify(draftContent.parse(content));
}
