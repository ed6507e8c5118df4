/** A keychain that loses the key to the mail: the code opens everything; without it one sees what is lost before anything is replaced. */
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { faultsOf } from './look/faults.ts';
import {
  answerFileDialogs,
  button,
  deliver,
  forgetStoreKey,
  heading,
  letter,
  openThread,
  prepare,
  row,
  signInWithBrowser,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let program: Program;
let page: Page;
let code = '';

beforeAll(async () => {
  world = await startWorld();
  await deliver(world, { subject: 'A letter from before', text: 'Read me anywhere.' });
  program = await world.start();
  page = prepare(program);
  await signInWithBrowser(page);
  await openThread(page, 'A letter from before');
});
afterAll(() => world?.stop());

async function startWithoutKey(): Promise<void> {
  await program.close();
  await forgetStoreKey(world);
  program = await world.start();
  page = prepare(program);
  await heading(page, 'The key to your mail is gone').waitFor();
}

/** What would be lost with the key: a draft, a message that waits, an imported one. */
async function makeWhatIsOnlyHere(): Promise<void> {
  const write = async (subject: string): Promise<void> => {
    await button(page, /^New message/).click();
    await page.getByRole('combobox', { name: 'To', exact: true }).fill('samir@lab.test');
    await page.getByRole('textbox', { name: 'Subject' }).fill(subject);
    await page.getByText('Draft saved').waitFor();
  };
  await write('Half a thought');
  await page.keyboard.press('Escape');
  await write('For tomorrow');
  await button(page, 'Send later').click();
  await page.getByRole('menuitem', { name: /^Tomorrow morning/ }).click();
  await button(page, 'Outbox').waitFor();

  const file = join(world.run.folder('import'), 'Old letters.mbox');
  const raw = letter({ subject: 'A letter from long ago', text: 'Found in the attic.' });
  writeFileSync(file, `From ada@friends.example Thu Jan  1 00:00:10 2026\n${raw.replaceAll('\r\n', '\n')}\n`);
  await answerFileDialogs(program, file);
  await button(page, 'Settings').click();
  await button(page, 'Import mbox files…').click();
  await page.getByText('1 message imported').waitFor();
  await page.keyboard.press('Escape');
}

it('offers a code, shows it once, and saves it as a page to print', async () => {
  await button(page, 'Make a recovery code').click();
  await heading(page, 'A recovery code for your mail').waitFor();
  expect(await faultsOf(program, 'recovery offer')).toEqual([]);
  await button(page, 'Show the code').click();
  await heading(page, 'Your recovery code').waitFor();
  expect(await faultsOf(program, 'recovery code')).toEqual([]);
  const groups = await page.locator('output span').allTextContents();
  code = groups.join('-');
  expect(code).toMatch(/^(?:[0-9A-Z]{4}-){7}[0-9A-Z]{4}$/);

  const file = join(world.run.folder('saved'), 'code.html');
  await answerFileDialogs(program, file);
  await button(page, 'Save as a page to print…').click();
  await page.getByText('Saved. Print it, then delete the file.').waitFor();
  expect(readFileSync(file, 'utf8').replaceAll(/<[^>]*>|[\s-]/g, '')).toContain(code.replaceAll('-', ''));
  await button(page, 'I have it').click();
  await button(page, 'Make a recovery code').waitFor({ state: 'detached' });
  expect(program.log()).not.toContain(code);
});

it('opens everything with the code when the keychain has lost the key, and refuses a wrong one', async () => {
  await makeWhatIsOnlyHere();
  await startWithoutKey();
  expect(await faultsOf(program, 'recovery gate')).toEqual([]);
  await button(page, 'Open my mail').click();
  await page.getByText('Type the code from your page.').waitFor();
  const field = page.getByRole('textbox', { name: 'Recovery code' });
  await field.fill(code.replace(/.$/, (last) => (last === '0' ? '1' : '0')));
  await button(page, 'Open my mail').click();
  await page.getByText('This code does not open the mail on this computer.').waitFor();
  expect(await faultsOf(program, 'recovery gate with a wrong code')).toEqual([]);

  await field.fill(code.replaceAll('-', ' ').toLowerCase());
  await page.keyboard.press('Enter');
  await openThread(page, 'A letter from before');
  await button(page, 'Drafts here').click();
  await page
    .getByRole('list', { name: 'Drafts here' })
    .getByRole('button', { name: /Half a thought/ })
    .waitFor();
  await button(page, 'Outbox').click();
  await page.getByRole('list', { name: 'Outbox' }).getByText('For tomorrow').waitFor();
  await button(page, 'Old letters').click();
  await row(page, 'A letter from long ago').click();
  await page.getByText('Found in the attic.').last().waitFor();
});

it('lists what cannot come back without the code, and begins anew only then, putting the old aside', async () => {
  await startWithoutKey();
  await button(page, 'I do not have it').click();
  await heading(page, 'Begin anew without the code').waitFor();
  const lost = page.locator('.lost li');
  await lost.first().waitFor();
  // The draft is on the server too.
  expect(await lost.allTextContents()).toEqual(['1message that waits to be sent', '1imported message']);
  expect(await faultsOf(program, 'begin anew')).toEqual([]);
  await button(page, 'Type the code').click();
  await heading(page, 'The key to your mail is gone').waitFor();
  await button(page, 'I do not have it').click();
  await button(page, 'Begin anew').click();
  await heading(page, 'What is your mail address?').waitFor();
  const folder = join(world.profile, 'mail');
  const aside = readdirSync(folder).find((name) => name.startsWith('unreadable-')) ?? '';
  expect(readdirSync(join(folder, aside))).toEqual(
    expect.arrayContaining(['journal.db', 'store.db', 'recovery.json']),
  );
  await signInWithBrowser(page);
  await row(page, 'A letter from before').waitFor();
  expect(await button(page, 'Drafts here').count()).toBe(0);
});
