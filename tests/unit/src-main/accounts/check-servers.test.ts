import { describe, expect, it } from 'vitest';
import { type CheckServer, checkServers } from '../../../../src-main/accounts/check-servers.ts';
import { MailError } from '../../../../src-main/base/errors.ts';
import { translateImapError } from '../../../../src-main/imap/imap-errors.ts';
import { smtpErrorOf } from '../../../../src-main/smtp/smtp-errors.ts';
import { serverSettings } from '../../../../src-shared/model/server-settings.ts';

const plan = {
  imap: serverSettings.parse({ host: 'imap.lab.test', port: 993, security: 'tls' }),
  smtp: serverSettings.parse({ host: 'smtp.lab.test', port: 465, security: 'tls' }),
  userNames: { imap: 'maya', smtp: 'maya' },
};
const good: CheckServer = async () => undefined;
const imapSays = (responseText: string, auth: 'oauth' | 'password'): CheckServer => {
  const refusal = Object.assign(new Error(''), {
    authenticationFailed: true,
    responseStatus: 'NO',
    responseText,
  });
  return async ({ host }) => {
    throw translateImapError(refusal, { host, auth });
  };
};
const smtpSays = (response: string, authKind: 'oauth' | 'password'): CheckServer => {
  const responseCode = Number(response.slice(0, 3));
  const refusal = Object.assign(new Error(''), { code: 'EAUTH', response, responseCode });
  return async ({ host }) => {
    throw smtpErrorOf(refusal, { host, authKind });
  };
};

async function failureOf(
  checks: { checkImap?: CheckServer; checkSmtp?: CheckServer },
  { isRightPerson = false, steps = [] }: { isRightPerson?: boolean; steps?: string[] } = {},
): Promise<unknown> {
  const options = {
    isRightPerson,
    signal: new AbortController().signal,
    onStep: (step: string) => void steps.push(step),
  };
  const all = { checkImap: good, checkSmtp: good, ...checks };
  try {
    await checkServers(plan, { password: 'secret' }, all, options);
    return 'no failure';
  } catch (error) {
    return error instanceof MailError ? { code: error.code, ...error.detail } : error;
  }
}

describe('trying the servers before an account is saved', () => {
  it('tries IMAP, then SMTP', async () => {
    const steps: string[] = [];
    expect(await failureOf({}, { steps })).toBe('no failure');
    expect(steps).toEqual(['checking-imap', 'checking-smtp']);
  });

  it("says which of them failed, with the provider's reason", async () => {
    const off = imapSays('[ALERT] Your account is not enabled for IMAP use.', 'oauth');
    const closed = { code: 'imap-not-allowed', host: 'imap.lab.test', reason: 'imap-off' };
    expect(await failureOf({ checkImap: off })).toEqual(closed);
    expect(await failureOf({ checkImap: off }, { isRightPerson: true })).toEqual(closed);
    const text =
      '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.';
    expect(await failureOf({ checkSmtp: smtpSays(text, 'oauth') })).toEqual({
      code: 'smtp-not-allowed',
      host: 'smtp.lab.test',
      reason: 'smtp-auth-off',
    });
    const app = imapSays(
      '[ALERT] Application-specific password required: https://support.google.com',
      'password',
    );
    expect(await failureOf({ checkImap: app })).toEqual({
      code: 'password-refused',
      host: 'imap.lab.test',
      reason: 'app-password',
    });
  });

  it('takes a refused login of the right person for an account that is closed to mail programs', async () => {
    const refused = imapSays('[AUTHENTICATIONFAILED] Invalid credentials (Failure)', 'oauth');
    expect(await failureOf({ checkImap: refused }, { isRightPerson: true })).toEqual({
      code: 'imap-not-allowed',
      host: 'imap.lab.test',
    });
    expect(await failureOf({ checkImap: refused })).toMatchObject({ code: 'login-refused' });
  });

  it('takes a refusal by SMTP alone for one of SMTP, because the same secret has just opened the mailbox', async () => {
    expect(await failureOf({ checkSmtp: smtpSays('535 5.7.8 no', 'password') })).toEqual({
      code: 'smtp-not-allowed',
      host: 'smtp.lab.test',
    });
  });

  it('takes throttling for no refusal', async () => {
    expect(
      await failureOf({
        checkSmtp: smtpSays('454 4.7.0 Too many login attempts, please try again later.', 'password'),
      }),
    ).toMatchObject({ code: 'server-busy', reason: 'too-many' });
    const many = imapSays('[ALERT] Too many login failures, please try again later', 'oauth');
    expect(await failureOf({ checkImap: many }, { isRightPerson: true })).toMatchObject({
      code: 'server-busy',
    });
  });
});
