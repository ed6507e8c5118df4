import { randomUUID } from 'node:crypto';
import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import type { AccountId, DraftId, SubmissionId } from '../../src-shared/model/ids.ts';
import { SEEN } from '../../src-shared/model/message.ts';
import type { Submission, SubmissionState } from '../../src-shared/model/submission.ts';
import { MailError } from '../base/errors.ts';
import type { Context } from './context.ts';
import type { Database, Value } from './database.ts';
import { contentText, requireDraft } from './draft-table.ts';
import { insertOperation } from './operation-rows.ts';
import type { OutboxTable, SmtpEnvelope, StoredSubmission } from './outgoing-records.ts';
import { pack, unpack } from './packed.ts';

type SubmissionRow = {
  submission_id: SubmissionId;
  account_id: AccountId;
  draft_id: DraftId;
  state: SubmissionState;
  queued_at: number;
  not_before: number;
  next_try_at: number | null;
  attempts: number;
  error: ErrorCode | null;
  refused: string;
  smtp_envelope: string;
  message_id_header: string;
};

const COLUMNS = `submission_id, account_id, draft_id, state, queued_at, not_before, next_try_at, attempts, error,
  refused, smtp_envelope, message_id_header`;

export function createOutboxTable(context: Context): OutboxTable {
  const { journal, clock, emit } = context;
  return {
    list: () =>
      journal
        .all<SubmissionRow>(`SELECT ${COLUMNS} FROM submission ORDER BY position`)
        .map((row) => submissionOf(submissionFrom(journal, row))),
    get: (submissionId) => find(journal, submissionId),
    add({ accountId, draft, source, smtpEnvelope, messageIdHeader, notBefore }) {
      const submissionId = randomUUID() as SubmissionId;
      journal.transaction(() => {
        // The draft stays where it is, with its attachments, and stands in the outbox instead of among the drafts.
        const moved = journal.run(
          'UPDATE draft SET submission_id = ?, account_id = ?, content = ? WHERE draft_id = ? AND submission_id IS NULL',
          [submissionId, accountId, contentText(draft), draft.draftId],
        );
        if (moved === 0) throw new MailError('not-found');
        journal.run(
          `INSERT INTO submission(submission_id, account_id, draft_id, state, queued_at, not_before, smtp_envelope,
             message_id_header, source) VALUES (?, ?, ?, 'queued', ?, ?, ?, ?, ?)`,
          [
            submissionId,
            accountId,
            draft.draftId,
            clock.now(),
            notBefore,
            JSON.stringify(smtpEnvelope),
            messageIdHeader,
            pack(source),
          ],
        );
      });
      emit({ kind: 'drafts' });
      emit({ kind: 'outbox', accountId });
      return submissionOf(requireSubmission(journal, submissionId));
    },
    due: (now) =>
      journal
        .all<SubmissionRow>(
          `SELECT ${COLUMNS} FROM submission WHERE state = 'queued' AND not_before <= ?
             AND (next_try_at IS NULL OR next_try_at <= ?) ORDER BY position`,
          [now, now],
        )
        .map((row) => submissionFrom(journal, row)),
    source: (submissionId) => sourceOf(journal, submissionId),
    update(submissionId, change) {
      const columns: [string, Value | undefined][] = [
        ['state', change.state],
        ['next_try_at', change.nextTryAt],
        ['error', change.error],
        ['refused', change.refused && JSON.stringify(change.refused)],
        ['attempts', change.attempts],
        ['not_before', change.notBefore],
      ];
      const submission = requireSubmission(journal, submissionId);
      journal.transaction(() => {
        for (const [column, value] of columns) {
          if (value === undefined) continue;
          journal.run(`UPDATE submission SET ${column} = ? WHERE submission_id = ?`, [value, submissionId]);
        }
      });
      emit({ kind: 'outbox', accountId: submission.accountId });
    },
    releaseNow(accountId) {
      journal.run(
        `UPDATE submission SET not_before = min(not_before, ?), next_try_at = NULL
         WHERE account_id = ? AND state = 'queued'`,
        [clock.now(), accountId],
      );
      emit({ kind: 'outbox', accountId });
    },
    toDraft(submissionId) {
      const { accountId, draft } = requireSubmission(journal, submissionId);
      const back = journal.transaction(() => {
        journal.run('DELETE FROM submission WHERE submission_id = ?', [submissionId]);
        journal.run('UPDATE draft SET submission_id = NULL, saved_at = ? WHERE draft_id = ?', [
          clock.now(),
          draft.draftId,
        ]);
        return requireDraft(journal, draft.draftId);
      });
      emit({ kind: 'drafts' });
      emit({ kind: 'outbox', accountId });
      return back;
    },
    finishSent(submissionId, { appendTo }) {
      const { accountId, draft, messageIdHeader } = requireSubmission(journal, submissionId);
      const appended = journal.transaction(() => {
        const source = sourceOf(journal, submissionId);
        journal.run('DELETE FROM submission WHERE submission_id = ?', [submissionId]);
        journal.run('DELETE FROM draft WHERE draft_id = ?', [draft.draftId]);
        if (appendTo === undefined) return undefined;
        return insertOperation(context, {
          accountId,
          targets: [],
          source,
          change: {
            kind: 'append',
            specialUse: appendTo,
            flags: [SEEN],
            internalDate: clock.now(),
            messageIdHeader,
          },
        }).operationId;
      });
      emit({ kind: 'outbox', accountId });
      if (appended !== undefined) emit({ kind: 'operations', accountId });
      return appended;
    },
  };
}

function find(journal: Database, submissionId: SubmissionId): StoredSubmission | undefined {
  const row = journal.get<SubmissionRow>(`SELECT ${COLUMNS} FROM submission WHERE submission_id = ?`, [
    submissionId,
  ]);
  return row && submissionFrom(journal, row);
}

function sourceOf(journal: Database, submissionId: SubmissionId): Uint8Array {
  const row = journal.get<{ source: Uint8Array }>('SELECT source FROM submission WHERE submission_id = ?', [
    submissionId,
  ]);
  if (!row) throw new MailError('not-found');
  return unpack(row.source);
}

function requireSubmission(journal: Database, submissionId: SubmissionId): StoredSubmission {
  const submission = find(journal, submissionId);
  if (!submission) throw new MailError('not-found');
  return submission;
}

function submissionFrom(journal: Database, row: SubmissionRow): StoredSubmission {
  const draft = requireDraft(journal, row.draft_id);
  return {
    submissionId: row.submission_id,
    accountId: row.account_id,
    to: [...draft.to, ...draft.cc, ...draft.bcc],
    subject: draft.subject,
    state: row.state,
    queuedAt: row.queued_at,
    notBefore: row.not_before,
    ...(row.next_try_at !== null && { nextTryAt: row.next_try_at }),
    ...(row.error !== null && { error: row.error }),
    refused: JSON.parse(row.refused) as string[],
    draft,
    smtpEnvelope: JSON.parse(row.smtp_envelope) as SmtpEnvelope,
    messageIdHeader: row.message_id_header,
    attempts: row.attempts,
    ...(draft.inReplyTo !== undefined && { inReplyTo: draft.inReplyTo }),
  };
}

/** The part of it that a window sees. */
function submissionOf(stored: StoredSubmission): Submission {
  const {
    draft: _draft,
    smtpEnvelope: _envelope,
    messageIdHeader: _header,
    attempts: _attempts,
    ...rest
  } = stored;
  const { inReplyTo: _inReplyTo, ...submission } = rest;
  return submission;
}
