/**
 * imapflow's errors, translated once. Its message says nothing ("Command failed") and its properties say all: `code` for the
 * connection, `authenticationFailed` and `serverResponseCode` (RFC 9051 §7.1, RFC 5530) for what the server answered.
 */
import type { Retry } from '../../src-shared/ipc/error-codes.ts';
import { connectionErrorOf, MailError, nodeErrorCode } from '../base/errors.ts';
import { knownRefusal, type Refusal } from '../sasl/refusals.ts';
import { busyDetail, type ServerAnswer } from './imap-busy.ts';
import { responseCodeOf } from './raw-command.ts';

/** What imapflow hangs on its errors. */
type ImapFailure = Error & {
  code?: unknown;
  authenticationFailed?: unknown;
  serverResponseCode?: unknown;
  responseStatus?: unknown;
  responseText?: unknown;
  /** The tagged line, parsed; a string once imapflow has read its code. */
  response?: unknown;
  /** The words of a BYE. */
  reason?: unknown;
  tlsFailed?: unknown;
  mailboxMissing?: unknown;
};

export type ErrorContext = { host: string; auth: 'oauth' | 'password' };

const LOST = new Set([
  'NoConnection',
  'EConnectionClosed',
  'StateLogout',
  'ClosedAfterConnectText',
  'ClosedAfterConnectTLS',
]);
const TIMED_OUT = new Set([
  'CONNECT_TIMEOUT',
  'GREETING_TIMEOUT',
  'UPGRADE_TIMEOUT',
  'ETIMEOUT',
  'LockTimeout',
]);
/** What OpenSSL says when the other side does not speak TLS at all. */
const NOT_TLS = new Set([
  'ERR_SSL_WRONG_VERSION_NUMBER',
  'ERR_SSL_PACKET_LENGTH_TOO_LONG',
  'ERR_SSL_UNKNOWN_PROTOCOL',
]);

/** Any error of imapflow as a MailError. One that already is stays as it is. */
export function translateImapError(error: unknown, { host, auth }: ErrorContext): MailError {
  if (error instanceof MailError) return error;
  const failure = (error instanceof Error ? error : new Error('not an error')) as ImapFailure;
  const detail = { host };
  const answer = answerOf(failure);
  if (failure.authenticationFailed === true) {
    // imapflow's own refusals come without a server's answer: no way to log in that both sides know, or LOGINDISABLED.
    return failure.responseStatus === undefined
      ? new MailError('imap-not-allowed', { detail, cause: error })
      : loginError(answer, { host, auth }, error);
  }
  if (failure.mailboxMissing === true) return new MailError('mailbox-missing', { detail, cause: error });

  const code = nodeErrorCode(error);
  if (code !== undefined && NOT_TLS.has(code)) return new MailError('tls-missing', { detail, cause: error });
  if (code === 'ETHROTTLE') {
    const told = busyDetail({ ...answer, code: 'THROTTLED' });
    return new MailError('server-busy', { retry: 'later', detail: { ...detail, ...told }, cause: error });
  }
  if (code === 'NotFound') return new MailError('mailbox-missing', { detail, cause: error });
  if (code !== undefined && LOST.has(code)) {
    const busy = answer.text === '' ? undefined : busyDetail(answer);
    if (busy) {
      return new MailError('server-busy', { retry: 'later', detail: { ...detail, ...busy }, cause: error });
    }
    return new MailError('connection-lost', { retry: 'later', detail, cause: error });
  }
  if (code !== undefined && TIMED_OUT.has(code)) {
    return new MailError('connection-timed-out', { retry: 'later', detail, cause: error });
  }
  // imapflow's own: nothing was sent, the server had told its limit (RFC 7889).
  if (answer.code === 'APPENDLIMIT') return new MailError('message-too-large', { detail, cause: error });
  const connection = connectionErrorOf(error, host);
  if (connection) return connection;
  // No code of the network or of TLS: STARTTLS was not offered, was refused, or came too late (RFC 9051 §6.2.1).
  if (failure.tlsFailed === true) {
    return new MailError(code === 'STARTTLS_INJECTION' ? 'tls-failed' : 'tls-missing', {
      detail,
      cause: error,
    });
  }
  if (failure.responseStatus === 'NO' || failure.responseStatus === 'BAD') {
    return refusalError(answer, host, error);
  }
  return new MailError('protocol-error', { retry: 'later', detail, cause: error });
}

/** RFC 5530 §3, CANNOT: of a command that names a new mailbox it means that the name is invalid; of others, that they cannot be done. */
export const isNameRefused = (error: unknown): boolean =>
  error instanceof Error && answerOf(error).code === 'CANNOT';

/** The response code and the words of what the server answered, or of its BYE. */
function answerOf({ serverResponseCode, response, responseText, reason }: ImapFailure): ServerAnswer {
  const text = typeof responseText === 'string' ? responseText : typeof reason === 'string' ? reason : '';
  const own = typeof serverResponseCode === 'string' ? serverResponseCode : undefined;
  const isParsed = typeof response === 'object' && response !== null;
  const code = own ?? (isParsed ? responseCodeOf(response)[0] : undefined);
  return { code: code?.toUpperCase(), text };
}

function loginError(answer: ServerAnswer, { host, auth }: ErrorContext, cause: unknown): MailError {
  const detail = { host };
  const { code: responseCode } = answer;
  const known = knownRefusal('imap', `${responseCode ?? ''} ${answer.text}`);
  // What is wrong with a password is nothing to somebody who came with a token.
  if (known && !(known.code === 'password-refused' && auth === 'oauth')) {
    return refusedFor(known, host, cause, 'after-sign-in');
  }
  // The server could not ask the authorization server, or has enough connections: nothing is wrong with the token or the password.
  const busy = busyDetail(answer, true);
  if (busy) return new MailError('server-busy', { retry: 'later', detail: { ...detail, ...busy }, cause });
  // RFC 5530 §3: who we are was proved, but we may not come in this way.
  if (responseCode === 'AUTHORIZATIONFAILED' || responseCode === 'CONTACTADMIN') {
    return new MailError('imap-not-allowed', { retry: 'after-sign-in', detail, cause });
  }
  if (responseCode === 'PRIVACYREQUIRED') return new MailError('tls-missing', { detail, cause });
  return new MailError(auth === 'oauth' ? 'login-refused' : 'password-refused', {
    retry: 'after-sign-in',
    detail,
    cause,
  });
}

function refusedFor({ code, reason }: Refusal, host: string, cause: unknown, otherwise: Retry): MailError {
  const retry = code === 'server-busy' ? 'later' : otherwise;
  return new MailError(code, { retry, detail: { host, reason }, cause });
}

/** A command that the server answered with NO or BAD. */
function refusalError(answer: ServerAnswer, host: string, cause: unknown): MailError {
  const options = { detail: { host }, cause };
  const busy = busyDetail(answer);
  if (busy) return new MailError('server-busy', { retry: 'later', detail: { host, ...busy }, cause });
  // Exchange logs everybody in, and says only then that the mailbox may not be used this way.
  const known = knownRefusal('imap', answer.text);
  if (known?.code === 'imap-not-allowed') return refusedFor(known, host, cause, 'never');
  switch (answer.code) {
    case 'NONEXISTENT':
    case 'TRYCREATE':
      return new MailError('mailbox-missing', options);
    case 'ALREADYEXISTS':
      return new MailError('mailbox-exists', options);
    case 'OVERQUOTA':
      return new MailError('mailbox-full', options);
    case 'APPENDLIMIT':
    case 'TOOBIG': // RFC 7889 §3, RFC 4469 §5
      return new MailError('message-too-large', options);
    case 'EXPUNGEISSUED':
      return new MailError('message-gone', options);
    default:
      return new MailError('change-refused', options);
  }
}
