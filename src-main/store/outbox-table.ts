import { randomUUID } from 'node:crypto';
import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import type { AccountId, DraftId, OperationId, SubmissionId } from '../../src-shared/model/ids.ts';
import { ANSWERED, SEEN } from '../../src-shared/model/message.ts';
import type { Submission, SubmissionState } from '../../src-shared/model/submission.ts';
import { MailError } from '../base/errors.ts';
import { pack, unpack } from '../base/packed.ts';
import { noteWritten } from './contact-table.ts';
import type { Context } from './context.ts';
import type { Database, Value } from './database.ts';
import { contentText, insertDraft, requireDraft } from './draft-table.ts';
import { enqueueFlags } from './operation-queue.ts';
import { ACTIVE, insertOperation } from './operation-rows.ts';
import type { OutboxTable, SmtpEnvelope, StoredSubmission } from './outgoing-records.ts';

type SubmissionRow = {
  submission_id: SubmissionId;
  account_id: AccountId;
  draft_id: DraftId;
  state: SubmissionState;
  queued_at: number;
  not_before: number;
  send_at: number | null;
  looked_up_at: number | null;
  next_try_at: number | null;
  attempts: number;
  error: ErrorCode | null;
  refused: string;
  smtp_envelope: string;
  message_id_header: string;
  purpose: Submission['purpose'] | null;
  operations: string;
};

const COLUMNS = `submission_id, account_id, draft_id, state, queued_at, not_before, send_at, looked_up_at,
  next_try_at, attempts, error,
  refused, smtp_envelope, message_id_header, purpose, operations`;

export function createOutboxTable(context: Context): OutboxTable {
  const { journal, clock, emit } = context;

  const removeWithDraft = (submissionId: SubmissionId, draftId: DraftId) => {
    endLookups(submissionId);
    journal.run('DELETE FROM submission WHERE submission_id = ?', [submissionId]);
    journal.run('DELETE FROM draft WHERE draft_id = ?', [draftId]);
  };

  /** A look that waits for its time is due now; without one there is another. */
  const lookUp = ({ submissionId, accountId, messageIdHeader }: StoredSubmission) => {
    const waiting = `kind = 'lookup' AND ${ACTIVE} AND account_id = ? AND change ->> 'submissionId' = ?`;
    const params = [accountId, submissionId];
    if (journal.run(`UPDATE operation SET next_try_at = NULL WHERE ${waiting}`, params) > 0) return;
    const change = { kind: 'lookup' as const, submissionId, messageIdHeader, looks: 0 };
    insertOperation(context, { accountId, targets: [], change });
  };

  /** Whom it reached is known from now on. */
  const noteReached = ({ to, purpose }: StoredSubmission, refused: readonly string[] = []) =>
    // Nobody wrote a receipt to somebody.
    purpose !== 'receipt' &&
    noteWritten(
      context,
      to.filter(({ address }) => !refused.includes(address)),
    );

  /** One that runs just now finds out by itself that nobody wants to know any more. */
  const endLookups = (submissionId: SubmissionId) =>
    journal.run(
      `UPDATE operation SET state = 'undone', settled_at = ?
       WHERE kind = 'lookup' AND state = 'pending' AND change ->> 'submissionId' = ?`,
      [clock.now(), submissionId],
    );

  return {
    list: () =>
      journal
        .all<SubmissionRow>(`SELECT ${COLUMNS} FROM submission ORDER BY position`)
        .map((row) => submissionOf(submissionFrom(context, row))),
    get: (submissionId) => find(context, submissionId),
    add({ accountId, draft, ...message }) {
      const submissionId = randomUUID() as SubmissionId;
      journal.transaction(() => {
        // The draft stays where it is, with its attachments, and stands in the outbox instead of among the drafts.
        const moved = journal.run(
          'UPDATE draft SET submission_id = ?, account_id = ?, content = ? WHERE draft_id = ? AND submission_id IS NULL',
          [submissionId, accountId, contentText(draft), draft.draftId],
        );
        if (moved === 0) throw new MailError('not-found');
        insertSubmission(context, { submissionId, accountId, draftId: draft.draftId, ...message });
      });
      emit({ kind: 'drafts' });
      emit({ kind: 'outbox', accountId });
      return submissionOf(requireSubmission(context, submissionId));
    },
    addWhole({ accountId, identityId, to, subject, receiptFor, ...message }) {
      const submissionId = randomUUID() as SubmissionId;
      journal.transaction(() => {
        if (receiptFor !== undefined) noteReceipt(journal, accountId, receiptFor, submissionId);
        const content = { accountId, ...(identityId !== undefined && { identityId }), to, subject };
        const draftId = insertDraft(context, { ...content, cc: [], bcc: [], text: '' });
        journal.run('UPDATE draft SET submission_id = ? WHERE draft_id = ?', [submissionId, draftId]);
        insertSubmission(context, { submissionId, accountId, draftId, ...message });
      });
      emit({ kind: 'outbox', accountId });
      return submissionOf(requireSubmission(context, submissionId));
    },
    noteOperations(submissionId, operationIds) {
      journal.run('UPDATE submission SET operations = ? WHERE submission_id = ?', [
        JSON.stringify(operationIds),
        submissionId,
      ]);
    },
    due: (now) =>
      journal
        .all<SubmissionRow>(
          `SELECT ${COLUMNS} FROM submission WHERE state = 'queued' AND not_before <= ?
             AND (next_try_at IS NULL OR next_try_at <= ?) ORDER BY position`,
          [now, now],
        )
        .map((row) => submissionFrom(context, row)),
    source: (submissionId) => sourceOf(journal, submissionId),
    update(submissionId, change) {
      const columns: [string, Value | undefined][] = [
        ['state', change.state],
        ['next_try_at', change.nextTryAt],
        ['error', change.error],
        ['refused', change.refused && JSON.stringify(change.refused)],
        ['attempts', change.attempts],
        ['not_before', change.notBefore],
        ['send_at', change.sendAt],
        ['source', change.message && pack(change.message.source)],
        ['message_id_header', change.message?.messageIdHeader],
      ];
      const submission = requireSubmission(context, submissionId);
      journal.transaction(() => {
        for (const [column, value] of columns) {
          if (value === undefined) continue;
          journal.run(`UPDATE submission SET ${column} = ? WHERE submission_id = ?`, [value, submissionId]);
        }
        if (change.state !== undefined) endLookups(submissionId);
      });
      emit({ kind: 'outbox', accountId: submission.accountId });
    },
    setUnknown(submissionId, attempts) {
      const submission = requireSubmission(context, submissionId);
      const { accountId } = submission;
      journal.transaction(() => {
        journal.run(
          `UPDATE submission SET state = 'unknown', error = 'submission-unknown', next_try_at = NULL, attempts = ?
           WHERE submission_id = ?`,
          [attempts ?? submission.attempts, submissionId],
        );
        lookUp(submission);
      });
      emit({ kind: 'outbox', accountId });
      emit({ kind: 'operations', accountId });
    },
    lookUpUnknown() {
      const rows = journal.all<SubmissionRow>(
        `SELECT ${COLUMNS} FROM submission WHERE state = 'unknown' ORDER BY position`,
      );
      if (rows.length === 0) return;
      journal.transaction(() => {
        for (const row of rows) lookUp(submissionFrom(context, row));
      });
      for (const accountId of new Set(rows.map((row) => row.account_id)))
        emit({ kind: 'operations', accountId });
    },
    foundSent(submissionId) {
      const submission = requireSubmission(context, submissionId);
      const { accountId, draft, inReplyTo } = submission;
      const isNews = journal.transaction(() => {
        removeWithDraft(submissionId, draft.draftId);
        return noteReached(submission);
      });
      emit({ kind: 'outbox', accountId });
      if (isNews) emit({ kind: 'contacts' });
      if (inReplyTo !== undefined) {
        enqueueFlags(context, { messageIds: [inReplyTo], add: [ANSWERED], remove: [] });
      }
    },
    notFound(submissionId) {
      const { accountId } = requireSubmission(context, submissionId);
      journal.run('UPDATE submission SET looked_up_at = ? WHERE submission_id = ?', [
        clock.now(),
        submissionId,
      ]);
      emit({ kind: 'outbox', accountId });
    },
    releaseNow(accountId) {
      journal.run(
        `UPDATE submission SET not_before = min(not_before, ?), next_try_at = NULL
         WHERE account_id = ? AND state = 'queued' AND send_at IS NULL`,
        [clock.now(), accountId],
      );
      emit({ kind: 'outbox', accountId });
    },
    toDraft(submissionId) {
      const { accountId, draft } = requireSubmission(context, submissionId);
      const back = journal.transaction(() => {
        endLookups(submissionId);
        journal.run('DELETE FROM submission WHERE submission_id = ?', [submissionId]);
        journal.run('UPDATE draft SET submission_id = NULL, saved_at = ? WHERE draft_id = ?', [
          clock.now(),
          draft.draftId,
        ]);
        return requireDraft(context, draft.draftId);
      });
      emit({ kind: 'drafts' });
      emit({ kind: 'outbox', accountId });
      return back;
    },
    removeWhole(submissionId) {
      const { accountId, draft, state } = requireSubmission(context, submissionId);
      journal.transaction(() => {
        removeWithDraft(submissionId, draft.draftId);
        // Who may have it must not get it a second time.
        if (state === 'queued' || state === 'failed') {
          journal.run('DELETE FROM read_receipt WHERE submission_id = ?', [submissionId]);
        }
      });
      emit({ kind: 'outbox', accountId });
    },
    finishSent(submissionId, { appendTo, refused = [] }) {
      const submission = requireSubmission(context, submissionId);
      const { accountId, draft, messageIdHeader } = submission;
      let isNews = false;
      const appended = journal.transaction(() => {
        const source = sourceOf(journal, submissionId);
        isNews = noteReached(submission, refused);
        if (refused.length === 0) removeWithDraft(submissionId, draft.draftId);
        else {
          endLookups(submissionId);
          // It has been sent: where drafts are it has nothing to do any more.
          journal.run('UPDATE draft_copy SET is_old = 1 WHERE draft_id = ?', [draft.draftId]);
          journal.run(
            "UPDATE submission SET state = 'sent', refused = ?, error = 'recipients-refused' WHERE submission_id = ?",
            [JSON.stringify(refused), submissionId],
          );
        }
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
      if (isNews) emit({ kind: 'contacts' });
      if (appended !== undefined) emit({ kind: 'operations', accountId });
      return appended;
    },
  };
}

type NewSubmission = {
  submissionId: SubmissionId;
  accountId: AccountId;
  draftId: DraftId;
  source: Uint8Array;
  smtpEnvelope: SmtpEnvelope;
  messageIdHeader: string;
  notBefore: number;
  sendAt?: number;
  purpose?: Submission['purpose'];
};

function insertSubmission({ journal, clock }: Context, one: NewSubmission): void {
  journal.run(
    `INSERT INTO submission(submission_id, account_id, draft_id, state, queued_at, not_before, send_at,
       smtp_envelope, message_id_header, source, purpose) VALUES (?, ?, ?, 'queued', ?, ?, ?, ?, ?, ?, ?)`,
    [
      one.submissionId,
      one.accountId,
      one.draftId,
      clock.now(),
      one.notBefore,
      one.sendAt ?? null,
      JSON.stringify(one.smtpEnvelope),
      one.messageIdHeader,
      pack(one.source),
      one.purpose ?? null,
    ],
  );
}

/** RFC 8098 §2.1: one for each message. Throws receipt-sent. */
function noteReceipt(
  journal: Database,
  accountId: AccountId,
  messageIdHeader: string,
  submissionId: SubmissionId,
): void {
  const added = journal.run(
    'INSERT OR IGNORE INTO read_receipt(account_id, message_id_header, submission_id) VALUES (?, ?, ?)',
    [accountId, messageIdHeader, submissionId],
  );
  if (added === 0) throw new MailError('receipt-sent');
}

function find(context: Context, submissionId: SubmissionId): StoredSubmission | undefined {
  const row = context.journal.get<SubmissionRow>(
    `SELECT ${COLUMNS} FROM submission WHERE submission_id = ?`,
    [submissionId],
  );
  return row && submissionFrom(context, row);
}

function sourceOf(journal: Database, submissionId: SubmissionId): Uint8Array {
  const row = journal.get<{ source: Uint8Array }>('SELECT source FROM submission WHERE submission_id = ?', [
    submissionId,
  ]);
  if (!row) throw new MailError('not-found');
  return unpack(row.source);
}

function requireSubmission(context: Context, submissionId: SubmissionId): StoredSubmission {
  const submission = find(context, submissionId);
  if (!submission) throw new MailError('not-found');
  return submission;
}

function submissionFrom(context: Context, row: SubmissionRow): StoredSubmission {
  const draft = requireDraft(context, row.draft_id);
  return {
    submissionId: row.submission_id,
    accountId: row.account_id,
    to: [...draft.to, ...draft.cc, ...draft.bcc],
    subject: draft.subject,
    state: row.state,
    queuedAt: row.queued_at,
    notBefore: row.not_before,
    ...(row.send_at !== null && { sendAt: row.send_at }),
    ...(row.looked_up_at !== null && { lookedUpAt: row.looked_up_at }),
    ...(row.next_try_at !== null && { nextTryAt: row.next_try_at }),
    ...(row.error !== null && { error: row.error }),
    refused: JSON.parse(row.refused) as string[],
    draft,
    smtpEnvelope: JSON.parse(row.smtp_envelope) as SmtpEnvelope,
    messageIdHeader: row.message_id_header,
    attempts: row.attempts,
    ...(row.purpose !== null && { purpose: row.purpose }),
    operationIds: JSON.parse(row.operations) as OperationId[],
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
    operationIds: _operations,
    ...rest
  } = stored;
  const { inReplyTo: _inReplyTo, ...submission } = rest;
  return submission;
}
