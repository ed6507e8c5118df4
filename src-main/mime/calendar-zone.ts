/**
 * Time zones that a calendar brings along (RFC 5545 §3.6.5). Their changes are not counted out: of each rule only the last change before the
 * time that is asked for is worked out, so that one from the year 1601 takes no longer than one of today.
 */
import type { ContentLine } from './content-lines.ts';

const MOST_OBSERVANCES = 500;
/** Of all observances of a zone together: each is looked at for each time of each event. */
const MOST_VALUES = 4_000;
/** Days of one month; what names more is gone through for each time of each event. */
const MOST_DAYS = 31;
const DAY = 86_400_000;

/** What one VTIMEZONE says, as it stands there. */
export type ZoneLines = {
  /** The IANA name that some programs write beside it. */
  location?: string;
  observances: Map<string, string[]>[];
  /** How many values those have. */
  size: number;
  /** More than anybody writes: nothing can be said of it. */
  isTooLarge: boolean;
};

/** All times are wall clocks as if they were UTC, in milliseconds. */
type Observance = { start: number; from: number; to: number; rule?: YearlyRule; dates: number[] };
type YearlyRule = { month: number; days: number[]; weekday?: number; nth: number; until?: Until };
type Until = { at: number; isUtc: boolean };

export function newZone(): ZoneLines {
  return { observances: [], size: 0, isTooLarge: false };
}

/** A STANDARD or DAYLIGHT begins. */
export function addObservance(zone: ZoneLines): void {
  if (zone.observances.length >= MOST_OBSERVANCES) zone.isTooLarge = true;
  else zone.observances.push(new Map());
}

/** A line of the STANDARD or DAYLIGHT that began last. */
export function addObservanceLine(zone: ZoneLines, { name, value }: ContentLine): void {
  const lines = zone.observances.at(-1);
  if (!lines || !KEPT.has(name) || zone.isTooLarge) return;
  const values = lines.get(name) ?? [];
  lines.set(name, values);
  const added = name === 'RDATE' ? value.split(',', MOST_VALUES + 1) : [value];
  values.push(...added);
  zone.size += added.length;
  if (zone.size > MOST_VALUES) zone.isTooLarge = true;
}

const KEPT = new Set('DTSTART RRULE RDATE TZOFFSETFROM TZOFFSETTO'.split(' '));

/** How many milliseconds the clocks of a zone are before UTC, by what they show; undefined where its rules do not say it for certain. */
export function zoneOffsets(zone: ZoneLines): ((wall: number) => number) | undefined {
  if (zone.isTooLarge || zone.observances.length === 0) return undefined;
  const fixed = fixedOffset(zone.observances);
  if (fixed !== undefined) return () => fixed;
  const observances: Observance[] = [];
  for (const lines of zone.observances) {
    const observance = observanceOf(lines);
    if (!observance) return undefined;
    observances.push(observance);
  }
  const first = observances.reduce((one, other) => (other.start < one.start ? other : one));
  return (wall) => {
    let last: { onset: number; to: number } | undefined;
    for (const one of observances) {
      const onset = lastOnset(one, wall);
      if (onset !== undefined && (!last || onset > last.onset)) last = { onset, to: one.to };
    }
    return last ? last.to : first.from;
  };
}

/** One that never changes its clocks needs no dates. */
function fixedOffset(observances: readonly Map<string, string[]>[]): number | undefined {
  const [first, ...others] = new Set(
    observances.flatMap((lines) => [offsetOf(lines, 'TZOFFSETTO'), offsetOf(lines, 'TZOFFSETFROM')]),
  );
  const isOne = others.every((offset) => offset === undefined);
  return isOne && observances.every((lines) => offsetOf(lines, 'TZOFFSETTO') !== undefined)
    ? first
    : undefined;
}

function observanceOf(lines: Map<string, string[]>): Observance | undefined {
  const start = wallOf(lines.get('DTSTART')?.[0] ?? '');
  const from = offsetOf(lines, 'TZOFFSETFROM');
  const to = offsetOf(lines, 'TZOFFSETTO');
  const dates = (lines.get('RDATE') ?? []).map(wallOf);
  const written = lines.get('RRULE');
  const rule = written && written.length === 1 ? yearlyRule(written[0] ?? '', start ?? 0) : undefined;
  if (start === undefined || from === undefined || to === undefined) return undefined;
  if (dates.includes(undefined) || (written && !rule)) return undefined;
  return { start, from, to, dates: dates.filter((date) => date !== undefined), ...(rule && { rule }) };
}

function offsetOf(lines: Map<string, string[]>, name: string): number | undefined {
  const found = /^([+-])([01]\d|2[0-3]):?([0-5]\d):?([0-5]\d)?$/.exec(lines.get(name)?.[0]?.trim() ?? '');
  if (!found) return undefined;
  const seconds = Number(found[2]) * 3_600 + Number(found[3]) * 60 + Number(found[4] ?? 0);
  return (found[1] === '-' ? -seconds : seconds) * 1_000;
}

/** A date with or without a time, `20260314T120000`, as if it were UTC; undefined for a day that does not exist. */
export function wallOf(value: string): number | undefined {
  const found = /^(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)Z?)?$/i.exec(value.trim());
  if (!found) return undefined;
  const [, year, month, day, hour = '00', minute = '00', second = '00'] = found;
  const text = `${year}-${month}-${day}T${hour}:${minute}:${second}`;
  const at = Date.parse(`${text}Z`);
  return Number.isFinite(at) && new Date(at).toISOString().startsWith(text) ? at : undefined;
}

/** The parts of a rule (RFC 5545 §3.3.10), in capitals; undefined when one stands there twice or is none. */
export function ruleParts(value: string): Map<string, string> | undefined {
  const parts = new Map<string, string>();
  for (const part of value.trim().toUpperCase().split(';')) {
    if (part === '') continue;
    const [name = '', text, ...others] = part.split('=');
    if (text === undefined || others.length > 0 || parts.has(name)) return undefined;
    parts.set(name, text);
  }
  return parts;
}

export const WEEKDAYS = ['SU', 'MO', 'TU', 'WE', 'TH', 'FR', 'SA'];
const KNOWN_PARTS = new Set('FREQ INTERVAL BYMONTH BYDAY BYMONTHDAY UNTIL WKST'.split(' '));

/** Clocks are changed once a year, on a day of a month. What says anything else is not guessed at. */
function yearlyRule(value: string, start: number): YearlyRule | undefined {
  const parts = ruleParts(value);
  if (!parts || ![...parts.keys()].every((name) => KNOWN_PARTS.has(name))) return undefined;
  if (parts.get('FREQ') !== 'YEARLY' || (parts.get('INTERVAL') ?? '1') !== '1') return undefined;
  const begin = new Date(start);
  const month = Number(parts.get('BYMONTH') ?? begin.getUTCMonth() + 1) - 1;
  const day = parts.get('BYDAY');
  const [, sign = '', weekday = ''] = /^([+-]?[1-4])?(SU|MO|TU|WE|TH|FR|SA)$/.exec(day ?? '') ?? [];
  const monthDays = parts.get('BYMONTHDAY')?.split(',').map(Number);
  const days = monthDays ?? (day === undefined ? [begin.getUTCDate()] : []);
  if (!(Number.isInteger(month) && month >= 0 && month < 12)) return undefined;
  if (days.length > MOST_DAYS || !days.every((one) => Number.isInteger(one) && one > 0 && one <= 31)) {
    return undefined;
  }
  // Which one of a month, or on which of some days: not both, and one of the two.
  if (day !== undefined && (weekday === '' || (sign === '') === (days.length === 0))) return undefined;
  if (day !== undefined && !parts.has('BYMONTH')) return undefined;
  if (day === undefined && days.length !== 1) return undefined;
  const written = parts.get('UNTIL');
  const until = untilOf(written);
  if (written !== undefined && !until) return undefined;
  return {
    month,
    days,
    ...(day !== undefined && { weekday: WEEKDAYS.indexOf(weekday) }),
    nth: Number(sign),
    ...(until && { until }),
  };
}

function untilOf(value: string | undefined): Until | undefined {
  const at = wallOf(value ?? '');
  if (value === undefined || at === undefined) return undefined;
  return value.length === 8 ? { at: at + DAY - 1, isUtc: false } : { at, isUtc: value.endsWith('Z') };
}

/** When this observance began the last time before the clocks showed `wall`. */
function lastOnset(observance: Observance, wall: number): number | undefined {
  const { start, from, to, rule, dates } = observance;
  // RFC 5545 §3.3.5: an hour that is left out is counted as before the change, one that comes twice is the first of the two.
  const latest = wall - Math.max(0, to - from);
  const onsets = [start, ...dates].filter((onset) => onset <= latest);
  const ruled = rule && lastOfRule(rule, { start, from, latest });
  if (ruled !== undefined) onsets.push(ruled);
  return onsets.length === 0 ? undefined : onsets.reduce((one, other) => Math.max(one, other));
}

function lastOfRule(
  rule: YearlyRule,
  { start, from, latest }: { start: number; from: number; latest: number },
): number | undefined {
  const { until } = rule;
  const yearOf = (at: number) => new Date(at).getUTCFullYear();
  const last = Math.min(yearOf(latest), until ? yearOf(until.at) + 1 : Number.POSITIVE_INFINITY);
  // Every year has one, but for the 29th of February.
  for (let year = last; year > last - 10 && year >= yearOf(start); year--) {
    const onset = onsetIn(year, rule, start);
    if (onset === undefined || onset < start || onset > latest) continue;
    if (until && (until.isUtc ? onset - from : onset) > until.at) continue;
    return onset;
  }
  return undefined;
}

function onsetIn(year: number, { month, days, weekday, nth }: YearlyRule, start: number): number | undefined {
  const first = Date.UTC(year, month, 1);
  const length = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const firstWeekday = new Date(first).getUTCDay();
  const isOn = (day: number) => weekday === undefined || (firstWeekday + day - 1) % 7 === weekday;
  const candidates =
    days.length > 0
      ? days.filter((day) => day <= length)
      : Array.from({ length }, (_none, index) => index + 1);
  const found = candidates.filter(isOn);
  const day = days.length > 0 ? found[0] : found.at(nth > 0 ? nth - 1 : nth);
  return day === undefined ? undefined : first + (day - 1) * DAY + (((start % DAY) + DAY) % DAY);
}
