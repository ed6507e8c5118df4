import type { FetchedEnvelope } from '../../../../src-main/store/mail-records.ts';
import type { StoreSearch } from '../../../../src-main/store/search-records.ts';
import type { Store } from '../../../../src-main/store/store.ts';
import type { MailboxId, MessageId } from '../../../../src-shared/model/ids.ts';
import { parseSearch } from '../../../../src-shared/text/search-text.ts';
import { envelope, only, START } from './test-store.ts';

/** Adds one message and answers with its key. */
export function add(
  store: Store,
  mailboxId: MailboxId,
  uid: number,
  change: Partial<FetchedEnvelope> = {},
): MessageId {
  return only(store.messages.addEnvelopes(mailboxId, [envelope(uid, change)]).added);
}

/** A search as it is typed; `in:` takes the key of a mailbox here. */
export function searchOf(text: string, change: Partial<StoreSearch> = {}): StoreSearch {
  const clauses = parseSearch(text, START).clauses.map((clause) =>
    clause.map(({ test, isNegated }) => ({
      isNegated,
      test:
        test.kind === 'mailbox' ? { kind: test.kind, mailboxIds: [Number(test.name) as MailboxId] } : test,
    })),
  );
  return { clauses, outside: [], limit: 50, ...change };
}

/** All hits, page after page. */
export function allHits(store: Store, text: string, change: Partial<StoreSearch> = {}): MessageId[] {
  const hits: MessageId[] = [];
  for (let next: MessageId | undefined; ; ) {
    const page = store.search.find(searchOf(text, { ...change, ...(next !== undefined && { next }) }));
    hits.push(...page.messageIds);
    if (page.next === undefined) return hits;
    next = page.next;
  }
}

export const subjectsOf = (store: Store, hits: MessageId[]): string[] =>
  store.messages.many(hits).map((message) => message.subject);
