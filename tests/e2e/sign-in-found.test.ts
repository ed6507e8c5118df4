/**
 * Signing in at a domain of which the program knows nothing. A network of its own stands in for the world: a DNS server and web
 * sites for the looking up, and for everything else a resolver that only this program asks, under invented names.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { autoconfigFile } from '../integration/discovery-world.ts';
import { OPEN_SCOPE } from '../servers/auth-server.mjs';
import { certificateFor } from '../servers/certs.mjs';
import { type DnsServer, startDns } from '../servers/dns-server.mjs';
import { type Sites, startSites } from '../servers/site-server.mjs';
import { faultsOf } from './look/faults.ts';
import { type PrivateResolver, startPrivateResolver } from './private-resolver.ts';
import { button, heading, keychainNames, letter, openAccess, prepare, row } from './walks.ts';
import { startWorld, type World } from './world.ts';

const ISPDB = 'autoconfig.thunderbird.net';
const DOMAINS = ['found', 'open', 'listed'].map((name) => `${name}.test`);
const MAYA = 'maya@found.test';
const SAMIR = 'samir@open.test';
const PASSWORD = 'a password for found';

let world: World;
let resolver: PrivateResolver;
let dns: DnsServer;
let sites: Sites;
let program: Program;
let page: Page;

beforeAll(async () => {
  const hosts = ['localhost', ISPDB, ...DOMAINS.flatMap((domain) => [domain, `*.${domain}`])];
  world = await startWorld({
    users: { [MAYA]: PASSWORD, [SAMIR]: 'samir lab password' },
    makeCertificate: (certs) => certificateFor(certs, hosts),
    authName: 'login.open.test',
  });
  const { lab, run } = world;
  for (const [address, subject] of [
    [MAYA, 'For Maya'],
    [SAMIR, 'For Samir'],
  ] as const) {
    await lab.dovecot.store(address, [{ raw: letter({ subject, to: address }) }]);
  }
  resolver = await startPrivateResolver(run);
  const here = { A: ['127.0.0.1'] };
  dns = await startDns({
    zone: {
      [ISPDB]: here,
      'autoconfig.found.test': here,
      'autoconfig.open.test': here,
      'hosted.test': { MX: [[10, 'mx.zoho.eu']] },
    },
  });
  run.onRemove(dns.stop);
  sites = await startSites({ certs: await certificateFor(lab.certs, hosts), pages: publishedPages() });
  run.onRemove(sites.stop);
  program = await world.start({
    executable: resolver.wrap(world.electron.executable),
    hint: '',
    env: {
      LATCHKEY_PROVIDERS: undefined,
      LATCHKEY_DNS: dns.address,
      LATCHKEY_HTTPS_PORT: String(sites.port),
    },
    person: { login: SAMIR, password: lab.users[SAMIR] ?? '' },
  });
  page = prepare(program);
});
afterAll(() => world?.stop());

/** What the domains publish, and what is in the list that stands elsewhere. */
function publishedPages(): Record<string, string> {
  const { dovecot, smtp, authServer } = world.lab;
  const file = (domain: string, auth: string, more?: string): string =>
    autoconfigFile({
      imap: { host: `imap.${domain}`, port: dovecot.imapsPort, auth: [auth] },
      smtp: { host: `smtp.${domain}`, port: smtp.port, auth: [auth] },
      ...(more !== undefined && { more }),
    });
  const scope = ['openid', 'email', 'offline_access', OPEN_SCOPE, 'imap', 'smtp'].join(' ');
  return {
    'https://autoconfig.found.test/mail/config-v1.1.xml': file('found.test', 'password-cleartext'),
    'https://autoconfig.open.test/mail/config-v1.1.xml': file(
      'open.test',
      'OAuth2',
      `<oAuth2><issuer>${authServer.issuer}</issuer><scope>${scope}</scope></oAuth2>`,
    ),
    [`https://${ISPDB}/v1.1/listed.test`]: file('listed.test', 'password-cleartext'),
  };
}

const address = () => page.getByRole('textbox', { name: 'Mail address' });

/** Says whose mail it is; asking the domain is the person's own press. */
async function lookFor(who: string): Promise<void> {
  await address().fill(who);
  const [, domain] = who.split('@');
  await page.getByText(`Latchkey does not know who runs the mail of ${domain}.`).waitFor();
  await button(page, 'Continue').click();
}

it('asks nobody before the press, and where nothing is found names the list that it could ask without asking it', async () => {
  await address().fill('maya@listed.test');
  await page.getByText('Latchkey does not know who runs the mail of listed.test.').waitFor();
  await page.getByText('Latchkey asks nobody until you say so.').waitFor();
  expect([dns.questions, sites.requests, resolver.recorder.lookups]).toEqual([[], [], []]);
  await button(page, 'Continue').click();

  await page.getByText('listed.test does not say where its mail servers are.').waitFor();
  await page.getByText('It learns the domain listed.test, not your name.').waitFor();
  expect(await faultsOf(program, 'nothing found')).toEqual([]);
  const isListAsked = (): boolean =>
    sites.requests.length > 0 ||
    [...dns.questions, ...resolver.recorder.lookups].some((name) => name.includes('thunderbird'));
  expect(isListAsked()).toBe(false);
  await button(page, 'Enter the server settings').click();
  await heading(page, 'Server settings by hand').waitFor();
  await button(page, 'Back').click();
  expect(isListAsked()).toBe(false);

  await button(page, `Ask ${ISPDB}`).click();
  await page.getByText(`Found in Thunderbird’s list at ${ISPDB}`).waitFor();
  await page.getByText(`imap.listed.test, port ${world.lab.dovecot.imapsPort}, TLS`).waitFor();
  // It was told the domain and no name.
  expect(sites.requests.map(({ url }) => url)).toEqual([`https://${ISPDB}/v1.1/listed.test`]);
});

it("recognises the provider behind somebody's own domain by its mail exchanger", async () => {
  await lookFor('maya@hosted.test');
  await page.getByText('The mail of hosted.test is run by Zoho').waitFor();
  await page.getByText(/^Zoho.* wants an app password$/).waitFor();
  expect(await faultsOf(program, 'a hosted domain')).toEqual([]);
});

it('shows the servers that a domain publishes, and where, before it takes the password; then the mail is there', async () => {
  const { dovecot, smtp } = world.lab;
  const loginsBefore = smtp.logins.length;
  await lookFor(MAYA);
  await heading(page, 'Found at autoconfig.found.test').waitFor();
  await page.getByText(`imap.found.test, port ${dovecot.imapsPort}, TLS`).waitFor();
  await page.getByText(`smtp.found.test, port ${smtp.port}, TLS`).waitFor();
  await page.getByText('Check that you know these names.').waitFor();
  await page.getByText(/goes to imap\.found\.test and smtp\.found\.test and to nobody else/).waitFor();
  await page.getByText('What was asked').click();
  await page.getByText('Published settings (Autoconfig), autoconfig.found.test').waitFor();
  expect(await faultsOf(program, 'servers that were found')).toEqual([]);
  expect(smtp.logins.length).toBe(loginsBefore);

  await button(page, 'Sign in').click();
  await page.getByText('Enter the password.').waitFor();
  await page.getByLabel('Password', { exact: true }).fill(PASSWORD);
  await button(page, 'Sign in').click();
  await heading(page, 'All inboxes').waitFor();
  await row(page, 'For Maya').waitFor();
  expect(smtp.logins).toContainEqual({ method: 'PLAIN', user: MAYA, isEncrypted: true });
});

it('signs in at an open server for which nobody has made a client ID, and says who gave the one that is used', async () => {
  const { issuer, issuedTokens, log } = world.lab.authServer;
  const { host } = new URL(issuer);
  await openAccess(page);
  await button(page, 'Add an account…').click();
  await lookFor(SAMIR);
  await heading(page, 'Found at autoconfig.open.test').waitFor();
  await page.getByText(`In your browser, at ${host}`).waitFor();
  expect(await faultsOf(program, 'an open server')).toEqual([]);
  const isRegistered = (): boolean => log.some(({ detail }) => detail.startsWith('POST /reg'));
  expect(isRegistered()).toBe(false);

  await button(page, 'Open the browser').click();
  await row(page, 'For Samir').waitFor();
  await row(page, 'For Maya').waitFor();
  expect(isRegistered()).toBe(true);
  const clientIds = issuedTokens.filter(({ kind }) => kind === 'RefreshToken').map((one) => one.clientId);
  expect(clientIds).toEqual([expect.not.stringContaining('latchkey')]);

  await openAccess(page);
  const section = page.getByRole('region', { name: SAMIR });
  await section.getByText('Given to this computer by open.test,').waitFor();
  await section.getByText(clientIds[0] ?? '').waitFor();
  await section.getByText(issuer, { exact: true }).waitFor();
  await page.getByRole('region', { name: MAYA }).getByText('with an app password').waitFor();
  const keys = (await keychainNames(world)).map((name) => /^grant\/[^#/]+/.exec(name)?.[0]);
  expect(new Set(keys.filter((name) => name !== undefined)).size).toBe(2);
});
