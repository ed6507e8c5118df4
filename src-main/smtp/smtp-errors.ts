import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import { connectionErrorOf, MailError, nodeErrorCode } from '../base/errors.ts';
import { knownRefusal, type Refusal } from '../sasl/refusals.ts';

/** What the translation has to know beside the error: the server, and with what the connection signs in. */
export type SmtpErrorContext = { host: string; authKind: 'oauth' | 'password' };

type SmtpReply = { code: number; enhanced: string; text: string };

/**
 * An error of nodemailer as a MailError. The reply's code decides, then its enhanced code (RFC 3463, RFC 5248);
 * its words only where a provider says nothing else. Every 4yz reply is worth another try (RFC 5321 §4.2.1).
 */
export function smtpErrorOf(error: unknown, context: SmtpErrorContext): MailError {
  if (error instanceof MailError) return error;
  const { code, command } = factsOf(error);
  const reply = replyOf(error);
  if (code === 'EAUTH') return loginErrorOf(error, reply, context);
  if (code === 'EENVELOPE' || code === 'EMESSAGE') {
    // Exchange may take a login and say at MAIL FROM that it was none (5.7.57).
    const known = reply && command === 'MAIL FROM' ? knownRefusal('smtp', reply.text) : undefined;
    if (known?.code === 'smtp-not-allowed') return refusedFor(known, error, context);
    return refusalOf(error, code, command, reply);
  }

  // The server was told STARTTLS, or EHLO before it, and did not go along (RFC 8314 §3: no going on in clear).
  if (reply && reply.code >= 500 && (command === 'STARTTLS' || command === 'EHLO')) {
    return new MailError('tls-missing', { detail: { host: context.host }, cause: error });
  }
  if (reply && isTemporary(reply)) return busy(error, context);
  // A TLS hello was answered in clear text: this port speaks no TLS.
  if (NOT_TLS.has(nodeErrorCode(error) ?? '')) {
    return new MailError('tls-missing', { detail: { host: context.host }, cause: error });
  }
  // nodemailer's EPROTOCOL is about SMTP; to Node's names, EPROTO and the like, it would look as one of TLS.
  const connection = code === 'EPROTOCOL' ? undefined : connectionErrorOf(error, context.host);
  if (connection) return connection;
  const mapped = PLAIN_CODES[code ?? ''] ?? 'internal';
  const retry = mapped === 'connection-timed-out' || mapped === 'connection-lost' ? 'later' : 'never';
  return new MailError(mapped, { retry, detail: { host: context.host }, cause: error });
}

const NOT_TLS = new Set(['ERR_SSL_WRONG_VERSION_NUMBER', 'ERR_SSL_PACKET_LENGTH_TOO_LONG']);

const PLAIN_CODES: Record<string, ErrorCode> = {
  ETIMEDOUT: 'connection-timed-out',
  ECONNECTION: 'connection-lost',
  ESOCKET: 'connection-lost',
  EDNS: 'host-not-found',
  ETLS: 'tls-failed',
  EPROTOCOL: 'protocol-error',
};

function loginErrorOf(error: unknown, reply: SmtpReply | undefined, context: SmtpErrorContext): MailError {
  const detail = { host: context.host };
  if (!reply) {
    return (
      connectionErrorOf(error, context.host) ?? new MailError('protocol-error', { detail, cause: error })
    );
  }
  const known = knownRefusal('smtp', reply.text);
  if (known && !(known.code === 'password-refused' && context.authKind === 'oauth')) {
    return refusedFor(known, error, context);
  }
  // 454 while the provider's sign-in service is down is no wrong password (RFC 4954 §6).
  if (isTemporary(reply)) return busy(error, context);
  // 502, 503, 504: no AUTH here, or not this kind.
  if ([500, 502, 503, 504].includes(reply.code)) {
    return new MailError('smtp-not-allowed', { detail, cause: error });
  }
  const code = context.authKind === 'oauth' ? 'login-refused' : 'password-refused';
  return new MailError(code, { retry: 'after-sign-in', detail, cause: error });
}

/** A refusal of the sender, of the recipients, or of the message itself. */
function refusalOf(
  error: unknown,
  code: string,
  command: string | undefined,
  reply: SmtpReply | undefined,
): MailError {
  if (!reply) {
    // nodemailer compared the size with what the server announced (RFC 1870 §6.1) and sent nothing.
    if (code === 'EMESSAGE') return new MailError('message-too-large', { cause: error });
    return new MailError('recipient-invalid', { cause: error });
  }
  const detail = { reply: reply.code };
  // 5.4.5 is Google's daily limit: the same message goes tomorrow.
  if (isTemporary(reply) || reply.enhanced === '5.4.5') {
    return new MailError('server-busy', { retry: 'later', detail, cause: error });
  }
  if (command === 'RCPT TO') return new MailError('recipients-refused', { detail, cause: error });
  if (isTooLarge(reply)) return new MailError('message-too-large', { detail, cause: error });
  if (command === 'MAIL FROM' || isSenderRefused(reply)) {
    return new MailError('sender-refused', { detail, cause: error });
  }
  return new MailError('message-refused', { detail, cause: error });
}

function isTooLarge({ code, enhanced }: SmtpReply): boolean {
  return enhanced === '5.3.4' || enhanced === '5.2.3' || code === 552;
}

function isSenderRefused({ enhanced, text }: SmtpReply): boolean {
  // Microsoft answers the DATA with these when the address is not one of the account's.
  return enhanced === '5.7.60' || enhanced === '5.1.8' || /SendAsDenied/.test(text);
}

function isTemporary({ code }: SmtpReply): boolean {
  return code >= 400 && code < 500;
}

function refusedFor({ code, reason }: Refusal, cause: unknown, { host }: SmtpErrorContext): MailError {
  const retry = code === 'server-busy' ? 'later' : code === 'password-refused' ? 'after-sign-in' : 'never';
  return new MailError(code, { retry, detail: { host, reason }, cause });
}

function busy(error: unknown, { host }: SmtpErrorContext): MailError {
  return new MailError('server-busy', { retry: 'later', detail: { host }, cause: error });
}

/** The server's reply that an error carries; undefined when the server said nothing. */
export function replyOf(error: unknown): SmtpReply | undefined {
  const { responseCode, response } = factsOf(error);
  if (responseCode === undefined) return undefined;
  const text = response ?? '';
  return { code: responseCode, enhanced: /^\d{3}[ -](\d\.\d{1,3}\.\d{1,3})\b/.exec(text)?.[1] ?? '', text };
}

function factsOf(error: unknown): {
  code?: string | undefined;
  command?: string | undefined;
  response?: string | undefined;
  responseCode?: number | undefined;
} {
  if (!(error instanceof Error)) return {};
  const { code, command, response, responseCode } = error as Error & Record<string, unknown>;
  return {
    code: typeof code === 'string' ? code : undefined,
    command: typeof command === 'string' ? command : undefined,
    response: typeof response === 'string' ? response : undefined,
    responseCode: typeof responseCode === 'number' ? responseCode : undefined,
  };
}
