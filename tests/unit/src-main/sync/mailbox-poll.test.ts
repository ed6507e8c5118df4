import { describe, expect, it } from 'vitest';
import { hasNews } from '../../../../src-main/sync/mailbox-poll.ts';

const known = { uidValidity: 7, uidNext: 11, highestModseq: 20n, backfilledTo: 1 };
const same = { uidValidity: 7, uidNext: 11, highestModseq: 20n, messages: 10 };

describe('whether a mailbox has to be looked into', () => {
  it('is no when every counter is as it was', () => {
    expect(hasNews(same, known, () => 10)).toBe('no');
  });

  it('is yes for new mail, changed flags, an expunge, and another UIDVALIDITY', () => {
    expect(hasNews({ ...same, uidNext: 12 }, known, () => 10)).toBe('yes');
    expect(hasNews({ ...same, highestModseq: 21n }, known, () => 10)).toBe('yes');
    expect(hasNews({ ...same, messages: 9 }, known, () => 10)).toBe('yes');
    expect(hasNews({ ...same, uidValidity: 8 }, known, () => 10)).toBe('yes');
  });

  it('is yes when it is not known yet, and unknown when it keeps no mod-sequences', () => {
    expect(hasNews(same, {}, () => 0)).toBe('yes');
    const { highestModseq: _, ...without } = same;
    expect(hasNews(without, known, () => 10)).toBe('unknown');
    expect(hasNews(without, known, () => 9)).toBe('yes');
  });

  it('does not count while older messages are still on their way', () => {
    expect(hasNews(same, { ...known, backfilledTo: 5 }, () => 6)).toBe('no');
  });
});
