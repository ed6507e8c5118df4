/** Invitations in words (RFC 5545, RFC 5546): what it is, when, how often, and who comes. */
import type {
  EventTime,
  Invitation,
  Participation,
  Recurrence,
} from '../../../src-shared/model/invitation.ts';
import type { Address } from '../../../src-shared/model/message.ts';
import { isAddress } from '../../../src-shared/text/address.ts';
import { cleanLine } from '../../html/clean-line.ts';
import {
  formatEventTime,
  formatList,
  formatWeekday,
  formatYearDay,
  localTimeZone,
  type MessageKey,
  t,
} from '../../i18n/i18n.ts';
import { isolate } from './visible-signs.ts';

const KINDS = {
  publish: 'invitation.publish',
  request: 'invitation.request',
  reply: 'invitation.reply',
  add: 'invitation.add',
  cancel: 'invitation.cancel',
  refresh: 'invitation.refresh',
  counter: 'invitation.counter',
  'decline-counter': 'invitation.decline-counter',
} as const satisfies Record<Invitation['method'], MessageKey>;

const ANSWERED = {
  accepted: 'invitation.they-accepted',
  declined: 'invitation.they-declined',
  tentative: 'invitation.they-maybe',
  delegated: 'invitation.they-delegated',
  'needs-action': 'invitation.reply',
} as const satisfies Record<Participation, MessageKey>;

/** What to call somebody: the name, else the address. */
export function nameOf(person: Address): string {
  return isolate(cleanLine(person.name) || person.address);
}

/** What kind of message about an event it is. */
export function sayKind(invitation: Invitation): string {
  const { method, sequence, instance } = invitation;
  if (isOff(invitation)) {
    if (!instance) return t('invitation.cancel');
    return t(instance.isAndLater ? 'invitation.cancel-later' : 'invitation.cancel-one');
  }
  if (method === 'request' && sequence > 0) return t('invitation.updated');
  // RFC 5546 §3.2: these come from one person, who is the only one in it. Where there are more, nobody can say who it was.
  const [person, ...others] = invitation.attendees;
  if (!person || others.length > 0) return t(KINDS[method]);
  const name = nameOf(person);
  if (method === 'reply') return t(ANSWERED[person.participation], { name });
  if (method === 'refresh') return t('invitation.they-refresh', { name });
  if (method === 'counter') return t('invitation.they-counter', { name });
  return t(KINDS[method]);
}

/** The event does not take place, as its organizer says. */
export function isOff({ method, isCancelled }: Invitation): boolean {
  const isOrganizers = method === 'request' || method === 'publish' || method === 'add';
  return method === 'cancel' || (isOrganizers && isCancelled === true);
}

/** When it is: here, and in the words of its writer where those are others, or where nobody here knows which moment is meant. */
export function sayWhen(
  invitation: Invitation,
  zoneHere: string = localTimeZone(),
): { here: string; there?: string } {
  const { start, end } = invitation;
  if (!start) return { here: t('invitation.no-time') };
  const until = end && end.at > start.at ? end.at : start.at;
  if (start.allDay) return { here: timeIn({ ...start, until: Math.max(start.at, until - DAY) }, 'UTC') };
  const { unknownZone } = start;
  if (unknownZone !== undefined) {
    const zone = isolate(cleanLine(unknownZone));
    const there = unknownZone === '' ? t('invitation.floating') : t('invitation.unknown-zone', { zone });
    return { here: timeIn({ ...start, until }, 'UTC'), there };
  }
  const here = timeIn({ ...start, until }, zoneHere);
  const zone = start.timeZone;
  if (zone === undefined || zone === zoneHere) return { here };
  const there = timeIn({ ...start, until }, zone);
  return there === here
    ? { here }
    : { here, there: t('invitation.there', { time: there, zone: cityOf(zone) }) };
}

const DAY = 86_400_000;

function timeIn({ at, allDay, until = at }: EventTime & { until?: number }, timeZone: string): string {
  return formatEventTime(at, until, { timeZone, allDay });
}

/** Which of a series it is about; undefined for a whole one and for what is none. */
export function sayInstance(
  { instance, start }: Invitation,
  zoneHere: string = localTimeZone(),
): string | undefined {
  if (!instance) return undefined;
  if (instance.isAndLater) return t('invitation.instance-later');
  const { time } = instance;
  if (!time || time.at === start?.at) return t('invitation.instance');
  const isFixed = time.allDay || time.unknownZone !== undefined;
  return t('invitation.instance-moved', { time: timeIn(time, isFixed ? 'UTC' : zoneHere) });
}

/** "Europe/Lisbon" as people say it. */
function cityOf(zone: string): string {
  return isolate((zone.split('/').at(-1) ?? zone).replaceAll('_', ' '));
}

const FREQUENCIES = {
  secondly: 'invitation.secondly',
  minutely: 'invitation.minutely',
  hourly: 'invitation.hourly',
  daily: 'invitation.daily',
  weekly: 'invitation.weekly',
  monthly: 'invitation.monthly',
  yearly: 'invitation.yearly',
  other: 'invitation.other-rule',
} as const satisfies Record<Recurrence['frequency'], MessageKey>;

/** "every 2 weeks on Friday, 10 times": the rule as it stands, never its dates. */
export function sayRecurrence({ recurrence, start }: Invitation): string | undefined {
  if (!recurrence) return undefined;
  const { count, until } = recurrence;
  const every = sayRule(recurrence);
  if (count !== undefined) return t('invitation.times', { every, count });
  if (!until) return every;
  // The last day is one of the calendar of who wrote it: 22:59 in London was the end of a day in Berlin.
  const timeZone =
    until.allDay || start?.allDay || start?.unknownZone !== undefined ? 'UTC' : start?.timeZone;
  return t('invitation.until', {
    every,
    date: formatEventTime(until.at, until.at, { timeZone: timeZone ?? localTimeZone(), allDay: true }),
  });
}

function sayRule({ frequency, interval, days, monthDays, months }: Recurrence): string {
  const every = t(FREQUENCIES[frequency], { interval });
  const [month] = months ?? [];
  const [monthDay] = monthDays ?? [];
  if (month !== undefined && monthDay !== undefined) {
    return t('invitation.on', { every, days: formatYearDay(month, monthDay) });
  }
  if (days && isWorkingWeek(days)) return t('invitation.weekdays', { every });
  const named = [...(days ?? []).map(sayDay), ...(monthDays ?? []).map(sayMonthDay)];
  const placed = named.length === 0 ? every : t('invitation.on', { every, days: formatList(named) });
  return month === undefined ? placed : t('invitation.in', { every: placed, month: formatYearDay(month) });
}

type RuleDay = NonNullable<Recurrence['days']>[number];

function isWorkingWeek(days: readonly RuleDay[]): boolean {
  const wanted = days.map(({ weekday, nth }) => (nth === 0 ? weekday : 0)).sort();
  return wanted.join() === '1,2,3,4,5';
}

function sayDay({ weekday, nth }: RuleDay): string {
  const day = formatWeekday(weekday);
  if (nth === 0) return day;
  return t('invitation.nth', { nth: nth === -1 ? 'last' : nth === -2 ? 'penultimate' : `n${nth}`, day });
}

function sayMonthDay(day: number): string {
  return day === -1 ? t('invitation.last-day') : t('invitation.month-day', { day });
}

/** Dates that differ from the rule; how many. */
export function sayExceptions({ skippedDates, addedDates }: Invitation): string | undefined {
  const said = [
    ...(addedDates === undefined ? [] : [t('invitation.added', { count: addedDates })]),
    ...(skippedDates === undefined ? [] : [t('invitation.skipped', { count: skippedDates })]),
  ];
  return said.length === 0 ? undefined : said.join(', ');
}

/** Whether this person can answer it: somebody asks, and it is not they themselves. */
export function canAnswer(invitation: Invitation, own: ReadonlySet<string>): boolean {
  const organizer = invitation.organizer?.address.toLowerCase() ?? '';
  return invitation.method === 'request' && !isOff(invitation) && isAddress(organizer) && !own.has(organizer);
}

/** What this person has said so far, as the organizer knows it. */
export function ownAnswer(invitation: Invitation, own: ReadonlySet<string>): Participation | undefined {
  return invitation.attendees.find((one) => own.has(one.address.toLowerCase()))?.participation;
}

/** Whether both stand in one calendar and are of one series. */
export function isSameSeries(one: Invitation, other: Invitation): boolean {
  return one.part === other.part && one.uid === other.uid;
}
