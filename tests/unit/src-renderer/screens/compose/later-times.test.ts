import { describe, expect, it } from 'vitest';
import { laterTimes, wholeMinute } from '../../../../../src-renderer/screens/compose/later-times.ts';

const at = (day: number, hour: number, minute = 0) => new Date(2026, 2, day, hour, minute).getTime();
const named = (now: number) => laterTimes(now).map(({ name, time }) => [name, time]);

describe('times to send later', () => {
  it('are this evening, tomorrow morning and Monday morning', () => {
    // 3 March 2026 is a Tuesday.
    expect(named(at(3, 10))).toEqual([
      ['tonight', at(3, 18)],
      ['tomorrow', at(4, 8)],
      ['monday', at(9, 8)],
    ]);
  });

  it('leave out an evening that is over or about to begin', () => {
    expect(named(at(3, 17, 45)).map(([name]) => name)).toEqual(['tomorrow', 'monday']);
  });

  it('do not name Monday twice on a Sunday, and mean the next one on a Monday', () => {
    expect(named(at(8, 10)).map(([name]) => name)).toEqual(['tonight', 'tomorrow']);
    expect(named(at(9, 10)).at(-1)).toEqual(['monday', at(16, 8)]);
  });

  it('begin with the minute', () => {
    expect(wholeMinute(at(3, 10, 7) + 59_999)).toBe(at(3, 10, 7));
  });
});
