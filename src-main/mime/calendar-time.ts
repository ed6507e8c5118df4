/** When an event is (RFC 5545 §3.3.5). Where nobody can say which moment is meant, the hour stays what was written, and is said to be so. */
import type { EventTime } from '../../src-shared/model/invitation.ts';
import { wallOf, type ZoneLines, zoneOffsets } from './calendar-zone.ts';
import { type ContentLine, unescapeText } from './content-lines.ts';
import { ianaZoneOf, instantIn, zoneOfDisplayName } from './time-zone.ts';

const DAY = 86_400_000;
const LONGEST_ZONE = 200;

/** Zones by the names that the calendar gives them; see zoneKey. */
export type Zones = {
  byName: ReadonlyMap<string, ZoneLines>;
  /** What was worked out: events share their zones. */
  clocks: Map<string, Clock>;
};

/** What the clocks somewhere say: the moment at which they show a time, which is written as if it were UTC. */
type Clock = { instantOf(wall: number): number; timeZone?: string; unknownZone?: string };
type Written = { wall: number; isDay: boolean; clock: Clock };

const UTC: Clock = { instantOf: (wall) => wall, timeZone: 'UTC' };
/** §3.3.5, form 1: the same hour wherever one is. */
const FLOATING: Clock = { instantOf: (wall) => wall, unknownZone: '' };

/** A zone's name is text where it is given, and a parameter where it is used: only one of the two has escapes. */
export function zoneKey(name: string): string {
  return unescapeText(name)
    .slice(0, LONGEST_ZONE)
    .replace(/^["'\s]+|["'\s]+$/g, '');
}

export function readTime(line: ContentLine | undefined, zones: Zones): EventTime | undefined {
  const written = line && writtenTime(line, zones);
  return written && timeOf(written);
}

/** From when to when; the end is where it is said, or as long after the start as it is said to take. */
export function readSpan(
  lines: ReadonlyMap<string, ContentLine>,
  zones: Zones,
): { start?: EventTime; end?: EventTime } {
  const [from, to] = [lines.get('DTSTART'), lines.get('DTEND')];
  const start = from && writtenTime(from, zones);
  if (!start) return {};
  const end = (to && writtenTime(to, zones)) ?? afterDuration(start, lines.get('DURATION')?.value ?? '');
  const [first, last] = [timeOf(start), end && timeOf(end)];
  // Times that cannot be compared make no span.
  const isSpan = last && last.allDay === first.allDay && last.unknownZone === first.unknownZone;
  return { start: first, ...(isSpan && { end: last }) };
}

function timeOf({ wall, isDay, clock }: Written): EventTime {
  if (isDay) return { at: wall, allDay: true };
  const { timeZone, unknownZone } = clock;
  return {
    at: clock.instantOf(wall),
    allDay: false,
    ...(timeZone !== undefined && { timeZone }),
    ...(unknownZone !== undefined && { unknownZone }),
  };
}

function writtenTime({ value, params }: ContentLine, zones: Zones): Written | undefined {
  let text = value.trim().toUpperCase();
  let zone = params.get('TZID');
  // A name with a colon should stand in quotes: `TZID=(UTC+01:00) Berlin:20260314T120000`.
  const tail = /^(.{0,200}):(\d{8}T\d{6}Z?)$/i.exec(value.trim());
  if (zone !== undefined && tail) {
    zone = `${zone}:${tail[1]}`;
    text = (tail[2] ?? '').toUpperCase();
  }
  const wall = wallOf(text);
  if (wall === undefined) return undefined;
  if (text.length === 8) return { wall, isDay: true, clock: UTC };
  if (text.endsWith('Z')) return { wall, isDay: false, clock: UTC };
  return { wall, isDay: false, clock: zone === undefined ? FLOATING : clockOf(zoneKey(zone), zones) };
}

function clockOf(name: string, zones: Zones): Clock {
  const known = zones.clocks.get(name) ?? newClock(name, zones.byName.get(name));
  zones.clocks.set(name, known);
  return known;
}

/** A name that everybody knows counts before what was sent along: laws change, and calendars are copied for years. */
function newClock(name: string, zone: ZoneLines | undefined): Clock {
  const timeZone = ianaZoneOf(name) ?? (zone?.location === undefined ? undefined : ianaZoneOf(zone.location));
  if (timeZone !== undefined) return clockIn(timeZone);
  const offsets = zone && zoneOffsets(zone);
  if (offsets) return { instantOf: (wall) => wall - offsets(wall) };
  const described = zoneOfDisplayName(name);
  if (described !== undefined) return clockIn(described);
  const cleaned = name.toWellFormed().replace(/\p{Cc}/gu, '');
  return { instantOf: (wall) => wall, unknownZone: cleaned === '' ? '?' : cleaned };
}

function clockIn(timeZone: string): Clock {
  return { instantOf: (wall) => instantIn(timeZone, wall), timeZone };
}

const DURATION =
  /^\+?P(?=[\dT])(?:(\d{1,5})W)?(?:(\d{1,5})D)?(?:T(?=\d)(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?$/i;

/** RFC 5545 §3.3.6: days are days of the calendar, hours are so many minutes. */
function afterDuration(start: Written, value: string): Written | undefined {
  const found = DURATION.exec(value.trim());
  if (!found) return undefined;
  const [weeks = 0, days = 0, hours = 0, minutes = 0, seconds = 0] = found
    .slice(1)
    .map((digits) => Number(digits ?? 0));
  const wall = start.wall + (weeks * 7 + days) * DAY;
  if (start.isDay) return { ...start, wall };
  const later = ((hours * 60 + minutes) * 60 + seconds) * 1_000;
  const { clock } = start;
  return { wall, isDay: false, clock: { ...clock, instantOf: (at) => clock.instantOf(at) + later } };
}
