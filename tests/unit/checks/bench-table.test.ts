import { describe, expect, it } from 'vitest';
import { benchTable, isMet, shortNumber } from '../../../scripts/lib/bench-table.mjs';

describe('the table of figures', () => {
  it('says of each target whether it is met, by the value or by the ratio to the floor', () => {
    const figure = { name: 'a', value: 4, unit: 'ms', floor: 2, ratio: 2 };
    expect(isMet({ ...figure, target: { of: 'value', bound: 'at most', number: 5 } })).toBe(true);
    expect(isMet({ ...figure, target: { of: 'ratio', bound: 'at most', number: 1.5 } })).toBe(false);
    expect(isMet({ ...figure, target: { of: 'value', bound: 'at least', number: 5 } })).toBe(false);
    expect(isMet(figure)).toBeUndefined();
  });

  it('counts a ratio that was not measured as missed', () => {
    expect(
      isMet({ name: 'a', value: 4, unit: 'ms', target: { of: 'ratio', bound: 'at least', number: 0 } }),
    ).toBe(false);
  });

  it('stands in columns', () => {
    const table = benchTable([
      { name: 'long-name', value: 12345, unit: 'msg/s', note: 'n' },
      { name: 'b', value: 0.5, unit: 'ms', target: { of: 'value', bound: 'at most', number: 5 } },
    ]);
    expect(table.split('\n')).toEqual([
      'name        value  unit   floor  ratio  target           note',
      'long-name  12,345  msg/s                                 n',
      'b           0.500  ms                   <= 5.00 ms  met',
    ]);
    expect(shortNumber(Number.NaN)).toBe('none');
  });
});
