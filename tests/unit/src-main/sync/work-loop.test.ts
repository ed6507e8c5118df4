import { describe, expect, it } from 'vitest';
import { hasNews } from '../../../../src-main/sync/work-loop.ts';

const known = { uidValidity: 7, uidNext: 11, highestModseq: 20n, backfilledTo: 1 };
const same = { uidValidity: 7, uidNext: 11, highestModseq: 20n, messages: 10 };

describe('whether a mailbox has to be looked into', () => {
  it('is no when every counter is as it was', () => {
    expect(hasNews(same, known, 10)).toBe(false);
  });

  it('is yes for new mail, changed flags, an expunge, and another UIDVALIDITY', () => {
    expect(hasNews({ ...same, uidNext: 12 }, known, 10)).toBe(true);
    expect(hasNews({ ...same, highestModseq: 21n }, known, 10)).toBe(true);
    expect(hasNews({ ...same, messages: 9 }, known, 10)).toBe(true);
    expect(hasNews({ ...same, uidValidity: 8 }, known, 10)).toBe(true);
  });

  it('is yes when it is not known yet, or keeps no mod-sequences', () => {
    expect(hasNews(same, {}, 0)).toBe(true);
    const { highestModseq: _, ...without } = same;
    expect(hasNews(without, known, 10)).toBe(true);
  });

  it('does not count while older messages are still on their way', () => {
    expect(hasNews(same, { ...known, backfilledTo: 5 }, 6)).toBe(false);
  });
});
