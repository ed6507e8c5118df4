/** Somebody between the program and its servers, who may change what is said before TLS is up. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { fixedAuthentication, serverChecks } from '../../src-main/accounts/check-servers.ts';
import { MailError } from '../../src-main/base/errors.ts';
import type { ServerSettings } from '../../src-shared/model/server-settings.ts';
import { trustAuthority } from '../integration/trust-authority.ts';
import { type LabCertificates, makeCertificates } from '../servers/certs.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { startUpgradingServer } from '../servers/upgrading-server.mjs';

const PASSWORD = 'nobody may hear this';
const TOKEN = 'nor-this-token';
const run = createRunFolder();
let certs: LabCertificates;
let stopTrusting: () => void;
let server: Awaited<ReturnType<typeof startUpgradingServer>> | undefined;

beforeAll(async () => {
  certs = await makeCertificates(`${run.path}/certs`);
  stopTrusting = trustAuthority(certs.ca);
});
afterEach(async () => {
  await server?.close();
  server = undefined;
});
afterAll(async () => {
  stopTrusting();
  await run.remove();
});

const CHECKS = { imap: serverChecks.checkImap, smtp: serverChecks.checkSmtp };

async function logIn(
  protocol: 'imap' | 'smtp',
  lies: Parameters<typeof startUpgradingServer>[2],
  secret: { password: string } | { accessToken: string } = { password: PASSWORD },
): Promise<unknown> {
  server = await startUpgradingServer(protocol, certs, lies);
  const settings: ServerSettings = { host: 'localhost', port: server.port, security: 'starttls' };
  const authentication = fixedAuthentication('maya@lab.test', secret);
  return CHECKS[protocol](settings, authentication, AbortSignal.timeout(20_000)).catch(
    (error: unknown) => error,
  );
}

/** Nothing that a person typed or that opens anything may have been said, in whatever form. */
function expectNoSecret(): void {
  const said = [...(server?.clear ?? []), ...(server?.secret ?? [])].join('\n');
  for (const text of [PASSWORD, TOKEN, 'maya']) {
    expect(said).not.toContain(text);
    expect(said).not.toContain(Buffer.from(text).toString('base64').replace(/=+$/, ''));
  }
  expect(said).not.toMatch(/\b(LOGIN|AUTHENTICATE|AUTH)\b/i);
}

describe.each(['imap', 'smtp'] as const)('%s in front of which somebody stands', (protocol) => {
  it('logs in over STARTTLS when nobody lies', async () => {
    const outcome = await logIn(protocol, {});
    expect(outcome).toBeUndefined();
    expect(server?.clear.join('\n')).not.toMatch(/\b(LOGIN|AUTHENTICATE|AUTH)\b/i);
    expect(server?.secret.join('\n')).toMatch(/\b(LOGIN|AUTHENTICATE|AUTH)\b/i);
  });

  const injected =
    protocol === 'imap'
      ? '* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n* 5 EXISTS\r\n'
      : '250-evil\r\n250 AUTH PLAIN\r\n';
  const greeting =
    protocol === 'imap'
      ? '* PREAUTH [CAPABILITY IMAP4rev1] you are in\r\n'
      : '250-evil\r\n250 AUTH PLAIN LOGIN\r\n';

  it('takes nothing that was pushed in before the handshake for an answer', async () => {
    const outcome = await logIn(protocol, { injected });
    // IMAP ends there (RFC 9051 §6.2.1); SMTP throws it away and asks again what the server can do (RFC 3207 §4.2).
    if (protocol === 'imap') expect(outcome).toBeInstanceOf(MailError);
    else expect(server?.secret[0]).toMatch(/^EHLO /);
    expect(server?.clear.join('\n')).not.toMatch(/\b(LOGIN|AUTHENTICATE|AUTH)\b/i);
  });

  it.each([
    ['the offer of STARTTLS is taken out', { isStripped: true, isUnknown: true }],
    ['STARTTLS is refused', { isUnknown: true }],
    ['the greeting says what no greeting may', { greeting }],
    ['yes is said to STARTTLS and nothing is encrypted', { isOnlyTold: true }],
    [
      'yes is said to STARTTLS, nothing is encrypted, and answers are pushed in',
      { isOnlyTold: true, injected },
    ],
  ])('says no secret and ends with an error when %s', async (_what, lies) => {
    for (const secret of [{ password: PASSWORD }, { accessToken: TOKEN }]) {
      const outcome = await logIn(protocol, lies, secret);
      expect(outcome).toBeInstanceOf(MailError);
      expectNoSecret();
      await server?.close();
      server = undefined;
    }
  });

  it('shows nothing of what was said before the handshake', async () => {
    const words = 'Call 555-0100 now to save your account';
    const lies =
      protocol === 'imap'
        ? { greeting: `* OK [ALERT] ${words}\r\n`, isStripped: true, isUnknown: true }
        : { greeting: `554 ${words}\r\n` };
    const outcome = await logIn(protocol, lies);
    expect(outcome).toBeInstanceOf(MailError);
    const { code, detail } = outcome as MailError;
    expect(JSON.stringify({ code, detail })).not.toContain('555-0100');
    expectNoSecret();
  });
});
