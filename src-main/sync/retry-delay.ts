import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import { backoffDelay } from '../base/backoff.ts';
import type { MailError } from '../base/errors.ts';

/** No server was reached: trying costs it nothing, and the link may be back at any moment. */
const UNREACHED: ReadonlySet<ErrorCode> = new Set([
  'offline',
  'host-not-found',
  'connection-refused',
  'connection-timed-out',
  'connection-lost',
  // A hotel's network answers in the server's place until somebody has signed in to it.
  'tls-untrusted',
  'tls-wrong-host',
  'tls-expired',
  'tls-missing',
  'tls-failed',
  'protocol-error',
]);
/** So that new mail is here within 10 s of the link's return, also where the system tells nothing. */
const UNREACHED_MOST = 8_000;
/** After so many tries (an hour) it is no matter of seconds any more. */
const PATIENT = 450;
const PATIENT_MOST = 60_000;
const BUSY_FIRST = 10_000;
const LONGEST_ASKED = 60 * 60_000;

/** How long to wait before the next try, in milliseconds: as long as the server asked, else by what went wrong. */
export function retryDelay(error: MailError, attempt: number, random = Math.random): number {
  const asked = error.detail?.waitMs;
  if (typeof asked === 'number' && asked > 0) {
    // A little more, so that not all clients come back at the same instant.
    return Math.min(LONGEST_ASKED, asked) + Math.round(random() * Math.min(10_000, asked / 10 + 500));
  }
  if (error.code === 'server-busy') return backoffDelay(attempt, BUSY_FIRST, undefined, random);
  if (!UNREACHED.has(error.code)) return backoffDelay(attempt, undefined, undefined, random);
  return backoffDelay(attempt, 1_000, attempt < PATIENT ? UNREACHED_MOST : PATIENT_MOST, random);
}
