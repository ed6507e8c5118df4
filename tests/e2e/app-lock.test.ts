/** The lock of the program: what stands behind it is behind it, also for a page that somebody has taken over. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { REQUEST_CLASSES } from '../../src-main/ipc/request-classes.ts';
import { contract, type RequestName } from '../../src-shared/ipc/contract.ts';
import { capturePort, sendRequests } from './captured-port.ts';
import { moveClock } from './later-clock.ts';
import { leastInput } from './least-input.ts';
import { faultsOf } from './look/faults.ts';
import {
  answerFileDialogs,
  button,
  confirmSignOut,
  deliver,
  heading,
  openAccess,
  openPage,
  openThread,
  POLL,
  prepare,
  row,
  signInWithBrowser,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

const PASSPHRASE = 'seven quiet herons cross the harbour';
const SUBJECT = 'Behind the lock';
const TEXT = 'Nobody reads this from outside.';
const SIX_MINUTES = 6 * 60_000;

let world: World;
let program: Program;
let page: Page;

beforeAll(async () => {
  world = await startWorld();
  await deliver(world, { subject: SUBJECT, text: TEXT });
  program = await world.start();
  page = prepare(program);
  await signInWithBrowser(page);
});
afterAll(() => world?.stop());

const gate = () => heading(page, 'Latchkey is locked');

async function unlock(passphrase: string): Promise<void> {
  await page.getByRole('textbox', { name: 'Passphrase' }).fill(passphrase);
  await button(page, 'Open').click();
}

/** Everything of the mail that a person, or a script in the page, could find in the window now. */
async function mailInWindow(): Promise<string[]> {
  const content = `${await page.content()}\n${await page.title()}`;
  return [SUBJECT, TEXT, world.address].filter((word) => content.includes(word));
}

it('is set with a passphrase that is measured while it is typed, and no weak one is taken', async () => {
  await openThread(page, SUBJECT);
  await openPage(page, 'Privacy');
  await button(page, 'Set a passphrase…').click();
  const dialog = page.getByRole('dialog', { name: 'Set a passphrase for Latchkey' });
  const first = dialog.getByRole('textbox', { name: 'New passphrase', exact: true });
  const again = dialog.getByRole('textbox', { name: 'New passphrase once more' });
  await first.fill('password1');
  await dialog.getByText('Very weak').waitFor();
  await again.fill('password1');
  await dialog.getByRole('button', { name: 'Set passphrase' }).click();
  await dialog.getByText('This passphrase is too easy to guess.').waitFor();
  await first.fill(PASSPHRASE);
  await dialog.getByText('Strong', { exact: false }).first().waitFor();
  await dialog.getByRole('button', { name: 'Set passphrase' }).click();
  await dialog.getByText('The two are not the same.').waitFor();
  expect(await faultsOf(program, 'setting the lock')).toEqual([]);
  await again.fill(PASSPHRASE);
  await dialog.getByRole('button', { name: 'Set passphrase' }).click();
  await dialog.waitFor({ state: 'detached' });
  await button(page, 'Lock now').waitFor();
});

it('leaves nothing of the mail in the window, and answers no request for any of it', async () => {
  await button(page, 'Lock now').click();
  await gate().waitFor();
  expect(await mailInWindow()).toEqual([]);
  expect(await faultsOf(program, 'locked')).toEqual([]);

  await capturePort(page);
  await gate().waitFor();
  const names = Object.keys(contract) as RequestName[];
  const closed = names.filter((name) => REQUEST_CLASSES[name] !== 'open');
  expect(closed.length).toBeGreaterThan(60);
  const results = await sendRequests(
    page,
    closed.map((name) => ({ name, input: leastInput(name) })),
  );
  expect(closed.filter((_name, index) => results[index]?.code !== 'app-locked').sort()).toEqual([]);
  expect(await mailInWindow()).toEqual([]);
});

it('opens with the right passphrase only, and mail has gone on arriving behind it', async () => {
  await deliver(world, { subject: 'Came while it was locked' });
  await unlock('seven quiet herons cross the harbor');
  await page.getByText('This is not the passphrase.').waitFor();
  expect(await mailInWindow()).toEqual([]);
  await unlock(PASSPHRASE);
  await row(page, 'Came while it was locked').waitFor();
  await openPage(page, 'Activity');
  await page.getByText('A wrong passphrase was given to the lock.').waitFor();
});

it('is closed again at the next start', async () => {
  await program.close();
  program = await world.start();
  page = prepare(program);
  await gate().waitFor();
  expect(await mailInWindow()).toEqual([]);
  await unlock(PASSPHRASE);
  await row(page, SUBJECT).waitFor();
});

it('asks once more before anything is exported or signed out, when some minutes have passed', async () => {
  const move = await moveClock(world, program);
  await gate().waitFor();
  await unlock(PASSPHRASE);
  await row(page, SUBJECT).waitFor();
  move(SIX_MINUTES);

  const question = page.getByRole('dialog', { name: 'Your passphrase once more' });
  await openAccess(page);
  await button(page, `Sign out of ${world.address}…`).click();
  await confirmSignOut(page);
  await question.waitFor();
  expect(await faultsOf(program, 'the passphrase once more')).toEqual([]);
  await question.getByRole('button', { name: 'Cancel' }).click();
  await page.getByText('This asks for your passphrase once more.').waitFor();
  const [token] = world.lab.authServer.issuedTokens.filter(({ kind }) => kind === 'RefreshToken').slice(-1);
  expect(await world.lab.authServer.isActive(token?.value ?? '')).toBe(true);
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });

  const file = join(world.run.folder('export'), 'activity.json');
  await answerFileDialogs(program, file);
  await openPage(page, 'Activity');
  await button(page, 'Export as JSON…').click();
  await question.waitFor();
  expect(existsSync(file)).toBe(false);
  await question.getByRole('textbox', { name: 'Passphrase' }).fill(PASSPHRASE);
  await question.getByRole('button', { name: 'Go on' }).click();
  await page.getByText('Activity exported.').waitFor();
  await expect.poll(() => readFileSync(file, 'utf8'), POLL).toContain('latchkey-activity-1');
  expect(readFileSync(file, 'utf8')).not.toContain(PASSPHRASE);
});
