/** Finding mail: as one types, by operators, on the server, and working on with what was found. */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { filePart, multipart, textPart, writeMessage } from '../fixtures/mime-writer.mjs';
import { faultsOf } from './look/faults.ts';
import {
  button,
  deliver,
  heading,
  letter,
  openThread,
  POLL,
  prepare,
  row,
  signInWithBrowser,
  startWitness,
  type Witness,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

const DAY = 24 * 3_600_000;

let world: World;
let program: Program;
let page: Page;
let witness: Witness;
let field: Locator;

beforeAll(async () => {
  world = await startWorld();
  const headers = (subject: string) => [
    'From: Ada Byron <ada@friends.example>',
    `To: ${world.address}`,
    `Subject: ${subject}`,
    `Message-ID: <${subject.toLowerCase().replaceAll(' ', '-')}@friends.example>`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
  ];
  const plans = multipart(
    'mixed',
    [
      textPart('The crane comes on Monday.'),
      filePart({ fileName: 'crane.pdf', type: 'application/pdf', bytes: Buffer.from('%PDF-1.4') }),
    ],
    'plans',
  );
  await deliver(
    world,
    { subject: 'Maße und Größen', text: 'Der Tisch ist zu lang.', from: 'Jörg Müller <joerg@werk.example>' },
    { subject: 'Nothing of interest', text: 'A crane is also a bird.' },
    writeMessage(headers('Harbour plans'), plans).toString('latin1'),
  );
  const long = new Date(Date.now() - 800 * DAY);
  await world.lab.dovecot.store(world.address, [
    {
      mailbox: 'Archive',
      internalDate: long,
      flags: ['\\Seen'],
      raw: letter({
        subject: 'The old lamp',
        to: world.address,
        text: 'Keep the paraffin dry.',
        date: long,
      }),
    },
  ]);
  witness = await startWitness(world.lab, world.address);
  program = await world.start();
  page = prepare(program);
  field = page.getByRole('textbox', { name: 'Search' });
  await signInWithBrowser(page);
  await row(page, 'Harbour plans').waitFor();
  await page.getByText(/^Up to date/).waitFor();
});
afterAll(async () => {
  await witness?.close();
  await world?.stop();
});

const subjects = () => page.locator('.thread-subject').allTextContents();
const chip = (text: string) => button(page, `Remove ${text}`);

it('opens with a key, finds from the second letter on without accents, and marks what fits', async () => {
  await page.keyboard.press('/');
  await page.getByText('Type what you remember').waitFor();
  expect(await field.evaluate((element) => element === document.activeElement)).toBe(true);
  expect(await faultsOf(program, 'empty search')).toEqual([]);
  await page.keyboard.type('gro');
  await page.getByText('1 found').waitFor();
  expect(await subjects()).toEqual(['Maße und Größen']);
  expect(await page.locator('.threads mark').allTextContents()).toEqual(['Grö']);
  // The whole mail is known by subject; the text of what is older than a year is on the server only.
  await expect
    .poll(() => page.locator('.search-facts').textContent(), POLL)
    .toMatch(/^All mail; its text since/);
  await field.fill('mull');
  await page.getByText('1 found').waitFor();
  expect(await subjects()).toEqual(['Maße und Größen']);
});

it('asks the server as a second step, and shows what is not here', async () => {
  await field.fill('paraffin');
  await page.getByText('Nothing on this computer fits.').waitFor();
  await button(page, 'Search the server too').last().click();
  await row(page, 'The old lamp').waitFor();
  await page.getByText('The server found 1 more').waitFor();
  await row(page, 'The old lamp').click();
  await heading(page, 'The old lamp').waitFor();
  await page.getByText('Keep the paraffin dry.').last().waitFor();
});

it('takes operators as chips, offers what may come next, and says what it does not understand', async () => {
  await field.fill('');
  await page.keyboard.type('crane');
  await page.getByText('2 found').waitFor();
  await field.fill('');
  await button(page, 'has:attachment').click();
  await chip('has:attachment').waitFor();
  await page.keyboard.type('crane');
  await page.getByText('1 found').waitFor();
  expect(await subjects()).toEqual(['Harbour plans']);
  expect(await faultsOf(program, 'search')).toEqual([]);

  // Backspace at the beginning goes back into the last chip.
  await field.fill('');
  await page.keyboard.press('Backspace');
  expect(await field.inputValue()).toBe('has:attachment');
  expect(await chip('has:attachment').count()).toBe(0);
  await field.fill('in:');
  await button(page, 'in:Archive').click();
  await page.getByText('1 found').waitFor();
  expect(await subjects()).toEqual(['The old lamp']);
  await chip('in:Archive').click();

  await page.keyboard.type('before:sometime ');
  await page.getByText('“before:sometime” is no date. Write it like').waitFor();
  expect(await faultsOf(program, 'search with a problem')).toEqual([]);
  await chip('before:sometime').click();
  await page.keyboard.type('in:Nowhere ');
  await page.getByText('There is no folder for “in:Nowhere”.').waitFor();
  await chip('in:Nowhere').click();
});

it('leads by keyboard into what was found, where mail is put in order as anywhere', async () => {
  await page.keyboard.press('/');
  await field.fill('harbour');
  await page.getByText('1 found').waitFor();
  await page.keyboard.press('ArrowDown');
  await expect
    .poll(() => row(page, 'Harbour plans').evaluate((one) => one === document.activeElement), POLL)
    .toBe(true);
  await page.keyboard.press('e');
  await page.getByText('1 conversation archived').waitFor();
  await expect.poll(() => witness.find('Archive', 'Harbour plans'), POLL).toBeDefined();
  expect(await witness.find('INBOX', 'Harbour plans')).toBeUndefined();
  await page.keyboard.press('z');
  await expect.poll(() => witness.find('INBOX', 'Harbour plans'), POLL).toBeDefined();
  await row(page, 'Harbour plans').waitFor();
});

it('clears with Escape, closes with another one, and is back where it was', async () => {
  await button(page, 'All inboxes').click();
  await openThread(page, 'Nothing of interest');
  await page.keyboard.press('/');
  await field.fill('crane');
  await page.getByText('2 found').waitFor();
  await page.keyboard.press('Escape');
  await page.getByText('Type what you remember').waitFor();
  expect(await field.inputValue()).toBe('');
  await page.keyboard.press('Escape');
  await heading(page, 'All inboxes').waitFor();
  await heading(page, 'Nothing of interest').waitFor();
  await expect
    .poll(() => row(page, 'Nothing of interest').evaluate((element) => element === document.activeElement))
    .toBe(true);
});
