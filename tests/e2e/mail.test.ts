/** A day with the mail: it arrives, is read, put in order, and its files are kept. The server is asked by another mail program. */
import { randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { filePart, multipart, textPart, writeMessage } from '../fixtures/mime-writer.mjs';
import {
  answerFileDialogs,
  button,
  command,
  deliver,
  heading,
  letter,
  openAccess,
  openThread,
  POLL,
  prepare,
  row,
  signInWithBrowser,
  startWitness,
  type Witness,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let program: Program;
let page: Page;
let witness: Witness;

/** More than the window is high. The oldest is "Minutes no. 1 of the club". */
async function fillArchive(): Promise<void> {
  const hour = 3_600_000;
  await world.lab.dovecot.store(
    world.address,
    Array.from({ length: 30 }, (_, index) => {
      const date = new Date(Date.now() - (30 - index) * hour);
      const subject = `Minutes no. ${index + 1} of the club`;
      return { mailbox: 'Archive', internalDate: date, raw: letter({ subject, to: world.address, date }) };
    }),
  );
}

beforeAll(async () => {
  world = await startWorld();
  await deliver(world, { subject: 'Welcome aboard' });
  await fillArchive();
  witness = await startWitness(world.lab, world.address);
  program = await world.start();
  page = prepare(program);
  await signInWithBrowser(page);
  await row(page, 'Welcome aboard').waitFor();
});
afterAll(async () => {
  await witness?.close();
  await world?.stop();
});

const flagsIn = async (mailbox: string, subject: string): Promise<string[] | undefined> =>
  (await witness.find(mailbox, subject))?.flags;

it('shows new mail by itself while the window is open', async () => {
  // The account is at rest: what comes now comes because the server said so.
  await page.getByText(/Up to date/).waitFor();
  const began = performance.now();
  await deliver(world, { subject: 'Tea at four' });
  await row(page, 'Tea at four').waitFor();
  expect(performance.now() - began).toBeLessThan(5_000);
  expect(await row(page, 'Tea at four').getByText('Unread').count()).toBe(1);
  expect(await flagsIn('INBOX', 'Tea at four')).not.toContain('\\Seen');
});

it('looks for new mail at once when the person asks, by key and by the menu of an account', async () => {
  const looking = page.getByText('Looking for new mail');
  await page.keyboard.press('F5');
  await looking.waitFor();
  await button(page, 'Dismiss').click();
  await looking.waitFor({ state: 'detached' });
  await page.locator(`nav button[data-account]`).first().click({ button: 'right' });
  await page.getByRole('menuitem', { name: /^Get new mail/ }).click();
  await looking.waitFor();
  await page.getByText(/Up to date/).waitFor();
});

it('marks a mail read when it is opened, and unread when the person says so', async () => {
  await deliver(world, { subject: 'The minutes', text: 'We met and agreed.' });
  await openThread(page, 'The minutes');
  await page.getByText('We met and agreed.').last().waitFor();
  await expect.poll(() => flagsIn('INBOX', 'The minutes'), POLL).toContain('\\Seen');

  // The key turns what the row shows.
  await row(page, 'The minutes').getByText('Unread').waitFor({ state: 'detached' });
  await page.keyboard.press('Shift+U');
  await row(page, 'The minutes').getByText('Unread').waitFor();
  await expect.poll(() => flagsIn('INBOX', 'The minutes'), POLL).not.toContain('\\Seen');
});

it('stars a mail, and takes the star back with undo', async () => {
  await deliver(world, { subject: 'Keep this one' });
  await openThread(page, 'Keep this one');
  await command(page, 'More').click();
  await page.getByRole('menuitem', { name: /^Star/ }).click();
  await row(page, 'Keep this one').getByText('Starred').waitFor();
  await expect.poll(() => flagsIn('INBOX', 'Keep this one'), POLL).toContain('\\Flagged');

  await button(page, /^Undo/).click();
  await expect.poll(() => flagsIn('INBOX', 'Keep this one'), POLL).not.toContain('\\Flagged');
  await row(page, 'Keep this one').getByText('Starred').waitFor({ state: 'detached' });
});

it('takes back one change after another, and says which when its line is gone', async () => {
  await deliver(world, { subject: 'First regret' }, { subject: 'Second regret' });
  await openThread(page, 'First regret');
  await command(page, 'Archive').click();
  await row(page, 'First regret').waitFor({ state: 'detached' });
  await openThread(page, 'Second regret');
  await command(page, 'Move to Trash').click();
  await row(page, 'Second regret').waitFor({ state: 'detached' });
  await page.keyboard.press('z');
  await row(page, 'Second regret').waitFor();
  await page.keyboard.press('z');
  await row(page, 'First regret').waitFor();
  await page.getByText('Undone: 1 conversation archived').waitFor();
});

it('archives a mail, and brings it back with undo', async () => {
  await deliver(world, { subject: 'Old contract' });
  await openThread(page, 'Old contract');
  await command(page, 'Archive').click();
  await row(page, 'Old contract').waitFor({ state: 'detached' });
  await expect.poll(() => flagsIn('Archive', 'Old contract'), POLL).toBeDefined();
  expect(await flagsIn('INBOX', 'Old contract')).toBeUndefined();

  await button(page, /^Undo/).click();
  await row(page, 'Old contract').waitFor();
  await expect.poll(() => flagsIn('INBOX', 'Old contract'), POLL).toBeDefined();
  await expect.poll(() => flagsIn('Archive', 'Old contract'), POLL).toBeUndefined();
});

it('moves a mail to Trash, where it is found again', async () => {
  await deliver(world, { subject: 'You have won' });
  await openThread(page, 'You have won');
  await command(page, 'Move to Trash').click();
  await row(page, 'You have won').waitFor({ state: 'detached' });
  await expect.poll(() => flagsIn('Trash', 'You have won'), POLL).toBeDefined();
  expect(await flagsIn('INBOX', 'You have won')).toBeUndefined();

  await button(page, 'Trash').click();
  await row(page, 'You have won').waitFor();
  await button(page, 'All inboxes').click();
  await heading(page, 'All inboxes').waitFor();
});

it('leads back from the pages beside the mail to the mailbox, the thread and the row where the person was', async () => {
  await button(page, 'Archive').click();
  await row(page, 'Minutes no. 30').waitFor();
  await row(page, 'Minutes no. 30').focus();
  await page.keyboard.press('End');
  const oldest = row(page, 'Minutes no. 1 of the club');
  await openThread(page, 'Minutes no. 1 of the club');
  await oldest.getByText('Unread').waitFor({ state: 'detached' });
  await page.keyboard.press('Shift+U');
  await oldest.getByText('Unread').waitFor();

  await openAccess(page);
  await page.keyboard.press('Escape');
  await heading(page, 'Archive').waitFor();
  await heading(page, 'Minutes no. 1 of the club').waitFor();
  const selected = page.getByRole('option', { selected: true });
  expect(await selected.count()).toBe(1);
  expect(await selected.textContent()).toContain('Minutes no. 1 of the club');
  await expect
    .poll(async () => {
      const [box, list] = [await selected.boundingBox(), await page.locator('.threads').boundingBox()];
      return box && list && box.y >= list.y && box.y + box.height <= list.y + list.height + 1;
    }, POLL)
    .toBe(true);
  expect(await selected.getByText('Unread').count()).toBe(1);

  await button(page, 'All inboxes').click();
  await heading(page, 'All inboxes').waitFor();
});

it('shows what another program changed, without being asked', async () => {
  await deliver(world, { subject: 'Seen elsewhere' });
  await row(page, 'Seen elsewhere').getByText('Unread').waitFor();
  await witness.addFlags('INBOX', 'Seen elsewhere', ['\\Seen', '\\Flagged']);
  await row(page, 'Seen elsewhere').getByText('Starred').waitFor();
  await row(page, 'Seen elsewhere').getByText('Unread').waitFor({ state: 'detached' });
});

it('saves an attachment byte for byte where the person says', async () => {
  const bytes = randomBytes(150_001);
  const message = multipart(
    'mixed',
    [
      textPart('The plans are attached.'),
      filePart({ fileName: 'plans.bin', type: 'application/octet-stream', bytes }),
    ],
    'plans-boundary',
  );
  const headers = [
    'From: Ada Byron <ada@friends.example>',
    `To: ${world.address}`,
    'Subject: The plans',
    'Message-ID: <plans@friends.example>',
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
  ];
  await deliver(world, writeMessage(headers, message).toString('latin1'));
  await openThread(page, 'The plans');
  const target = join(world.run.folder('saved'), 'plans.bin');
  await answerFileDialogs(program, target);
  await page.getByRole('region', { name: 'Attachments' }).getByRole('button', { name: 'plans.bin' }).click();
  await page.getByText('Attachment saved').waitFor();
  expect(readFileSync(target).equals(bytes)).toBe(true);
});
