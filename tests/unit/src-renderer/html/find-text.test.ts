import { describe, expect, it } from 'vitest';
import { findInText } from '../../../../src-renderer/html/find-text.ts';

const found = (text: string, query: string) =>
  findInText(text, query).map(({ start, end }) => text.slice(start, end));

describe('words in a message', () => {
  it('are found whatever their case', () => {
    expect(found('The Lighthouse, the lighthouse', 'LIGHTHOUSE')).toEqual(['Lighthouse', 'lighthouse']);
  });

  it('are found over the ends of lines and any white space', () => {
    expect(found('see  the\n   keeper\u00a0of', 'the keeper of')).toEqual(['the\n   keeper\u00a0of']);
  });

  it('keep their place behind letters that change their length', () => {
    expect(found('İİİ keeper', 'Keeper')).toEqual(['keeper']);
  });

  it('are not found when nothing is asked for', () => {
    expect(found('anything', '  ')).toEqual([]);
    expect(found('', 'x')).toEqual([]);
  });

  it('are told a thousand times at most', () => {
    expect(found('ab'.repeat(5_000), 'a')).toHaveLength(1_000);
  });
});
