import { describe, expect, it } from 'vitest';
import { dateGroupOf } from '../../../../../src-renderer/screens/inbox/date-groups.ts';

const NOW = new Date(2026, 2, 12, 0, 30).getTime();
const group = (...parts: [number, number, number, number?, number?]): string =>
  dateGroupOf(new Date(...parts).getTime(), NOW);

describe('the heading of a thread', () => {
  it('follows the days of this computer, not spans of 24 hours', () => {
    expect(group(2026, 2, 12, 0, 1)).toBe('today');
    expect(group(2026, 2, 11, 23, 59)).toBe('yesterday');
    expect(group(2026, 2, 10, 0, 0)).toBe('this-week');
  });

  it('grows coarser with age', () => {
    expect(group(2026, 2, 3)).toBe('this-month');
    expect(group(2026, 1, 27)).toBe('month 2026-02');
    expect(group(2025, 11, 31)).toBe('year 2025');
  });

  it('puts mail from the future under today', () => {
    expect(group(2030, 0, 1)).toBe('today');
  });
});
