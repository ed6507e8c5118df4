/** What servers say when they are well, but not now: by response code (RFC 5530 §3), and in words of their own. */
import type { ErrorDetail } from '../base/errors.ts';

export type ServerAnswer = { code: string | undefined; text: string };

/** `connections`: one too many is open. `throttled`: too much was asked for. `unavailable`: something behind the server. */
type Reason = 'connections' | 'throttled' | 'in-use' | 'unavailable';

const CODES: Record<string, Reason> = {
  UNAVAILABLE: 'unavailable',
  SERVERBUG: 'unavailable',
  INUSE: 'in-use',
  LIMIT: 'throttled',
  THROTTLED: 'throttled',
};
const CONNECTIONS =
  /too many (\w+ ){0,3}(connections|sessions|logins)|(maximum|max|limit)( number)?( of)? (\w+ ){0,2}(connections|sessions)|(connection|session)s? limit/i;
/** Google calls it OVERQUOTA when too much was downloaded in a day: the mailbox is not full. */
const THROTTLED =
  /throttl|back-?off time|too many (\w+ ){0,2}(requests|commands)|rate limit|bandwidth limit|exceeded (command|download|bandwidth)/i;
const BACKOFF = /back-?off time\W{1,3}(\d{1,10})\s*([a-z]*)/i;
const AGAIN = /(?:again|retry) (?:in|after) (\d{1,10})\s*([a-z]*)/i;
const DAY = 24 * 60 * 60_000;

/**
 * Undefined when the answer says nothing of the kind. `waitMs` is there when the server named a time (milliseconds, at most a day);
 * `isLogin`: at login every limit is one of connections.
 */
export function busyDetail({ code, text }: ServerAnswer, isLogin = false): ErrorDetail | undefined {
  const reason = reasonOf(code, text, isLogin);
  if (reason === undefined) return undefined;
  const waitMs = waitIn(text);
  return { reason, ...(waitMs !== undefined && { waitMs }) };
}

function reasonOf(code: string | undefined, text: string, isLogin: boolean): Reason | undefined {
  if (CONNECTIONS.test(text) || (isLogin && code === 'LIMIT')) return 'connections';
  if (THROTTLED.test(text)) return 'throttled';
  return code === undefined ? undefined : CODES[code];
}

function waitIn(text: string): number | undefined {
  const backoff = BACKOFF.exec(text);
  // Exchange, whose words these are, means milliseconds; others who name a time say which.
  if (backoff) return bounded(Number(backoff[1]) * unitOf(backoff[2] ?? '', 1));
  const again = AGAIN.exec(text);
  return again ? bounded(Number(again[1]) * unitOf(again[2] ?? '', 1_000)) : undefined;
}

const bounded = (time: number) => Math.min(time, DAY);

function unitOf(word: string, otherwise: number): number {
  if (/^(ms|milli)/i.test(word)) return 1;
  if (/^s/i.test(word)) return 1_000;
  if (/^m/i.test(word)) return 60_000;
  return /^h/i.test(word) ? 60 * 60_000 : otherwise;
}
