/**
 * Secrets and mail stay where they belong. Every token of the lab begins with a canary, and one letter has a word that stands
 * nowhere else; after a life from sign-in to sign-out neither is to be found outside the keychain and the memory of the engine.
 * Nor is anything that a person typed as a secret.
 */
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { SCOPES, SECRET_CLIENTS } from '../servers/auth-server.mjs';
import type { Lab } from '../servers/lab.mjs';
import { startSmtp } from '../servers/smtp.mjs';
import { heapOf, holds, scan } from './canary-scan.ts';
import { processesOf } from './processes.ts';
import {
  button,
  confirmSignOut,
  deliver,
  fillServers,
  heading,
  openAccess,
  openPage,
  openThread,
  PATIENCE_MS,
  prepare,
  row,
  signInWithBrowser,
  sitDown,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

const CANARY = `canary${randomBytes(8).toString('hex')}`;
const WORD = `Quittenmarmelade${randomBytes(6).toString('hex')}`;

const MAYA = 'maya@lab.test';
const NORA = 'nora@lab.test';
const SAMIR = 'samir@lab.test';

let world: World;
let places: string[];

beforeAll(async () => {
  world = await startWorld({
    canary: CANARY,
    users: {
      [MAYA]: 'maya lab password',
      [SAMIR]: 'samir lab password',
      [NORA]: `${CANARY}-app-password`,
    },
  });
  places = [world.profile, join(world.run.path, 'tmp')];
  await deliver(world, { subject: `Recipe with ${WORD}`, text: `The secret is ${WORD}.` });
});

afterAll(() => world?.stop());

/** What every process says of itself to everybody on this computer. */
function openly(program: Program): string {
  return processesOf(program.app.process().pid ?? 0)
    .map(({ argv, environment }) => `${argv}\n${environment}`)
    .join('\n');
}

test('the scanner finds a word in clear, in UTF-16, in base64 at any offset, in hex and in gzip', () => {
  const folder = world.run.folder('planted');
  const planted = [
    Buffer.from(`..${CANARY}..`),
    Buffer.from(CANARY, 'utf16le'),
    gzipSync(CANARY),
    Buffer.from(Buffer.from(CANARY).toString('hex')),
    ...['', 'x', 'xy'].map((before) => Buffer.from(Buffer.from(`${before}${CANARY}xyz`).toString('base64'))),
  ];
  planted.forEach((content, index) => {
    writeFileSync(join(folder, String(index)), content);
  });
  writeFileSync(join(folder, 'other'), 'nothing here');
  expect(scan([folder], [CANARY]).found).toHaveLength(planted.length);
  rmSync(folder, { recursive: true });
});

test('tokens and mail are nowhere in clear, from sign-in over a restart to sign-out', async () => {
  const logs: string[] = [];
  async function look(program: Program): Promise<void> {
    const heap = await heapOf(program);
    // The word is on the screen: a heap in which it were not found would have been looked at in the wrong way.
    expect(holds(heap, [WORD])).toBe(true);
    expect(holds(heap, [CANARY])).toBe(false);
    expect(openly(program)).toContain('--type=renderer');
    expect(openly(program)).not.toContain(CANARY);
    expect(openly(program)).not.toContain(WORD);
    // While it runs: also journals, write-ahead logs and temporary files that an orderly end would remove.
    const { found, read } = scan(places, [CANARY, WORD]);
    expect(found).toEqual([]);
    expect(read).toBeGreaterThan(5);
  }

  const first = await world.start();
  const page = prepare(first);
  await signInWithBrowser(page);
  await openThread(page, `Recipe with ${WORD}`);
  await button(page, 'Reply').click();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  await page.keyboard.type(`I like ${WORD} as well.`);
  await page.getByText('Draft saved').waitFor();
  const arrived = world.lab.smtp.nextMessage(({ raw }) => raw.includes(`I like ${WORD}`), {
    timeoutMs: PATIENCE_MS,
  });
  await button(page, 'Send').click();
  await arrived;
  await look(first);
  logs.push(first.log());
  await first.close();
  expect(scan(places, [CANARY, WORD]).found).toEqual([]);

  const second = await world.start();
  const again = prepare(second);
  await row(again, WORD).first().click();
  await again.locator('.message-frame').last().contentFrame().getByText(WORD).first().waitFor();
  await look(second);
  await openAccess(again);
  await again.getByRole('button', { name: `Sign out of ${world.address}` }).click();
  await heading(again, `Sign out of ${world.address}?`).waitFor();
  await confirmSignOut(again);
  await heading(again, 'No.').waitFor();
  expect(holds(await heapOf(second), [CANARY])).toBe(false);
  logs.push(second.log());
  await second.close();

  expect(scan(places, [CANARY, WORD]).found).toEqual([]);
  expect(logs.join('')).toContain('imap.opened');
  expect(logs.join('')).not.toContain(CANARY);
  expect(logs.join('')).not.toContain(WORD);
});

/** Everything that a person can type which nobody else may know. The client secret is the lab's own. */
const TYPED = {
  appPassword: `${CANARY}-app-password`,
  relayPassword: `${CANARY}-of-the-relay`,
  passphrase: `${CANARY} herons cross the harbour`,
  clientSecret: SECRET_CLIENTS.basic.secret,
};

test('what a person types as a secret is nowhere afterwards but in the keychain, not even in the window it was typed into', async () => {
  const { lab } = world;
  const relay = await startSmtp({ certs: lab.certs, passwords: { relay: TYPED.relayPassword } });
  world.run.onRemove(relay.stop);
  const program = await world.start();
  const page = prepare(program);

  await byHand(page, lab, NORA);
  await page.getByRole('textbox', { name: 'App password' }).fill(TYPED.appPassword);
  await button(page, 'Sign in').click();
  await heading(page, 'All inboxes').waitFor();

  await sitDown(program, SAMIR, lab.users[SAMIR] ?? '');
  await byHand(page, lab, SAMIR);
  await page.getByRole('radio', { name: /^In the browser/ }).check({ force: true });
  await page.getByRole('textbox', { name: 'Issuer' }).fill(lab.authServer.issuer);
  await page.getByRole('textbox', { name: 'Client ID' }).fill(SECRET_CLIENTS.basic.id);
  await page.getByRole('textbox', { name: 'Client secret' }).fill(TYPED.clientSecret);
  await page.getByRole('textbox', { name: 'Permissions to ask for' }).fill(SCOPES.join(' '));
  await button(page, 'Open the browser').click();
  await heading(page, 'All inboxes').waitFor();

  await openAccess(page);
  await button(page, `Addresses of ${NORA}…`).click();
  await button(page, 'Add an address').click();
  const address = page.getByRole('dialog', { name: 'Add an address' });
  await address.getByRole('textbox', { name: 'Address' }).fill('sales@relay.test');
  await address.getByText('Send through a server of its own').click();
  await address.getByRole('textbox', { name: 'Server' }).fill('localhost');
  await address.getByRole('textbox', { name: 'Port' }).fill(String(relay.port));
  await address.getByRole('textbox', { name: 'User name' }).fill('relay');
  await address.getByRole('textbox', { name: 'Password' }).fill(TYPED.relayPassword);
  await address.getByRole('button', { name: 'Save' }).click();
  await page.getByText('Sent through localhost').waitFor();
  await button(page, 'Close').click();

  await openPage(page, 'Privacy');
  await button(page, 'Set a passphrase…').click();
  await page.getByRole('textbox', { name: 'New passphrase', exact: true }).fill(TYPED.passphrase);
  await page.getByRole('textbox', { name: 'New passphrase once more' }).fill(TYPED.passphrase);
  await button(page, 'Set passphrase').click();
  await button(page, 'Lock now').click();
  await page.getByRole('textbox', { name: 'Passphrase' }).fill(TYPED.passphrase);
  await button(page, 'Open').click();
  await heading(page, 'Privacy').waitFor();

  const heap = await heapOf(program);
  const open = openly(program);
  for (const [name, secret] of Object.entries(TYPED)) {
    expect([name, holds(heap, [secret])]).toEqual([name, false]);
    expect(open).not.toContain(secret);
  }
  await program.close();
  for (const secret of Object.values(TYPED)) expect(program.log()).not.toContain(secret);
  expect(scan(places, Object.values(TYPED)).found).toEqual([]);
});

/** The form of server settings, filled in but for how to sign in. */
async function byHand(page: Page, lab: Lab, address: string): Promise<void> {
  await openAccess(page);
  await button(page, 'Add an account…').click();
  await page.getByRole('textbox', { name: 'Mail address' }).fill(address);
  await button(page, 'Another way').click();
  await page.getByRole('menuitem', { name: 'Server settings by hand' }).click();
  await fillServers(page, lab);
}
