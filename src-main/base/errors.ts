import type { ErrorCode, Retry } from '../../src-shared/ipc/error-codes.ts';
import type { Fail } from '../../src-shared/ipc/result.ts';

export type ErrorDetail = Record<string, string | number>;

/**
 * The one error of the engine. `message` is the code, so that nothing a server or a library said can slip into a log line or a screen;
 * `cause` keeps the original for the debugger only and is never serialised.
 */
export class MailError extends Error {
  readonly code: ErrorCode;
  readonly retry: Retry;
  readonly detail: ErrorDetail | undefined;

  constructor(code: ErrorCode, options: { retry?: Retry; detail?: ErrorDetail; cause?: unknown } = {}) {
    super(code, options.cause === undefined ? undefined : { cause: options.cause });
    this.name = 'MailError';
    this.code = code;
    this.retry = options.retry ?? 'never';
    this.detail = options.detail;
  }
}

/** Any thrown thing as a MailError; what is not one already becomes `internal`. */
export function toMailError(error: unknown): MailError {
  return error instanceof MailError ? error : new MailError('internal', { cause: error });
}

/** A MailError as the value that crosses to a window. */
export function toFail(error: unknown): Fail {
  const { code, retry, detail } = toMailError(error);
  return { ok: false, code, retry, ...(detail && { detail }) };
}

/**
 * Network and TLS failures of Node, as thrown by sockets, TLS and fetch (which hides them in `cause`).
 * Undefined when the error is not one of the connection: the caller's protocol then decides.
 */
export function connectionErrorOf(error: unknown, host: string): MailError | undefined {
  const code = nodeErrorCode(error);
  if (code === undefined) return undefined;
  const mapped =
    CONNECTION_CODES[code] ?? (/^(ERR_SSL|ERR_TLS|EPROTO)/.test(code) ? 'tls-failed' : undefined);
  if (mapped === undefined) return undefined;
  const retry = mapped.startsWith('tls-') ? 'never' : 'later';
  return new MailError(mapped, { retry, detail: { host }, cause: error });
}

const CONNECTION_CODES: Record<string, ErrorCode> = {
  ENOTFOUND: 'host-not-found',
  EAI_AGAIN: 'offline',
  ENETUNREACH: 'offline',
  ENETDOWN: 'offline',
  EHOSTUNREACH: 'offline',
  ECONNREFUSED: 'connection-refused',
  ETIMEDOUT: 'connection-timed-out',
  ETIMEOUT: 'connection-timed-out',
  UND_ERR_CONNECT_TIMEOUT: 'connection-timed-out',
  UND_ERR_HEADERS_TIMEOUT: 'connection-timed-out',
  UND_ERR_BODY_TIMEOUT: 'connection-timed-out',
  ECONNRESET: 'connection-lost',
  EPIPE: 'connection-lost',
  UND_ERR_SOCKET: 'connection-lost',
  DEPTH_ZERO_SELF_SIGNED_CERT: 'tls-untrusted',
  SELF_SIGNED_CERT_IN_CHAIN: 'tls-untrusted',
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: 'tls-untrusted',
  UNABLE_TO_GET_ISSUER_CERT: 'tls-untrusted',
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: 'tls-untrusted',
  CERT_UNTRUSTED: 'tls-untrusted',
  CERT_SIGNATURE_FAILURE: 'tls-untrusted',
  CERT_REVOKED: 'tls-untrusted',
  INVALID_CA: 'tls-untrusted',
  INVALID_PURPOSE: 'tls-untrusted',
  PATH_LENGTH_EXCEEDED: 'tls-untrusted',
  CERT_CHAIN_TOO_LONG: 'tls-untrusted',
  CERT_REJECTED: 'tls-untrusted',
  /** What OpenSSL has no name for here: name constraints, a critical extension that nobody knows, a digest that is too weak. */
  UNSPECIFIED: 'tls-untrusted',
  CERT_HAS_EXPIRED: 'tls-expired',
  CERT_NOT_YET_VALID: 'tls-expired',
  ERR_TLS_CERT_ALTNAME_INVALID: 'tls-wrong-host',
  HOSTNAME_MISMATCH: 'tls-wrong-host',
};

/** The `code` of an error or of what caused it, three levels deep; nodemailer keeps it in `originalCode`. */
export function nodeErrorCode(error: unknown): string | undefined {
  let at: unknown = error;
  let found: string | undefined;
  for (let depth = 0; depth < 4 && at instanceof Error; depth++) {
    const { code, originalCode, errors } = at as { code?: unknown; originalCode?: unknown; errors?: unknown };
    if (typeof originalCode === 'string') return originalCode;
    if (typeof code === 'string') found = code;
    if (found !== undefined && found in CONNECTION_CODES) return found;
    // Happy eyeballs (RFC 8305) report one error an address.
    at = at.cause ?? (Array.isArray(errors) ? errors[0] : undefined);
  }
  return found;
}

/** Any failure of a write into the file system: `disk-full`, else `file-unwritable`. */
export function fileErrorOf(error: unknown): MailError {
  return diskErrorOf(error) ?? new MailError('file-unwritable', { cause: error });
}

/** A full disk or a read-only one, from SQLite or from the file system; undefined when it is something else. */
export function diskErrorOf(error: unknown): MailError | undefined {
  const code = nodeErrorCode(error);
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === 'SQLITE_FULL') {
    return new MailError('disk-full', { retry: 'later', cause: error });
  }
  if (code === 'EACCES' || code === 'EROFS' || code === 'EPERM' || code === 'SQLITE_READONLY') {
    return new MailError('file-unwritable', { cause: error });
  }
  return undefined;
}
