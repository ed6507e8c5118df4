/** How short the way is from one's address to one's mail: pages, presses, and the time after the person has agreed. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { faultsOf } from './look/faults.ts';
import { button, deliver, heading, prepare, row } from './walks.ts';
import { startWorld, type World } from './world.ts';

/** From consent to the first mail (PRACTICES.md). On a quiet machine it is a small part of that. */
const MOST_MS = 5_000;

let world: World;
let program: Program;
let page: Page;

beforeAll(async () => {
  world = await startWorld();
  await deliver(world, { subject: 'Welcome aboard' });
  // The program knows no address: the person types it.
  program = await world.start({ hint: '' });
  page = prepare(program);
});
afterAll(() => world?.stop());

type Path = { headings: string[]; clicks: number };

/** Notes every page that is shown and every press of the person from now on. */
async function watchPath(): Promise<() => Promise<Path>> {
  await page.evaluate(() => {
    const path: Path = { headings: [], clicks: 0 };
    const look = (): void => {
      for (const title of document.querySelectorAll('h1')) {
        const words = title.checkVisibility() ? title.textContent : '';
        if (words && path.headings.at(-1) !== words) path.headings.push(words);
      }
    };
    look();
    new MutationObserver(look).observe(document.body, {
      subtree: true,
      childList: true,
      characterData: true,
    });
    addEventListener('click', ({ isTrusted }) => isTrusted && path.clicks++, true);
    Reflect.set(window, 'pathOfTest', path);
  });
  return () => page.evaluate(() => Reflect.get(window, 'pathOfTest') as Path);
}

it('takes three pages and one press from the address to the first mail, which is there within five seconds of consent', async () => {
  await heading(page, 'What is your mail address?').waitFor();
  const path = await watchPath();
  // The cursor is in the field by itself.
  const address = page.getByRole('textbox', { name: 'Mail address' });
  await expect.poll(() => address.evaluate((field) => field === document.activeElement)).toBe(true);
  await page.keyboard.type(world.address);
  await button(page, 'Open the browser').click();
  await row(page, 'Welcome aboard').waitFor();
  const shownAt = Date.now();

  const { headings, clicks } = await path();
  expect(headings).toEqual([
    'What is your mail address?',
    'Finish in your browser',
    'Trying your account',
    'All inboxes',
  ]);
  expect(clicks).toBe(1);
  const { issuedTokens } = world.lab.authServer;
  const consentAt = issuedTokens.find(({ kind }) => kind === 'AuthorizationCode')?.at ?? 0;
  process.stdout.write(`first use: ${shownAt - consentAt} ms from consent to the first mail\n`);
  expect(shownAt - consentAt).toBeLessThanOrEqual(MOST_MS);
});

it('explains itself before the first press, in a page that reads well in light and dark', async () => {
  await button(page, 'Accounts and access').click();
  await button(page, 'Add an account…').click();
  await heading(page, 'What is your mail address?').waitFor();
  await button(page, 'How signing in works').click();
  const dialog = page.getByRole('dialog', { name: 'How signing in works' });
  for (const question of ['What Latchkey never sees', 'What can go wrong', 'How to take it back']) {
    await dialog.getByRole('heading', { name: question }).waitFor();
  }
  expect(await faultsOf(program, 'how signing in works')).toEqual([]);
  await dialog.getByRole('button', { name: 'Close', exact: true }).last().click();
  expect(await faultsOf(program, 'an address that is known')).toEqual([]);
});
