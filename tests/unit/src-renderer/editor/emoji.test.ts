import { describe, expect, it } from 'vitest';
import { drawable, findEmoji, readEntries } from '../../../../src-renderer/editor/emoji.ts';

const all = readEntries([
  { unicode: '❤️', label: 'red heart', tags: ['love'], group: 0, order: 2 },
  { unicode: '💌', label: 'love letter', tags: ['heart', 'mail'], group: 0, order: 1 },
  { unicode: '🏻', label: 'light skin tone', group: 2, order: 3 },
  { unicode: '🇦', label: 'regional indicator A' },
]);

describe('emoji', () => {
  it('are those that stand by themselves, in their order', () => {
    expect(all.map((one) => one.unicode)).toEqual(['💌', '❤️']);
  });

  it('are found by the beginnings of words, by name before what they are also found under', () => {
    expect(findEmoji(all, 'hea').map((one) => one.unicode)).toEqual(['❤️', '💌']);
    expect(findEmoji(all, 'LOVE mai').map((one) => one.unicode)).toEqual(['💌']);
    expect(findEmoji(all, 'etter')).toEqual([]);
    expect(findEmoji(all, ' ')).toEqual(all);
  });

  it('are left out where the computer has no picture of them', () => {
    const widths: Record<string, number> = { '😀': 24, '💌': 24.5, '❤️': 13 };
    expect(drawable(all, (text) => widths[text] ?? 0).map((one) => one.unicode)).toEqual(['💌']);
    expect(drawable(all, () => 0)).toEqual(all);
  });
});
