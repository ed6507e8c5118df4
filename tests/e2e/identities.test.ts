/** Writing under another address: through a server of its own, with its own password, and without having to think of it when answering. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { type Smtp, startSmtp } from '../servers/smtp.mjs';
import { faultsOf } from './look/faults.ts';
import {
  button,
  choose,
  command,
  deliver,
  openAccess,
  openThread,
  PATIENCE_MS,
  prepare,
  signInWithBrowser,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

const RELAY_SECRET = 'the secret of the relay 4711';
const SALES = 'sales@relay.test';
const SENDER = `Lab Sales <${SALES}>`;

let world: World;
let relay: Smtp;
let program: Program;
let page: Page;

beforeAll(async () => {
  world = await startWorld();
  relay = await startSmtp({ certs: world.lab.certs, passwords: { 'key-1': RELAY_SECRET } });
  world.run.onRemove(relay.stop);
  await deliver(world, { subject: 'A question to sales', to: SALES }, { subject: 'A question to Maya' });
  program = await world.start();
  page = prepare(program);
  await signInWithBrowser(page);
  // What is sent here leaves at once.
  await openAccess(page);
  await button(page, 'General').click();
  await choose(page, 'Time to undo', 'None');
});
afterAll(() => world?.stop());

const from = () => page.getByRole('button', { name: /From$/ });
const sentBy = ({ messages }: Smtp): string[] =>
  messages.map(({ text }) => /^Subject: (.*)\r$/m.exec(text)?.[1] ?? '');

async function sendThrough(server: Smtp): Promise<Smtp['messages'][number]> {
  const before = server.messages.length;
  const arrived = server.nextMessage((message) => server.messages.indexOf(message) >= before, {
    timeoutMs: PATIENCE_MS,
  });
  await button(page, 'Send').click();
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  return arrived;
}

it('adds an address whose server is tried with its password before anything is saved', async () => {
  await openAccess(page);
  await button(page, `Addresses of ${world.address}…`).click();
  const all = page.getByRole('dialog', { name: `Addresses of ${world.address}` });
  await all.getByText('Sent through the account’s server').waitFor();
  expect(await faultsOf(program, 'addresses')).toEqual([]);
  await all.getByRole('button', { name: 'Add an address' }).click();

  const form = page.getByRole('dialog', { name: 'Add an address' });
  await form.getByRole('textbox', { name: 'Address' }).fill(SALES);
  await form.getByRole('textbox', { name: 'Name', exact: true }).fill('Lab Sales');
  await form.getByText('Send through a server of its own').click();
  await form.getByRole('textbox', { name: 'Server' }).fill('localhost');
  await form.getByRole('textbox', { name: 'Port' }).fill(String(relay.port));
  await form.getByRole('textbox', { name: 'User name' }).fill('key-1');
  const password = form.getByRole('textbox', { name: 'Password' });
  await password.fill('not the secret');
  await form.getByRole('button', { name: 'Save' }).click();
  await form.getByText('The mail server did not accept the password.').waitFor();
  expect(await faultsOf(program, 'an address of one’s own')).toEqual([]);
  await password.fill(RELAY_SECRET);
  await form.getByRole('button', { name: 'Save' }).click();
  await all.getByText('Sent through localhost').waitFor();
  await all.getByRole('button', { name: 'Close' }).click();
  await page.getByText(SALES).waitFor();
  expect(relay.logins.at(-1)).toMatchObject({ user: 'key-1', isEncrypted: true });
});

it('sends a message written under it through that server, with that sender', async () => {
  await page.keyboard.press('Escape');
  await button(page, /^New message/).click();
  await page.getByRole('combobox', { name: 'To', exact: true }).fill('customer@elsewhere.test');
  await from().click();
  await page.getByRole('option', { name: SENDER }).click();
  await page.getByRole('textbox', { name: 'Subject' }).fill('An offer');
  await page.getByRole('textbox', { name: 'Message' }).fill('We have lamps.');
  const message = await sendThrough(relay);
  expect(message).toMatchObject({ from: SALES, to: ['customer@elsewhere.test'], user: 'key-1' });
  expect(message.text).toMatch(/^From: "?Lab Sales"? <sales@relay\.test>\r$/m);
  expect(message.text).not.toContain(world.address);
  expect(sentBy(world.lab.smtp)).toEqual([]);
});

it('answers as the address that a letter was sent to', async () => {
  await openThread(page, 'A question to sales');
  await command(page, 'Reply').click();
  await from().filter({ hasText: SENDER }).waitFor();
  await page.keyboard.type('Sales is here.');
  expect(await sendThrough(relay)).toMatchObject({ from: SALES, to: ['ada@friends.example'] });

  await openThread(page, 'A question to Maya');
  await command(page, 'Reply').click();
  await from().filter({ hasText: world.address }).waitFor();
  await page.keyboard.type('Maya is here.');
  expect(await sendThrough(world.lab.smtp)).toMatchObject({ from: world.address, user: world.address });
  expect(sentBy(relay)).toEqual(['An offer', 'Re: A question to sales']);
});
