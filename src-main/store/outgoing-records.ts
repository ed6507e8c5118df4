/** Mail that exists only here: what waits to be sent. */
import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import type { Draft } from '../../src-shared/model/draft.ts';
import type {
  AccountId,
  IdentityId,
  MessageId,
  OperationId,
  SubmissionId,
} from '../../src-shared/model/ids.ts';
import type { Address } from '../../src-shared/model/message.ts';
import type { Submission, SubmissionState } from '../../src-shared/model/submission.ts';

/** RFC 5321 §2.3.1. */
export type SmtpEnvelope = { from: string; to: string[] };

export type StoredSubmission = Submission & {
  draft: Draft;
  smtpEnvelope: SmtpEnvelope;
  messageIdHeader: string;
  attempts: number;
  /** Operations that were queued with it and are undone with it. */
  operationIds: OperationId[];
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

/** A message made whole. `receiptFor`: the Message-ID of which it says that it was displayed. */
export type WholeMessage = {
  purpose: NonNullable<Submission['purpose']>;
  accountId: AccountId;
  identityId?: IdentityId;
  to: Address[];
  subject: string;
  source: Uint8Array;
  smtpEnvelope: SmtpEnvelope;
  messageIdHeader: string;
  notBefore: number;
  receiptFor?: string;
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
  /** A message that is no draft of a person. Throws receipt-sent when the sender of that message was told already. */
  addWhole(entry: WholeMessage): Submission;
  /** What was queued with it: undone when it is taken back. */
  noteOperations(submissionId: SubmissionId, operationIds: OperationId[]): void;
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
  /** Takes one out that is no draft; its sender may be told again then. */
  removeWhole(submissionId: SubmissionId): void;
  /**
   * Sent: removes it with its draft and enqueues the append of the copy, in one transaction. With `refused` recipients it stays, so
   * that the person sees who did not get it; it is never sent again by itself.
   */
  finishSent(
    submissionId: SubmissionId,
    options: { appendTo?: 'sent'; refused?: string[] },
  ): OperationId | undefined;
};
