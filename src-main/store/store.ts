import type { Clock } from '../base/clock.ts';
import type { AccountTable, AuditTable, GrantTable, ReceiptTable, SettingsTable } from './account-records.ts';
import type { Feed } from './change.ts';
import type { BodyTable, MailboxTable, MessageTable, ThreadTable } from './mail-records.ts';
import type { OperationTable } from './operation-records.ts';
import type { DraftTable, OutboxTable } from './outgoing-records.ts';

export type Store = {
  feed: Feed;
  accounts: AccountTable;
  grants: GrantTable;
  audit: AuditTable;
  receipts: ReceiptTable;
  settings: SettingsTable;
  mailboxes: MailboxTable;
  messages: MessageTable;
  threads: ThreadTable;
  bodies: BodyTable;
  operations: OperationTable;
  drafts: DraftTable;
  outbox: OutboxTable;
  close(): void;
};

export type StoreOptions = {
  directory: string;
  /** 32 random bytes. */
  key: Uint8Array;
  clock: Clock;
};

export declare function openStore(options: StoreOptions): Store;
