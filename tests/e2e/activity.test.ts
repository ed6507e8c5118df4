/**
 * The record of what happened with the access, and the Security check: what a person reads there is what happened, and neither stays
 * silent when the record was changed behind the program's back.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { z } from 'zod';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { openDatabase } from '../../src-main/store/database.ts';
import { activityCheck, activityEntry } from '../../src-shared/model/activity.ts';
import { checkName } from '../../src-shared/model/security-check.ts';
import { faultsOf } from './look/faults.ts';
import {
  addAccount,
  answerFileDialogs,
  button,
  choose,
  heading,
  letter,
  openAccess,
  openPage,
  POLL,
  prepare,
  readStoreKey,
  row,
  signInWithBrowser,
  sitDown,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

const MAYA = 'maya@lab.test';
const SAMIR = 'samir@lab.test';
const CANARY = 'canary-of-activity-';

let world: World;
let program: Program;
let page: Page;

beforeAll(async () => {
  world = await startWorld({ canary: CANARY });
  await world.lab.dovecot.store(SAMIR, [{ raw: letter({ subject: 'For Samir', to: SAMIR }) }]);
  program = await start();
});
afterAll(() => world?.stop());

async function start(): Promise<Program> {
  const started = await world.start();
  page = prepare(started);
  return started;
}

/** What stands on the page, oldest first. */
async function lines(): Promise<string[]> {
  const texts = await page.getByRole('main').getByRole('listitem').locator('.grow').allInnerTexts();
  return texts.map((text) => text.replace(/\s+/g, ' ').trim()).reverse();
}

const readExport = z.object({
  format: z.literal('latchkey-activity-1'),
  check: activityCheck,
  entries: z.array(activityEntry.extend({ previous: z.string(), hash: z.string() })),
});

it('looks at the program itself, says each result in words, and calls nothing bad but an Electron without fixes', async () => {
  await signInWithBrowser(page);
  await openPage(page, 'Security check');
  await page.getByText('Not checked yet.').waitFor();
  await button(page, 'Check now').click();
  await page.getByText(/^Checked /).waitFor();
  const results = await page.getByRole('main').getByRole('listitem').allInnerTexts();
  expect(results).toHaveLength(checkName.options.length);
  for (const result of results) {
    // A heading, and at least one whole sentence; no key of a catalogue and no gap where a fact should stand.
    expect(result).toMatch(/^.{15,}\n[\s\S]*\.$/);
    expect(result).not.toMatch(/check\.|[{}]|undefined/);
  }
  const bad = results.filter((result) => result.includes('Needs you.'));
  expect(bad.filter((result) => !/^Is the program.s foundation up to date/.test(result))).toEqual([]);
  expect(await faultsOf(program, 'security check')).toEqual([]);

  // It is there again after a while, with its date.
  await openPage(page, 'Privacy');
  await openPage(page, 'Security check');
  await page.getByText(/^Checked /).waitFor();
});

it('tells sign-in, renewal, refusal and sign-out in the order in which they happened', async () => {
  await sitDown(program, SAMIR, world.lab.users[SAMIR] ?? '');
  await addAccount(page, SAMIR);
  await row(page, 'For Samir').waitFor();
  await program.close();
  // An access token lives in memory only: the next start renews. Then the provider ends one access by itself.
  program = await start();
  await page.getByText(/Up to date/).waitFor();
  await openPage(page, 'Activity');
  await expect
    .poll(async () => (await lines()).filter((line) => line.includes('renewed')).length, POLL)
    .toBe(2);
  await program.close();
  await world.lab.authServer.revokeEverythingOf(SAMIR);
  program = await start();
  await openAccess(page);
  const samir = page.getByRole('region', { name: SAMIR });
  await samir.getByText(/Lab Mail ended the access/).waitFor();
  await sitDown(program, SAMIR, world.lab.users[SAMIR] ?? '');
  await samir.getByRole('button', { name: 'Sign in again', exact: true }).click();
  await samir.getByText(/Connected to/).waitFor();
  await button(page, `Sign out of ${SAMIR}…`).click();
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('radio', { name: /^Delete/ }).check({ force: true });
  await dialog.getByRole('button', { name: /^Sign out and delete/ }).click();
  await heading(page, 'No.').waitFor();

  await openPage(page, 'Activity');
  await page.getByText(/^Unbroken since .*\d+ entries, checked just now\.$/).waitFor();
  await choose(page, 'Account', SAMIR);
  const wanted = [
    /^Signed in at/,
    /renewed/,
    /^The provider ended the access/,
    /^Signed in again at/,
    /^The provider took the access back/,
    /^Signed out on this computer/,
    /^The mail of this account was deleted here/,
  ];
  await expect
    .poll(async () => (await lines()).filter((line) => wanted.some((one) => one.test(line))), POLL)
    .toEqual(wanted.map((one) => expect.stringMatching(one)));
});

it('is filtered by account, kind and words, exported whole, and opens the receipt of an account that is gone', async () => {
  await choose(page, 'Kind', 'Trouble');
  await expect.poll(lines, POLL).toEqual([expect.stringMatching(/^The provider ended the access/)]);
  await choose(page, 'Account', MAYA);
  await page.getByText('Nothing here fits.').waitFor();
  await choose(page, 'Account', 'All accounts');
  await choose(page, 'Kind', 'Signing in');
  await expect.poll(lines, POLL).toContainEqual(expect.stringMatching(/^Signed in again at/));
  expect((await lines()).filter((line) => /renewed|Signed out/.test(line))).toEqual([]);
  await choose(page, 'Kind', 'Every kind');
  const search = page.getByRole('textbox', { name: 'Search activity' });
  await search.fill('took the access back');
  await expect.poll(lines, POLL).toEqual([expect.stringMatching(/^The provider took the access back\./)]);
  expect(await faultsOf(program, 'activity')).toEqual([]);

  const file = join(world.run.folder('export'), 'activity.json');
  await answerFileDialogs(program, file);
  await button(page, 'Export as JSON…').click();
  await page.getByText('Activity exported.').waitFor();
  const text = readFileSync(file, 'utf8');
  const { check, entries } = readExport.parse(JSON.parse(text));
  expect(check).toMatchObject({ state: 'unbroken', count: entries.length });
  expect(entries.map(({ number }) => number)).toEqual(entries.map((_entry, index) => index + 1));
  expect(entries.slice(1).map(({ previous }) => previous)).toEqual(
    entries.slice(0, -1).map(({ hash }) => hash),
  );
  for (const secret of [CANARY, ...Object.values(world.lab.users)]) expect(text).not.toContain(secret);

  await button(page, 'Receipt').click();
  await heading(page, 'No.').waitFor();
  await page.getByText(`You signed out of ${SAMIR}.`).waitFor();
});

it('says which entry is not what was written, on its page and in the Security check', async () => {
  await program.close();
  const path = join(world.profile, 'mail', 'journal.db');
  const journal = openDatabase({ path, key: await readStoreKey(world), synchronous: 'FULL' });
  expect(journal.run("UPDATE audit SET host = 'harmless.example' WHERE number = 4")).toBe(1);
  journal.close();

  program = await start();
  await openPage(page, 'Activity');
  await page
    .getByText('Entry 4 is not what was written. Somebody or something changed the record.')
    .waitFor();
  await openPage(page, 'Security check');
  await button(page, 'Check now').click();
  await page.getByText('Entry 4 is not what was written.', { exact: true }).waitFor();
  await page.getByText('Somebody changed Activity, or an old copy of this profile was put back.').waitFor();
});
