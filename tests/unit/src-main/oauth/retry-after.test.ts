import { describe, expect, it } from 'vitest';
import { retryAfterOf } from '../../../../src-main/oauth/retry-after.ts';

const NOW = Date.UTC(2026, 0, 1);
const read = (value: string) => retryAfterOf(new Headers({ 'retry-after': value }), NOW);

describe('how long a server asks to be left alone', () => {
  it.each<[string, number | undefined]>([
    ['0', 0],
    ['120', 120],
    [' 7 ', 7],
    ['99999999999', 3_600],
    ['Thu, 01 Jan 2026 00:02:00 GMT', 120],
    ['Wed, 31 Dec 2025 00:00:00 GMT', 0],
    ['Fri, 01 Jan 2100 00:00:00 GMT', 3_600],
    ['soon', undefined],
    ['-5x', undefined],
    ['', undefined],
  ])('"%s" is %s seconds', (value, seconds) => {
    expect(read(value)).toBe(seconds);
  });

  it('is nothing when it does not say', () => {
    expect(retryAfterOf(new Headers(), NOW)).toBeUndefined();
  });
});
