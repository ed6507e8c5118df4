/** Mail without an account: brought in from files, read, found, taken out again, and removed. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { faultsOf } from './look/faults.ts';
import { answerFileDialogs, button, heading, letter, openAccess, prepare, row } from './walks.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let program: Program;
let page: Page;

beforeAll(async () => {
  world = await startWorld();
  program = await world.start();
  page = prepare(program);
});
afterAll(() => world?.stop());

const folder = (name: string) => page.getByRole('navigation').getByRole('button', { name, exact: true });

function entry(subject: string, status: string, text: string): string {
  const raw = letter({ subject, text }).replaceAll('\r\n', '\n');
  return `From ada@friends.example Thu Jan  1 00:00:10 2026\n${status}${raw}\n`;
}

it('starts without an account and brings an mbox file in with its flags, and nothing of it the second time', async () => {
  await button(page, 'Use without an account').click();
  await heading(page, 'Import and export').waitFor();
  const file = join(world.run.folder('import'), 'Attic.mbox');
  writeFileSync(
    file,
    entry('The blue bicycle', 'Status: RO\nX-Status: F\n', 'It still has its bell.\n>From the shed.') +
      entry('The garden gate', 'Status: O\n', 'It wants paint.'),
  );
  await answerFileDialogs(program, file);
  await button(page, 'Import mbox files…').click();
  await page.getByText('2 messages imported').waitFor();
  // The second time there is nothing new.
  await button(page, 'Import mbox files…').click();
  await page.getByText('2 left out: already here, or not readable').waitFor();
  expect(await faultsOf(program, 'settings after an import')).toEqual([]);
  const broken = join(world.run.folder('import'), 'Not mail.mbox');
  writeFileSync(broken, 'Just some words.');
  await answerFileDialogs(program, broken);
  await button(page, 'Import mbox files…').click();
  await page.getByText('No mail was found there.').first().waitFor();
  await page.keyboard.press('Escape');
});

it('reads and finds what was imported', async () => {
  await folder('Attic').click();
  await row(page, 'The blue bicycle').getByText('Starred').waitFor();
  expect(await row(page, 'The blue bicycle').getByText('Unread').count()).toBe(0);
  expect(await row(page, 'The garden gate').getByText('Unread').count()).toBe(1);
  await row(page, 'The blue bicycle').click();
  await page.getByText('From the shed.').last().waitFor();
  expect(await faultsOf(program, 'mail of a local account')).toEqual([]);
  await page.keyboard.press('/');
  await page.keyboard.type('paint');
  await page.getByText('1 found').waitFor();
  expect(await page.locator('.thread-subject').allTextContents()).toEqual(['The garden gate']);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
});

it('takes a folder out as an mbox file that holds the same mail', async () => {
  const file = join(world.run.folder('export'), 'Attic.mbox');
  await answerFileDialogs(program, file);
  await folder('Attic').click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'Export as one mbox file…' }).click();
  await expect.poll(() => readIfThere(file), { timeout: 15_000 }).toContain('It wants paint.');
  const exported = readIfThere(file);
  expect(exported.match(/^From /gm)).toHaveLength(2);
  expect(exported).toContain('>From the shed.');
  expect(exported).toMatch(/^Status: RO?$/m);
  expect(exported).toMatch(/^X-Status: .*F/m);
});

function readIfThere(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}

it('removes the account after a question that counts what goes, and is back at the welcome', async () => {
  await openAccess(page);
  await page.getByText('On this computer only. It has no server, and nobody else can read it.').waitFor();
  // There is nothing to sign out of.
  expect(await page.getByRole('button', { name: /Sign out/ }).count()).toBe(0);
  await button(page, 'Remove On this computer').click();
  await page.getByText('Its 2 messages are only on this computer and are deleted for good.').waitFor();
  expect(await faultsOf(program, 'removing a local account')).toEqual([]);
  await button(page, 'Delete the mail for good').click();
  await page.getByRole('alertdialog').waitFor({ state: 'detached' });
  await button(page, 'Back to mail').click();
  await heading(page, 'What is your mail address?').waitFor();
});
