/**
 * A sign-in that must not go through, seen on the screen of the real program. One program meets all of it, one after the
 * other, as a person would who tries again and again; a provider for each fault of a server stands in one provider file.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { t } from '../../src-renderer/i18n/i18n.ts';
import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';
import { type BrowserScript, driveBrowser } from '../servers/browser.mjs';
import { expiredCertificate, selfSignedCertificate, wrongHostCertificate } from '../servers/certs.mjs';
import { startDovecot } from '../servers/dovecot.mjs';
import { freePort, isListening } from '../servers/net.mjs';
import { type Smtp, startSmtp } from '../servers/smtp.mjs';
import {
  copiedLink,
  expectNoRawText,
  expectNoSecretIn,
  expectNoTokenAlive,
  expectSentences,
  redirectPort,
} from './bad-input-hands.ts';
import { startWorld, type World } from './world.ts';

const PASSWORD = 'maya lab password';
const WRONG_PASSWORD = 'not-her-password-4711';
const DOMAINS = [
  'lab',
  'untrusted',
  'wronghost',
  'expired',
  'plain',
  'plain-tls',
  'plain-smtp',
  'closed',
  'other-name',
];
const addressAt = (domain: string): string => `maya@${domain}.test`;
const MAYA: BrowserScript = { login: addressAt('lab'), password: PASSWORD };

let world: World;
let program: Program;
let plainSmtp: Smtp;
let providersFile: string;
/** What the answers of the browser have to bring back. */
const states: string[] = [];

beforeAll(async () => {
  const samir = { 'samir@lab.test': 'samir lab password' };
  const users = { ...Object.fromEntries(DOMAINS.map((domain) => [addressAt(domain), PASSWORD])), ...samir };
  world = await startWorld({ users, canary: 'canary-of-bad-input-' });
  providersFile = await writeProviders(users);
  program = await startProgram();
});
afterAll(() => world?.stop());

beforeEach(async () => {
  const { faults, misbehave } = world.lab.authServer;
  faults.length = 0;
  for (const key of Object.keys(misbehave)) Reflect.deleteProperty(misbehave, key);
  await program.page.reload();
  await address().waitFor();
});

/** The system's browser opens the page and is closed again; who answers does so with the copied link. */
const startProgram = () =>
  world.start({ env: { LATCHKEY_PROVIDERS: providersFile }, person: { decision: 'close' } });

/** One entry for each fault, each with its own mail server behind the same authorization server. */
async function writeProviders(users: Record<string, string>): Promise<string> {
  const { run, lab } = world;
  const { certs, authServer, provider } = lab;
  const oauth = 'oauth' in provider ? provider.oauth : undefined;
  const imapWith = (certificate: Parameters<typeof startDovecot>[0]['certs']) =>
    startDovecot({
      run,
      certs: certificate,
      passwords: users,
      introspectionUrl: authServer.introspectionUrl,
    });
  const [untrusted, wrongHost, expired, plain] = await Promise.all([
    selfSignedCertificate(certs).then(imapWith),
    wrongHostCertificate(certs).then(imapWith),
    expiredCertificate(certs).then(imapWith),
    imapWith(undefined),
  ]);
  plainSmtp = await startSmtp({ security: 'none', passwords: users, introspect: authServer.introspect });
  run.onRemove(plainSmtp.stop);
  const entry = (domain: string, change: object) => ({
    ...provider,
    id: domain,
    name: `Mail of ${domain}`,
    domains: [`${domain}.test`],
    ...change,
  });
  const imap = (port: number, security: 'tls' | 'starttls' = 'tls') => ({
    imap: { host: 'localhost', port, security },
  });
  const providers = [
    entry('lab', {}),
    entry('untrusted', imap(untrusted.imapsPort)),
    entry('wronghost', imap(wrongHost.imapsPort)),
    entry('expired', imap(expired.imapsPort)),
    entry('plain', imap(plain.imapPort, 'starttls')),
    entry('plain-tls', imap(plain.imapPort)),
    entry('plain-smtp', { smtp: { host: 'localhost', port: plainSmtp.port, security: 'starttls' } }),
    // The mail server knows people by another name than the one that is sent to it, so it refuses a token that is good.
    entry('closed', { userName: 'local-part' }),
    entry('other-name', {
      userName: 'local-part',
      oauth: { ...oauth, scopes: ['offline_access', 'imap', 'smtp'] },
    }),
    entry('dead', {
      oauth: { ...oauth, issuer: `http://127.0.0.1:${await freePort()}` },
    }),
    entry('password', { auth: 'password', oauth: undefined, appPasswordUrl: authServer.manageUrl }),
  ];
  const file = join(run.path, 'providers-of-bad-input.json');
  writeFileSync(file, JSON.stringify({ providers }));
  return file;
}

const address = () => program.page.getByRole('textbox', { name: t('accounts.add.address') });
const button = (name: string) => program.page.getByRole('button', { name, exact: true });
const screenText = () => program.page.locator('body').innerText();

/** Up to the page that waits for the browser; answers with the link. */
async function startSignIn(domain = 'lab'): Promise<string> {
  await address().fill(addressAt(domain));
  await button(t('accounts.add.openBrowser')).click();
  const link = await copiedLink(program);
  states.push(new URL(link).searchParams.get('state') ?? '');
  return link;
}

async function expectFormAsTyped(domain = 'lab'): Promise<void> {
  expect(await address().inputValue()).toBe(addressAt(domain));
  expect(await button(t('accounts.add.openBrowser')).isEnabled()).toBe(true);
}

/** The whole of a failed sign-in: the person does this in the browser, and then reads that on the screen. */
async function expectFailedSignIn(
  { domain = 'lab', ...person }: Partial<BrowserScript> & { domain?: string },
  code: ErrorCode,
): Promise<void> {
  const { lab } = world;
  const before = lab.authServer.issuedTokens.length;
  const link = await startSignIn(domain);
  const { page } = await driveBrowser(link, { ...MAYA, login: addressAt(domain), ...person });
  expectNoRawText(page.slice(page.indexOf('<body')).replace(/<[^>]*>/g, ' '));
  await expectSentences(program.page, code);
  await expectFormAsTyped(domain);
  expect(await isListening(redirectPort(link))).toBe(false);
  await expectNoTokenAlive(lab, before);
}

describe('the address', () => {
  it.each(['maya', 'maya@', 'maya@lab', 'maya lab@lab.test'])(
    '%s is said to be incomplete, and stays',
    async (text) => {
      await address().fill(text);
      await address().press('Enter');
      await program.page.getByText(t('error.address-invalid.title')).waitFor();
      expect(await screenText()).toContain(t('error.address-invalid.next'));
      expectNoRawText(await screenText());
      expect(await address().inputValue()).toBe(text);
    },
  );

  it('of an unknown domain asks nobody before it was said, and leads to the server settings by hand, filled in as far as can be guessed', async () => {
    await address().fill('maya@nobody.example');
    await program.page.getByText(t('signIn.mayAsk', { domain: 'nobody.example' })).waitFor();
    expect(await screenText()).toContain(t('signIn.mayAskText', { domain: 'nobody.example' }));
    expect(await screenText()).toContain(t('accounts.add.notAsked'));
    await button(t('accounts.add.anotherWay')).click();
    await program.page.getByRole('menuitem', { name: t('accounts.add.wayByHand') }).click();
    await program.page.getByRole('heading', { name: t('accounts.byHand.title') }).waitFor();
    const field = (name: string) => program.page.getByRole('textbox', { name, exact: true });
    expect(await field(t('accounts.byHand.userName')).inputValue()).toBe('maya@nobody.example');
    await button(t('accounts.back')).click();
    expect(await address().inputValue()).toBe('maya@nobody.example');
  });
});

describe('the browser', () => {
  it('brings back a No', async () => {
    await expectFailedSignIn({ decision: 'deny' }, 'sign-in-refused');
  });

  it('was closed: Cancel brings the form back, and nobody waits for the answer any more', async () => {
    const link = await startSignIn();
    await button(t('accounts.cancel')).click();
    await expectFormAsTyped();
    expect(await program.page.getByRole('alert').count()).toBe(0);
    await expect.poll(() => isListening(redirectPort(link))).toBe(false);
    const { url } = await driveBrowser(link, { ...MAYA, openRedirect: false });
    await expect(fetch(url)).rejects.toThrow();
  });

  it('brings an answer with a wrong state: it is thrown away, and the right one still counts', async () => {
    const link = await startSignIn();
    const { url } = await driveBrowser(link, { ...MAYA, decision: 'deny', openRedirect: false });
    const forged = new URL(url);
    forged.searchParams.set('state', 'not-the-state-of-this-sign-in');
    const answer = await fetch(forged);
    expect(answer.status).toBe(400);
    expectNoRawText((await answer.text()).replace(/^[\s\S]*<body/, '<body').replace(/<[^>]*>/g, ' '));
    await program.page.getByRole('heading', { name: t('accounts.wait.title') }).waitFor();
    await fetch(url);
    await expectSentences(program.page, 'sign-in-refused');
  });

  it('brings an answer in the name of another issuer', async () => {
    world.lab.authServer.misbehave.iss = 'https://evil.example';
    await expectFailedSignIn({}, 'sign-in-forged');
  });
});

describe('the provider', () => {
  it('does not hand out the key', async () => {
    world.lab.authServer.faults.push({
      path: '/token',
      times: 1,
      status: 503,
      body: { error: 'invalid_grant', error_description: 'XYZZY of the server' },
    });
    await expectFailedSignIn({}, 'token-endpoint-down');
    expect(await screenText()).not.toContain('XYZZY');
  });

  it('cannot be reached at all', async () => {
    await address().fill(addressAt('dead'));
    await button(t('accounts.add.openBrowser')).click();
    await expectSentences(program.page, 'authorization-server-unreachable');
    await expectFormAsTyped('dead');
  });

  it('was allowed reading and not sending', async () => {
    await expectFailedSignIn({ scopes: ['imap'] }, 'scope-missing');
  });

  it('was told Yes by somebody else', async () => {
    await expectFailedSignIn({ login: 'samir@lab.test', password: 'samir lab password' }, 'address-mismatch');
  });
});

describe('the mail server', () => {
  it.each<[string, string, ErrorCode]>([
    ['has a certificate that nobody trusts', 'untrusted', 'tls-untrusted'],
    ['has a certificate for another host', 'wronghost', 'tls-wrong-host'],
    ['has a certificate that has run out', 'expired', 'tls-expired'],
    ['has no STARTTLS', 'plain', 'tls-missing'],
    ['speaks in clear where TLS is awaited', 'plain-tls', 'tls-missing'],
  ])('%s: it gets no token', async (_case, domain, code) => {
    const asked = () =>
      world.lab.authServer.log.filter(({ detail }) => detail.includes('/token/introspection')).length;
    const before = asked();
    const tokens = world.lab.authServer.issuedTokens.length;
    const link = await startSignIn(domain);
    await driveBrowser(link, { ...MAYA, login: addressAt(domain) });
    await expectSentences(program.page, code);
    expect(asked()).toBe(before);
    await expectFormAsTyped(domain);
    expect(world.lab.authServer.issuedTokens.length).toBeGreaterThan(tokens);
    await expectNoTokenAlive(world.lab, tokens);
  });

  it('for sending has no STARTTLS: it gets no token either', async () => {
    await expectFailedSignIn({ domain: 'plain-smtp' }, 'tls-missing');
    expect(plainSmtp.logins).toEqual([]);
  });

  it('refuses the login of the person who agreed', async () => {
    await expectFailedSignIn({ domain: 'closed' }, 'imap-not-allowed');
  });

  it('refuses a login when nobody has said whose token it is', async () => {
    await expectFailedSignIn({ domain: 'other-name' }, 'login-refused');
  });

  it('lets the person read and not send', async () => {
    const { refusals } = world.lab.smtp;
    refusals.push({ command: 'AUTH', code: 535, text: '5.7.139 XYZZY is disabled', times: 5 });
    await expectFailedSignIn({}, 'smtp-not-allowed');
    expect(await screenText()).not.toContain('XYZZY');
    refusals.length = 0;
  });
});

describe('an app password', () => {
  it('that is wrong is tried once, and stays in its field', async () => {
    await address().fill(addressAt('password'));
    await button(t('accounts.add.continue')).click();
    const password = program.page.getByLabel(t('accounts.appPassword.label'), { exact: true });
    await password.fill(WRONG_PASSWORD);
    await button(t('accounts.appPassword.signIn')).click();
    await expectSentences(program.page, 'password-refused');
    expect(await password.inputValue()).toBe(WRONG_PASSWORD);
    expect(await screenText()).not.toContain(WRONG_PASSWORD);
  });

  it('is not sent to a server without TLS that was entered by hand, and the form keeps all of it', async () => {
    await address().fill(addressAt('plain-tls'));
    await button(t('accounts.add.anotherWay')).click();
    await program.page.getByRole('menuitem', { name: t('accounts.add.wayByHand') }).click();
    const { page } = program;
    const imap = page.getByRole('group', { name: t('accounts.byHand.incoming') });
    const port = imap.getByRole('textbox', { name: t('accounts.byHand.port') });
    const right = await port.inputValue();
    await port.fill('99999');
    const password = page
      .getByLabel(t('accounts.byHand.password'), { exact: true })
      .and(page.locator('input[type=password]'));
    await password.fill(PASSWORD);
    await button(t('accounts.byHand.submit')).click();
    await page.getByText(t('accounts.invalid.port')).waitFor();
    await port.fill(right);
    await button(t('accounts.byHand.submit')).click();
    await expectSentences(page, 'tls-missing');
    expect(await port.inputValue()).toBe(right);
    expect(await password.inputValue()).toBe(PASSWORD);
    expect(await page.getByRole('textbox', { name: t('accounts.byHand.userName') }).inputValue()).toBe(
      addressAt('plain-tls'),
    );
  });
});

describe('after all of it', () => {
  it('there is no account, also after a restart, no token that works, and nothing secret in the log', async () => {
    const first = program.log();
    await program.close();
    program = await startProgram();
    await program.page.getByRole('heading', { name: t('accounts.add.title') }).waitFor();
    await expectNoTokenAlive(world.lab, 0);
    const secrets = [WRONG_PASSWORD, 'canary-of-bad-input-', ...states];
    expectNoSecretIn(first + program.log(), world.lab, secrets);
    expectNoRawText(await screenText());
  });
});
