/** Changes that the person made and the server has not confirmed. */
import type { ThreadView } from '../../src-shared/ipc/contract.ts';
import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import type {
  AccountId,
  MailboxId,
  MessageId,
  OperationId,
  SubmissionId,
} from '../../src-shared/model/ids.ts';

/** One message in one mailbox of the server. `due` gives the UID as it is known now. */
export type Target = {
  messageId: MessageId;
  mailboxId: MailboxId;
  uidValidity: number;
  uid: number;
  messageIdHeader: string;
  /** Flags that were shown before the change. */
  was: string[];
};

export type FlagsChange = { kind: 'flags'; targets: Target[]; add: string[]; remove: string[] };
/** All targets stand in one mailbox. */
export type MoveChange = { kind: 'move'; targets: Target[]; toMailboxId: MailboxId };
/** Deletes for good. All targets stand in one mailbox. */
export type ExpungeChange = {
  kind: 'expunge';
  targets: Target[];
  /** Emptying: also what is not known here, as far as it was there then (UIDs below `uidNext`). */
  upTo?: { mailboxId: MailboxId; uidValidity: number; uidNext: number };
};
/** What is done to a mailbox. Paths are found when it is run: an earlier change may have moved what is above it. */
export type MailboxAct =
  | { act: 'create'; mailboxId: MailboxId; parentMailboxId?: MailboxId; name: string; subscribed: boolean }
  | { act: 'rename'; mailboxId: MailboxId; name: string; was: string }
  | { act: 'delete'; mailboxId: MailboxId; parentMailboxId?: MailboxId; name: string; subscribed: boolean }
  | { act: 'subscribe'; mailboxId: MailboxId; subscribed: boolean };
export type MailboxChange = { kind: 'mailbox' } & MailboxAct;
/** Looks for a message that may have been sent where a server files such copies. Changes nothing on the server. */
export type LookupChange = {
  kind: 'lookup';
  submissionId: SubmissionId;
  messageIdHeader: string;
  looks: number;
};
export type AppendChange = {
  kind: 'append';
  specialUse: 'sent' | 'drafts';
  flags: string[];
  internalDate: number;
  messageIdHeader: string;
  /** Why the server would not take it when it was first refused; it is kept and tried again. */
  refusal?: ErrorCode;
};

export type Operation = {
  operationId: OperationId;
  accountId: AccountId;
  createdAt: number;
  state: 'pending' | 'running';
  attempts: number;
  nextTryAt?: number;
} & (FlagsChange | MoveChange | AppendChange | ExpungeChange | MailboxChange | LookupChange);

export type AppendRequest = {
  accountId: AccountId;
  specialUse: 'sent' | 'drafts';
  flags: string[];
  source: Uint8Array;
  messageIdHeader: string;
};

export type PendingCounts = {
  flags: number;
  move: number;
  append: number;
  /** Messages that are to be deleted for good. */
  expunge: number;
  /** Mailboxes made, renamed, deleted or subscribed. */
  mailbox: number;
  /** Of `append` those that the server has refused: nothing but time will change that. */
  refused: number;
  /** Messages by what was done to them: archived, moved, trashed, junked, starred, unstarred, read, unread, flagged, saved, deleted; mailboxes as `mailboxes`. */
  byChange: Record<string, number>;
};

export type FinishResult = {
  newUids?: Map<number, number>;
  uidValidity?: number;
  /** Of an expunge: the server only marked the messages \Deleted, it cannot expunge some and leave others (no UIDPLUS). */
  onlyMarked?: boolean;
  /** Of a mailbox that was made or renamed: where it is now. */
  path?: string;
};

/** Messages of one queueing call that the event loop does not feel. */
export const ENQUEUED_AT_ONCE = 100;

/**
 * Each queueing function is one transaction a file, so it takes as long as there are messages: who has thousands of them queues them
 * in parts (`ENQUEUED_AT_ONCE`) with turns for others between.
 */
export type OperationTable = {
  /** One operation for each account, on every placement whose flags really change; none when none does. */
  enqueueFlags(change: { messageIds: MessageId[]; add: string[]; remove: string[] }): OperationId[];
  /** One operation for each source mailbox. Messages that are not in the view, or of another account than `to`, stay where they are. */
  enqueueMove(change: { messageIds: MessageId[]; from: ThreadView; to: MailboxId }): OperationId[];
  enqueueAppend(request: AppendRequest): OperationId;
  /** Deletes these messages of one mailbox for good, after `delay` milliseconds: until then an undo costs nothing. */
  enqueueExpunge(change: { messageIds: MessageId[]; mailboxId: MailboxId; delay: number }): OperationId[];
  /**
   * The rest of emptying a mailbox: what the server has in it and is not known here. Queued after the known ones;
   * nothing when all of it is known.
   */
  enqueueEmptying(mailboxId: MailboxId, delay: number): OperationId[];
  /** A new mailbox under another one or at the top. Throws mailbox-exists, mailbox-name-refused, mailbox-missing. */
  enqueueCreateMailbox(request: { accountId: AccountId; parentId?: MailboxId; name: string }): OperationId[];
  /** Throws mailbox-exists, mailbox-name-refused, mailbox-missing; change-refused for INBOX. */
  enqueueRenameMailbox(mailboxId: MailboxId, name: string): OperationId[];
  /** Deletes one mailbox, whose messages were queued to be moved away. Throws mailbox-missing; change-refused for INBOX. */
  enqueueDeleteMailbox(mailboxId: MailboxId, delay: number): OperationId[];
  enqueueSubscribe(mailboxId: MailboxId, subscribed: boolean): OperationId[];
  /** Ends the waits for an undo: the person signs out and wants it done. */
  releaseNow(accountId: AccountId): void;
  /**
   * What can be done now, in order. An operation waits while an earlier one touches the same message or mailbox, while its time has
   * not come, or while the server's UID of a moved message is not known: so ask again after each `finish` until nothing is due. Flag
   * changes do not wait for flag changes that are due themselves: they stand in their order, to be done together.
   * Moves of what an earlier move has not yet moved become one before. With `most` only the first ones, of so many messages together.
   */
  due(accountId: AccountId, most?: number): Operation[];
  get(operationId: OperationId): Operation | undefined;
  /** The earliest time at which an operation may be tried again (past only when it waits for nothing else: then it is due); undefined without one. */
  nextTryAt(accountId: AccountId): number | undefined;
  appendSource(operationId: OperationId): Uint8Array;
  setRunning(operationId: OperationId): void;
  /** The same for many in one transaction. */
  setAllRunning(operationIds: OperationId[]): void;
  /** The server did it. `newUids` maps old UIDs to those in the target mailbox (RFC 4315 COPYUID). */
  finish(operationId: OperationId, result: FinishResult): void;
  /** It failed for good: the effect is taken back and `operationFailed` emitted. */
  fail(operationId: OperationId, code: ErrorCode): void;
  /** It was done but not for all: tells for how many messages it was not. What is shown follows the server. */
  tellPartly(operationId: OperationId, count: number, code: ErrorCode): void;
  /** The server will not take this message: kept, pending again not before `nextTryAt`. `operationFailed` is emitted the first time only. */
  refuse(operationId: OperationId, code: ErrorCode, nextTryAt: number): void;
  /** A lookup has found nothing and is to look again. */
  lookAgain(operationId: OperationId, nextTryAt: number): void;
  /** Pending again, not before `nextTryAt`; counts one attempt. */
  postpone(operationId: OperationId, nextTryAt: number): void;
  /** Not yet sent: removed and rolled back. Running, tried before or done: the inverse is enqueued. Answers with the inverse operations. */
  undo(operationIds: OperationId[]): OperationId[];
  pending(accountId: AccountId): PendingCounts;
};
