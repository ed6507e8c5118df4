import { expect, it } from 'vitest';
import { oneLine } from '../../../../src-main/base/one-line.ts';

it('makes one line of what is several, with no half characters', () => {
  expect(oneLine(' a\r\n\tb\u2028c\0d\ud800 ')).toBe('a b c d\ufffd');
});

it('cuts no character in two that could be stored', () => {
  expect(oneLine('ab\u{1f600}', 3)).toBe('ab\ufffd');
});
