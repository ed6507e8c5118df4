/**
 * The emergency exit: everything at once, also where a provider does not answer, where a password cannot be given back, and
 * without any connection. What a provider could not be told is seen until it is told, also after a restart.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { receipt as receiptShape } from '../../src-shared/model/receipt.ts';
import { type Lab, startLab } from '../servers/lab.mjs';
import { faultsOf } from './look/faults.ts';
import {
  addAccount,
  answerFileDialogs,
  button,
  heading,
  keychainNames,
  openAccess,
  POLL,
  prepare,
  signInWithBrowser,
  sitDown,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

const GOOD = 'maya@lab.test';
const MUTE = 'samir@second.test';
const BY_PASSWORD = 'nora@password.test';
const PASSWORDS = { [GOOD]: 'maya lab password', [BY_PASSWORD]: 'nora lab password' };
const OFFLINE_PATHS = [
  '/token/revocation',
  '/token',
  '/token/introspection',
  '/.well-known/openid-configuration',
];

let world: World;
/** Another provider, with servers of its own. */
let second: Lab;
let env: Record<string, string>;
let program: Program;
let page: Page;

beforeAll(async () => {
  world = await startWorld({ hasLink: true, users: PASSWORDS });
  const { run, lab } = world;
  second = await startLab({
    run,
    hasLink: true,
    domain: 'second.test',
    providerId: 'second',
    providerName: 'Second Mail',
    users: { [MUTE]: 'samir lab password' },
  });
  run.onRemove(second.stop);
  const byPassword = {
    ...lab.provider,
    id: 'by-password',
    name: 'Password Mail',
    domains: ['password.test'],
    auth: 'password',
    oauth: undefined,
    appPasswordUrl: lab.authServer.manageUrl,
  };
  env = {
    LATCHKEY_PROVIDERS: join(run.path, 'three-providers.json'),
    NODE_EXTRA_CA_CERTS: join(run.path, 'two-authorities.pem'),
  };
  writeFileSync(
    env.LATCHKEY_PROVIDERS ?? '',
    JSON.stringify({ providers: [lab.provider, second.provider, byPassword] }),
  );
  writeFileSync(
    env.NODE_EXTRA_CA_CERTS ?? '',
    [lab, second].map(({ caFile }) => readFileSync(caFile, 'utf8')).join('\n'),
  );
  program = await start();
});
afterAll(() => world?.stop());

async function start(): Promise<Program> {
  const started = await world.start({ env });
  page = prepare(started);
  return started;
}

const tokensOf = ({ authServer }: Lab): string[] =>
  authServer.issuedTokens
    .filter(({ kind }) => /^(Refresh|Access)Token$/.test(kind))
    .map(({ value }) => value);

async function areAlive(lab: Lab): Promise<boolean> {
  const answers = await Promise.all(tokensOf(lab).map((token) => lab.authServer.isActive(token)));
  return answers.includes(true);
}

/** What the keychain holds for accounts: `grant` for each access, `debt` for each that is only held to be given back. */
async function secretsKept(): Promise<string[]> {
  const owners = (await keychainNames(world)).flatMap(
    (name) => /^(?:grant|debt)\/[^/#]+/.exec(name)?.[0] ?? [],
  );
  return [...new Set(owners)].map((owner) => owner.split('/')[0] ?? '');
}

const debts = (): Locator => page.getByRole('region', { name: 'Not confirmed yet' });
const accountIn = (place: Locator | Page, address: string): Locator =>
  place.getByRole('button', { name: `Open receipt of ${address}` });

async function signOutOfEverything(): Promise<Locator> {
  await openAccess(page);
  await button(page, 'Sign out of everything…').click();
  const dialog = page.getByRole('dialog');
  await dialog.getByText('Nothing is only on this computer.').waitFor();
  await dialog.getByRole('button', { name: 'Sign out', exact: true }).click();
  return dialog;
}

it('signs three accounts out as one act, though a provider does not answer, and saves one page about it', async () => {
  await signInWithBrowser(page);
  await sitDown(program, MUTE, second.users[MUTE] ?? '');
  await addAccount(page, MUTE);
  await addAccount(page, BY_PASSWORD, PASSWORDS[BY_PASSWORD]);
  await page.getByText(/Up to date/).waitFor();
  expect([await areAlive(world.lab), await areAlive(second)]).toEqual([true, true]);
  expect(await secretsKept()).toEqual(['grant', 'grant', 'grant']);

  // It answers late, and then not at all, so that a person sees the one that is still running.
  second.authServer.faults.push({ path: '/token/revocation', times: 99, status: 503, delayMs: 1000 });
  const dialog = await signOutOfEverything();
  await heading(page, 'Signing out of everything').waitFor();
  await dialog.getByRole('listitem').filter({ hasText: 'Giving the access back to Second Mail' }).waitFor();
  await heading(page, 'Signed out of everything').waitFor();

  await dialog.getByText('Can Latchkey still read your mail? No.').waitFor();
  await dialog.getByText('Not from this computer, but Second Mail has not confirmed.').waitFor();
  await dialog.getByText('Not from this computer, but the app password still works.').waitFor();
  expect(await faultsOf(program, 'signed out of everything')).toEqual([]);

  expect(await areAlive(world.lab)).toBe(false);
  expect(await areAlive(second)).toBe(true);
  // The key that is still owed waits under another name; the others are gone.
  expect(await secretsKept()).toEqual(['debt']);
  for (const { lab, address } of [
    { lab: world.lab, address: GOOD },
    { lab: second, address: MUTE },
  ]) {
    await expect.poll(() => lab.dovecot.doveadm('who', '-1'), POLL).not.toContain(address);
  }

  const file = join(world.run.folder('receipts'), 'everything.html');
  await answerFileDialogs(program, file);
  await button(page, 'Save all receipts…').click();
  await page.getByText('Receipt saved').waitFor();
  const text = readFileSync(file, 'utf8');
  const json = /<script type="application\/json" id="receipts">([^<]*)<\/script>/.exec(text)?.[1] ?? '';
  const receipts = z.array(receiptShape).parse(JSON.parse(json));
  const answers = Object.fromEntries(receipts.map(({ address, answer }) => [address, answer]));
  expect(answers).toEqual({ [GOOD]: 'no', [MUTE]: 'not-from-here', [BY_PASSWORD]: 'not-from-here' });
  for (const token of [...tokensOf(world.lab), ...tokensOf(second)]) expect(text).not.toContain(token);
  expect(text).not.toContain(PASSWORDS[BY_PASSWORD]);
});

it('keeps the debt in sight over a restart until the provider confirms, and then amends the receipt', async () => {
  await program.close();
  program = await start();
  await openAccess(page);
  await debts().getByText(MUTE).waitFor();
  await debts()
    .getByText(/Second Mail has not confirmed since/)
    .waitFor();
  expect(await debts().getByText(GOOD).count()).toBe(0);
  expect(await faultsOf(program, 'a debt')).toEqual([]);

  const ask = button(page, `Ask now for ${MUTE}`);
  await expect.poll(() => ask.isEnabled(), POLL).toBe(true);
  second.authServer.faults.length = 0;
  await ask.click();
  await debts().waitFor({ state: 'detached' });
  expect(await areAlive(second)).toBe(false);
  expect(await secretsKept()).toEqual([]);

  await accountIn(page, MUTE).click();
  await heading(page, 'No.').waitFor();
  await page.getByText(/Second Mail could not be asked then; it confirmed on/).waitFor();
});

it('works without a connection, and everything is dead at the providers when there is one again', async () => {
  for (const [address, login] of [
    [GOOD, PASSWORDS[GOOD]],
    [MUTE, second.users[MUTE]],
  ] as const) {
    await sitDown(program, address, login ?? '');
    await openAccess(page);
    const account = page.getByRole('region', { name: address });
    await account.getByRole('button', { name: 'Sign in again', exact: true }).click();
    await account.getByText(/Connected to/).waitFor();
  }
  expect([await areAlive(world.lab), await areAlive(second)]).toEqual([true, true]);

  for (const { link, authServer } of [world.lab, second]) {
    link?.setDown(true);
    for (const path of OFFLINE_PATHS) authServer.faults.push({ path, times: 9999, drop: true });
  }
  await page.getByText(/Not connected to Second Mail just now/).waitFor();
  await signOutOfEverything();
  await heading(page, 'Signed out of everything').waitFor();
  await button(page, 'Close').click();
  await debts().getByText(GOOD).waitFor();
  await debts().getByText(MUTE).waitFor();
  expect(await secretsKept()).toEqual(['debt', 'debt']);

  await program.close();
  program = await start();
  await openAccess(page);
  await debts().getByText(GOOD).waitFor();
  expect(await debts().getByRole('listitem').count()).toBe(2);
  await program.close();

  for (const { link, authServer } of [world.lab, second]) {
    link?.setDown(false);
    authServer.faults.length = 0;
  }
  expect([await areAlive(world.lab), await areAlive(second)]).toEqual([true, true]);
  program = await start();
  await openAccess(page);
  await expect
    .poll(async () => [await areAlive(world.lab), await areAlive(second)], POLL)
    .toEqual([false, false]);
  await debts().waitFor({ state: 'detached' });
  expect(await secretsKept()).toEqual([]);
});
