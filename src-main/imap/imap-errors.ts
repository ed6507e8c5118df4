/**
 * imapflow's errors, translated once. Its message says nothing ("Command failed") and its properties say all: `code` for the
 * connection, `authenticationFailed` and `serverResponseCode` (RFC 9051 §7.1, RFC 5530) for what the server answered.
 */
import { connectionErrorOf, MailError, nodeErrorCode } from '../base/errors.ts';

/** What imapflow hangs on its errors. */
type ImapFailure = Error & {
  code?: unknown;
  authenticationFailed?: unknown;
  serverResponseCode?: unknown;
  responseStatus?: unknown;
  tlsFailed?: unknown;
  mailboxMissing?: unknown;
};

export type ErrorContext = { host: string; auth: 'oauth' | 'password' };

/** RFC 5530 §3 and the throttling that providers add: the server is well, but not now. */
const BUSY = new Set(['UNAVAILABLE', 'INUSE', 'LIMIT', 'THROTTLED', 'SERVERBUG']);
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
  const responseCode =
    typeof failure.serverResponseCode === 'string' ? failure.serverResponseCode : undefined;
  if (failure.authenticationFailed === true) {
    // imapflow's own refusals come without a server's answer: no way to log in that both sides know, or LOGINDISABLED.
    return failure.responseStatus === undefined
      ? new MailError('imap-not-allowed', { detail, cause: error })
      : loginError(responseCode, { host, auth }, error);
  }
  if (failure.mailboxMissing === true) return new MailError('mailbox-missing', { detail, cause: error });

  const code = nodeErrorCode(error);
  if (code !== undefined && NOT_TLS.has(code)) return new MailError('tls-missing', { detail, cause: error });
  if (code === 'ETHROTTLE') return new MailError('server-busy', { retry: 'later', detail, cause: error });
  if (code === 'NotFound') return new MailError('mailbox-missing', { detail, cause: error });
  if (code !== undefined && LOST.has(code)) {
    return new MailError('connection-lost', { retry: 'later', detail, cause: error });
  }
  if (code !== undefined && TIMED_OUT.has(code)) {
    return new MailError('connection-timed-out', { retry: 'later', detail, cause: error });
  }
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
    return refusalError(responseCode, host, error);
  }
  return new MailError('protocol-error', { retry: 'later', detail, cause: error });
}

function loginError(
  responseCode: string | undefined,
  { host, auth }: ErrorContext,
  cause: unknown,
): MailError {
  const detail = { host };
  // The server could not ask the authorization server: nothing is wrong with the token or the password.
  if (responseCode !== undefined && BUSY.has(responseCode)) {
    return new MailError('server-busy', { retry: 'later', detail, cause });
  }
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

/** A command that the server answered with NO or BAD, by its response code. */
export function refusalError(responseCode: string | undefined, host: string, cause?: unknown): MailError {
  const options = { detail: { host }, ...(cause !== undefined && { cause }) };
  switch (responseCode) {
    case 'NONEXISTENT':
    case 'TRYCREATE':
      return new MailError('mailbox-missing', options);
    case 'OVERQUOTA':
      return new MailError('mailbox-full', options);
    case 'EXPUNGEISSUED':
      return new MailError('message-gone', options);
    default:
      return responseCode !== undefined && BUSY.has(responseCode)
        ? new MailError('server-busy', { ...options, retry: 'later' })
        : new MailError('change-refused', options);
  }
}
