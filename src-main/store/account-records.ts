/** What the journal keeps about accounts, and the tables that hold it. Nothing here is a secret: those live in the vault. */
import type { Account, LocalAccount, ServerAccount } from '../../src-shared/model/account.ts';
import type { ActivityEntry, AuditKind } from '../../src-shared/model/activity.ts';
import type { Grant } from '../../src-shared/model/grant.ts';
import type { AccountId, GrantId, ReceiptId } from '../../src-shared/model/ids.ts';
import type { Receipt } from '../../src-shared/model/receipt.ts';
import type { Settings } from '../../src-shared/model/settings.ts';

export type SignInState = 'active' | 'needs-sign-in' | 'signed-out';
export type StoredAccount = Account & { signIn: SignInState };
export type StoredServerAccount = ServerAccount & { signIn: SignInState };

/**
 * What to write into the audit log; the table adds time, number and hash, and the account's address as it is now.
 * Facts only, never a token or a server's words.
 */
export type AuditRecord = {
  accountId?: AccountId;
  kind: AuditKind;
  /** Where there is no account yet, or none any more. */
  address?: string;
  host?: string;
  /** The entry's facts: whole numbers and short texts. */
  detail?: Record<string, string | number>;
  receiptId?: ReceiptId;
};

/** An entry with its hash, which covers it and the hash of the one before. */
export type ChainedEntry = ActivityEntry & { hash: string };

/** The place of an entry in the chain. */
export type ChainMark = { number: number; hash: string };

/** Everything up to this entry was removed, because it was from before `at`. */
export type AuditCheckpoint = ChainMark & { at: number; signature: string };

export type AccountTable = {
  /** In the order in which they were added. */
  list(): StoredAccount[];
  get(accountId: AccountId): StoredAccount | undefined;
  /** The account when it has servers; undefined for one without, and for none. */
  server(accountId: AccountId): StoredServerAccount | undefined;
  /** Compares without regard to case: no provider has two mailboxes that differ in nothing else. */
  byAddress(address: string): StoredServerAccount | undefined;
  /** A new account with its grant and its audit entry, in one transaction. */
  add(entry: { account: ServerAccount; grant: Grant; audit: AuditRecord }): void;
  /** Signed in again: the new grant replaces the old, the account is active. `account` replaces its settings too. */
  renew(entry: { accountId: AccountId; grant: Grant; audit: AuditRecord; account?: ServerAccount }): void;
  /** An account without a server: no grant, no audit entry. */
  addLocal(account: LocalAccount): void;
  /** How many months of whole messages are fetched before they are opened. Throws not-found. */
  setBodyMonths(accountId: AccountId, months: number): void;
  setSignIn(accountId: AccountId, state: SignInState, audit?: AuditRecord): void;
  /**
   * Removes the account with its grant and everything that it has here: mail, sources, index terms, drafts, outbox, operations.
   * Audit entries and receipts stay. Freed pages are overwritten and given back. The account is gone at once, its mail bit by bit,
   * with turns for others. Answers with the number of messages that went.
   */
  erase(accountId: AccountId): Promise<{ messages: number }>;
  /** What the account takes on this computer; `bytes` counts stored bodies and sources as they lie on disk. */
  size(accountId: AccountId): { messages: number; bytes: number };
};

export type GrantUpdate = Partial<
  Pick<
    Grant,
    | 'refreshedAt'
    | 'lastUsedAt'
    | 'lastUsedFor'
    | 'accessTokenEndsAt'
    | 'state'
    | 'endedAt'
    | 'scopes'
    | 'scramHosts'
  >
>;

export type GrantTable = {
  list(): Grant[];
  get(grantId: GrantId): Grant | undefined;
  byAccount(accountId: AccountId): Grant | undefined;
  /** Emits `grant` only when the state changes, `accounts` otherwise. Unknown grants are ignored: a late refresh may meet an erased account. */
  update(grantId: GrantId, change: GrantUpdate): void;
};

export type AuditTable = {
  append(record: AuditRecord): void;
  /** Newest first. `before`: a number; `since`: a time. */
  list(query: {
    accountId?: AccountId | undefined;
    kinds?: readonly AuditKind[] | undefined;
    before?: number | undefined;
    since?: number | undefined;
    limit: number;
  }): ActivityEntry[];
  /** Those after this number, oldest first. */
  chain(after: number, limit: number): ChainedEntry[];
  last(): ChainMark | undefined;
  hashOf(number: number): string | undefined;
  checkpoint(): AuditCheckpoint | undefined;
  /** Removes what is from before this time, under a checkpoint that `sign` signs. Answers with the number of entries that went. */
  prune(before: number, sign: (mark: Omit<AuditCheckpoint, 'signature'>) => string): number;
};

export type ReceiptTable = {
  add(receipt: Receipt): void;
  /** Newest first. */
  list(): Receipt[];
  get(receiptId: ReceiptId): Receipt | undefined;
};

export type SettingsTable = {
  get(): Settings;
  set(change: Partial<Settings>): Settings;
};
