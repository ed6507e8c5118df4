/** People: completed by whom one writes to, groups, pasted lists, addresses that are none or look like others; and the page of contacts. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { faultsOf } from './look/faults.ts';
import { answerFileDialogs, button, heading, POLL, prepare, signInWithBrowser } from './walks.ts';
import { startWorld, type World } from './world.ts';
import { begin, body, chips, give, people, send, sendWithoutDelay } from './writing-hands.ts';

const VCARD = `BEGIN:VCARD
VERSION:3.0
FN:Carla Núñez
N:Núñez;Carla;;;
EMAIL:carla@lamps.example
TEL:+34 600 000 000
ORG:Lamps
NOTE:Likes lamps.
END:VCARD
BEGIN:VCARD
VERSION:4.0
FN:Dora
EMAIL:dora@lamps.example
END:VCARD
`;

let world: World;
let program: Program;
let page: Page;

beforeAll(async () => {
  world = await startWorld();
  program = await world.start();
  page = prepare(program);
  await signInWithBrowser(page);
  await sendWithoutDelay(page);
});
afterAll(() => world?.stop());

const suggested = () => page.getByRole('listbox', { name: 'People' }).getByRole('option');
const sent = (count: number) => expect.poll(() => world.lab.smtp.messages.length, POLL).toBe(count);

async function openContacts(): Promise<void> {
  await page.keyboard.press('g');
  await page.keyboard.press('c');
  await heading(page, 'Contacts').waitFor();
}

async function leave(): Promise<void> {
  await page.keyboard.press('Escape');
  await body(page).waitFor({ state: 'detached' });
}

it('completes by keyboard whom one wrote to, the one most written to first', async () => {
  const letters = [
    ['Sam Once <sam.once@friends.example>', 'One'],
    ['Sam Often <sam.often@friends.example>', 'Two'],
    ['Sam Often <sam.often@friends.example>', 'Three'],
  ] as const;
  for (const [index, [to, subject]] of letters.entries()) {
    await begin(page, { to, subject });
    await page.keyboard.type('Hello.');
    await send(page);
    await sent(index + 1);
  }
  await button(page, /^New message/)
    .first()
    .click();
  await people(page).fill('sam');
  await expect
    .poll(() => suggested().allInnerTexts(), POLL)
    .toEqual([expect.stringContaining('Sam Often'), expect.stringContaining('Sam Once')]);
  expect(await faultsOf(program, 'completion')).toEqual([]);
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  expect(await chips(page).allInnerTexts()).toEqual(['Sam Once']);
  await page.keyboard.type('sam.of');
  await suggested().waitFor();
  await page.keyboard.press('Tab');
  expect(await chips(page).allInnerTexts()).toEqual(['Sam Once', 'Sam Often']);
});

it('takes a pasted list, marks what is no address, and warns of one that looks like a known one', async () => {
  await give(people(page), 'paste', {
    text: '"Lind, Eva" <eva@friends.example>; frank@friends.example, not an address\nsam.0ften@friends.example',
  });
  await expect.poll(() => chips(page).count()).toBe(6);
  expect((await chips(page).allInnerTexts())[2]).toBe('Lind, Eva');
  await page
    .getByRole('status')
    .getByText(/^sam\.0ften@friends\.example looks like sam\.often@friends\.example \(Sam Often\)/)
    .waitFor();
  await body(page).click();
  await page.keyboard.type('To all of you.');
  await page.keyboard.press('Control+Enter');
  await page.getByRole('alert').getByText('not an address is not a complete address').waitFor();
  expect(world.lab.smtp.messages).toHaveLength(3);
  expect(await faultsOf(program, 'bad recipients')).toEqual([]);
  // By keyboard alone: to the last chip and the one before it, which goes.
  await people(page).focus();
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('ArrowLeft');
  await page.keyboard.press('Delete');
  await expect.poll(() => chips(page).count()).toBe(5);
  await page.keyboard.press('Control+Enter');
  const warning = page.getByRole('alertdialog', { name: 'Send it like this?' });
  await warning.getByText(/looks like/).waitFor();
  await warning.getByText('This message has no subject.').waitFor();
  await warning.getByRole('button', { name: 'Keep writing' }).click();
  await leave();
});

it('takes contacts in from a file, changes one, and gives them out again', async () => {
  const folder = world.run.folder('cards');
  const from = join(folder, 'in.vcf');
  writeFileSync(from, VCARD.replaceAll('\n', '\r\n'));
  await openContacts();
  await answerFileDialogs(program, from);
  await button(page, 'More for contacts').click();
  await page.getByRole('menuitem', { name: 'Import vCard…' }).click();
  await page.getByText('2 people added, none changed.').waitFor();
  await page.getByRole('textbox', { name: 'Search contacts' }).or(page.getByRole('searchbox')).fill('carla');
  const rows = page.getByRole('listbox', { name: 'People' }).getByRole('option');
  await expect.poll(() => rows.count(), POLL).toBe(1);
  await rows.click();
  await heading(page, 'Carla Núñez').waitFor();
  expect(await faultsOf(program, 'contacts')).toEqual([]);
  expect(await page.getByRole('textbox', { name: 'Phone number 1' }).inputValue()).toBe('+34 600 000 000');
  await page.getByRole('textbox', { name: 'E-mail address 2' }).fill('carla at home');
  await button(page, 'Save').click();
  await page.getByText('This is not an e-mail address.').waitFor();
  await page.getByRole('textbox', { name: 'E-mail address 2' }).fill('carla@home.example');
  await page.keyboard.press('Enter');
  await expect.poll(() => button(page, 'Save').isDisabled(), POLL).toBe(true);

  const to = join(folder, 'out.vcf');
  await answerFileDialogs(program, to);
  await button(page, 'More for contacts').click();
  await page.getByRole('menuitem', { name: 'Export all…' }).click();
  await page.getByText(/contacts? written\./).waitFor();
  const written = readFileSync(to, 'utf8');
  for (const words of ['carla@home.example', 'carla@lamps.example', 'dora@lamps.example', 'Likes lamps.'])
    expect(written).toContain(words);
  expect(written).toMatch(/sam\.often@friends\.example/);
  expect(written.match(/^BEGIN:VCARD\r$/gm)?.length).toBe(4);
});

it('makes a group, and writes to all of it by its name', async () => {
  await button(page, 'More for contacts').click();
  await page.getByRole('menuitem', { name: 'New group' }).click();
  await page.getByRole('textbox', { name: 'Name of the group' }).fill('Lamp friends');
  const members = page.getByRole('textbox', { name: /^Members/ });
  await members.fill('Carla <carla@lamps.example>\nnobody here');
  await button(page, 'Save').click();
  await page.getByText('Nobody can be written to at “nobody here”.').waitFor();
  await members.fill('Carla <carla@lamps.example>\ndora@lamps.example');
  await button(page, 'Save').click();
  await page.keyboard.press('Escape');
  await begin(page, { subject: 'To the group' });
  await people(page).click();
  await page.keyboard.type('lamp fr');
  await suggested()
    .filter({ hasText: /2 people/ })
    .waitFor();
  await page.keyboard.press('Enter');
  await expect.poll(() => chips(page).allInnerTexts()).toEqual(['Carla', 'dora@lamps.example']);
  await body(page).click();
  await page.keyboard.type('Light!');
  await send(page);
  await sent(4);
  expect(world.lab.smtp.messages.at(-1)?.to).toEqual(['carla@lamps.example', 'dora@lamps.example']);
});
