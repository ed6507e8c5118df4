/** Changes that the person made and the server has not confirmed. */
import type { ThreadView } from '../../src-shared/ipc/contract.ts';
import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import type { AccountId, DraftId, MailboxId, MessageId, OperationId } from '../../src-shared/model/ids.ts';

/** One message in one mailbox of the server. `due` gives the UID as it is known now. */
export type Target = {
  messageId: MessageId;
  mailboxId: MailboxId;
  uidValidity: number;
  uid: number;
  messageIdHeader: string;
};

export type FlagsChange = { kind: 'flags'; targets: Target[]; add: string[]; remove: string[] };
/** All targets stand in one mailbox. */
export type MoveChange = { kind: 'move'; targets: Target[]; toMailboxId: MailboxId };
export type AppendChange = {
  kind: 'append';
  specialUse: 'sent' | 'drafts';
  flags: string[];
  internalDate: number;
  messageIdHeader: string;
  draftId?: DraftId;
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
} & (FlagsChange | MoveChange | AppendChange);

export type AppendRequest = {
  accountId: AccountId;
  specialUse: 'sent' | 'drafts';
  flags: string[];
  source: Uint8Array;
  messageIdHeader: string;
  draftId?: DraftId;
};

export type PendingCounts = {
  flags: number;
  move: number;
  append: number;
  /** Of `append` those that the server has refused: nothing but time will change that. */
  refused: number;
  /** Messages by what was done to them: archived, moved, trashed, junked, starred, unstarred, read, unread, flagged, saved. */
  byChange: Record<string, number>;
};

export type OperationTable = {
  /** One operation for each account, on every placement whose flags really change; none when none does. */
  enqueueFlags(change: { messageIds: MessageId[]; add: string[]; remove: string[] }): OperationId[];
  /** One operation for each source mailbox. Messages that are not in the view, or of another account than `to`, stay where they are. */
  enqueueMove(change: { messageIds: MessageId[]; from: ThreadView; to: MailboxId }): OperationId[];
  enqueueAppend(request: AppendRequest): OperationId;
  /**
   * What can be done now, in order. An operation waits while an earlier one touches the same message, while its time has not come,
   * or while the server's UID of a moved message is not known: so ask again after each `finish` until nothing is due.
   */
  due(accountId: AccountId): Operation[];
  get(operationId: OperationId): Operation | undefined;
  /** The earliest time at which an operation that waits for nothing else may be tried again (it may be past: then it is due); undefined without one. */
  nextTryAt(accountId: AccountId): number | undefined;
  appendSource(operationId: OperationId): Uint8Array;
  setRunning(operationId: OperationId): void;
  /** The server did it. `newUids` maps old UIDs to those in the target mailbox (RFC 4315 COPYUID); an append with a draft deletes the draft. */
  finish(operationId: OperationId, result: { newUids?: Map<number, number>; uidValidity?: number }): void;
  /** It failed for good: the effect is taken back and `operationFailed` emitted. */
  fail(operationId: OperationId, code: ErrorCode): void;
  /** The server will not take this message: kept, pending again not before `nextTryAt`. `operationFailed` is emitted the first time only. */
  refuse(operationId: OperationId, code: ErrorCode, nextTryAt: number): void;
  /** Pending again, not before `nextTryAt`; counts one attempt. */
  postpone(operationId: OperationId, nextTryAt: number): void;
  /** Not yet sent: removed and rolled back. Running or done: the inverse is enqueued. Answers with the inverse operations. */
  undo(operationIds: OperationId[]): OperationId[];
  pending(accountId: AccountId): PendingCounts;
};
