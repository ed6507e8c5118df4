/** Makes what a server says safe to keep and to show: a server is not trusted, nor is who wrote the mail. */
import type { Address } from '../../src-shared/model/message.ts';
import { flag as flagSchema } from '../../src-shared/model/message.ts';
import { oneLine } from '../base/one-line.ts';

const MOST_TEXT = 10_000;
const MOST_ADDRESSES = 500;
const MOST_FLAGS = 100;
const MOST_REFERENCES = 100;
/** RFC 5322 §2.1.1: no line is longer, so no identifier is. */
const LONGEST_IDENTIFIER = 998;
const DAY = 24 * 60 * 60_000;
/** 1 January 2100: no server delivers later. */
const LATEST = 4_102_444_800_000;

// Direction overrides and isolates: a mailbox name with one could dress up as another.
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/** One line of text: control characters become spaces, the length is bounded (in UTF-16 units). */
export function cleanText(value: string | undefined, most = MOST_TEXT): string {
  return oneLine(value ?? '', most);
}

/** The last part of a mailbox's path, as it is shown. The path itself stays as the server wrote it: it is its key. */
export function cleanMailboxName(value: string): string {
  return cleanText(value.replace(DIRECTION, ''), 255) || '\ufffd';
}

/** Addresses that have one; groups and empty entries are left out. */
export function cleanAddresses(
  list: readonly { name?: string | undefined; address?: string | undefined }[] | undefined,
): Address[] {
  return (list ?? [])
    .slice(0, MOST_ADDRESSES)
    .map(({ name, address }) => ({ name: cleanText(name, 500), address: cleanText(address, 500) }))
    .filter(({ name, address }) => address !== '' || name !== '');
}

/** INTERNALDATE (RFC 9051 §2.3.3); an unreadable one becomes `otherwise`. */
export function cleanInternalDate(value: Date | string | undefined, otherwise: number): number {
  return timeOf(value) ?? otherwise;
}

/** The Date header: nothing when unreadable, before 1970, or more than two days after the server received the message. */
export function cleanDate(value: Date | string | undefined, internalDate: number): number | undefined {
  const time = timeOf(value);
  return time === undefined || time > internalDate + 2 * DAY ? undefined : time;
}

function timeOf(value: Date | string | undefined): number | undefined {
  if (value === undefined) return undefined;
  const time = new Date(value).getTime();
  return Number.isFinite(time) && time >= 0 && time < LATEST ? time : undefined;
}

/** Flags that the model knows how to name; \Recent is the session's, not the message's (RFC 9051 §2.3.2). */
export function cleanFlags(flags: Iterable<string> | undefined): string[] {
  const kept: string[] = [];
  for (const flag of flags ?? []) {
    if (kept.length === MOST_FLAGS) break;
    if (flag.toLowerCase() !== '\\recent' && flagSchema.safeParse(flag).success) kept.push(flag);
  }
  return kept;
}

/** Identifiers in angle brackets (RFC 5322 §3.6.4). The last ones are kept: they stand nearest in the thread. */
export function identifiersIn(text: string | undefined): string[] {
  const found = (text ?? '').slice(0, 200_000).match(/<[^<>\s]{1,998}>/g) ?? [];
  return [...new Set(found)].slice(-MOST_REFERENCES);
}

/** The Message-ID header with its brackets; one without them is kept as it is, so that equal ones stay equal. */
export function cleanMessageId(text: string | undefined): string {
  const trimmed = cleanText(text, LONGEST_IDENTIFIER);
  return identifiersIn(trimmed)[0] ?? trimmed;
}
