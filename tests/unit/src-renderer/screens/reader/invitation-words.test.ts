import { describe, expect, it } from 'vitest';
import { german } from '../../../../../src-renderer/i18n/german.ts';
import { addCatalogue, setLocale } from '../../../../../src-renderer/i18n/i18n.ts';
import {
  canAnswer,
  ownAnswer,
  sayExceptions,
  sayInstance,
  sayKind,
  sayRecurrence,
  sayWhen,
} from '../../../../../src-renderer/screens/reader/invitation-words.ts';
import type { Invitation, Recurrence } from '../../../../../src-shared/model/invitation.ts';

const plain = (text: string | undefined): string =>
  (text ?? '').replaceAll(/[\u2068\u2069]/g, '').replaceAll(/[\u2009\u202f]/g, ' ');

function invitation(part: Partial<Invitation>): Invitation {
  return {
    part: 0,
    method: 'request',
    uid: 'u',
    sequence: 0,
    summary: 'Press visit',
    organizer: { name: 'Inês', address: 'ines@x.example' },
    attendees: [{ name: '', address: 'Me@x.example', participation: 'accepted', isOptional: false }],
    moreAttendees: 0,
    ...part,
  };
}
const at = (text: string, timeZone?: string): NonNullable<Invitation['start']> => ({
  at: Date.parse(text),
  allDay: false,
  ...(timeZone !== undefined && { timeZone }),
});

describe('an invitation', () => {
  it('is said in the time of this computer, and in that of its writer where that is another', () => {
    const meeting = invitation({
      start: at('2026-03-12T10:00:00Z', 'Europe/Lisbon'),
      end: at('2026-03-12T11:30:00Z', 'Europe/Lisbon'),
    });
    const { here, there } = sayWhen(meeting, 'Europe/Stockholm');
    expect(plain(here)).toMatch(/^Thursday,? 12 March 2026,? (at )?11:00\s?–\s?12:30$/);
    expect(plain(there)).toMatch(/10:00\s?–\s?11:30 in Lisbon$/);
    expect(sayWhen(meeting, 'Europe/Lisbon').there).toBeUndefined();
  });

  it('says nothing twice when two zones have the same time', () => {
    const meeting = invitation({ start: at('2026-03-12T10:00:00Z', 'Europe/Oslo') });
    expect(sayWhen(meeting, 'Europe/Stockholm').there).toBeUndefined();
  });

  it('ends a whole day on that day, not on the next', () => {
    const day = invitation({
      start: { at: Date.UTC(2026, 2, 14), allDay: true },
      end: { at: Date.UTC(2026, 2, 15), allDay: true },
    });
    expect(plain(sayWhen(day, 'America/New_York').here)).toMatch(/^Saturday,? 14 March 2026$/);
  });

  it('says how often in words', () => {
    expect(sayRecurrence(invitation({ recurrence: { frequency: 'weekly', interval: 2, count: 10 } }))).toBe(
      'every 2 weeks, 10 times',
    );
    expect(sayRecurrence(invitation({ recurrence: { frequency: 'daily', interval: 1 } }))).toBe('every day');
    expect(sayRecurrence(invitation({}))).toBeUndefined();
  });

  const monday = { weekday: 1, nth: 0 };
  it.each([
    [{ frequency: 'weekly', days: [monday, { weekday: 3, nth: 0 }] }, 'every week on Monday and Wednesday'],
    [
      { frequency: 'weekly', interval: 2, days: [1, 2, 3, 4, 5].map((weekday) => ({ weekday, nth: 0 })) },
      'every 2 weeks from Monday to Friday',
    ],
    [{ frequency: 'monthly', days: [{ weekday: 5, nth: -1 }] }, 'every month on the last Friday'],
    [{ frequency: 'monthly', days: [{ weekday: 2, nth: 2 }] }, 'every month on the second Tuesday'],
    [{ frequency: 'monthly', monthDays: [3, 22, -1] }, 'every month on the 3rd, the 22nd, and the last day'],
    [{ frequency: 'yearly', months: [3], monthDays: [14] }, 'every year on 14 March'],
    [
      { frequency: 'yearly', months: [10], days: [{ weekday: 0, nth: -1 }], count: 3 },
      'every year on the last Sunday in October, 3 times',
    ],
    [{ frequency: 'other', count: 3 }, 'repeats by a rule that cannot be put in words, 3 times'],
  ] as const)('says the rule %j', (rule, words) => {
    const recurrence = { interval: 1, ...rule };
    expect(plain(sayRecurrence(invitation(structuredClone({ recurrence }) as Partial<Invitation>)))).toBe(
      words,
    );
  });

  it('says rules in German as one does there', () => {
    addCatalogue('de', german);
    setLocale('de');
    const say = (recurrence: Partial<Recurrence>): string =>
      plain(sayRecurrence(invitation({ recurrence: { frequency: 'monthly', interval: 1, ...recurrence } })));
    try {
      expect(say({ frequency: 'weekly', days: [monday, { weekday: 3, nth: 0 }] })).toBe(
        'jede Woche am Montag und Mittwoch',
      );
      expect(say({ days: [{ weekday: 5, nth: -1 }] })).toBe('jeden Monat am letzten Freitag');
      expect(say({ monthDays: [1, 15, -1] })).toBe('jeden Monat am 1., 15. und letzten Tag');
      expect(say({ frequency: 'yearly', months: [3], monthDays: [14] })).toBe('jedes Jahr am 14. März');
      expect(say({ frequency: 'yearly', months: [10], days: [{ weekday: 0, nth: -1 }], count: 3 })).toBe(
        'jedes Jahr am letzten Sonntag im Oktober, 3-mal',
      );
    } finally {
      setLocale('en');
    }
  });

  it('ends a rule on the day that its writer meant, wherever one reads it', () => {
    const until = (end: NonNullable<Invitation['start']>, start: NonNullable<Invitation['start']>) =>
      plain(
        sayRecurrence(invitation({ start, recurrence: { frequency: 'daily', interval: 1, until: end } })),
      );
    const day = { at: Date.UTC(2026, 11, 31), allDay: true };
    expect(until(day, day)).toMatch(/^every day, until Thursday,? 31 December 2026$/);
    const evening = at('2026-12-31T23:30:00Z', 'UTC');
    expect(until(evening, at('2026-03-12T10:00:00Z', 'America/New_York'))).toMatch(/31 December 2026$/);
    expect(until(evening, at('2026-03-12T10:00:00Z', 'Europe/Berlin'))).toMatch(/1 January 2027$/);
  });

  it('says whose clock is meant where nobody knows the zone', () => {
    const unknown = { at: Date.UTC(2026, 2, 12, 10), allDay: false };
    const custom = sayWhen(
      invitation({ start: { ...unknown, unknownZone: 'Custom \u202e1' } }),
      'Asia/Tokyo',
    );
    expect(plain(custom.here)).toMatch(/12 March 2026,? (at )?10:00$/);
    expect(plain(custom.there)).toMatch(/^In the sender’s time zone “Custom ?1”, which is not known here\.$/);
    const floating = sayWhen(invitation({ start: { ...unknown, unknownZone: '' } }), 'Asia/Tokyo');
    expect(floating.there).toBe('No time zone is given: the hour is as it was written.');
  });

  it('says that it is one date of a series, which one, and how many differ', () => {
    const start = at('2026-03-13T10:00:00Z', 'UTC');
    const one = (part: Partial<Invitation>) => plain(sayInstance(invitation({ start, ...part }), 'UTC'));
    expect(one({ instance: { time: start, isAndLater: false } })).toBe('Only one date of a series');
    const moved = at('2026-03-12T10:00:00Z', 'UTC');
    expect(one({ instance: { time: moved, isAndLater: false } })).toMatch(/was on Thursday,? 12 March 2026/);
    expect(one({ instance: { time: moved, isAndLater: true } })).toBe(
      'One date of a series and all later ones',
    );
    expect(one({})).toBe('');
    expect(sayExceptions(invitation({ skippedDates: 2, addedDates: 1 }))).toBe(
      'one more date, 2 dates are left out',
    );
  });

  it('is told apart from its changes, its end and the answers to it', () => {
    expect(sayKind(invitation({}))).toBe('Invitation');
    expect(sayKind(invitation({ sequence: 2 }))).toBe('Updated invitation');
    expect(sayKind(invitation({ method: 'cancel' }))).toBe('Cancelled');
    expect(plain(sayKind(invitation({ method: 'reply' })))).toBe('Me@x.example accepted');
    expect(plain(sayKind(invitation({ method: 'counter' })))).toBe('Me@x.example proposes something else');
    expect(plain(sayKind(invitation({ method: 'refresh' })))).toBe(
      'Me@x.example asks for the newest invitation',
    );
    const instance = { isAndLater: false };
    expect(sayKind(invitation({ method: 'cancel', instance }))).toBe('One date is cancelled');
    expect(sayKind(invitation({ isCancelled: true }))).toBe('Cancelled');
  });

  it('names nobody as who answers or proposes where it lists several', () => {
    const attendees = ['a@x.example', 'b@x.example'].map((address) => ({
      name: '',
      address,
      participation: 'accepted' as const,
      isOptional: false,
    }));
    expect(sayKind(invitation({ method: 'reply', attendees }))).toBe('Answer to an invitation');
    expect(sayKind(invitation({ method: 'counter', attendees }))).toBe('Something else is proposed');
  });

  it('can be answered by those who are asked, not by whoever asks', () => {
    expect(canAnswer(invitation({}), new Set(['me@x.example']))).toBe(true);
    expect(canAnswer(invitation({}), new Set(['ines@x.example']))).toBe(false);
    for (const method of [
      'cancel',
      'publish',
      'reply',
      'add',
      'refresh',
      'counter',
      'decline-counter',
    ] as const) {
      expect(canAnswer(invitation({ method }), new Set(['me@x.example']))).toBe(false);
    }
    expect(canAnswer(invitation({ isCancelled: true }), new Set(['me@x.example']))).toBe(false);
    expect(canAnswer(invitation({ organizer: { name: '', address: 'urn:x' } }), new Set())).toBe(false);
    expect(ownAnswer(invitation({}), new Set(['me@x.example']))).toBe('accepted');
  });
});
