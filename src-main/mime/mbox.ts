/**
 * The mbox format (RFC 4155) in its variant mboxrd: a line that begins with `From `, with or without quotes before it, gets one more `>`,
 * so that nothing is lost on the way back. Line ends stay as they are in each message: a signature counts them.
 */
import { writeState } from './mbox-state.ts';

const FROM = Buffer.from('From ');
const GREATER = 0x3e;
const NEWLINE = 0x0a;
const RETURN = 0x0d;

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const MAX_TIME = 253_402_300_799_000; // the year 9999

const FROM_LINE =
  /^From (?:.*\s)?([A-Za-z]{3})\s+(\d{1,2})\s+(\d{1,2}):(\d\d)(?::(\d\d))?\s+(?:([A-Z]{1,5}|[+-]\d{4})\s+)?(\d{4})(?:\s+([+-]\d{4}))?\b/;

/** The time of a separator line, in milliseconds since 1970; undefined when the line is none. Without a zone it is UTC (RFC 4155). */
export function readFromLine(line: string): number | undefined {
  const match = FROM_LINE.exec(line);
  if (!match) return undefined;
  const [, month = '', day, hour, minute, second = '0', zoneBefore, year, zoneAfter] = match;
  const monthIndex = MONTHS.findIndex((one) => one.toLowerCase() === month.toLowerCase());
  if (monthIndex < 0) return undefined;
  const time = Date.UTC(
    Number(year),
    monthIndex,
    Number(day),
    Number(hour),
    Number(minute),
    Math.min(Number(second), 59),
  );
  const zone = /^([+-])(\d\d)(\d\d)$/.exec(zoneAfter ?? zoneBefore ?? '');
  const offset = zone ? (zone[1] === '-' ? -1 : 1) * (Number(zone[2]) * 60 + Number(zone[3])) : 0;
  return time - offset * 60_000;
}

/** RFC 4155 Appendix A: address, then the time as asctime() writes it, in UTC. */
export function writeFromLine(sender: string, time: number): string {
  const date = new Date(Math.min(Math.max(Number.isFinite(time) ? time : 0, 0), MAX_TIME));
  const two = (number: number) => String(number).padStart(2, '0');
  const clock = [date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds()].map(two).join(':');
  const day = String(date.getUTCDate()).padStart(2, ' ');
  const address = /^[!-~]{1,254}$/.test(sender) ? sender : 'MAILER-DAEMON';
  return `From ${address} ${DAYS[date.getUTCDay()]} ${MONTHS[date.getUTCMonth()]} ${day} ${clock} ${date.getUTCFullYear()}`;
}

/** One message as it goes into an mbox file, in pieces: separator, state, the message, an empty line. */
export function mboxEntry(message: {
  source: Uint8Array;
  flags: string[];
  internalDate: number;
  sender: string;
}): Uint8Array[] {
  const { source, flags, internalDate, sender } = message;
  const firstLine = source.indexOf(NEWLINE);
  const lineEnd = firstLine > 0 && source[firstLine - 1] === RETURN ? '\r\n' : '\n';
  const head = `${writeFromLine(sender, internalDate)}${lineEnd}${writeState(flags, source.byteLength, lineEnd)}`;
  const tail = source.at(-1) === NEWLINE ? lineEnd : `${lineEnd}${lineEnd}`;
  return [Buffer.from(head, 'latin1'), ...quoteFrom(source), Buffer.from(tail)];
}

/** The source in pieces, each line `>*From ` with one `>` more. */
export function quoteFrom(source: Uint8Array): Uint8Array[] {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { lineStart } of fromLines(source, 0)) {
    pieces.push(source.subarray(at, lineStart), Buffer.of(GREATER));
    at = lineStart;
  }
  pieces.push(source.subarray(at));
  return pieces;
}

/** The way back: each line `>+From ` from `start` on loses one `>`. */
export function unquoteFrom(source: Uint8Array, start = 0): Uint8Array {
  const pieces: Uint8Array[] = [];
  let at = 0;
  for (const { lineStart, quotes } of fromLines(source, start)) {
    if (quotes === 0) continue;
    pieces.push(source.subarray(at, lineStart));
    at = lineStart + 1;
  }
  return at === 0 ? source : Buffer.concat([...pieces, source.subarray(at)]);
}

/** Lines that begin with `From ` behind any number of `>`. */
function* fromLines(source: Uint8Array, start: number): Generator<{ lineStart: number; quotes: number }> {
  const bytes = Buffer.from(source.buffer, source.byteOffset, source.byteLength);
  for (let at = bytes.indexOf(FROM, start); at >= 0; at = bytes.indexOf(FROM, at + 1)) {
    let lineStart = at;
    while (lineStart > start && bytes[lineStart - 1] === GREATER) lineStart--;
    const isLine = lineStart === 0 || bytes[lineStart - 1] === NEWLINE;
    if (isLine) yield { lineStart, quotes: at - lineStart };
  }
}
