import { describe, expect, it } from 'vitest';
import { scriptOf, wordsOf } from '../../../../src-renderer/spelling/spell-words.ts';
import { startCounting } from '../../../fixtures/processor-time.ts';

const words = (text: string) => wordsOf(text).map(({ word }) => word);

describe('words to check', () => {
  it('are cut where dictionaries cut them, with their places', () => {
    expect(words('Don’t stop: well-known naïve (words).')).toEqual([
      "Don't",
      'stop',
      'well',
      'known',
      'naïve',
      'words',
    ]);
    expect(wordsOf('a thee b')).toEqual([{ from: 2, to: 6, word: 'thee' }]);
  });

  it.each([
    'ada@example.org',
    'https://example.org/wrods',
    'www.exampel.org',
    'example.org',
    '/usr/shrae/dict',
    'C:\\wrods',
    'v2beta',
    'some_name',
    'NATO',
    'iPhone',
    'I',
    '会議があります',
  ])('leave %s alone', (text) => {
    expect(words(text)).toEqual([]);
  });

  it('are looked through fast', () => {
    const text = 'The quick brown fox jumps over the lazy dog. '.repeat(2_000);
    wordsOf(text);
    const spent = startCounting();
    expect(wordsOf(text)).toHaveLength(18_000);
    expect(spent()).toBeLessThan(400);
  });

  it('belong to a script', () => {
    expect(['word', 'слово', 'λέξη', 'ქართული'].map(scriptOf)).toEqual([
      'latin',
      'cyrillic',
      'greek',
      'georgian',
    ]);
  });
});
