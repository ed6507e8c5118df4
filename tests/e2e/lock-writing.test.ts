/** The lock of the program over a message that is being written. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { button, deliver, heading, openPage, prepare, row, signInWithBrowser } from './walks.ts';
import { startWorld, type World } from './world.ts';

const PASSPHRASE = 'seven quiet herons cross the harbour';
const SUBJECT = 'Half a sentence';
const TEXT = 'Nobody reads this over the lock.';

let world: World;
let program: Program;
let page: Page;

beforeAll(async () => {
  world = await startWorld();
  await deliver(world, { subject: 'Something', text: 'else' });
  program = await world.start();
  page = prepare(program);
  await signInWithBrowser(page);
});
afterAll(() => world?.stop());

it('hides it with everything else, and gives it back with what was typed last', async () => {
  await openPage(page, 'Privacy');
  await button(page, 'Set a passphrase…').click();
  const dialog = page.getByRole('dialog', { name: 'Set a passphrase for Latchkey' });
  await dialog.getByRole('textbox', { name: 'New passphrase', exact: true }).fill(PASSPHRASE);
  await dialog.getByRole('textbox', { name: 'New passphrase once more' }).fill(PASSPHRASE);
  await dialog.getByRole('button', { name: 'Set passphrase' }).click();
  await dialog.waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await row(page, 'Something').waitFor();

  await button(page, /^New message/).click();
  const draft = page.getByRole('dialog');
  await draft.getByRole('textbox', { name: 'Subject' }).fill(SUBJECT);
  await draft.getByRole('textbox', { name: 'Message' }).fill(TEXT);
  // The computer is locked before the half second is over after which it would be on disk.
  await program.app.evaluate(({ powerMonitor }) => void powerMonitor.emit('lock-screen'));
  await heading(page, 'Latchkey is locked').waitFor();
  await draft.waitFor({ state: 'detached' });
  const shown = `${await page.content()}\n${await page.title()}`;
  expect([SUBJECT, TEXT].filter((word) => shown.includes(word))).toEqual([]);
  await page.getByRole('textbox', { name: 'Passphrase' }).fill(PASSPHRASE);
  await button(page, 'Open').click();
  await expect.poll(() => draft.getByRole('textbox', { name: 'Message' }).innerText()).toBe(TEXT);
  expect(await draft.getByRole('textbox', { name: 'Subject' }).inputValue()).toBe(SUBJECT);
});
