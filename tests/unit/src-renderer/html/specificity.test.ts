import { expect, it } from 'vitest';
import { compareSpecificity, specificityOf } from '../../../../src-renderer/html/specificity.ts';

it.each([
  ['p', [0, 0, 0, 1]],
  ['td b', [0, 0, 0, 2]],
  ['.a', [0, 0, 1, 0]],
  ['td.a > p.b', [0, 0, 2, 2]],
  ['#x a:hover', [0, 1, 1, 1]],
  ['a[href^="https"]', [0, 0, 1, 1]],
  ['.col-6 h2', [0, 0, 1, 1]],
  ['*', [0, 0, 0, 0]],
])('the strength of %s is counted', (selector, expected) => {
  expect(specificityOf(selector)).toEqual(expected);
});

it('the first part that differs decides', () => {
  expect(compareSpecificity(specificityOf('#x'), specificityOf('.a.b.c p'))).toBeGreaterThan(0);
  expect(compareSpecificity(specificityOf('p'), specificityOf('.a'))).toBeLessThan(0);
  expect(compareSpecificity(specificityOf('.a p'), specificityOf('.b td'))).toBe(0);
});
