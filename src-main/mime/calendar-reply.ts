import type { InvitationAnswer } from '../../src-shared/model/invitation.ts';
import type { Address } from '../../src-shared/model/message.ts';
import { zoneKey } from './calendar-time.ts';
import { textPart, writeMessage } from './compose-message.ts';
import { contentLines, unescapeText } from './content-lines.ts';
import { writeFlowed } from './flowed-write.ts';
import { newestStates } from './newest-states.ts';
import { escapeText, foldLine } from './vcard.ts';
import {
  addressField,
  headerText,
  isMessageIdHeader,
  textField,
  tokenField,
  writeAddress,
} from './write-head.ts';

/** What an answer has to say of the event that it answers (RFC 5546 §3.2.3). */
export type AskedEvent = {
  uid: string;
  sequence: number;
  summary: string;
  /** Which one of a series, as it was written; of no series: absent. */
  recurrence?: { value: string; zone?: string; isDay: boolean; isAndLater: boolean };
};

export type CalendarReply = {
  from: Address;
  /** Who was invited, under the address that was. */
  attendee: Address;
  /** Whoever answers for it, where that is somebody else (RFC 5545 §3.2.18): a group, another address. */
  sentBy?: string | undefined;
  organizer: Address;
  answer: InvitationAnswer;
  comment?: string | undefined;
  events: readonly AskedEvent[];
  /** The lines of the zones that those name; see readAskedZones. */
  zones?: readonly string[];
  /** For people. */
  subject: string;
  text: string;
  original: { messageIdHeader: string; references: string[] };
  date: number;
  messageIdHeader: string;
};

const MOST_EVENTS = 50;
const LONGEST_TEXT = 1_000;

/** The events of a calendar with this UID: a series comes with those that differ from it. Reads each line once. */
export function readAskedEvents(calendar: string, uid: string): AskedEvent[] {
  const found: AskedEvent[] = [];
  const open: string[] = [];
  let event: AskedEvent | undefined;
  for (const { name, value, params } of contentLines(calendar)) {
    const text = value.trim();
    if (name === 'BEGIN') {
      if (open.length >= 20 || found.length >= MOST_EVENTS) break;
      open.push(text.toUpperCase());
      if (open.at(-1) === 'VEVENT') event = { uid: '', sequence: 0, summary: '' };
    } else if (name === 'END') {
      if (open.pop() === 'VEVENT' && event?.uid === uid) found.push(event);
    } else if (event && open.at(-1) === 'VEVENT') {
      if (name === 'UID') event.uid = shortText(text);
      if (name === 'SUMMARY') event.summary = shortText(text);
      if (name === 'SEQUENCE' && /^\d{1,9}$/.test(text)) event.sequence = Number(text);
      if (name === 'RECURRENCE-ID') {
        const recurrence = recurrenceOf(text, params);
        // An answer without it would be one to the whole series.
        if (recurrence) event.recurrence = recurrence;
        else event = undefined;
      }
    }
  }
  return newestStates(found, ({ recurrence }) => recurrence?.value);
}

/** Undefined for what names no time, and for a zone whose name no parameter can hold: nothing of it may stand in an answer. */
function recurrenceOf(value: string, params: ReadonlyMap<string, string>): AskedEvent['recurrence'] {
  const zone = params.get('TZID');
  if (!/^\d{8}(?:T\d{6}Z?)?$/.test(value) || (zone !== undefined && !/^[^\p{C}"]{1,200}$/u.test(zone))) {
    return undefined;
  }
  const isAndLater = params.get('RANGE')?.toUpperCase() === 'THISANDFUTURE';
  return { value, isDay: value.length === 8, isAndLater, ...(zone !== undefined && { zone }) };
}

/** RFC 5545 §3.2.19: whoever names a zone sends it along. Lines of the VTIMEZONEs that these events name, with nothing else in them. */
export function readAskedZones(calendar: string, events: readonly AskedEvent[]): string[] {
  const names = new Set(events.flatMap(({ recurrence }) => recurrence?.zone ?? []).map(zoneKey));
  const found: string[] = [];
  let lines: string[] | undefined;
  let name: string | undefined;
  for (const line of names.size > 0 ? contentLines(calendar) : []) {
    const value = line.value.trim();
    const isOfZone = /^VTIMEZONE$/i.test(value);
    if (line.name === 'BEGIN' && isOfZone) [lines, name] = [[], undefined];
    if (!lines) continue;
    if (line.name === 'TZID') name = zoneKey(value);
    if (ZONE_LINE.test(`${line.name}:${value}`)) lines.push(`${line.name}:${value}`);
    if (line.name !== 'END' || !isOfZone) continue;
    // Each once: a name that stands there twice says two things.
    if (name !== undefined && names.delete(name) && lines.length <= MOST_ZONE_LINES) found.push(...lines);
    lines = undefined;
  }
  return found;
}

const MOST_ZONE_LINES = 500;
const ZONE_LINE =
  /^(?:(?:BEGIN|END):(?:VTIMEZONE|STANDARD|DAYLIGHT)|(?:TZID|TZNAME):[^\p{C}]{1,200}|(?:DTSTART|RDATE|RRULE|TZOFFSETFROM|TZOFFSETTO):[\w=;,+-]{1,1000})$/iu;

/**
 * The answer to an invitation (RFC 6047): to its organizer only, in words, and as a calendar with method REPLY that says what one invitee
 * answers and nothing else. Throws recipient-invalid.
 */
export function composeCalendarReply(reply: CalendarReply): Promise<Uint8Array> {
  const { from, organizer, subject, text, comment, original } = reply;
  const head = [
    addressField('From', [from]),
    addressField('To', [organizer]),
    textField('Subject', subject),
    tokenField('In-Reply-To', [original.messageIdHeader].filter(isMessageIdHeader)),
    tokenField('References', original.references.filter(isMessageIdHeader).slice(-20)),
  ];
  const words = comment === undefined || comment.trim() === '' ? text : `${text}\n\n${comment.trim()}`;
  const parts = [
    textPart('text/plain; charset=utf-8; format=flowed', writeFlowed(words)),
    textPart('text/calendar; charset=utf-8; method=REPLY', writeCalendar(reply)),
  ];
  return writeMessage(head, { contentType: 'multipart/alternative', parts }, reply);
}

function writeCalendar(reply: CalendarReply): string {
  const lines = [
    'BEGIN:VCALENDAR',
    'PRODID:-//Latchkey Mail//EN',
    'VERSION:2.0',
    'METHOD:REPLY',
    ...(reply.zones ?? []),
    ...reply.events.flatMap((event) => eventLines(event, reply)),
    'END:VCALENDAR',
  ];
  // Lines of text: the line ends of the message are made when it is written.
  return lines.map((line) => `${foldLine(line)}\n`.replaceAll('\r', '')).join('');
}

function eventLines(
  { uid, sequence, summary, recurrence }: AskedEvent,
  { attendee, sentBy, organizer, answer, comment, date }: CalendarReply,
): string[] {
  const stamp = new Date(date).toISOString().replace(/[-:]|\.\d+/g, '');
  const range = recurrence?.isAndLater ? ';RANGE=THISANDFUTURE' : '';
  const type = recurrence?.isDay ? ';VALUE=DATE' : recurrence?.zone ? `;TZID=${quoted(recurrence.zone)}` : '';
  const by = sentBy === undefined ? '' : `;SENT-BY="mailto:${writeAddress(sentBy)}"`;
  return [
    'BEGIN:VEVENT',
    `UID:${escapeText(uid)}`,
    ...(recurrence ? [`RECURRENCE-ID${type}${range}:${recurrence.value}`] : []),
    `SEQUENCE:${sequence}`,
    `DTSTAMP:${stamp}`,
    `ORGANIZER${nameOf(organizer)}:mailto:${writeAddress(organizer.address)}`,
    `ATTENDEE;PARTSTAT=${answer.toUpperCase()}${by}${nameOf(attendee)}:mailto:${writeAddress(attendee.address)}`,
    `SUMMARY:${escapeText(summary)}`,
    ...(comment === undefined || comment.trim() === '' ? [] : [`COMMENT:${escapeText(comment.trim())}`]),
    'END:VEVENT',
  ];
}

function nameOf({ name }: Address): string {
  const text = headerText(name);
  return text === '' ? '' : `;CN=${quoted(text)}`;
}

/** RFC 5545 §3.2: a parameter has no way to hold a quote. */
function quoted(text: string): string {
  return `"${text.replaceAll('"', "'")}"`;
}

function shortText(value: string): string {
  return unescapeText(value)
    .slice(0, LONGEST_TEXT)
    .toWellFormed()
    .replace(/[^\P{Cc}\n\t]/gu, '')
    .trim();
}
