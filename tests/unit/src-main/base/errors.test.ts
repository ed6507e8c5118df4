import { expect, it } from 'vitest';
import { connectionErrorOf, diskErrorOf, MailError, toFail } from '../../../../src-main/base/errors.ts';

const withCode = (code: string, message = 'secret words of a server') =>
  Object.assign(new Error(message), { code });

it('never lets the words of another error reach a window', () => {
  const fail = toFail(new MailError('login-refused', { cause: withCode('X', 'token abc') }));
  expect(JSON.stringify(fail)).toBe('{"ok":false,"code":"login-refused","retry":"never"}');
  expect(toFail(new Error('raw words'))).toEqual({ ok: false, code: 'internal', retry: 'never' });
});

it.each([
  ['ENOTFOUND', 'host-not-found', 'later'],
  ['ECONNREFUSED', 'connection-refused', 'later'],
  ['EAI_AGAIN', 'offline', 'later'],
  ['ERR_TLS_CERT_ALTNAME_INVALID', 'tls-wrong-host', 'never'],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'tls-untrusted', 'never'],
  ['CERT_HAS_EXPIRED', 'tls-expired', 'never'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'tls-failed', 'never'],
])('tells %s as %s', (code, expected, retry) => {
  const error = connectionErrorOf(withCode(code), 'mail.example');
  expect(error).toMatchObject({ code: expected, retry, detail: { host: 'mail.example' } });
});

it('finds the code under fetch, under nodemailer, and under happy eyeballs', () => {
  const fetchError = new TypeError('fetch failed', { cause: withCode('ECONNREFUSED') });
  const nodemailer = Object.assign(withCode('ESOCKET'), { originalCode: 'CERT_HAS_EXPIRED' });
  const eyeballs = Object.assign(new AggregateError([withCode('ECONNREFUSED')]), {});
  expect(connectionErrorOf(fetchError, 'h')?.code).toBe('connection-refused');
  expect(connectionErrorOf(nodemailer, 'h')?.code).toBe('tls-expired');
  expect(connectionErrorOf(eyeballs, 'h')?.code).toBe('connection-refused');
});

it('leaves errors that are not of the connection to the protocol', () => {
  expect(connectionErrorOf(withCode('EAUTH'), 'h')).toBeUndefined();
});

it('tells a full disk from one that may not be written', () => {
  expect(diskErrorOf(withCode('SQLITE_FULL'))?.code).toBe('disk-full');
  expect(diskErrorOf(withCode('EROFS'))?.code).toBe('file-unwritable');
  expect(diskErrorOf(withCode('ENOENT'))).toBeUndefined();
});
