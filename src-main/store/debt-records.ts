/** What the journal keeps about accesses that were given up here and that a provider has not confirmed yet. No secret: those live in the vault. */
import type { Debt } from '../../src-shared/model/debt.ts';
import type { AccountId, DebtId, GrantId } from '../../src-shared/model/ids.ts';

/** A debt with what is needed to ask again when the account and its grant are no more. */
export type DebtRecord = Debt & {
  providerId: string;
  issuer?: string;
  clientId: string;
  /** When the access was granted: by it the receipts of this grant are known. */
  grantedAt: number;
  triedAt: number;
  /** The provider asked not to be asked before. */
  notBefore?: number;
};

export type DebtTable = {
  /** In the order in which they came. */
  list(): DebtRecord[];
  get(debtId: DebtId): DebtRecord | undefined;
  /** Adds it or changes it. */
  put(debt: DebtRecord): void;
  remove(debtId: DebtId): void;
};

/** One account that is still to be signed out, as part of one act. Only this very grant: who signs in again meanwhile stays signed in. */
export type QueuedSignOut = {
  grantId: GrantId;
  accountId: AccountId;
  batch: string;
  finishFirst: boolean;
  mail: 'keep' | 'erase';
};

export type SignOutTable = {
  list(): QueuedSignOut[];
  add(queued: QueuedSignOut[]): void;
  remove(grantId: GrantId): void;
};
