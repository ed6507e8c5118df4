import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { chunksOf, formatUidSet, parseUidSet } from '../../../../src-main/imap/uid-set.ts';

describe('sets of UIDs', () => {
  it('fold runs', () => {
    expect(formatUidSet([3, 1, 2, 7, 9, 8, 7])).toBe('1:3,7:9');
    expect(formatUidSet([5])).toBe('5');
    expect(formatUidSet([])).toBe('');
  });

  it('come back as they were', () => {
    fc.assert(
      fc.property(fc.uniqueArray(fc.integer({ min: 1, max: 2000 })), (uids) => {
        expect(parseUidSet(formatUidSet(uids))).toEqual([...uids].sort((a, b) => a - b));
      }),
    );
  });

  it('read turned ranges and leave out what is no number', () => {
    expect(parseUidSet('9:7,x,,3')).toEqual([3, 7, 8, 9]);
    expect(parseUidSet('')).toEqual([]);
  });

  it('refuse a range of billions', () => {
    expect(() => parseUidSet('1:4294967295')).toThrow(RangeError);
  });

  it('cut lists into parts', () => {
    expect(chunksOf([1, 2, 3, 4, 5], 2)).toEqual([[1, 2], [3, 4], [5]]);
    expect(chunksOf([], 2)).toEqual([]);
  });
});
