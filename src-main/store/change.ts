import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import type { Grant } from '../../src-shared/model/grant.ts';
import type {
  AccountId,
  GrantId,
  MailboxId,
  MessageId,
  OperationId,
  ThreadId,
} from '../../src-shared/model/ids.ts';
import type { Settings } from '../../src-shared/model/settings.ts';

/** One entry of the change feed: told after the transaction that made it so. */
export type Change =
  | { kind: 'accounts' }
  | { kind: 'grant'; accountId: AccountId; grantId: GrantId; state: Grant['state'] }
  | { kind: 'mailboxes'; accountId: AccountId }
  /** `added`: messages that were not known before, for notifications. */
  | {
      kind: 'messages';
      accountId: AccountId;
      mailboxIds: MailboxId[];
      threadIds: ThreadId[];
      added: MessageId[];
    }
  | { kind: 'operations'; accountId: AccountId }
  | {
      kind: 'operationFailed';
      accountId: AccountId;
      operationIds: OperationId[];
      operationKind: 'flags' | 'move' | 'append' | 'expunge' | 'mailbox';
      count: number;
      code: ErrorCode;
    }
  | { kind: 'identities' }
  | { kind: 'drafts' }
  | { kind: 'templates' }
  | { kind: 'contacts' }
  | { kind: 'debts' }
  | { kind: 'outbox'; accountId: AccountId }
  | { kind: 'settings'; settings: Settings }
  /** The audit log has another entry, or old ones fewer. */
  | { kind: 'activity' }
  /** What the profile tells of its own safety. */
  | { kind: 'profile' };

export type Feed = { subscribe(listener: (change: Change) => void): () => void };
