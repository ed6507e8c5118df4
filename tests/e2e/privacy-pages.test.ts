/** What is kept here is said where it lies, can be taken along without a key, and can be made to go without a trace. */
import { randomBytes } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { scan } from './canary-scan.ts';
import { faultsOf } from './look/faults.ts';
import {
  answerFileDialogs,
  button,
  confirmSignOut,
  deliver,
  heading,
  keychainNames,
  openAccess,
  openPage,
  openThread,
  prepare,
  row,
  signInWithBrowser,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

const CANARY = `canary${randomBytes(8).toString('hex')}`;
const WORD = `Holunder${randomBytes(6).toString('hex')}`;

let world: World;
let program: Program;
let page: Page;

beforeAll(async () => {
  world = await startWorld({ canary: CANARY });
  await deliver(world, { subject: `Syrup with ${WORD}`, text: `Two pounds of ${WORD}.` });
  program = await world.start();
  page = prepare(program);
  await signInWithBrowser(page);
  await openThread(page, `Syrup with ${WORD}`);
  await page.getByText(/Up to date/).waitFor();
});
afterAll(() => world?.stop());

const filesBelow = (folder: string): string[] =>
  readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .map((name) => join(folder, name))
    .filter((path) => statSync(path, { throwIfNoEntry: false })?.isFile());

const question = () => page.getByRole('alertdialog', { name: 'Erase everything on this computer?' });

it('names every file that there is, and only hosts that the account named', async () => {
  await openPage(page, 'Privacy');
  const kept = page.locator('section', { has: heading(page, 'What is kept on this computer') });
  await kept.getByText('Encrypted; the key is in your keychain.').first().waitFor();
  const places = await kept.locator('code').allInnerTexts();
  const files = places.filter((place) => place.startsWith('/'));
  expect(files.filter((place) => !existsSync(place))).toEqual([]);
  // The other way round: all that lies there is on the list; side files stand with their database, and in the lock is nothing.
  const there = filesBelow(join(world.profile, 'mail')).map((path) => path.replace(/-(wal|shm)$/, ''));
  const unnamed = there.filter((path) => !files.includes(path) && !/\/profile\.lock[^/]*$/.test(path));
  expect([...new Set(unnamed)]).toEqual([]);
  expect(places.filter((place) => /Latchkey Mail [0-9a-f]{12}$/.test(place))).toHaveLength(1);

  const hosts = page.locator('section', { has: heading(page, 'Whom Latchkey talks to') });
  expect([...new Set(await hosts.locator('code').allInnerTexts())].sort()).toEqual([
    '127.0.0.1',
    'localhost',
  ]);
  expect(await faultsOf(program, 'privacy')).toEqual([]);
});

it('writes everything into a folder that other programs can read, and no key into it', async () => {
  const parent = world.run.folder('taken-along');
  await answerFileDialogs(program, parent);
  await button(page, 'Export everything…').click();
  await page.getByText(/^1 message and everything else written to /).waitFor();
  const [folder = ''] = readdirSync(parent);
  expect(folder).toMatch(/^Latchkey export \d{4}-\d\d-\d\d$/);
  const names = readdirSync(join(parent, folder)).sort();
  expect(names).toEqual(
    expect.arrayContaining(['accounts.json', 'activity.json', 'drafts', 'mail', 'settings.json']),
  );
  for (const name of names.filter((one) => one.endsWith('.json')))
    JSON.parse(readFileSync(join(parent, folder, name), 'utf8'));
  const mbox = filesBelow(parent).filter((path) => path.endsWith('.mbox'));
  expect(mbox.some((path) => readFileSync(path, 'utf8').includes(WORD))).toBe(true);
  const { found, read } = scan([parent], [CANARY, ...Object.values(world.lab.users)]);
  expect(found).toEqual([]);
  expect(read).toBeGreaterThan(5);
});

it('erases nothing while a provider still knows an access of this computer, and says why', async () => {
  await button(page, 'Erase everything…').click();
  await question().waitFor();
  await question()
    .getByText(/^You are still signed in to 1 account\. Sign out of it first/)
    .waitFor();
  expect(await faultsOf(program, 'erasing')).toEqual([]);
  expect(await question().getByRole('button', { name: 'Erase everything' }).count()).toBe(0);
  await question().getByRole('button', { name: 'Cancel' }).click();
  await page.keyboard.press('Escape');
  await row(page, `Syrup with ${WORD}`).waitFor();
});

it('leaves nothing of before when everything is erased', async () => {
  await openAccess(page);
  await button(page, `Sign out of ${world.address}…`).click();
  await page.getByText('Your mail on this computer').waitFor();
  await confirmSignOut(page);
  await heading(page, 'No.').waitFor();
  await openPage(page, 'Privacy');
  const before = new Map(filesBelow(join(world.profile, 'mail')).map((path) => [path, statSync(path).ino]));
  expect(before.size).toBeGreaterThan(1);
  await button(page, 'Erase everything…').click();
  await question().getByRole('button', { name: 'Erase everything' }).click();
  await heading(page, 'What is your mail address?').waitFor();

  await program.close();
  const kept = filesBelow(join(world.profile, 'mail')).filter(
    (path) => before.get(path) === statSync(path).ino,
  );
  // The lock says only that somebody has the folder open, and nothing is in it.
  expect(kept.filter((path) => !path.endsWith('/profile.lock'))).toEqual([]);
  expect(scan([world.profile, world.temporary], [CANARY, WORD, world.address]).found).toEqual([]);
  expect((await keychainNames(world)).filter((name) => /^(grant|debt)\//.test(name))).toEqual([]);

  program = await world.start();
  page = prepare(program);
  await heading(page, 'What is your mail address?').waitFor();
});
