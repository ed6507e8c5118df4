import { describe, expect, it } from 'vitest';
import { translateImapError } from '../../../../src-main/imap/imap-errors.ts';
import { knownRefusal } from '../../../../src-main/sasl/refusals.ts';
import { smtpErrorOf } from '../../../../src-main/smtp/smtp-errors.ts';

/** What servers have said, word for word, as far as it was written down by those who met it. */
const IMAP: [string, string | undefined][] = [
  [
    '[ALERT] Your account is not enabled for IMAP use. Please visit your Gmail settings page and enable your account for IMAP access. (Failure)',
    'imap-not-allowed imap-off',
  ],
  [
    '[ALERT] IMAP access is disabled for your domain. Please contact your domain administrator for questions about this feature. (Failure)',
    'imap-not-allowed imap-off',
  ],
  ['User is authenticated but not connected.', 'imap-not-allowed imap-off'],
  [
    '[ALERT] You are yet to enable IMAP for your account. Please contact your administrator (Failure)',
    'imap-not-allowed imap-off',
  ],
  [
    '[AUTHENTICATIONFAILED] LOGIN invalid credentials or IMAP is disabled sc=Xk2w7h0Rp4Y1_191553_imap-62',
    'password-refused imap-off',
  ],
  [
    '[ALERT] Application-specific password required: https://support.google.com/accounts/answer/185833 (Failure)',
    'password-refused app-password',
  ],
  [
    '[AUTHENTICATIONFAILED] NEOBHODIM parol prilozheniya https://help.mail.ru/mail/security/protection/external / Application password is REQUIRED',
    'password-refused app-password',
  ],
  [
    '[ALERT] Please log in via your web browser: https://support.google.com/mail/accounts/answer/78754 (Failure)',
    'password-refused web-login',
  ],
  [
    '[WEBALERT https://accounts.google.com/signin/continue?sarp=1] Web login required.',
    'password-refused web-login',
  ],
  ['[ALERT] Too many login failures, please try again later', 'server-busy too-many'],
  ['[AUTHENTICATIONFAILED] Invalid credentials (Failure)', undefined],
  ['[AUTHENTICATIONFAILED] LOGIN Invalid credentials', undefined],
  ['LOGIN failed.', undefined],
  ['AUTHENTICATE failed.', undefined],
];

const SMTP: [string, string | undefined][] = [
  [
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant. Visit https://aka.ms/smtp_auth_disabled for more information. [AM0PR02CA0001.eurprd02.prod.outlook.com]',
    'smtp-not-allowed smtp-auth-off',
  ],
  [
    '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Mailbox. Visit https://aka.ms/smtp_auth_disabled for more information.',
    'smtp-not-allowed smtp-auth-off',
  ],
  [
    "535 5.7.139 Authentication unsuccessful, user is locked by your organization's security defaults policy. Contact your administrator.",
    'smtp-not-allowed smtp-auth-off',
  ],
  [
    '535 5.7.139 Authentication unsuccessful, the request did not meet the criteria to be authenticated successfully. Contact your administrator.',
    'smtp-not-allowed smtp-auth-off',
  ],
  ['530 5.7.57 Client not authenticated to send mail.', 'smtp-not-allowed smtp-auth-off'],
  [
    '530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM',
    'smtp-not-allowed smtp-auth-off',
  ],
  [
    '535 5.7.8 Error: authentication failed: This user does not have access rights to this service',
    'smtp-not-allowed smtp-auth-off',
  ],
  [
    '535 5.7.139 Authentication unsuccessful, basic authentication is disabled.',
    'password-refused oauth-needed',
  ],
  [
    '534-5.7.9 Application-specific password required. For more information, go to\n534 5.7.9  https://support.google.com/mail/?p=InvalidSecondFactor - gsmtp',
    'password-refused app-password',
  ],
  [
    '535 5.7.0 NEOBHODIM parol prilozheniya https://help.mail.ru/mail/security/protection/external / Application password is REQUIRED',
    'password-refused app-password',
  ],
  [
    '534-5.7.14 <https://accounts.google.com/signin/continue?sarp=1> Please log in via your web browser and then try again.',
    'password-refused web-login',
  ],
  ['454 4.7.0 Too many login attempts, please try again later. - gsmtp', 'server-busy too-many'],
  ['535 5.7.0 (#AUTH005) Too many bad auth attempts.', 'server-busy too-many'],
  [
    '535-5.7.8 Username and Password not accepted. For more information, go to\n535 5.7.8 https://support.google.com/mail/?p=BadCredentials',
    undefined,
  ],
  ['535 5.7.139 Authentication unsuccessful, the user credentials were incorrect.', undefined],
  ['535 5.7.3 Authentication unsuccessful', undefined],
];

const said = (protocol: 'imap' | 'smtp', words: string) => {
  const known = knownRefusal(protocol, words);
  return known && `${known.code} ${known.reason}`;
};

describe('what providers say when they let nobody in', () => {
  it.each(IMAP)('on IMAP: %s', (words, expected) => expect(said('imap', words)).toBe(expected));
  it.each(SMTP)('on SMTP: %s', (words, expected) => expect(said('smtp', words)).toBe(expected));

  it('reaches the person as a code and a reason, without the words', () => {
    const refused = Object.assign(new Error('Command failed'), {
      authenticationFailed: true,
      responseStatus: 'NO',
      responseText: 'Application-specific password required: https://evil.test (Failure)',
    });
    const error = translateImapError(refused, { host: 'imap.lab.test', auth: 'password' });
    expect(error).toMatchObject({
      code: 'password-refused',
      retry: 'after-sign-in',
      detail: { host: 'imap.lab.test', reason: 'app-password' },
    });
    expect(JSON.stringify([error.message, error.detail])).not.toContain('evil');
    const smtp = Object.assign(new Error(''), {
      code: 'EAUTH',
      responseCode: 535,
      response:
        '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.',
    });
    expect(smtpErrorOf(smtp, { host: 'smtp.lab.test', authKind: 'oauth' })).toMatchObject({
      code: 'smtp-not-allowed',
      detail: { host: 'smtp.lab.test', reason: 'smtp-auth-off' },
    });
  });

  it('takes too many tries for no refusal, and a token for no password', () => {
    const busy = Object.assign(new Error(''), {
      code: 'EAUTH',
      responseCode: 535,
      response: '535 5.7.0 (#AUTH005) Too many bad auth attempts.',
    });
    expect(smtpErrorOf(busy, { host: 'h', authKind: 'password' })).toMatchObject({
      code: 'server-busy',
      retry: 'later',
    });
    const web = Object.assign(new Error(''), {
      authenticationFailed: true,
      responseStatus: 'NO',
      responseText: 'Web login required.',
    });
    expect(translateImapError(web, { host: 'h', auth: 'oauth' }).code).toBe('login-refused');
  });

  it('says at MAIL FROM that the login was none', () => {
    const late = Object.assign(new Error(''), {
      code: 'EENVELOPE',
      command: 'MAIL FROM',
      responseCode: 530,
      response: '530 5.7.57 Client not authenticated to send mail.',
    });
    expect(smtpErrorOf(late, { host: 'h', authKind: 'oauth' })).toMatchObject({ code: 'smtp-not-allowed' });
  });
});
