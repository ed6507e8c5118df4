/** What a search asks of the store. */
import type { AccountId, MailboxId, MessageId } from '../../src-shared/model/ids.ts';
import type { SearchCoverage } from '../../src-shared/model/search.ts';
import type { SearchTest } from '../../src-shared/text/search-text.ts';

/** A test of which the mailbox names have been looked up. */
export type StoreTest =
  | Exclude<SearchTest, { kind: 'mailbox' }>
  | { kind: 'mailbox'; mailboxIds: MailboxId[] };

export type StoreTerm = { test: StoreTest; isNegated: boolean };

export type StoreSearch = {
  /** All must hold; a clause holds when one of its terms does. Without any, every message fits. */
  clauses: StoreTerm[][];
  /** A message that stands in these only is not found. */
  outside: MailboxId[];
  /** Goes on with messages older than this one. */
  next?: MessageId;
  limit: number;
};

export type StoreHits = {
  /** Newest first. */
  messageIds: MessageId[];
  /** Where to go on. A page may be short, or empty, although there is more: a call looks at so many messages and no more. */
  next?: MessageId;
};

export type SearchTable = {
  /** Messages that stand in view somewhere and fit. A few milliseconds, however large the store is. */
  find(search: StoreSearch): StoreHits;
  /** Those of these messages that `find` would tell, newest first. Not for every key stroke: frequent words take some 10 ms. */
  among(messageIds: MessageId[], search: Pick<StoreSearch, 'clauses' | 'outside'>): MessageId[];
  /** The messages at these UIDs, as far as they are here. */
  at(mailboxId: MailboxId, uids: number[]): { uid: number; messageId: MessageId }[];
  coverage(accountId: AccountId): Omit<SearchCoverage, 'accountId'>;
};
