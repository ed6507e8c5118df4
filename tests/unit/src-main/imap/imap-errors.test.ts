import { describe, expect, it } from 'vitest';
import { MailError } from '../../../../src-main/base/errors.ts';
import { translateImapError } from '../../../../src-main/imap/imap-errors.ts';

const failure = (properties: Record<string, unknown>) =>
  Object.assign(new Error('Command failed'), properties);
const translated = (properties: Record<string, unknown>, auth: 'oauth' | 'password' = 'oauth') => {
  const { code, retry } = translateImapError(failure(properties), { host: 'imap.lab.test', auth });
  return `${code} ${retry}`;
};

/** One row for each case that was seen on real servers. */
const ROWS: [string, Record<string, unknown>, string, ('oauth' | 'password')?][] = [
  [
    'a wrong password',
    { authenticationFailed: true, responseStatus: 'NO', serverResponseCode: 'AUTHENTICATIONFAILED' },
    'password-refused after-sign-in',
    'password',
  ],
  [
    'a wrong password without a response code',
    { authenticationFailed: true, responseStatus: 'NO' },
    'password-refused after-sign-in',
    'password',
  ],
  [
    'a dead token',
    { authenticationFailed: true, responseStatus: 'NO', serverResponseCode: 'AUTHENTICATIONFAILED' },
    'login-refused after-sign-in',
  ],
  [
    'an authorization server that is down',
    { authenticationFailed: true, responseStatus: 'NO', serverResponseCode: 'UNAVAILABLE' },
    'server-busy later',
  ],
  [
    'an account that may not use IMAP',
    { authenticationFailed: true, responseStatus: 'NO', serverResponseCode: 'AUTHORIZATIONFAILED' },
    'imap-not-allowed after-sign-in',
  ],
  ['no way to log in', { authenticationFailed: true }, 'imap-not-allowed never'],
  [
    'an unknown authority',
    { code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', tlsFailed: true },
    'tls-untrusted never',
  ],
  ['a wrong host name', { code: 'ERR_TLS_CERT_ALTNAME_INVALID' }, 'tls-wrong-host never'],
  ['no TLS on the other side', { code: 'ERR_SSL_WRONG_VERSION_NUMBER' }, 'tls-missing never'],
  ['no STARTTLS', { tlsFailed: true }, 'tls-missing never'],
  ['words slipped in before TLS', { code: 'STARTTLS_INJECTION', tlsFailed: true }, 'tls-failed never'],
  ['a refused connection', { code: 'ECONNREFUSED' }, 'connection-refused later'],
  ['no network', { code: 'ENETUNREACH' }, 'offline later'],
  ['silence', { code: 'GREETING_TIMEOUT' }, 'connection-timed-out later'],
  ['a cut connection', { code: 'NoConnection' }, 'connection-lost later'],
  ['throttling', { code: 'ETHROTTLE', responseStatus: 'BAD' }, 'server-busy later'],
  ['a full mailbox', { responseStatus: 'NO', serverResponseCode: 'OVERQUOTA' }, 'mailbox-full never'],
  ['a missing mailbox', { responseStatus: 'NO', serverResponseCode: 'TRYCREATE' }, 'mailbox-missing never'],
  [
    'a mailbox that LIST does not know',
    { responseStatus: 'NO', mailboxMissing: true },
    'mailbox-missing never',
  ],
  ['a mailbox in use', { responseStatus: 'NO', serverResponseCode: 'INUSE' }, 'server-busy later'],
  ['any other refusal', { responseStatus: 'NO' }, 'change-refused never'],
  ['an answer that cannot be read', { code: 'ParserError7' }, 'protocol-error later'],
];

describe("imapflow's errors", () => {
  it.each(ROWS)('%s', (_, properties, expected, auth) => {
    expect(translated(properties, auth)).toBe(expected);
  });

  it('keep a MailError as it is, and say nothing of the server in their message', () => {
    const already = new MailError('offline');
    expect(translateImapError(already, { host: 'h', auth: 'oauth' })).toBe(already);
    const error = translateImapError(failure({ responseText: 'call +1 900' }), { host: 'h', auth: 'oauth' });
    expect(error.message).toBe('protocol-error');
  });
});
