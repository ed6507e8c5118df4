import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseSearch, type SearchTest } from '../../../../src-shared/text/search-text.ts';

/** A Wednesday, at noon here. */
const NOW = new Date(2026, 10, 18, 12).getTime();
const day = (year: number, month: number, date: number) => new Date(year, month - 1, date).getTime();

const word = (text: string): SearchTest => ({ kind: 'text', field: 'any', text, isPhrase: false });
const phrase = (text: string): SearchTest => ({ kind: 'text', field: 'any', text, isPhrase: true });

/** The tests of a query, a negated one after "not". */
function testsOf(text: string) {
  return parseSearch(text, NOW).clauses.map((clause) =>
    clause.map(({ test, isNegated }) => (isNegated ? { not: test } : test)),
  );
}

describe('what is typed into the search field', () => {
  it.each<[string, unknown[][]]>([
    ['', []],
    ['budget', [[word('budget')]]],
    ['budget plan', [[word('budget')], [word('plan')]]],
    ['"budget plan"', [[phrase('budget plan')]]],
    ['“budget plan”', [[phrase('budget plan')]]],
    ['budget -draft', [[word('budget')], [{ not: word('draft') }]]],
    ['-"first draft"', [[{ not: phrase('first draft') }]]],
    ['a OR b c', [[word('a'), word('b')], [word('c')]]],
    ['(a OR b) c', [[word('a'), word('b')], [word('c')]]],
    ['a or b', [[word('a')], [word('or')], [word('b')]]],
    ['OR a OR', [[word('a')]]],
    ['from:anna', [[{ kind: 'text', field: 'from', text: 'anna', isPhrase: false }]]],
    ['FROM:"Anna B"', [[{ kind: 'text', field: 'from', text: 'Anna B', isPhrase: true }]]],
    ['from：会議', [[{ kind: 'text', field: 'from', text: '会議', isPhrase: false }]]],
    [
      '-to:me@example.org',
      [[{ not: { kind: 'text', field: 'to', text: 'me@example.org', isPhrase: false } }]],
    ],
    ['filename:plan.pdf', [[{ kind: 'text', field: 'filename', text: 'plan.pdf', isPhrase: false }]]],
    ['is:unread is:starred', [[{ kind: 'unread' }], [{ kind: 'starred' }]]],
    ['is:read is:answered', [[{ kind: 'read' }], [{ kind: 'answered' }]]],
    ['has:attachment', [[{ kind: 'attachment' }]]],
    ['in:"Old mail"', [[{ kind: 'mailbox', name: 'Old mail' }]]],
    [
      'label:todo keyword:$Work',
      [[{ kind: 'keyword', keyword: 'todo' }], [{ kind: 'keyword', keyword: '$Work' }]],
    ],
    ['after:2026-03-01', [[{ kind: 'time', from: day(2026, 3, 1) }]]],
    ['before:2026/3/1', [[{ kind: 'time', to: day(2026, 3, 1) }]]],
    ['on:2026-03-31', [[{ kind: 'time', from: day(2026, 3, 31), to: day(2026, 4, 1) }]]],
    ['on:2025', [[{ kind: 'time', from: day(2025, 1, 1), to: day(2026, 1, 1) }]]],
    ['on:2025-12', [[{ kind: 'time', from: day(2025, 12, 1), to: day(2026, 1, 1) }]]],
    ['on:today', [[{ kind: 'time', from: day(2026, 11, 18), to: day(2026, 11, 19) }]]],
    ['on:yesterday', [[{ kind: 'time', from: day(2026, 11, 17), to: day(2026, 11, 18) }]]],
    ['after:7d', [[{ kind: 'time', from: day(2026, 11, 11) }]]],
    ['before:2w', [[{ kind: 'time', to: day(2026, 11, 4) }]]],
    ['after:3m', [[{ kind: 'time', from: day(2026, 8, 18) }]]],
    ['after:1y', [[{ kind: 'time', from: day(2025, 11, 18) }]]],
    ['larger:5m', [[{ kind: 'size', above: 5 * 1024 * 1024 }]]],
    ['smaller:10KB', [[{ kind: 'size', below: 10_240 }]]],
    ['larger:1.5k', [[{ kind: 'size', above: 1536 }]]],
    ['http://example.org/a', [[word('http //example.org/a')]]],
    ['Re: plan', [[word('re')], [word('plan')]]],
    ['10:30', [[word('10:30')]]],
  ])('reads %s', (text, expected) => {
    expect(testsOf(text)).toEqual(expected);
    expect(parseSearch(text, NOW).problems).toEqual([]);
  });

  it.each([
    ['foo:bar x', 'foo:bar', 'operator-unknown', [[word('foo bar')], [word('x')]]],
    ['is:lost x', 'is:lost', 'operator-unknown', [[word('is lost')], [word('x')]]],
    ['from: x', 'from:', 'value-missing', [[word('x')]]],
    ['before:soon x', 'before:soon', 'date-unreadable', [[word('x')]]],
    ['on:2026-02-30 x', 'on:2026-02-30', 'date-unreadable', [[word('x')]]],
    ['on:2026-13 x', 'on:2026-13', 'date-unreadable', [[word('x')]]],
    ['larger:big x', 'larger:big', 'size-unreadable', [[word('x')]]],
    ['x "an open', '"an open', 'quote-open', [[word('x')], [phrase('an open')]]],
    ['!!! x', '!!!', 'word-too-short', [[word('x')]]],
  ])('says what it does not understand of %s, and uses the rest', (text, part, problem, expected) => {
    expect(parseSearch(text, NOW).problems).toEqual([{ text: part, problem }]);
    expect(testsOf(text)).toEqual(expected);
  });

  it('has an answer to every text', () => {
    const token = fc.constantFrom(
      '"',
      '-',
      'OR',
      ':',
      '(',
      ')',
      'from:',
      'is:unread',
      'on:',
      '9d',
      '*',
      '会',
      ' ',
      '\0',
      'é',
      'x',
    );
    const text = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.string({ unit: 'binary' }),
      fc.array(token).map((all) => all.join('')),
    );
    fc.assert(
      fc.property(text, (typed) => {
        const { clauses, problems } = parseSearch(typed, NOW);
        for (const clause of clauses) expect(clause.length).toBeGreaterThan(0);
        for (const problem of problems) expect(typed).toContain(problem.text);
        for (const { test } of clauses.flat()) {
          for (const value of Object.values(test)) if (typeof value === 'number') expect(value).not.toBeNaN();
        }
      }),
      { numRuns: 500 },
    );
  });
});
