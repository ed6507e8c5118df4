import { describe, expect, it } from 'vitest';
import { searchObject } from '../../../../src-main/imap/search.ts';
import { createSearch } from '../../../../src-main/search/search.ts';
import { serverQuery } from '../../../../src-main/search/server-query.ts';
import type { StoreTerm } from '../../../../src-main/store/search-records.ts';
import { parseSearch } from '../../../../src-shared/text/search-text.ts';
import { add } from '../store/search-world.ts';
import { ACCOUNT, addMailboxes, handClock, openTestStore } from '../store/test-store.ts';

const termsOf = (text: string) => parseSearch(text, Date.UTC(2026, 5, 15)).clauses as StoreTerm[][];

describe('a query in the words of a server', () => {
  it.each([
    ['plan', { text: 'plan' }],
    ['plan budget', { text: 'plan', not: { not: { text: 'budget' } } }],
    ['plan -budget -is:unread', { text: 'plan', not: { text: 'budget' }, seen: true }],
    ['a OR from:b', { or: [{ text: 'a' }, { from: 'b' }] }],
    ['-a -b', { not: { or: [{ text: 'a' }, { text: 'b' }] } }],
    ['larger:1k filename:x has:attachment', { larger: 1024 }],
    ['x OR has:attachment', { all: true }],
    ['label:todo', { keyword: 'todo' }],
  ])('asks IMAP for %s', (text, expected) => {
    expect(searchObject(serverQuery(termsOf(text)))).toEqual(expected);
  });

  it('asks Gmail in its own', () => {
    expect(serverQuery(termsOf('plan -from:ada OR "big plan" has:attachment')).gmail).toBe(
      '"plan" {-from:"ada" "big plan"} has:attachment',
    );
    expect(serverQuery(termsOf('label:x')).gmail).toBeUndefined();
  });
});

describe('a search on a server that says nothing', () => {
  it('ends after its time, and the hits until then are told', async () => {
    const { store } = openTestStore();
    const { inbox } = addMailboxes(store);
    const hit = add(store, inbox, 1);
    let timer: (() => void) | undefined;
    const clock = {
      ...handClock(),
      after: (_: number, callback: () => void) => {
        timer = callback;
        return () => undefined;
      },
    };
    const search = createSearch({
      store,
      clock,
      askServer: (_account, _search, { signal, onFound }) =>
        new Promise((_resolve, reject) => {
          onFound([hit]);
          signal.addEventListener('abort', () => reject(signal.reason));
          queueMicrotask(() => timer?.());
        }),
    });
    const answer = await search.onServer({ query: 'parachute' }, new AbortController().signal);
    expect(answer.hits.map((one) => one.messageId)).toEqual([hit]);
    expect(answer.failed).toEqual([{ accountId: ACCOUNT, code: 'connection-timed-out' }]);
    expect(search.find({ query: '  ', limit: 9 })).toEqual({ hits: [], problems: [] });
  });
});
