/**
 * Signing in otherwise than in one's own browser at a provider with everything ready: on another device, for a mailbox of several
 * people, with a client ID of one's own; and what is said when a box was not ticked or an administrator has to agree first.
 * One program meets all of it, with a provider for each in one provider file.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { SECRET_CLIENTS } from '../servers/auth-server.mjs';
import { driveBrowser, driveDevice } from '../servers/browser.mjs';
import { startDns } from '../servers/dns-server.mjs';
import { type HostileAuthServer, startHostileAuthServer } from '../servers/hostile-auth-server.mjs';
import { type ScriptedImap, startScriptedImap } from '../servers/scripted-imap.mjs';
import { copiedLink } from './bad-input-hands.ts';
import { faultsOf } from './look/faults.ts';
import { button, heading, keychainNames, letter, openAccess, prepare, row } from './walks.ts';
import { startWorld, type World } from './world.ts';

const MAYA = 'maya@lab.test';
const HOSTED = 'maya@hosted.test';
const OFFICE = 'office@shared.test';
const OWN = 'maya@own.test';
const PASSWORD = 'maya lab password';

let world: World;
let program: Program;
let page: Page;
let strictServer: HostileAuthServer;
let sharedImap: ScriptedImap;
/** Whom the shared mailbox was opened as. */
const openedAs: string[] = [];

beforeAll(async () => {
  world = await startWorld({ users: { [MAYA]: PASSWORD, [HOSTED]: PASSWORD, [OWN]: PASSWORD } });
  const { lab, run } = world;
  for (const to of [HOSTED, OWN]) {
    await lab.dovecot.store(to, [{ raw: letter({ subject: `For ${to}`, to }) }]);
  }
  strictServer = await startHostileAuthServer({ email: MAYA });
  run.onRemove(strictServer.stop);
  sharedImap = await startSharedMailbox();
  const dns = await startDns({ zone: { 'hosted.test': { MX: [[10, 'mx1.lab.test']] } } });
  run.onRemove(dns.stop);
  program = await world.start({
    hint: '',
    env: { LATCHKEY_PROVIDERS: writeProviders(), LATCHKEY_DNS: dns.address },
    // The system's browser opens and is closed again; who answers does so with the copied link.
    person: { decision: 'close' },
  });
  page = prepare(program);
});
afterAll(() => world?.stop());

/** An IMAP server that opens the mailbox of several people to each of them with their own token, as Microsoft's does. */
async function startSharedMailbox(): Promise<ScriptedImap> {
  const { lab, run } = world;
  const imap = await startScriptedImap({
    certs: lab.certs,
    capabilities: 'IMAP4rev1 SASL-IR AUTH=XOAUTH2 IDLE',
  });
  run.onRemove(imap.stop);
  const authenticate: Parameters<typeof imap.script>[1] = async ({ args, session }) => {
    const [, said = ''] = args.split(' ');
    const fields = Buffer.from(said, 'base64').toString().split('\x01');
    const [user = '', token = ''] = ['user=', 'auth=Bearer '].map(
      (name) => fields.find((one) => one.startsWith(name))?.slice(name.length) ?? '',
    );
    const { active, username } = await lab.authServer.introspect(token);
    if (!active || username !== MAYA) return 'NO [AUTHENTICATIONFAILED] not one of them';
    session.user = user;
    openedAs.push(user);
    return 'OK in';
  };
  imap.script(/^AUTHENTICATE/, authenticate, 100);
  imap.deliver(OFFICE, 'INBOX', letter({ subject: 'For all of us', to: OFFICE }));
  return imap;
}

function writeProviders(): string {
  const { lab, run } = world;
  const oauth = 'oauth' in lab.provider ? lab.provider.oauth : undefined;
  const entry = (id: string, change: object) => ({
    ...lab.provider,
    id,
    name: `Mail of ${id}`,
    domains: [`${id}.test`],
    ...change,
  });
  const providers = [
    entry('lab', { mx: ['*.lab.test'] }),
    entry('strict', { oauth: { ...oauth, issuer: strictServer.issuer } }),
    entry('shared', { imap: { host: 'localhost', port: sharedImap.port, security: 'tls' } }),
    entry('own', {
      oauth: { ...oauth, clientId: '', clientSecret: 'required', registerUrl: lab.authServer.manageUrl },
    }),
  ];
  const file = join(run.path, 'providers-otherwise.json');
  writeFileSync(file, JSON.stringify({ providers }));
  return file;
}

const address = () => page.getByRole('textbox', { name: 'Mail address' });

/** A person at the browser of this computer. */
async function agree(login: string, scopes?: string[]): Promise<void> {
  await driveBrowser(await copiedLink(program), { login, password: PASSWORD, ...(scopes && { scopes }) });
}

async function addAccount(who: string): Promise<void> {
  await openAccess(page);
  await button(page, 'Add an account…').click();
  await address().fill(who);
}

it('explains which box was not ticked, and what it is good for', async () => {
  await address().fill(MAYA);
  await button(page, 'Open the browser').click();
  await agree(MAYA, ['imap']);
  await page.getByText('This was not allowed:').waitFor();
  const missing = page.getByRole('listitem').filter({ hasText: 'Sending mail in your name' });
  expect(await missing.innerText()).toBe('Sending mail in your name smtp');
  await page.getByText('a box beside these words was not ticked').waitFor();
  expect(await faultsOf(program, 'a box not ticked')).toEqual([]);
});

it('has a message ready for the administrator who has to agree first, with nothing in it that opens anything', async () => {
  strictServer.act.callback = (answer) => {
    answer.delete('code');
    answer.set('error', 'access_denied');
    answer.set('error_description', 'AADSTS90094: The grant requires administrator permission.');
  };
  await address().fill('maya@strict.test');
  await button(page, 'Open the browser').click();
  await agree(MAYA);
  await heading(page, 'A message to your administrator').waitFor();
  expect(await faultsOf(program, 'an administrator has to agree')).toEqual([]);
  await button(page, 'Copy message').click();
  await page.getByText('Message copied').waitFor();
  const message = await program.app.evaluate(({ clipboard }) => clipboard.readText());
  for (const fact of ['maya@strict.test', 'Client ID: latchkey-mail', 'smtp', 'Mail of strict says']) {
    expect(message).toContain(fact);
  }
  expect(message).not.toMatch(/state=|code_challenge|access_token|\{/);
  expect(strictServer.requestsTo('/token')).toEqual([]);
});

it("signs in on another device, at a provider that is known by its customer's mail exchanger", async () => {
  await address().fill(HOSTED);
  await button(page, 'Continue').click();
  await page.getByText('The mail of hosted.test is run by Mail of lab').waitFor();
  await button(page, 'Another way').click();
  await page.getByRole('menuitem', { name: 'Sign in on another device' }).click();
  await heading(page, 'Sign in on another device').waitFor();
  const shown = page.getByText(/^[A-Z]{4}-[A-Z]{4}$/);
  await shown.waitFor();
  await page.getByText('give it to nobody').waitFor();
  expect(await faultsOf(program, 'another device')).toEqual([]);
  const { issuer } = world.lab.authServer;
  await page.getByText(`${issuer}/device`, { exact: true }).waitFor();
  await button(page, 'Copy code').click();
  await page.getByText('Code copied').waitFor();
  const code = await program.app.evaluate(({ clipboard }) => clipboard.readText());
  expect(code).toBe(await shown.innerText());

  const phone = { login: HOSTED, password: PASSWORD };
  expect((await driveDevice(`${issuer}/device`, code, phone)).page).toContain('go back to the program');
  await row(page, `For ${HOSTED}`).waitFor();
});

it('opens a mailbox of several people under its own name, for the person who signs in and who also sends', async () => {
  await addAccount(OFFICE);
  await page.getByText('Mail of shared runs this mail').waitFor();
  await page.getByText('This is a shared mailbox').click();
  const login = page.getByRole('textbox', { name: 'You sign in as' });
  await login.fill('maya');
  await button(page, 'Open the browser').click();
  expect(await login.getAttribute('aria-invalid')).toBe('true');
  await login.fill(MAYA);
  expect(await faultsOf(program, 'a shared mailbox')).toEqual([]);
  await button(page, 'Open the browser').click();
  await agree(MAYA);
  await row(page, 'For all of us').waitFor();
  expect(new Set(openedAs)).toEqual(new Set([OFFICE]));
  expect(world.lab.smtp.logins.at(-1)).toEqual({ method: 'XOAUTH2', user: MAYA, isEncrypted: true });
  await openAccess(page);
  await page
    .getByRole('region', { name: OFFICE })
    .getByText(`Shared mailbox. You sign in as ${MAYA}.`)
    .waitFor();
  await page.keyboard.press('Escape');
});

it("takes a client ID of one's own, and the secret that the provider issues with it", async () => {
  await addAccount(OWN);
  await page.getByText('Mail of own wants to know which program asks').waitFor();
  await button(page, 'Continue').click();
  await heading(page, 'What to do at Mail of own').waitFor();
  await page.getByRole('textbox', { name: 'Client ID' }).fill(SECRET_CLIENTS.post.id);
  await button(page, 'Open the browser').click();
  const secret = page.getByLabel('Client secret', { exact: true });
  expect(await secret.getAttribute('aria-invalid')).toBe('true');
  await secret.fill('not the one that was issued');
  await button(page, 'Open the browser').click();
  await agree(OWN);
  // The server refuses the exchange, and nothing that was typed is lost.
  await page.getByRole('alert').waitFor();
  expect(await faultsOf(program, 'a client ID that was refused')).toEqual([]);
  expect(await page.getByRole('textbox', { name: 'Client ID' }).inputValue()).toBe(SECRET_CLIENTS.post.id);

  await secret.fill(SECRET_CLIENTS.post.secret);
  await button(page, 'Open the browser').click();
  await agree(OWN);
  await row(page, `For ${OWN}`).waitFor();
  expect(await keychainNames(world)).toContainEqual(expect.stringMatching(/^client-secret\//));
  await openAccess(page);
  await page.getByRole('region', { name: OWN }).getByText('Your own,').waitFor();
  expect(program.log()).not.toContain(SECRET_CLIENTS.post.secret);
});
