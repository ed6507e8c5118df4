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
  /** Throws attachment-unreadable, with the file's name, when it is not as it was added. */
  attachmentContent(draftId: DraftId, part: number): Uint8Array;
  /** Throws attachment-unreadable when an attachment that was added is not here any more. */
  checkAttachments(draftId: DraftId): void;
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
  sendAt?: null;
  /** The message made anew: only of one that was never tried. */
  message?: { source: Uint8Array; messageIdHeader: string };
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
    sendAt?: number;
  }): Submission;
  /** Queued ones whose undo window and waiting time are over. */
  due(now: number): StoredSubmission[];
  source(submissionId: SubmissionId): Uint8Array;
  update(submissionId: SubmissionId, change: SubmissionChange): void;
  /** Nobody knows whether it was sent: told, and looked for where servers file copies. Its sync carries that out. */
  setUnknown(submissionId: SubmissionId, attempts?: number): void;
  /** Looks (again, now) for all unknown ones of all accounts. */
  lookUpUnknown(): void;
  /** A look found it filed by the server: it was sent, leaves the outbox, and no copy is made. */
  foundSent(submissionId: SubmissionId): void;
  /** A look did not find it. */
  notFound(submissionId: SubmissionId): void;
  /** Ends the undo window and the waiting time of what is queued: the person signs out and wants it sent. What has a time of its own keeps it. */
  releaseNow(accountId: AccountId): void;
  /** Takes it out of the outbox; the draft with its attachments is back. */
  toDraft(submissionId: SubmissionId): Draft;
  /**
   * Sent: removes it with its draft and enqueues the append of the copy, in one transaction. With `refused` recipients it stays, so
   * that the person sees who did not get it; it is never sent again by itself.
   */
  finishSent(
    submissionId: SubmissionId,
    options: { appendTo?: 'sent'; refused?: string[] },
  ): OperationId | undefined;
};
