import { randomUUID } from 'node:crypto';
import {
  type Draft,
  type DraftAttachment,
  type DraftContent,
  draftContent,
} from '../../src-shared/model/draft.ts';
import type { AccountId, DraftId, MessageId } from '../../src-shared/model/ids.ts';
import { MailError } from '../base/errors.ts';
import type { Context } from './context.ts';
import type { Database } from './database.ts';
import { isEmptyDraft } from './draft-content.ts';
import type { DraftTable, NewAttachment, NewDraft } from './draft-records.ts';

type DraftRow = {
  draft_id: DraftId;
  content: string;
  in_reply_to: MessageId | null;
  in_reply_to_header: string | null;
  saved_at: number;
  is_copy: number;
  stored_at: number | null;
};

/** The copy that holds the version that is here. */
const STORED_SQL =
  'FROM draft_copy c WHERE c.draft_id = draft.draft_id AND c.version = draft.version AND c.is_old = 0 AND c.stored_at IS NOT NULL';
export const IS_STORED = `EXISTS (SELECT 1 ${STORED_SQL})`;
const COLUMNS = `draft_id, content, in_reply_to, in_reply_to_header, saved_at, is_copy,
  (SELECT max(c.stored_at) ${STORED_SQL}) AS stored_at`;

/** A draft that has not been changed for so long goes to the server. */
export const REST_MS = 12_000;

/** `held`: drafts that somebody writes on. */
export function createDraftTable(context: Context, held: Set<DraftId>): DraftTable {
  const { journal, clock, emit } = context;
  /** One change of a draft that is there and not in the outbox. */
  const change = (draftId: DraftId, task: () => void): Draft => {
    const draft = journal.transaction(() => {
      const now = clock.now();
      const saved = journal.run(
        `UPDATE draft SET saved_at = ?, version = version + 1, store_at = ?, store_error = NULL
         WHERE draft_id = ? AND submission_id IS NULL`,
        [now, now + REST_MS, draftId],
      );
      if (saved === 0) throw new MailError('not-found');
      task();
      return requireDraft(context, draftId);
    });
    emit({ kind: 'drafts' });
    return draft;
  };
  const find = (draftId: DraftId): Draft | undefined => {
    const row = journal.get<DraftRow>(
      `SELECT ${COLUMNS} FROM draft WHERE draft_id = ? AND submission_id IS NULL`,
      [draftId],
    );
    return row && draftFrom(context, row);
  };
  const list = (): Draft[] =>
    journal
      .all<DraftRow>(
        `SELECT ${COLUMNS} FROM draft WHERE submission_id IS NULL ORDER BY saved_at DESC, rowid DESC`,
      )
      .map((row) => draftFrom(context, row));

  /** `isAgain`: also what the server has refused. */
  function leave(drafts: readonly Draft[], isAgain: boolean): void {
    const now = clock.now();
    journal.transaction(() => {
      for (const draft of drafts.filter(({ storedAt }) => storedAt === undefined)) {
        const { draftId } = draft;
        // One in which nothing is any more has a copy that is to go; one in which nothing ever was has none.
        const isWanted = isEmptyDraft(draft) ? 'store_at IS NOT NULL' : 'TRUE';
        journal.run(
          `UPDATE draft SET store_at = ?, store_error = NULL
           WHERE draft_id = ? AND (store_error IS NULL OR ?) AND ${isWanted}`,
          [now, draftId, isAgain ? 1 : 0],
        );
      }
    });
    // Also when nothing is to be stored: one whose copy has gone may go now.
    for (const { draftId } of drafts) held.delete(draftId);
    if (drafts.length > 0) emit({ kind: 'drafts' });
  }

  return {
    list,
    get: find,
    create(content) {
      const draftId = insertDraft(context, content);
      emit({ kind: 'drafts' });
      return requireDraft(context, draftId);
    },
    save(draftId, content) {
      const there = journal.get<{ content: string }>(
        'SELECT content FROM draft WHERE draft_id = ? AND submission_id IS NULL',
        [draftId],
      );
      const text = contentText(content);
      if (there?.content === text) return requireDraft(context, draftId);
      return change(draftId, () => {
        const { accountId } = content;
        journal.run('UPDATE draft SET account_id = ?, content = ? WHERE draft_id = ?', [
          accountId,
          text,
          draftId,
        ]);
        // Of another account it is another draft: there it is not wanted any more.
        journal.run('UPDATE draft_copy SET is_old = 1 WHERE draft_id = ? AND account_id <> ?', [
          draftId,
          accountId,
        ]);
      });
    },
    addAttachment: (draftId, attachment) =>
      change(draftId, () => insertAttachment(journal, draftId, attachment)),
    removeAttachment(draftId, part) {
      const there = 'SELECT 1 AS x FROM draft_attachment WHERE draft_id = ? AND part = ?';
      if (journal.get(there, [draftId, part]) === undefined) {
        const draft = find(draftId);
        if (!draft) throw new MailError('not-found');
        return draft;
      }
      return change(draftId, () => {
        journal.run('DELETE FROM draft_attachment WHERE draft_id = ? AND part = ?', [draftId, part]);
        journal.run('UPDATE draft SET attachments = attachments - 1 WHERE draft_id = ?', [draftId]);
      });
    },
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
      held.delete(draftId);
      if (journal.run('DELETE FROM draft WHERE draft_id = ? AND submission_id IS NULL', [draftId]) > 0) {
        emit({ kind: 'drafts' });
      }
    },
    hold: (draftId) => void held.add(draftId),
    isHeld: (draftId) => held.has(draftId),
    leave(draftId) {
      const draft = find(draftId);
      held.delete(draftId);
      if (draft) leave([draft], false);
    },
    leaveAll: (accountId?: AccountId) =>
      leave(
        list().filter((draft) => accountId === undefined || draft.accountId === accountId),
        true,
      ),
  };
}

/** As part of the caller's transaction when there is one. */
export function insertDraft({ journal, mail, clock }: Context, { inReplyTo, ...content }: NewDraft): DraftId {
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
  return draftId;
}

export function insertAttachment(
  journal: Database,
  draftId: DraftId,
  { filename, contentType, content, contentId }: NewAttachment,
): void {
  journal.run('UPDATE draft SET attachments = attachments + 1 WHERE draft_id = ?', [draftId]);
  journal.run(
    `INSERT INTO draft_attachment(draft_id, part, filename, content_type, size, content, content_id)
     VALUES (?, (SELECT ifnull(max(part) + 1, 0) FROM draft_attachment WHERE draft_id = ?), ?, ?, ?, ?, ?)`,
    [draftId, draftId, filename, contentType, content.byteLength, content, contentId ?? null],
  );
}

/** A draft whether or not it is in the outbox. @throws MailError not-found */
export function requireDraft(context: Context, draftId: DraftId): Draft {
  const row = context.journal.get<DraftRow>(`SELECT ${COLUMNS} FROM draft WHERE draft_id = ?`, [draftId]);
  if (!row) throw new MailError('not-found');
  return draftFrom(context, row);
}

function draftFrom({ journal, mail }: Context, row: DraftRow): Draft {
  const inReplyTo = answeredBy(mail, row);
  const attachments = journal
    .all<Omit<DraftAttachment, 'contentId'> & { contentId: string | null }>(
      `SELECT part, filename, content_type AS contentType, size, content_id AS contentId FROM draft_attachment
       WHERE draft_id = ? ORDER BY part`,
      [row.draft_id],
    )
    .map(({ contentId, ...one }) => ({ ...one, ...(contentId !== null && { contentId }) }));
  return {
    ...(JSON.parse(row.content) as DraftContent),
    draftId: row.draft_id,
    ...(inReplyTo !== undefined && { inReplyTo }),
    attachments,
    savedAt: row.saved_at,
    ...(row.stored_at !== null && { storedAt: row.stored_at }),
    ...(row.is_copy === 1 && { isCopy: true }),
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
