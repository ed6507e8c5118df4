/** Without a keychain: a passphrase that is typed at each start stands in for it. */
import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { t } from '../../src-renderer/i18n/i18n.ts';
import { heapOf, holds, scan } from './canary-scan.ts';
import { faultsOf } from './look/faults.ts';
import { processesOf } from './processes.ts';
import {
  button,
  deliver,
  heading,
  openAccess,
  openThread,
  prepare,
  row,
  signInWithBrowser,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

const CANARY = `canary${randomBytes(8).toString('hex')}`;
const WORD = `Schlehenlikoer${randomBytes(6).toString('hex')}`;
const PASSPHRASE = `walnut ferry ${randomBytes(6).toString('hex')} violet ladder`;

let world: World;
let program: Program;

beforeAll(async () => {
  world = await startWorld({ keychainState: 'none', canary: CANARY });
  await deliver(world, { subject: 'Behind the passphrase', text: `The recipe for ${WORD}.` });
});
afterAll(() => world?.stop());

const field = (name: string) => program.page.getByLabel(name, { exact: true });

/** Nothing that opens anything, and no mail, in what lies on the disk. */
function expectNothingInClear(): void {
  const { found, read } = scan([world.profile, world.temporary], [CANARY, WORD, PASSPHRASE]);
  expect(found).toEqual([]);
  expect(read).toBeGreaterThan(5);
  expect(program.log()).not.toMatch(new RegExp([CANARY, WORD, PASSPHRASE].join('|')));
}

it('is one of three ways where there is no keychain, and has to be a good one', async () => {
  program = await world.start();
  const page = prepare(program);
  await heading(page, 'There is no keychain').waitFor();
  expect(await faultsOf(program, 'no keychain')).toEqual([]);
  await button(page, 'Choose a passphrase').click();
  await heading(page, 'A passphrase for Latchkey').waitFor();

  await field('Passphrase').fill('short');
  await page.getByText('It is short. Longer is stronger.').waitFor();
  await button(page, 'Use this passphrase').click();
  await page.getByText(t('signIn.passphrase.tooShort'), { exact: true }).waitFor();
  await field('Passphrase').fill('password1234');
  await page.getByText('Weak.', { exact: true }).waitFor();
  await page.getByText('It is on the lists that guessing programs try first.').waitFor();
  await field('Once more').fill('password1234');
  await button(page, 'Use this passphrase').click();
  await page.getByText('This one is too easy to guess.').waitFor();
  expect(await faultsOf(program, 'a weak passphrase')).toEqual([]);

  await field('Passphrase').fill(PASSPHRASE);
  await page.getByText('Strong.', { exact: true }).waitFor();
  await button(page, 'Use this passphrase').click();
  await page.getByText('The two are not the same.').waitFor();
  await field('Once more').fill(PASSPHRASE);
  await button(page, 'Use this passphrase').click();
  await page.getByText('The key is kept in a file that your passphrase opens').waitFor();
});

it('keeps the sign-in and the mail encrypted, and leaves nothing of itself', async () => {
  const { page } = program;
  await signInWithBrowser(page);
  await openThread(page, 'Behind the passphrase');
  await page.getByText(WORD).last().waitFor();
  await openAccess(page);
  await page.getByText('An encrypted file, under your passphrase').waitFor();
  const heap = await heapOf(program);
  // What was on the screen is found: a heap in which it were not would have been looked at in the wrong way.
  expect(holds(heap, ['maya@lab.test'])).toBe(true);
  expect(holds(heap, [PASSPHRASE])).toBe(false);
  for (const { argv, environment } of processesOf(program.app.process().pid ?? 0)) {
    expect(`${argv} ${environment}`).not.toContain(PASSPHRASE);
  }
  expectNothingInClear();
  await program.close();
  expectNothingInClear();
});

it('is asked for at the next start: a wrong one opens nothing and says so, the right one brings the mail', async () => {
  program = await world.start();
  const page = prepare(program);
  await heading(page, 'Your passphrase').waitFor();
  await page.getByText('Nothing is lost.').waitFor();
  await field('Passphrase').fill('walnut ferry violet');
  await button(page, 'Open').click();
  await page.getByRole('alert').getByText(t('error.passphrase-wrong.title')).waitFor();
  expect(await row(page, 'Behind the passphrase').count()).toBe(0);
  expect(await faultsOf(program, 'a wrong passphrase')).toEqual([]);

  await field('Passphrase').fill(PASSPHRASE);
  await button(page, 'Open').click();
  await openThread(page, 'Behind the passphrase');
  await page.getByText(WORD).last().waitFor();
  // The access is there too, not only what had been fetched.
  await deliver(world, { subject: 'After the restart' });
  await row(page, 'After the restart').waitFor();
  expect(holds(await heapOf(program), [PASSPHRASE])).toBe(false);
  expectNothingInClear();
});
