import { describe, expect, it } from 'vitest';
import { MailError } from '../../../../src-main/base/errors.ts';
import { type SmtpErrorContext, smtpErrorOf } from '../../../../src-main/smtp/smtp-errors.ts';

const failure = (facts: Record<string, unknown>) => {
  const responseCode = typeof facts.response === 'string' ? Number(facts.response.slice(0, 3)) : undefined;
  return Object.assign(new Error('what the library says'), {
    ...(responseCode && { responseCode }),
    ...facts,
  });
};
const told = (facts: Record<string, unknown>, authKind: SmtpErrorContext['authKind'] = 'oauth') => {
  const error = smtpErrorOf(failure(facts), { host: 'smtp.lab.test', authKind });
  return `${error.code} ${error.retry}`;
};

describe('smtpErrorOf', () => {
  it.each([
    [{ code: 'EAUTH', response: '535 5.7.8 no' }, 'login-refused after-sign-in'],
    [{ code: 'EAUTH', response: '454 4.7.0 later' }, 'server-busy later'],
    [{ code: 'EAUTH', response: '421 4.7.0 too many' }, 'server-busy later'],
    [{ code: 'EAUTH', response: '504 5.5.4 what' }, 'smtp-not-allowed never'],
    [{ code: 'ECONNECTION' }, 'connection-lost later'],
    [{ code: 'ECONNECTION', response: '421 4.3.2 full', command: 'EHLO' }, 'server-busy later'],
    [{ code: 'ECONNECTION', response: '502 what', command: 'EHLO' }, 'tls-missing never'],
    [{ code: 'ETLS', response: '454 TLS not available now', command: 'STARTTLS' }, 'server-busy later'],
    [{ code: 'ETLS', response: '500 what', command: 'STARTTLS' }, 'tls-missing never'],
    [{ code: 'ETLS' }, 'tls-failed never'],
    [{ code: 'ESOCKET', originalCode: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE' }, 'tls-untrusted never'],
    [{ code: 'ESOCKET', originalCode: 'CERT_HAS_EXPIRED' }, 'tls-expired never'],
    [{ code: 'ESOCKET', originalCode: 'ECONNREFUSED' }, 'connection-refused later'],
    [{ code: 'ESOCKET', originalCode: 'ERR_SSL_WRONG_VERSION_NUMBER' }, 'tls-missing never'],
    [{ code: 'EDNS', originalCode: 'ENOTFOUND' }, 'host-not-found later'],
    [{ code: 'EDNS', originalCode: 'EAI_AGAIN' }, 'offline later'],
    [{ code: 'ETIMEDOUT' }, 'connection-timed-out later'],
    [{ code: 'EPROTOCOL', response: '554 go away' }, 'protocol-error never'],
    [{ code: 'EPROTOCOL', response: '450 later' }, 'server-busy later'],
    [{ code: 'EMESSAGE', command: 'MAIL FROM' }, 'message-too-large never'],
    [{ code: 'EENVELOPE', command: 'RCPT TO', response: '552 5.2.2 full' }, 'recipients-refused never'],
    [
      { code: 'EMESSAGE', command: 'DATA', response: '550 5.7.60 not as this sender' },
      'sender-refused never',
    ],
    [{ code: 'ESOMETHING' }, 'internal never'],
  ])('translates %j into %s', (facts, expected) => {
    expect(told(facts)).toBe(expected);
  });

  it('tells a wrong password from a refused token', () => {
    expect(told({ code: 'EAUTH', response: '535 5.7.8 no' }, 'password')).toBe(
      'password-refused after-sign-in',
    );
  });

  it('leaves alone what is translated already, and carries no words of the server', () => {
    const mine = new MailError('grant-ended');
    expect(smtpErrorOf(mine, { host: 'x', authKind: 'oauth' })).toBe(mine);
    const error = smtpErrorOf(
      failure({ code: 'EMESSAGE', command: 'DATA', response: '554 5.7.1 <b>call 0800</b>' }),
      {
        host: 'smtp.lab.test',
        authKind: 'oauth',
      },
    );
    expect(JSON.stringify({ message: error.message, detail: error.detail })).not.toContain('0800');
  });
});
