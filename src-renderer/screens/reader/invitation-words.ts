/** Invitations in words (RFC 5545, RFC 5546): what it is, when, how often, and who comes. */
import type { Invitation, Participation } from '../../../src-shared/model/invitation.ts';
import type { Address } from '../../../src-shared/model/message.ts';
import { cleanLine } from '../../html/clean-line.ts';
import { formatDate, formatEventTime, localTimeZone, type MessageKey, t } from '../../i18n/i18n.ts';
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
  if (invitation.method === 'request' && invitation.sequence > 0) return t('invitation.updated');
  const answerer = invitation.attendees[0];
  if (invitation.method === 'reply' && answerer) {
    return t(ANSWERED[answerer.participation], { name: nameOf(answerer) });
  }
  return t(KINDS[invitation.method]);
}

/**
 * When it is, in the time of this computer, and as it was written where that is another zone and another time of day. Of a whole day
 * the end is the day after the last (RFC 5545 §3.6.1).
 */
export function sayWhen(
  invitation: Invitation,
  zoneHere = localTimeZone(),
): { here: string; there?: string } {
  const { start, end } = invitation;
  if (!start) return { here: t('invitation.no-time') };
  if (start.allDay) {
    const lastDay = Math.max(start.at, (end?.at ?? start.at) - 86_400_000);
    return { here: formatEventTime(start.at, lastDay, { timeZone: 'UTC', allDay: true }) };
  }
  const until = end && end.at > start.at ? end.at : start.at;
  const inZone = (timeZone: string): string => formatEventTime(start.at, until, { timeZone, allDay: false });
  const here = inZone(zoneHere);
  const zone = start.timeZone;
  if (zone === undefined || zone === zoneHere) return { here };
  const there = inZone(zone);
  return there === here
    ? { here }
    : { here, there: t('invitation.there', { time: there, zone: cityOf(zone) }) };
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
} as const satisfies Record<string, MessageKey>;

/** "every 2 weeks, 10 times": the rule as it stands, never its dates. */
export function sayRecurrence({ recurrence }: Invitation): string | undefined {
  if (!recurrence) return undefined;
  const { frequency, interval, count, until } = recurrence;
  const every = t(FREQUENCIES[frequency], { interval });
  if (count !== undefined) return t('invitation.times', { every, count });
  if (until !== undefined) return t('invitation.until', { every, date: formatDate(until) });
  return every;
}

/** Whether this person can answer it: somebody asks, and it is not they themselves. */
export function canAnswer(invitation: Invitation, own: ReadonlySet<string>): boolean {
  const organizer = invitation.organizer?.address.toLowerCase();
  return invitation.method === 'request' && organizer !== undefined && !own.has(organizer);
}

/** What this person has said so far, as the organizer knows it. */
export function ownAnswer(invitation: Invitation, own: ReadonlySet<string>): Participation | undefined {
  return invitation.attendees.find((one) => own.has(one.address.toLowerCase()))?.participation;
}
