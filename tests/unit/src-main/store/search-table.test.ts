import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Store } from '../../../../src-main/store/store.ts';
import type { MailboxId } from '../../../../src-shared/model/ids.ts';
import { ANSWERED, FLAGGED, SEEN } from '../../../../src-shared/model/message.ts';
import { add, allHits, searchOf, subjectsOf } from './search-world.ts';
import { ACCOUNT, addMailboxes, envelope, type Mailboxes, openTestStore, START } from './test-store.ts';

const DAY = 86_400_000;

function world(): { store: Store; at: Mailboxes } {
  const { store } = openTestStore();
  return { store, at: addMailboxes(store) };
}

/** Adds messages with these subjects, oldest first, and answers what a search finds of them. */
function finder(subjects: string[]): (text: string) => string[] {
  const { store, at } = world();
  subjects.forEach((subject, index) => {
    add(store, at.inbox, index + 1, { subject });
  });
  return (text) => subjectsOf(store, allHits(store, text));
}

const body = (searchText: string, filename?: string) => ({
  attachments: filename === undefined ? [] : [{ part: 1, filename, contentType: 'x/y', size: 1 }],
  inlineImages: {},
  isSource: false,
  preview: '',
  searchText,
  source: new TextEncoder().encode(searchText),
});

describe('words', () => {
  it('are found by their beginnings, newest first', () => {
    const find = finder(['Invoice 7', 'Nothing', 'Invoices of May']);
    expect(find('invoice')).toEqual(['Invoices of May', 'Invoice 7']);
    expect(find('inv')).toEqual(['Invoices of May', 'Invoice 7']);
    expect(find('in')).toEqual(['Invoices of May', 'Invoice 7']);
    expect(find('invoice may')).toEqual(['Invoices of May']);
  });

  it('of one letter are whole words', () => {
    const find = finder(['Plan b', 'Budget']);
    expect(find('b')).toEqual(['Plan b']);
  });

  it('in quotes are whole words in this order', () => {
    const find = finder(['The big plan', 'The plan is big', 'The big plans']);
    expect(find('"big plan"')).toEqual(['The big plan']);
  });

  it('are found with and without accents, wide or not', () => {
    const find = finder(['Résumé', 'resume', 'ＡＢＣ', 'Ångström']);
    expect(find('resume')).toEqual(['resume', 'Résumé']);
    expect(find('rÉsumé')).toEqual(['resume', 'Résumé']);
    expect(find('abc')).toEqual(['ＡＢＣ']);
    expect(find('angstrom')).toEqual(['Ångström']);
  });

  it('are found inside other words of subject and names, all else by their beginnings', () => {
    const { store, at } = world();
    add(store, at.inbox, 1, { subject: 'Girokontoauszug März' });
    add(store, at.inbox, 2, { subject: 'Hello', from: [{ name: '', address: 'info@meinkonto.example' }] });
    add(store, at.inbox, 3, { subject: 'Hello' });
    const find = (text: string) => allHits(store, text).length;
    expect(find('konto')).toBe(2);
    expect(find('ontoaus marz')).toBe(1);
    expect(find('subject:konto')).toBe(1);
    expect(find('from:konto')).toBe(1);
    expect(find('"konto"')).toBe(0);
    expect(find('konto -hello')).toBe(1);
  });

  it('of scripts without spaces are found wherever they stand, in subject and text', () => {
    const { store, at } = world();
    add(store, at.inbox, 1, { subject: '来週の会議室の予約について' });
    const second = add(store, at.inbox, 2, { subject: 'Hi' });
    store.bodies.put(second, body('明日は会議があります。カタカナ語 2026年'));
    add(store, at.inbox, 3, { subject: '회의실 예약' });
    add(store, at.inbox, 4, { subject: 'การประชุมประจำปี' });
    add(store, at.inbox, 5, { subject: '議会' });
    const find = (text: string) => allHits(store, text).length;
    expect(find('会議')).toBe(2);
    expect(find('会')).toBe(3);
    expect(find('会議室の予約')).toBe(1);
    expect(find('ﾀｶﾅ')).toBe(1);
    expect(find('2026年')).toBe(1);
    expect(find('의실')).toBe(1);
    expect(find('ประชุม')).toBe(1);
    expect(find('"会議室"')).toBe(1);
    expect(find('会議 -予約')).toBe(1);
  });

  it('of the text and of attachment names are found once the body is here', () => {
    const { store, at } = world();
    const id = add(store, at.inbox, 1, { subject: 'Hello' });
    expect(allHits(store, 'parachute')).toEqual([]);
    store.bodies.put(id, body('A parachute is needed', 'Flugplan 2026.pdf'));
    for (const text of [
      'parachute',
      'flugpl',
      'filename:flugplan',
      'filename:pdf',
      'hello bob',
      '"is needed"',
    ]) {
      expect(allHits(store, text), text).toEqual([id]);
    }
    expect(allHits(store, 'subject:parachute')).toEqual([]);
    expect(allHits(store, 'filename:parachute')).toEqual([]);
  });

  it('with OR and a minus are any of these and none of those', () => {
    const find = finder(['red apple', 'green apple', 'green pear', 'blue plum']);
    expect(find('apple OR pear')).toEqual(['green pear', 'green apple', 'red apple']);
    expect(find('apple -green')).toEqual(['red apple']);
    expect(find('-green')).toEqual(['blue plum', 'red apple']);
    expect(find('red OR -apple')).toEqual(['blue plum', 'green pear', 'red apple']);
  });
});

describe('who wrote to whom', () => {
  it('is asked by from, to and cc', () => {
    const { store, at } = world();
    const person = (name: string) => [{ name, address: `${name.toLowerCase()}@example.org` }];
    const one = add(store, at.inbox, 1, { from: person('Anna'), to: person('Carl'), cc: person('Dora') });
    const two = add(store, at.inbox, 2, { from: person('Carl'), to: person('Anna') });
    expect(allHits(store, 'anna')).toEqual([two, one]);
    expect(allHits(store, 'from:anna')).toEqual([one]);
    expect(allHits(store, 'from:anna@example.org')).toEqual([one]);
    expect(allHits(store, 'to:anna')).toEqual([two]);
    expect(allHits(store, 'to:dora')).toEqual([one]);
    expect(allHits(store, 'cc:dora')).toEqual([one]);
    expect(allHits(store, 'cc:carl')).toEqual([]);
    expect(allHits(store, '-from:anna example')).toEqual([two]);
  });
});

describe('what a message is like', () => {
  it('is asked with or without words', () => {
    const { store, at } = world();
    const unread = add(store, at.inbox, 1, { subject: 'Red' });
    const read = add(store, at.inbox, 2, { subject: 'Red', flags: [SEEN, ANSWERED, 'todo'], size: 5000 });
    const starred = add(store, at.archive, 3, {
      subject: 'Blue',
      flags: [SEEN, FLAGGED],
      hasAttachments: true,
    });
    for (const [text, hits] of [
      ['is:unread', [unread]],
      ['is:unread red', [unread]],
      ['is:read', [starred, read]],
      ['-is:unread red', [read]],
      ['is:starred', [starred]],
      ['is:answered', [read]],
      ['label:TODO', [read]],
      ['keyword:tod_', []],
      ['has:attachment', [starred]],
      ['has:attachment OR is:unread', [starred, unread]],
      ['larger:4000', [read]],
      ['smaller:4000', [starred, unread]],
      [`in:${at.archive}`, [starred]],
      [`in:${at.inbox} red`, [read, unread]],
      [`-in:${at.inbox}`, [starred]],
      ['red OR is:starred', [starred, read, unread]],
    ] as const) {
      expect(allHits(store, text), text).toEqual(hits);
    }
  });

  it('is asked by the time of its arrival', () => {
    const { store, at } = world();
    const days = [-400, -8, -1, 0].map((back, index) =>
      add(store, at.inbox, index + 1, { internalDate: START + back * DAY + DAY / 2, subject: 'Red' }),
    );
    const [year, week, yesterday, today] = days;
    for (const words of ['', 'red ']) {
      expect(allHits(store, `${words}after:2025-12-31`)).toEqual([today, yesterday]);
      expect(allHits(store, `${words}after:7d`)).toEqual([today, yesterday]);
      expect(allHits(store, `${words}before:7d`)).toEqual([week, year]);
      expect(allHits(store, `${words}on:2025`)).toEqual([yesterday, week]);
      expect(allHits(store, `${words}on:2025 -on:2025-12-31`)).toEqual([week]);
      expect(allHits(store, `${words}after:2026-01-01 OR before:2025-01-01`)).toEqual([today, year]);
    }
  });
});

describe('a hit', () => {
  it('is not told when it stands only outside of where is looked, or is on its way out of it', () => {
    const { store, at } = world();
    const [first, second] = [add(store, at.inbox, 1), add(store, at.inbox, 2)];
    const find = () => allHits(store, 'subject', { outside: [at.trash] });
    expect(find()).toEqual([second, first]);
    const [operation] = store.operations.enqueueMove({
      messageIds: [first],
      from: { kind: 'mailbox', mailboxId: at.inbox },
      to: at.trash,
    });
    expect(find()).toEqual([second]);
    expect(allHits(store, 'subject')).toEqual([second, first]);
    if (operation) store.operations.undo([operation]);
    expect(find()).toEqual([second, first]);
    store.messages.setServerFlags(at.inbox, [{ uid: 2, flags: ['\\Deleted'] }]);
    expect(allHits(store, 'subject')).toEqual([first]);
    store.messages.removeUids(at.inbox, [1, 2]);
    expect(allHits(store, 'subject')).toEqual([]);
    expect(allHits(store, '')).toEqual([]);
  });

  it('comes once in all pages, however many there are and whatever arrives meanwhile', () => {
    const { store, at } = world();
    const uids = Array.from({ length: 300 }, (_, index) => index + 1);
    // Several half-years, several in one second, and more than a call looks at of those that do not fit.
    const dateOf = (uid: number) => START - Math.floor(uid / 3) * 5 * DAY;
    const { added } = store.messages.addEnvelopes(
      at.inbox,
      uids.map((uid) =>
        envelope(uid, { internalDate: dateOf(uid), subject: uid % 2 ? 'odd konto' : 'even girokonto' }),
      ),
    );
    const newestFirst = [...added].sort((a, b) => b - a);
    const known = new Set<number>(added);
    for (const [text, wanted] of [
      ['', newestFirst],
      ['konto', newestFirst],
      ['odd', newestFirst.filter((id) => store.messages.get(id)?.subject.startsWith('odd'))],
      ['is:unread', newestFirst],
    ] as const) {
      const seen: number[] = [];
      for (let next = undefined as (typeof added)[number] | undefined; ; ) {
        const page = store.search.find(searchOf(text, { limit: 7, ...(next !== undefined && { next }) }));
        seen.push(...page.messageIds);
        if (page.next === undefined) break;
        expect(page.messageIds.length).toBeLessThanOrEqual(7);
        next = page.next;
        const uid = 1000 + store.messages.uidCount(at.inbox);
        store.messages.addEnvelopes(at.inbox, [
          envelope(uid, { internalDate: START + uid * DAY, subject: 'odd konto' }),
        ]);
      }
      expect(new Set(seen).size).toBe(seen.length);
      expect(seen.filter((id) => known.has(id))).toEqual(wanted);
    }
  });
});

describe('any text', () => {
  it('is searched without an error, and finds nothing that is not there', () => {
    const { store, at } = world();
    add(store, at.inbox, 1, { subject: 'secret' });
    const token = fc.constantFrom(
      '"',
      "'",
      '-',
      'OR',
      'AND',
      'NOT',
      'NEAR(',
      ')',
      '*',
      '^',
      ':',
      '{subject}',
      'from:',
      'in:1',
      '+',
      '会議',
      'é',
      '\0',
      'x',
      ' ',
      '\ud800',
      'filename:',
      '𞤀',
      'ก็',
      '; DROP TABLE message',
    );
    const typed = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 40 }),
      fc.string({ unit: 'binary', maxLength: 40 }),
      fc.array(token, { maxLength: 20 }).map((all) => all.join('')),
      fc.array(token, { maxLength: 20 }).map((all) => all.join(' ')),
    );
    fc.assert(
      fc.property(typed, (text) => {
        store.search.find(searchOf(text));
        expect(
          store.search.find(searchOf(`${text.replaceAll(/["“”„]/gu, '')} absentword`)).messageIds.length,
        ).toBeLessThan(/ OR\s/u.test(` ${text} `) ? 2 : 1);
      }),
      { numRuns: 400 },
    );
    expect(() => store.search.find(searchOf('"a" '.repeat(250)))).not.toThrow();
    expect(() =>
      store.search.find(searchOf(Array.from({ length: 250 }, (_, i) => `-x${i}`).join(' '))),
    ).not.toThrow();
    expect(() =>
      store.search.find(searchOf(Array.from({ length: 120 }, (_, i) => `x${i} OR`).join(' '))),
    ).not.toThrow();
  });
});

describe('what a search covers', () => {
  it('counts messages and texts, and says from when on all texts are here', () => {
    const { store, at } = world();
    expect(store.search.coverage(ACCOUNT)).toEqual({ messages: 0, bodies: 0, isComplete: false });
    const ids = [1, 2, 3].map((uid) => add(store, at.inbox, uid));
    const [first, second, third] = ids as [(typeof ids)[number], (typeof ids)[number], (typeof ids)[number]];
    expect(store.search.coverage(ACCOUNT)).toEqual({ messages: 3, bodies: 0, isComplete: false });
    store.bodies.put(third, body('x'));
    store.bodies.put(third, body('y'));
    const dateOf = (id: typeof first) => store.messages.get(id)?.internalDate;
    expect(store.search.coverage(ACCOUNT)).toMatchObject({ bodies: 1, textSince: dateOf(third) });
    store.bodies.put(first, body('x'));
    expect(store.search.coverage(ACCOUNT)).toMatchObject({ bodies: 2, textSince: dateOf(third) });
    store.bodies.put(second, body('x'));
    expect(store.search.coverage(ACCOUNT)).toMatchObject({ bodies: 3, textSince: dateOf(first) });
    for (const mailboxId of Object.values(at) as MailboxId[])
      store.mailboxes.setSyncState(mailboxId, { backfilledTo: 1 });
    expect(store.search.coverage(ACCOUNT).isComplete).toBe(true);
    store.messages.removeUids(at.inbox, [2]);
    expect(store.search.coverage(ACCOUNT)).toMatchObject({ messages: 2, bodies: 2 });
  });
});
