/** Rules by which events come again (RFC 5545 §3.3.10), as far as they have plain words. No date is ever counted out. */
import type { EventTime, Recurrence } from '../../src-shared/model/invitation.ts';
import { ruleParts, WEEKDAYS, wallOf } from './calendar-zone.ts';

const FREQUENCIES: Record<string, Recurrence['frequency']> = {
  SECONDLY: 'secondly',
  MINUTELY: 'minutely',
  HOURLY: 'hourly',
  DAILY: 'daily',
  WEEKLY: 'weekly',
  MONTHLY: 'monthly',
  YEARLY: 'yearly',
};
const KNOWN_PARTS = new Set('FREQ INTERVAL COUNT UNTIL WKST BYDAY BYMONTHDAY BYMONTH BYSETPOS'.split(' '));
const LONGEST_RULE = 1_000;
const DAY = 86_400_000;

type Places = Pick<Recurrence, 'days' | 'monthDays' | 'months'>;

/** What cannot be put in words is `other`, never a rule that says less than was sent. */
export function readRecurrence(value: string): Recurrence {
  const parts = value.length > LONGEST_RULE ? undefined : ruleParts(value);
  const frequency = FREQUENCIES[parts?.get('FREQ') ?? ''];
  const interval = countOf(parts?.get('INTERVAL') ?? '1');
  const count = countOf(parts?.get('COUNT'));
  const until = untilOf(parts?.get('UNTIL'));
  const limits = { ...(count !== undefined && { count }), ...(until && { until }) };
  const isWhole =
    parts !== undefined &&
    [...parts.keys()].every((name) => KNOWN_PARTS.has(name)) &&
    parts.has('COUNT') === (count !== undefined) &&
    parts.has('UNTIL') === (until !== undefined);
  const places = isWhole ? placesOf(parts) : undefined;
  const rule =
    frequency !== undefined && interval !== undefined && places
      ? plainRule({ frequency, interval, ...places })
      : undefined;
  return { ...(rule ?? { frequency: 'other', interval: 1 }), ...limits };
}

/** Undefined for what no sentence says. */
function plainRule(rule: Recurrence): Recurrence | undefined {
  const { frequency, interval, days, monthDays, months } = rule;
  const isPlain = !days && !monthDays && !months;
  const areNth = days?.every(({ nth }) => nth !== 0) ?? false;
  const areEvery = days?.every(({ nth }) => nth === 0) ?? false;
  switch (frequency) {
    case 'daily':
      // "Every day, but on these only" is how some write every week.
      if (areEvery && interval === 1 && !monthDays && !months) return { ...rule, frequency: 'weekly' };
      return isPlain ? rule : undefined;
    case 'weekly':
      return isPlain || (areEvery && !monthDays && !months) ? rule : undefined;
    case 'monthly':
      return isPlain || (!months && (days ? areNth && !monthDays : true)) ? rule : undefined;
    case 'yearly': {
      if (isPlain) return rule;
      if (months?.length !== 1) return undefined;
      if (days) return areNth && !monthDays ? rule : undefined;
      return !monthDays || (monthDays.length === 1 && monthDays[0] !== -1) ? rule : undefined;
    }
    default:
      return isPlain ? rule : undefined;
  }
}

function placesOf(parts: ReadonlyMap<string, string>): Places | undefined {
  const written = daysOf(parts.get('BYDAY'));
  const days = written && withPosition(written, parts.get('BYSETPOS'));
  const monthDays = numbersOf(parts.get('BYMONTHDAY'), (day) => day === -1 || (day > 0 && day <= 31));
  const months = numbersOf(parts.get('BYMONTH'), (month) => month > 0 && month <= 12);
  if (parts.has('BYDAY') !== (days !== undefined) || (parts.has('BYSETPOS') && !days)) return undefined;
  if (parts.has('BYMONTHDAY') !== (monthDays !== undefined)) return undefined;
  if (parts.has('BYMONTH') !== (months !== undefined)) return undefined;
  return { ...(days && { days }), ...(monthDays && { monthDays }), ...(months && { months }) };
}

type Days = NonNullable<Recurrence['days']>;

function daysOf(value: string | undefined): Days | undefined {
  const days: Days = [];
  for (const one of value?.split(',', 15) ?? []) {
    const found = /^([+-]?\d)?(SU|MO|TU|WE|TH|FR|SA)$/.exec(one);
    const nth = Number(found?.[1] ?? 0);
    if (!found || nth < -2 || nth > 5 || (found[1] !== undefined && nth === 0)) return undefined;
    days.push({ weekday: WEEKDAYS.indexOf(found[2] ?? ''), nth });
  }
  return days.length > 0 && days.length <= 14 ? days : undefined;
}

/** `BYDAY=FR;BYSETPOS=-1` is `BYDAY=-1FR`; of several days it is something else. */
function withPosition(days: Days, position: string | undefined): Days | undefined {
  if (position === undefined) return days;
  const [day, ...others] = days;
  return others.length === 0 && day?.nth === 0 && /^[+-]?\d$/.test(position)
    ? daysOf(`${position}${WEEKDAYS[day.weekday]}`)
    : undefined;
}

function numbersOf(value: string | undefined, isGood: (number: number) => boolean): number[] | undefined {
  const texts = value?.split(',') ?? [];
  const numbers = texts.map((text) => (/^-?\d{1,2}$/.test(text) ? Number(text) : Number.NaN));
  return numbers.length > 0 && numbers.length <= 31 && numbers.every(isGood) ? numbers : undefined;
}

function countOf(text: string | undefined): number | undefined {
  const number = Number(text);
  return text !== undefined && /^\d{1,10}$/.test(text) && number > 0 ? number : undefined;
}

/** A moment where it is one (§3.3.10: of events with a zone it is UTC), else a day. */
function untilOf(text: string | undefined): EventTime | undefined {
  const at = text === undefined ? undefined : wallOf(text);
  if (text === undefined || at === undefined) return undefined;
  return text.endsWith('Z')
    ? { at, allDay: false, timeZone: 'UTC' }
    : { at: Math.floor(at / DAY) * DAY, allDay: true };
}
