/**
 * Invitations (RFC 5545, RFC 5546) as they are told in words. Nothing in them is carried out, fetched or counted out: a rule stays a rule,
 * alarms and files are not read. Times are in the zone that is named; where nobody knows the zone there is no time rather than a wrong one.
 */
import {
  convertIcsAttendee,
  convertIcsDuration,
  convertIcsOrganizer,
  convertIcsRecurrenceRule,
  convertIcsTimeStamp,
  getEventEndFromDuration,
  type Line,
} from 'ts-ics';
import type { Invitation, Participation } from '../../src-shared/model/invitation.ts';
import type { Address } from '../../src-shared/model/message.ts';
import { type ContentLine, contentLines, unescapeText } from './content-lines.ts';
import { ianaZoneOf } from './time-zone.ts';

const MOST_EVENTS = 100;
const MOST_ATTENDEES = 200;
const MOST_ZONES = 50;
const LONGEST_LINE = 1_000;
const LONGEST_DESCRIPTION = 20_000;

type Recurrence = NonNullable<Invitation['recurrence']>;

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
const FREQUENCIES: readonly Recurrence['frequency'][] = [
  'secondly',
  'minutely',
  'hourly',
  'daily',
  'weekly',
  'monthly',
  'yearly',
];

type Event = { lines: Map<string, ContentLine>; attendees: ContentLine[]; moreAttendees: number };
/** What the calendar says of a zone: the IANA name that some programs write beside it, and the offsets that it has. */
type Zone = { location?: string; offsets: Set<string> };
type Calendar = { method: string; events: Event[]; zones: Map<string, Zone> };

/** The events of a calendar; none when it is broken. `part` is the number of its attachment, `method` that of its Content-Type. */
export function readInvitations(
  text: string,
  { part, method }: { part: number; method?: string | undefined },
): Invitation[] {
  const calendar = readCalendar(text);
  const said = wordOf(calendar.method || method || 'publish');
  const known = METHODS.find((one) => one === said);
  if (known === undefined) return [];
  return calendar.events
    .map((event) => ({ part, method: known, ...invitationOf(event, calendar.zones) }))
    .filter(({ uid }) => uid !== '');
}

function readCalendar(text: string): Calendar {
  const calendar: Calendar = { method: '', events: [], zones: new Map() };
  const open: string[] = [];
  let event: Event | undefined;
  let zone: Zone | undefined;
  for (const line of contentLines(text)) {
    const { name } = line;
    const value = line.value.trim();
    if (name === 'BEGIN') {
      if (open.length >= 20) break;
      open.push(value.toUpperCase());
      if (open.at(-1) === 'VTIMEZONE') zone = { offsets: new Set() };
      if (open.at(-1) !== 'VEVENT' || event) continue;
      if (calendar.events.length >= MOST_EVENTS) break;
      event = { lines: new Map(), attendees: [], moreAttendees: 0 };
      calendar.events.push(event);
    } else if (name === 'END') {
      if (open.pop() === 'VEVENT') event = undefined;
    } else if (open.includes('VTIMEZONE')) {
      if (!zone) continue;
      if (name === 'TZID' && calendar.zones.size < MOST_ZONES) calendar.zones.set(value, zone);
      if (name === 'X-LIC-LOCATION') zone.location = value.slice(0, LONGEST_LINE);
      if (name === 'TZOFFSETTO' && zone.offsets.size < 3) zone.offsets.add(value);
    } else if (event && open.at(-1) === 'VEVENT') {
      addLine(event, line);
    } else if (name === 'METHOD' && open.length <= 1) {
      calendar.method ||= value;
    }
  }
  return calendar;
}

function addLine(event: Event, line: ContentLine): void {
  if (line.name !== 'ATTENDEE') {
    if (KEPT.has(line.name) && !event.lines.has(line.name)) event.lines.set(line.name, line);
  } else if (event.attendees.length < MOST_ATTENDEES) {
    event.attendees.push(line);
  } else {
    event.moreAttendees += 1;
  }
}

const KEPT = new Set(
  'UID SEQUENCE SUMMARY DTSTART DTEND DURATION LOCATION DESCRIPTION ORGANIZER RRULE'.split(' '),
);

function invitationOf(
  { lines, attendees, moreAttendees }: Event,
  zones: Map<string, Zone>,
): Omit<Invitation, 'part' | 'method'> {
  const textOf = (name: string, most = LONGEST_LINE) =>
    cleanText(unescapeText(lines.get(name)?.value ?? ''), most);
  const timeOf = (name: string) => {
    const line = lines.get(name);
    return line && readTime(line, zones);
  };
  const start = timeOf('DTSTART');
  const end = timeOf('DTEND') ?? (start && endByDuration(start, lines.get('DURATION')));
  const organizer = organizerOf(lines.get('ORGANIZER'));
  const recurrence = recurrenceOf(lines.get('RRULE'));
  const [location, description] = [textOf('LOCATION'), textOf('DESCRIPTION', LONGEST_DESCRIPTION)];
  const sequence = Number(lines.get('SEQUENCE')?.value);
  return {
    uid: textOf('UID'),
    sequence: Number.isSafeInteger(sequence) ? sequence : 0,
    summary: textOf('SUMMARY'),
    ...(start && { start }),
    ...(end && { end }),
    ...(location !== '' && { location }),
    ...(description !== '' && { description }),
    ...(organizer && { organizer }),
    attendees: attendees.flatMap(attendeeOf),
    moreAttendees,
    ...(recurrence && { recurrence }),
  };
}

type EventTime = NonNullable<Invitation['start']>;

function readTime(line: ContentLine, zones: Map<string, Zone>): EventTime | undefined {
  const value = line.value.trim();
  if (/^\d{8}$/.test(value)) {
    const at = timeStamp({ value, options: { VALUE: 'DATE' } });
    return at === undefined ? undefined : { at, allDay: true };
  }
  if (!/^\d{8}T\d{6}Z?$/i.test(value)) return undefined;
  const written = line.params.get('TZID');
  if (value.endsWith('Z') || value.endsWith('z'))
    return timed(timeStamp({ value: value.toUpperCase() }), 'UTC');
  if (written === undefined) return timed(localTime(value));
  const zone = zones.get(written);
  const timeZone = ianaZoneOf(written) ?? ianaZoneOf(zone?.location ?? '');
  if (timeZone !== undefined) return timed(timeStamp({ value, options: { TZID: timeZone } }), timeZone);
  // One that never changes its clocks needs no name.
  const [offset, ...others] = zone?.offsets ?? [];
  return others.length === 0 ? timed(timeAtOffset(value, offset)) : undefined;
}

function timed(at: number | undefined, timeZone?: string): EventTime | undefined {
  return at === undefined ? undefined : { at, allDay: false, ...(timeZone !== undefined && { timeZone }) };
}

function timeStamp(line: Line): number | undefined {
  const at = convertIcsTimeStamp(undefined, line).date.getTime();
  return Number.isFinite(at) ? at : undefined;
}

/** RFC 5545 §3.3.5, form 1: the same hour wherever one is. */
function localTime(value: string): number | undefined {
  const at = Date.parse(value.replace(/^(....)(..)(..)T(..)(..)(..)$/, '$1-$2-$3T$4:$5:$6'));
  return Number.isFinite(at) ? at : undefined;
}

function timeAtOffset(value: string, offset: string | undefined): number | undefined {
  const found = /^([+-])(\d{2})(\d{2})/.exec(offset ?? '');
  const at = timeStamp({ value: `${value}Z` });
  if (!found || at === undefined) return undefined;
  const minutes = Number(found[2]) * 60 + Number(found[3]);
  return at - (found[1] === '-' ? -minutes : minutes) * 60_000;
}

function endByDuration(start: EventTime, line: ContentLine | undefined): EventTime | undefined {
  const value = line?.value.trim() ?? '';
  if (
    !/^\+?P(?=[\dT])(?:\d{1,5}W|(?:\d{1,5}D)?(?:T(?:\d{1,6}H)?(?:\d{1,6}M)?(?:\d{1,6}S)?)?)$/i.test(value)
  ) {
    return undefined;
  }
  const duration = convertIcsDuration(undefined, { value: value.toUpperCase() });
  const at = getEventEndFromDuration(new Date(start.at), duration).getTime();
  return Number.isFinite(at) ? { ...start, at } : undefined;
}

function recurrenceOf(line: ContentLine | undefined): Invitation['recurrence'] {
  if (!line || line.value.length > LONGEST_LINE) return undefined;
  const rule = convertIcsRecurrenceRule(undefined, { value: line.value.toUpperCase() });
  const said = wordOf(rule.frequency);
  const frequency = FREQUENCIES.find((one) => one === said);
  const { interval = 1, count } = rule;
  if (frequency === undefined || !isCount(interval) || (count !== undefined && !isCount(count)))
    return undefined;
  const until = rule.until?.date.getTime();
  return {
    frequency,
    interval,
    ...(count !== undefined && { count }),
    ...(until !== undefined && Number.isFinite(until) && { until }),
  };
}

function isCount(number: number): boolean {
  return Number.isSafeInteger(number) && number > 0;
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
