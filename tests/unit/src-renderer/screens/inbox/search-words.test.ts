import { describe, expect, it } from 'vitest';
import {
  cutAtWords,
  markedWords,
  NO_SEARCH,
  queryOf,
  reopenLastChip,
  suggestionsFor,
  takeChips,
} from '../../../../../src-renderer/screens/inbox/search-words.ts';

const typed = (text: string) => takeChips({ ...NO_SEARCH, text });

describe('the search field', () => {
  it('makes a chip of an operator when a space follows it', () => {
    expect(typed('from:ines')).toEqual({ chips: [], text: 'from:ines' });
    expect(typed('from:ines has:attachment inv')).toEqual({
      chips: ['from:ines', 'has:attachment'],
      text: 'inv',
    });
  });

  it('keeps a quoted value with spaces in one chip', () => {
    expect(typed('in:"Old mail" x').chips).toEqual(['in:"Old mail"']);
    expect(typed('in:"Old mail').chips).toEqual([]);
  });

  it('leaves words with a colon that are no operator as text', () => {
    expect(typed('re: hello ')).toEqual({ chips: [], text: 're: hello ' });
  });

  it('takes the same chip once', () => {
    expect(typed('is:unread is:unread a').chips).toEqual(['is:unread']);
  });

  it('gives the last chip back as text', () => {
    expect(reopenLastChip({ chips: ['from:a', 'to:b'], text: 'x' })).toEqual({
      chips: ['from:a'],
      text: 'to:bx',
    });
    expect(reopenLastChip(NO_SEARCH)).toEqual(NO_SEARCH);
  });

  it('asks for chips and text together', () => {
    expect(queryOf({ chips: ['from:a', 'is:unread'], text: ' plan ' })).toBe('from:a is:unread  plan');
    expect(queryOf(NO_SEARCH)).toBe('');
  });
});

describe('what may come next', () => {
  const labels = (text: string, chips: string[] = []) =>
    suggestionsFor({ chips, text }, ['Inbox', 'Old mail', 'Offers']).map((one) => one.label);

  it('is operators at first, and those that fit what is typed', () => {
    expect(labels('')).toContain('from:');
    expect(labels('invoice be')).toEqual(['before:']);
    expect(labels('', ['is:unread'])).not.toContain('is:unread');
  });

  it('is the folders after in:, quoted where they have spaces', () => {
    expect(labels('in:o')).toEqual(['in:"Old mail"', 'in:Offers']);
    expect(labels('in:"old')).toEqual(['in:"Old mail"']);
  });

  it('becomes a chip at once when it is whole, and waits for its value when it is not', () => {
    const [whole] = suggestionsFor({ chips: [], text: 'plan is:unr' }, []);
    expect(whole?.result).toEqual({ chips: [], text: 'plan is:unread ' });
    const [open] = suggestionsFor({ chips: [], text: 'fr' }, []);
    expect(open?.result).toEqual({ chips: [], text: 'from:' });
  });
});

describe('words that were searched', () => {
  it('are the plain ones, without operators and without what must not be there', () => {
    expect(markedWords('from:ines invoice -spam "two words" OR x has:attachment')).toEqual([
      'invoice',
      'two words',
      'x',
    ]);
  });

  it('are marked at the beginning of words, whatever their accents and case', () => {
    expect(cutAtWords('Un été, étés; pete', ['ete'])).toEqual(['Un ', 'été', ', ', 'été', 's; pete']);
  });

  it('are marked anywhere in writing without spaces', () => {
    expect(cutAtWords('来週の会議です', ['会議'])).toEqual(['来週の', '会議', 'です']);
  });

  it('are taken as they are typed, not as a pattern', () => {
    expect(cutAtWords('a.b (c)', ['.b', '('])).toEqual(['a', '.b', ' ', '(', 'c)']);
    expect(cutAtWords('anything', [])).toEqual(['anything']);
  });
});
