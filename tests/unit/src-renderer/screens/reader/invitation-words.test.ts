import { describe, expect, it } from 'vitest';
import {
  canAnswer,
  ownAnswer,
  sayKind,
  sayRecurrence,
  sayWhen,
} from '../../../../../src-renderer/screens/reader/invitation-words.ts';
import type { Invitation } from '../../../../../src-shared/model/invitation.ts';

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

  it('is told apart from its changes, its end and the answers to it', () => {
    expect(sayKind(invitation({}))).toBe('Invitation');
    expect(sayKind(invitation({ sequence: 2 }))).toBe('Updated invitation');
    expect(sayKind(invitation({ method: 'cancel' }))).toBe('Cancelled');
    expect(plain(sayKind(invitation({ method: 'reply' })))).toBe('Me@x.example accepted');
  });

  it('can be answered by those who are asked, not by whoever asks', () => {
    expect(canAnswer(invitation({}), new Set(['me@x.example']))).toBe(true);
    expect(canAnswer(invitation({}), new Set(['ines@x.example']))).toBe(false);
    expect(canAnswer(invitation({ method: 'cancel' }), new Set(['me@x.example']))).toBe(false);
    expect(ownAnswer(invitation({}), new Set(['me@x.example']))).toBe('accepted');
  });
});
