/**
 * Invitations (RFC 5545, RFC 5546) as they are told in words. Nothing in them is carried out, fetched or counted out: a rule stays a rule,
 * alarms and files are not read. Times are in the zone that is named; where nobody knows the zone it is said so, rather than a wrong hour.
 */
import { convertIcsAttendee, convertIcsOrganizer, type Line } from 'ts-ics';
import type { Invitation, Participation } from '../../src-shared/model/invitation.ts';
import type { Address } from '../../src-shared/model/message.ts';
import { readRecurrence } from './calendar-rule.ts';
import { readSpan, readTime, type Zones, zoneKey } from './calendar-time.ts';
import { addObservance, addObservanceLine, newZone, type ZoneLines } from './calendar-zone.ts';
import { type ContentLine, contentLines, unescapeText } from './content-lines.ts';
import { newestStates } from './newest-states.ts';

const MOST_EVENTS = 100;
const MOST_ATTENDEES = 200;
const MOST_ZONES = 50;
const LONGEST_LINE = 1_000;
const LONGEST_DESCRIPTION = 20_000;

// Not taken from their schemas: the thread that reads mail would load zod for it, which takes longer than a message.
const METHODS: readonly Invitation['method'][] = [
  'publish',
  'request',
  'reply',
  'add',
  'cancel',
  'refresh',
  'counter',
  'decline-counter',
];
const PARTICIPATIONS: readonly Participation[] = [
  'needs-action',
  'accepted',
  'declined',
  'tentative',
  'delegated',
];

type Event = {
  lines: Map<string, ContentLine>;
  attendees: ContentLine[];
  moreAttendees: number;
  skippedDates: number;
  addedDates: number;
};
type Calendar = { method: string; events: Event[]; zones: Map<string, ZoneLines> };

/** The events of a calendar; none when it is broken. `part` is the number of its attachment, `method` that of its Content-Type. */
export function readInvitations(
  text: string,
  { part, method }: { part: number; method?: string | undefined },
): Invitation[] {
  const calendar = readCalendar(text);
  // RFC 5546 §1.4 writes it as one word, as some programs do not.
  const said = wordOf(calendar.method || method || 'publish').replace('declinecounter', 'decline-counter');
  const known = METHODS.find((one) => one === said);
  if (known === undefined) return [];
  const zones: Zones = { byName: calendar.zones, clocks: new Map() };
  const found = calendar.events
    .map((event) => ({ part, method: known, ...invitationOf(event, zones) }))
    .filter(({ uid }) => uid !== '');
  return newestOf(found);
}

/** Each event in its newest state; what stands there twice counts once. */
function newestOf(invitations: readonly Invitation[]): Invitation[] {
  const keyOf = ({ uid, instance }: Invitation) => JSON.stringify([uid, instance]);
  const distinct = new Map<string, Invitation>();
  for (const one of newestStates(invitations, keyOf))
    distinct.set(JSON.stringify([keyOf(one), one.start]), one);
  return [...distinct.values()];
}

function readCalendar(text: string): Calendar {
  const calendar: Calendar = { method: '', events: [], zones: new Map() };
  const open: string[] = [];
  let event: Event | undefined;
  let zone: ZoneLines | undefined;
  for (const line of contentLines(text)) {
    const { name } = line;
    const value = line.value.trim();
    if (name === 'BEGIN') {
      if (open.length >= 20) break;
      const begun = value.toUpperCase();
      open.push(begun);
      if (begun === 'VTIMEZONE') zone = newZone();
      if (zone && isObservance(begun) && open.at(-2) === 'VTIMEZONE') addObservance(zone);
      if (begun !== 'VEVENT' || event) continue;
      if (calendar.events.length >= MOST_EVENTS) break;
      event = { lines: new Map(), attendees: [], moreAttendees: 0, skippedDates: 0, addedDates: 0 };
      calendar.events.push(event);
    } else if (name === 'END') {
      if (open.pop() === 'VEVENT') event = undefined;
    } else if (open.includes('VTIMEZONE')) {
      if (zone) addZoneLine(calendar, zone, { line, within: open.at(-1) ?? '' });
    } else if (event && open.at(-1) === 'VEVENT') {
      addLine(event, line);
    } else if (name === 'METHOD' && open.length <= 1) {
      calendar.method ||= value;
    }
  }
  return calendar;
}

function isObservance(component: string): boolean {
  return component === 'STANDARD' || component === 'DAYLIGHT';
}

function addZoneLine(
  { zones }: Calendar,
  zone: ZoneLines,
  { line, within }: { line: ContentLine; within: string },
): void {
  const { name, value } = line;
  if (isObservance(within)) addObservanceLine(zone, line);
  else if (name === 'X-LIC-LOCATION') zone.location = value.trim().slice(0, LONGEST_LINE);
  else if (name === 'TZID' && zones.size < MOST_ZONES && !zones.has(zoneKey(value)))
    zones.set(zoneKey(value), zone);
}

function addLine(event: Event, line: ContentLine): void {
  const { name, value } = line;
  if (name === 'ATTENDEE') {
    if (event.attendees.length < MOST_ATTENDEES) event.attendees.push(line);
    else event.moreAttendees += 1;
  } else if (name === 'EXDATE') {
    event.skippedDates += datesIn(value);
  } else if (name === 'RDATE') {
    event.addedDates += datesIn(value);
  } else if (KEPT.has(name) && !event.lines.has(name)) {
    event.lines.set(name, line);
  }
}

function datesIn(value: string): number {
  return value.split(',').filter((date) => date.trim() !== '').length;
}

const KEPT = new Set(
  'UID SEQUENCE SUMMARY DTSTART DTEND DURATION LOCATION DESCRIPTION ORGANIZER RRULE STATUS RECURRENCE-ID COMMENT'.split(
    ' ',
  ),
);

function invitationOf(event: Event, zones: Zones): Omit<Invitation, 'part' | 'method'> {
  const { lines, attendees, moreAttendees, skippedDates, addedDates } = event;
  const textOf = (name: string, most = LONGEST_LINE) =>
    cleanText(unescapeText(lines.get(name)?.value ?? ''), most);
  const organizer = organizerOf(lines.get('ORGANIZER'));
  const rule = lines.get('RRULE');
  const instance = lines.get('RECURRENCE-ID');
  const instanceTime = readTime(instance, zones);
  const isAndLater = instance?.params.get('RANGE')?.toUpperCase() === 'THISANDFUTURE';
  const [location, description] = [textOf('LOCATION'), textOf('DESCRIPTION', LONGEST_DESCRIPTION)];
  const comment = textOf('COMMENT', LONGEST_DESCRIPTION);
  return {
    uid: textOf('UID'),
    sequence: sequenceOf(lines.get('SEQUENCE')?.value ?? ''),
    summary: textOf('SUMMARY'),
    ...readSpan(lines, zones),
    ...(location !== '' && { location }),
    ...(description !== '' && { description }),
    ...(organizer && { organizer }),
    attendees: attendees.flatMap(attendeeOf),
    moreAttendees,
    ...(rule && { recurrence: readRecurrence(rule.value) }),
    ...(skippedDates > 0 && { skippedDates }),
    ...(addedDates > 0 && { addedDates }),
    ...(instance && { instance: { ...(instanceTime && { time: instanceTime }), isAndLater } }),
    ...(wordOf(textOf('STATUS')) === 'cancelled' && { isCancelled: true }),
    ...(comment !== '' && { comment }),
  };
}

/** RFC 5545 §3.8.7.4: 0 until it is changed. What no program writes is no number: it would be newer than every change. */
function sequenceOf(text: string): number {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : 0;
}

/** ts-ics takes words that are none of its own over as they stand. */
function wordOf(text: string | undefined): string {
  return (text ?? '').trim().toLowerCase();
}

function organizerOf(line: ContentLine | undefined): Address | undefined {
  if (!line) return undefined;
  const { email, name } = convertIcsOrganizer(undefined, lineOf(line));
  const address = addressOf(email);
  return address === '' ? undefined : { name: nameOf(name), address };
}

function attendeeOf(line: ContentLine): Invitation['attendees'] {
  const { email, name, role, partstat } = convertIcsAttendee(undefined, lineOf(line));
  const address = addressOf(email);
  if (address === '') return [];
  const said = wordOf(partstat);
  return [
    {
      name: nameOf(name),
      address,
      participation: PARTICIPATIONS.find((one) => one === said) ?? 'needs-action',
      isOptional: /^(?:OPT|NON)-PARTICIPANT$/i.test(role ?? ''),
    },
  ];
}

function lineOf({ value, params }: ContentLine): Line {
  return { value: value.slice(0, LONGEST_LINE), options: Object.fromEntries(params) };
}

function addressOf(text: string | undefined): string {
  return cleanText((text ?? '').replace(/^\s*mailto:/i, ''), 500);
}

/** RFC 6868 lets quotes and line breaks into a parameter. */
function nameOf(text: string | undefined): string {
  return cleanText((text ?? '').replace(/\^'/g, '"').replace(/\^n/g, ' ').replace(/\^\^/g, '^'), 500);
}

function cleanText(text: string, most: number): string {
  return text
    .slice(0, most)
    .toWellFormed()
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();
}
