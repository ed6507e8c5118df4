/** Mail that exists only here: drafts and what waits to be sent. */
import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import type { Draft, DraftContent } from '../../src-shared/model/draft.ts';
import type { AccountId, DraftId, MessageId, OperationId, SubmissionId } from '../../src-shared/model/ids.ts';
import type { Submission, SubmissionState } from '../../src-shared/model/submission.ts';

export type NewDraft = Omit<Draft, 'draftId' | 'savedAt' | 'attachments'>;
export type NewAttachment = { filename: string; contentType: string; content: Uint8Array };

/** Functions that name a draft throw `not-found` when there is none. */
export type DraftTable = {
  /** Newest first; without those that are in the outbox. */
  list(): Draft[];
  get(draftId: DraftId): Draft | undefined;
  create(content: NewDraft): Draft;
  save(draftId: DraftId, content: DraftContent): Draft;
  addAttachment(draftId: DraftId, attachment: NewAttachment): Draft;
  removeAttachment(draftId: DraftId, part: number): Draft;
  attachmentContent(draftId: DraftId, part: number): Uint8Array;
  /** Removing twice is no error. */
  remove(draftId: DraftId): void;
};

/** RFC 5321 §2.3.1. */
export type SmtpEnvelope = { from: string; to: string[] };

export type StoredSubmission = Submission & {
  draft: Draft;
  smtpEnvelope: SmtpEnvelope;
  messageIdHeader: string;
  attempts: number;
  /** The message that it answers, which then gets \Answered. */
  inReplyTo?: MessageId;
};

export type SubmissionChange = {
  state?: SubmissionState;
  /** `null` takes the value away. */
  nextTryAt?: number | null;
  error?: ErrorCode | null;
  refused?: string[];
  attempts?: number;
  notBefore?: number;
};

export type OutboxTable = {
  /** In the order in which they were queued. */
  list(): Submission[];
  get(submissionId: SubmissionId): StoredSubmission | undefined;
  /** Moves the draft into the outbox in one transaction. */
  add(entry: {
    accountId: AccountId;
    draft: Draft;
    source: Uint8Array;
    smtpEnvelope: SmtpEnvelope;
    messageIdHeader: string;
    notBefore: number;
  }): Submission;
  /** Queued ones whose undo window and waiting time are over. */
  due(now: number): StoredSubmission[];
  source(submissionId: SubmissionId): Uint8Array;
  update(submissionId: SubmissionId, change: SubmissionChange): void;
  /** Ends the undo window and the waiting time of what is queued: the person signs out and wants it sent. */
  releaseNow(accountId: AccountId): void;
  /** Takes it out of the outbox; the draft with its attachments is back. */
  toDraft(submissionId: SubmissionId): Draft;
  /** Sent: removes it with its draft and enqueues the append of the copy, in one transaction. */
  finishSent(submissionId: SubmissionId, options: { appendTo?: 'sent' }): OperationId | undefined;
};
