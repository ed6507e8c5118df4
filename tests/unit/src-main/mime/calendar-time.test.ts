import { describe, expect, it } from 'vitest';
import { readInvitations } from '../../../../src-main/mime/calendar.ts';
import { instantIn } from '../../../../src-main/mime/time-zone.ts';

const calendar = (...lines: string[]) =>
  ['BEGIN:VCALENDAR', 'METHOD:REQUEST', ...lines, 'END:VCALENDAR'].join('\r\n');
const read = (zone: string[], ...lines: string[]) =>
  readInvitations(calendar(...zone, 'BEGIN:VEVENT', 'UID:u', ...lines, 'END:VEVENT'), { part: 0 })[0];
const startOf = (line: string, ...zone: string[]) => read(zone, line)?.start;
const observance = (kind: string, start: string, offsets: string, ...lines: string[]) => {
  const [from, to] = offsets.split(' ');
  return [
    `BEGIN:${kind}`,
    `DTSTART:${start}`,
    `TZOFFSETFROM:${from}`,
    `TZOFFSETTO:${to}`,
    ...lines,
    `END:${kind}`,
  ];
};
const zone = (...observances: string[][]) => [
  'BEGIN:VTIMEZONE',
  'TZID:Mine',
  ...observances.flat(),
  'END:VTIMEZONE',
];

const BERLIN = zone(
  observance('STANDARD', '16010101T030000', '+0200 +0100', 'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10'),
  observance('DAYLIGHT', '16010101T020000', '+0100 +0200', 'RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3'),
);
const NEW_YORK = zone(
  observance(
    'DAYLIGHT',
    '19870405T020000',
    '-0500 -0400',
    'RRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060402T070000Z',
  ),
  observance('DAYLIGHT', '20070311T020000', '-0500 -0400', 'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=2SU'),
  observance(
    'STANDARD',
    '19671029T020000',
    '-0400 -0500',
    'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20061029T060000Z',
  ),
  observance('STANDARD', '20071104T020000', '-0400 -0500', 'RRULE:FREQ=YEARLY;BYMONTH=11;BYDAY=1SU'),
);
const SYDNEY = zone(
  observance(
    'STANDARD',
    '20080406T030000',
    '+1100 +1000',
    'RRULE:FREQ=YEARLY;BYMONTH=4;BYMONTHDAY=1,2,3,4,5,6,7;BYDAY=SU',
  ),
  observance('DAYLIGHT', '20081005T020000', '+1000 +1100', 'RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=1SU'),
);

const written = (wall: number) => new Date(wall).toISOString().replace(/[-:]|\.\d+Z/g, '');

describe('a zone that came with the calendar', () => {
  it.each([
    ['Europe/Berlin', BERLIN, 2000],
    ['America/New_York', NEW_YORK, 1990],
    ['Australia/Sydney', SYDNEY, 2009],
  ])('has the hours of %s through all its changes', (name, lines, year) => {
    const walls: number[] = [];
    for (let day = Date.UTC(year, 0, 1); day < Date.UTC(2036, 0, 1); day += 86_400_000 * 97) walls.push(day);
    // Each half hour of the days on which clocks change.
    for (const changed of [
      '2026-03-29',
      '2026-10-25',
      '2026-03-08',
      '2026-11-01',
      '2026-04-05',
      '2026-10-04',
    ]) {
      for (let half = 0; half < 48; half++) walls.push(Date.parse(changed) + half * 1_800_000);
    }
    const events = walls.map((wall) => `DTSTART;TZID=Mine:${written(wall)}`);
    for (let from = 0; from < events.length; from += 90) {
      const part = events.slice(from, from + 90);
      const text = calendar(
        ...lines,
        ...part.flatMap((event, at) => ['BEGIN:VEVENT', `UID:${at}`, event, 'END:VEVENT']),
      );
      const starts = readInvitations(text, { part: 0 }).map(({ start }) => start);
      const wanted = walls
        .slice(from, from + 90)
        .map((wall) => ({ at: instantIn(name, wall), allDay: false }));
      expect(starts).toEqual(wanted);
    }
  });

  it('may change on days that are listed, once, or never again', () => {
    const listed = zone(
      observance('STANDARD', '20251026T030000', '+0200 +0100', 'RDATE:20261025T030000,20271031T030000'),
      observance('DAYLIGHT', '20260329T020000', '+0100 +0200', 'RDATE:20270328T020000'),
    );
    expect(startOf('DTSTART;TZID=Mine:20260701T120000', ...listed)?.at).toBe(Date.UTC(2026, 6, 1, 10));
    expect(startOf('DTSTART;TZID=Mine:20271201T120000', ...listed)?.at).toBe(Date.UTC(2027, 11, 1, 11));
    expect(startOf('DTSTART;TZID=Mine:20250701T120000', ...listed)?.at).toBe(Date.UTC(2025, 6, 1, 10));
  });

  it('that changes more often than any has, in one part or in many, is not gone through', () => {
    const dates = `RDATE:${Array.from({ length: 1_000 }, () => '20260329T020000').join(',')}`;
    const many = Array.from({ length: 5 }, () =>
      observance('DAYLIGHT', '20000326T020000', '+0100 +0200', dates),
    );
    expect(startOf('DTSTART;TZID=Mine:20260701T120000', ...zone(...many))?.unknownZone).toBe('Mine');
    expect(startOf('DTSTART;TZID=Mine:20260701T120000', ...zone(...many.slice(0, 3)))?.at).toBe(
      Date.UTC(2026, 6, 1, 10),
    );
  });

  it.each([
    ['every second', 'RRULE:FREQ=SECONDLY'],
    ['so often', 'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;COUNT=1000000000'],
    ['on a day of no month', 'RRULE:FREQ=YEARLY;BYDAY=-1SU'],
    ['by two rules', 'RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nRRULE:FREQ=YEARLY;BYMONTH=4;BYDAY=1SU'],
    ['at times that are none', 'RDATE:20260231T020000'],
    ['in other years only', 'RRULE:FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYDAY=-1SU'],
    ['on more days than a month has', `RRULE:FREQ=YEARLY;BYMONTH=2;BYDAY=MO;BYMONTHDAY=${'1,'.repeat(31)}1`],
  ])('that changes %s is not guessed at', (_name, rule) => {
    const odd = zone(
      observance('STANDARD', '20001029T030000', '+0200 +0100'),
      observance('DAYLIGHT', '20000326T020000', '+0100 +0200', rule),
    );
    expect(startOf('DTSTART;TZID=Mine:20260701T120000', ...odd)).toEqual({
      at: Date.UTC(2026, 6, 1, 12),
      allDay: false,
      unknownZone: 'Mine',
    });
  });
});

describe('a zone that is only named', () => {
  const at = Date.UTC(2026, 6, 1, 10);
  it.each([
    'TZID=Europe/Berlin',
    'TZID="Europe/Berlin"',
    'TZID=/freeassociation.sourceforge.net/Europe/Berlin',
    'TZID="W. Europe Standard Time"',
    'TZID="(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna"',
    'TZID=(UTC+01:00) Amsterdam, Berlin, Bern, Rome, Stockholm, Vienna',
    'TZID="(GMT+01:00) Sarajevo, Skopje, Warsaw, Zagreb"',
    'TZID="tzone://Microsoft/W. Europe Standard Time"',
    'TZID=CET',
  ])('is known as %s', (param) => {
    expect(startOf(`DTSTART;${param}:20260701T120000`)?.at).toBe(at);
  });

  it.each([
    ['"(UTC-08:00) Pacific Time (US & Canada)"', Date.UTC(2026, 6, 1, 19)],
    ['"(UTC-05:00) Eastern Time (US & Canada)"', Date.UTC(2026, 6, 1, 16)],
    ['"(UTC+05:30) Chennai, Kolkata, Mumbai, New Delhi"', Date.UTC(2026, 6, 1, 6, 30)],
    ['"(UTC) Dublin, Edinburgh, Lisbon, London"', Date.UTC(2026, 6, 1, 11)],
    ['"(UTC+10:00) Canberra, Melbourne, Sydney"', Date.UTC(2026, 6, 1, 2)],
    ['Central Standard Time (Mexico)', Date.UTC(2026, 6, 1, 18)],
    ['tzone://Microsoft/Utc', Date.UTC(2026, 6, 1, 12)],
  ])('has the hour of %s', (name, instant) => {
    expect(startOf(`DTSTART;TZID=${name}:20260701T120000`)?.at).toBe(instant);
  });

  it.each([
    'Custom',
    'EST',
    'tzone://Microsoft/Custom',
    '"(UTC+03:00) Berlin"',
    'Europe/Nowhere',
    '""',
    // What every object of this language has is no zone.
    'constructor',
    '__proto__',
    '"(UTC+00:00) constructor"',
  ])('and is %s is said to be unknown, with the hour as it was written', (name) => {
    expect(startOf(`DTSTART;TZID=${name}:20260701T120000`)).toMatchObject({
      at: Date.UTC(2026, 6, 1, 12),
      unknownZone: name.replaceAll('"', '') || '?',
    });
  });

  it('has the right hours on the days on which its clocks change', () => {
    const hour = (text: string) => startOf(`DTSTART;TZID=Europe/Berlin:${text}`)?.at;
    expect(hour('20260329T013000')).toBe(Date.UTC(2026, 2, 29, 0, 30));
    // Left out, and there twice (RFC 5545 §3.3.5).
    expect(hour('20260329T023000')).toBe(Date.UTC(2026, 2, 29, 1, 30));
    expect(hour('20261025T023000')).toBe(Date.UTC(2026, 9, 25, 0, 30));
    expect(hour('20261025T033000')).toBe(Date.UTC(2026, 9, 25, 2, 30));
  });
});

describe('an end', () => {
  const endOf = (...lines: string[]) => read([], ...lines)?.end;
  it('that is said as a duration counts days by the calendar and hours by the clock', () => {
    const start = 'DTSTART;TZID=Europe/Berlin:20260328T120000';
    expect(endOf(start, 'DURATION:P1D')?.at).toBe(Date.UTC(2026, 2, 29, 10));
    expect(endOf(start, 'DURATION:PT24H')?.at).toBe(Date.UTC(2026, 2, 29, 11));
    expect(endOf(start, 'DURATION:P1DT2H')?.at).toBe(Date.UTC(2026, 2, 29, 12));
    expect(endOf('DTSTART;VALUE=DATE:20260314', 'DURATION:P1W')).toEqual({
      at: Date.UTC(2026, 2, 21),
      allDay: true,
    });
    for (const broken of ['-PT1H', 'P', 'PT', 'P1Y', 'P1D2H', 'PT999999999H']) {
      expect(endOf(start, `DURATION:${broken}`)).toBeUndefined();
    }
  });

  it('may be in another zone, but not in one that nobody knows', () => {
    const start = 'DTSTART;TZID=Europe/Berlin:20260701T120000';
    expect(endOf(start, 'DTEND;TZID=America/New_York:20260701T150000')?.at).toBe(Date.UTC(2026, 6, 1, 19));
    expect(endOf(start, 'DTEND;TZID=Custom:20260701T150000')).toBeUndefined();
    expect(endOf(start, 'DTEND;VALUE=DATE:20260702')).toBeUndefined();
  });
});
