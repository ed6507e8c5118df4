import { describe, expect, it } from 'vitest';
import { readRecurrence } from '../../../../src-main/mime/calendar-rule.ts';

describe('readRecurrence', () => {
  it('takes rules that people say in words', () => {
    expect(readRecurrence('FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,WE;WKST=MO;COUNT=10')).toEqual({
      frequency: 'weekly',
      interval: 2,
      count: 10,
      days: [
        { weekday: 1, nth: 0 },
        { weekday: 3, nth: 0 },
      ],
    });
    expect(readRecurrence('FREQ=MONTHLY;BYDAY=-1FR')).toEqual(
      readRecurrence('freq=monthly;byday=FR;bysetpos=-1'),
    );
    expect(readRecurrence('FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU')).toMatchObject({
      months: [3],
      days: [{ weekday: 0, nth: -1 }],
    });
    expect(readRecurrence('FREQ=DAILY;BYDAY=MO,TU,WE,TH,FR').frequency).toBe('weekly');
  });

  it('ends on a day, or at a moment', () => {
    expect(readRecurrence('FREQ=DAILY;UNTIL=20261231').until).toEqual({
      at: Date.UTC(2026, 11, 31),
      allDay: true,
    });
    expect(readRecurrence('FREQ=DAILY;UNTIL=20261231T225959Z').until).toEqual({
      at: Date.UTC(2026, 11, 31, 22, 59, 59),
      allDay: false,
      timeZone: 'UTC',
    });
  });

  it.each([
    'FREQ=NEVER;COUNT=x',
    '',
    'FREQ=DAILY;FREQ=WEEKLY',
    'FREQ=DAILY;COUNT=0',
    'FREQ=DAILY;COUNT=1e9',
    'FREQ=DAILY;INTERVAL=-1',
    'FREQ=DAILY;UNTIL=20260231',
    'FREQ=WEEKLY;BYDAY=2MO',
    'FREQ=WEEKLY;BYDAY=XX',
    'FREQ=MONTHLY;BYDAY=MO',
    'FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1',
    'FREQ=MONTHLY;BYDAY=1MO;BYMONTHDAY=13',
    'FREQ=MONTHLY;BYMONTHDAY=32',
    'FREQ=YEARLY;BYWEEKNO=20',
    'FREQ=YEARLY;BYDAY=20MO',
    'FREQ=HOURLY;BYHOUR=9,10',
    'RSCALE=CHINESE;FREQ=YEARLY',
  ])('%s is a rule without words, never one that says less', (rule) => {
    expect(readRecurrence(rule).frequency).toBe('other');
  });

  it('says nothing of what no program writes so long', () => {
    expect(readRecurrence(`FREQ=MONTHLY;BYMONTHDAY=${'1,'.repeat(100)}1`).frequency).toBe('other');
    expect(readRecurrence(`FREQ=DAILY;X=${'x'.repeat(100_000)}`).frequency).toBe('other');
  });

  it('counts nothing out, however often it comes', () => {
    expect(readRecurrence('FREQ=SECONDLY;COUNT=1000000000')).toEqual({
      frequency: 'secondly',
      interval: 1,
      count: 1_000_000_000,
    });
  });
});
