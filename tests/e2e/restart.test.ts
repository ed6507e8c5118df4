/** What is still there after an end: of the engine, of the program, of the connection to the server. */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import {
  button,
  command,
  deliver,
  heading,
  killEngine,
  openThread,
  POLL,
  prepare,
  row,
  signInWithBrowser,
  startDovecotAgain,
  startWitness,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let program: Program;
let page: Page;

beforeAll(async () => {
  world = await startWorld();
  await deliver(world, { subject: 'A letter from before', text: 'Read me anywhere.' });
  program = await world.start();
  page = prepare(program);
  await signInWithBrowser(page);
  await openThread(page, 'A letter from before');
  await page.getByText('Read me anywhere.').last().waitFor();
});
afterAll(() => world?.stop());

async function startAgain(): Promise<void> {
  await program.close();
  program = await world.start();
  page = prepare(program);
}

it('keeps a draft through the death of the engine and the end of the program', async () => {
  await button(page, /^New message/).click();
  await page.getByRole('combobox', { name: 'To', exact: true }).fill('samir@lab.test');
  await page.getByRole('textbox', { name: 'Subject' }).fill('A long story');
  const body = page.getByRole('textbox', { name: 'Message' });
  await body.fill('It was a dark night.');
  await page.getByText(/^Draft saved/).waitFor();

  await killEngine(program);
  await body.pressSequentially(' And then the lights went out.');
  // "Saved" stands for the new engine: it has what was typed while there was none.
  await page.getByText(/^Draft saved/).waitFor();
  await page.getByText('Draft not saved').waitFor({ state: 'detached' });
  await page.keyboard.press('Escape');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
  // The window, too, goes on: the mail is there and opens.
  await openThread(page, 'A letter from before');

  // After a second death the shell waits before it starts another engine: the program can be quit meanwhile.
  await killEngine(program);
  await startAgain();
  await button(page, 'Drafts here').click();
  await page
    .getByRole('list', { name: 'Drafts here' })
    .getByRole('button', { name: /A long story/ })
    .click();
  await heading(page, 'A long story').waitFor();
  expect(await bodyField().innerText()).toBe('It was a dark night. And then the lights went out.');
  await page.getByRole('list', { name: 'To recipients' }).getByText('samir@lab.test').waitFor();
  await page.keyboard.press('Escape');
});

const bodyField = () => page.getByRole('textbox', { name: 'Message' });

it('starts without its server, shows what is here, keeps changes, and comes back by itself', async () => {
  await program.close();
  await world.lab.dovecot.stop();
  program = await world.start();
  page = prepare(program);

  await page.getByText('Offline. What you change is kept and sent later.').waitFor();
  await openThread(page, 'A letter from before');
  await page.getByText('Read me anywhere.').last().waitFor();
  await command(page, 'More').click();
  await page.getByRole('menuitem', { name: /^Star/ }).click();
  await row(page, 'A letter from before').getByText('Starred').waitFor();
  // A server that is away is no reason to ask the person for anything.
  expect(await button(page, 'Sign in again').count()).toBe(0);

  await startDovecotAgain(world);
  await deliver(world, { subject: 'News from after' });
  await row(page, 'News from after').waitFor();
  await page.getByText(/Up to date/).waitFor();
  const witness = await startWitness(world.lab, world.address);
  try {
    await expect
      .poll(async () => (await witness.find('INBOX', 'A letter from before'))?.flags, POLL)
      .toContain('\\Flagged');
  } finally {
    await witness.close();
  }
});
