/** Folders: made, named, deleted and emptied, with and without a connection. Another mail program looks at the server. */
import type { ImapFlow } from 'imapflow';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { secondConnection } from '../servers/lab.mjs';
import { faultsOf } from './look/faults.ts';
import {
  button,
  command,
  deliver,
  heading,
  letter,
  openThread,
  POLL,
  prepare,
  row,
  signInWithBrowser,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let program: Program;
let page: Page;
let truth: ImapFlow;

beforeAll(async () => {
  world = await startWorld({ hasLink: true });
  await deliver(world, { subject: 'Stays in the inbox' });
  truth = await secondConnection(world.lab, world.address);
  program = await world.start();
  page = prepare(program);
  await signInWithBrowser(page);
  await row(page, 'Stays in the inbox').waitFor();
  await page.getByText(/^Up to date/).waitFor();
});
afterAll(async () => {
  await truth?.logout();
  await world?.stop();
});

const folder = (name: string) => page.getByRole('navigation').getByRole('button', { name, exact: true });
const paths = async () => (await truth.list()).map(({ path }) => path);

/** A command out of the context menu in the sidebar. */
async function choose(name: string, item: string): Promise<void> {
  await folder(name).click({ button: 'right' });
  await page.getByRole('menuitem', { name: item }).click();
}
async function answerName(name: string): Promise<void> {
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill(name);
  await page.keyboard.press('Enter');
  await page.getByRole('dialog').waitFor({ state: 'detached' });
}
async function inMailbox(path: string, subject: string): Promise<boolean> {
  await truth.mailboxOpen(path);
  const found = ((await truth.search({ subject })) || []).length > 0;
  // Not selected any more: a mailbox that is open elsewhere could not be deleted everywhere.
  await truth.mailboxClose();
  return found;
}

it('makes a folder, another inside, and gives one another name', async () => {
  await folder(world.address).click({ button: 'right' });
  await page.getByRole('menuitem', { name: 'New folder…' }).click();
  await heading(page, 'New folder').waitFor();
  await button(page, 'Create').click();
  await page.getByText('Type a name.').waitFor();
  expect(await faultsOf(program, 'new folder')).toEqual([]);
  await answerName('Städte & Reisen');
  await folder('Städte & Reisen').waitFor();
  await expect.poll(paths, POLL).toContain('Städte & Reisen');

  await choose('Städte & Reisen', 'New folder inside…');
  await answerName('Lisboa');
  await folder('Lisboa').waitFor();
  const { delimiter } = (await truth.list())[0] ?? { delimiter: '' };
  await expect.poll(paths, POLL).toContain(`Städte & Reisen${delimiter}Lisboa`);

  await choose('Lisboa', 'Rename…');
  await answerName('Porto');
  await folder('Porto').waitFor();
  await expect.poll(paths, POLL).toContain(`Städte & Reisen${delimiter}Porto`);
  expect(await paths()).not.toContain(`Städte & Reisen${delimiter}Lisboa`);

  // A name that is taken is said where it was typed.
  await choose(world.address, 'New folder…');
  await page.getByRole('dialog').getByRole('textbox', { name: 'Name' }).fill('Archive');
  await page.keyboard.press('Enter');
  await page.getByText('There is a folder with this name already.').waitFor();
  await page.keyboard.press('Escape');
});

it('deletes a folder by the menu over the list: its mail goes to Trash, and undo brings all of it back', async () => {
  await choose(world.address, 'New folder…');
  await answerName('Old things');
  await expect.poll(paths, POLL).toContain('Old things');
  await world.lab.dovecot.store(world.address, [
    { mailbox: 'Old things', raw: letter({ subject: 'A broken vase', to: world.address }) },
  ]);
  await folder('Old things').click();
  await row(page, 'A broken vase').waitFor();
  const remove = async (): Promise<void> => {
    await button(page, 'Folder actions').click();
    await page.getByRole('menuitem', { name: 'Delete folder…' }).click();
    await page.getByText('The message in it moves to Trash.').waitFor();
    await button(page, 'Delete folder').click();
    await folder('Old things').waitFor({ state: 'detached' });
  };
  await remove();
  await heading(page, 'All inboxes').waitFor();
  await button(page, /^Undo/).click();
  await folder('Old things').click();
  await row(page, 'A broken vase').waitFor();
  await expect.poll(() => paths().then((all) => all.includes('Old things')), POLL).toBe(true);
  await expect.poll(() => inMailbox('Old things', 'A broken vase'), POLL).toBe(true);

  await remove();
  await expect.poll(() => inMailbox('Trash', 'A broken vase'), { ...POLL, timeout: 30_000 }).toBe(true);
  await expect.poll(paths, { ...POLL, timeout: 30_000 }).not.toContain('Old things');
});

it('empties Trash after a question, and takes that back as long as it can', async () => {
  await folder('Trash').click();
  await row(page, 'A broken vase').waitFor();
  await choose('Trash', 'Empty Trash…');
  await page.getByText('One message is deleted for good, on the server too.').waitFor();
  expect(await faultsOf(program, 'empty Trash')).toEqual([]);
  await button(page, 'Delete for good').click();
  await page.getByText('This folder is empty').waitFor();
  await button(page, /^Undo/).click();
  await row(page, 'A broken vase').waitFor();
  expect(await inMailbox('Trash', 'A broken vase')).toBe(true);

  await row(page, 'A broken vase').click();
  await heading(page, 'A broken vase').waitFor();
  await command(page, /^Delete for good/).click();
  await row(page, 'A broken vase').waitFor({ state: 'detached' });
  await expect.poll(() => inMailbox('Trash', 'A broken vase'), { ...POLL, timeout: 30_000 }).toBe(false);
});

it('does it without a connection too, and the server follows', async () => {
  await folder('All inboxes').click();
  world.lab.link?.setDown(true);
  await page.getByText('Offline. What you change is kept and sent later.').waitFor();
  await choose(world.address, 'New folder…');
  await answerName('Made offline');
  await choose('Porto', 'Rename…');
  await answerName('Braga');
  await folder('Braga').waitFor();
  await openThread(page, 'Stays in the inbox');
  await command(page, 'Move to mailbox').click();
  await page.getByRole('menuitem', { name: 'Made offline' }).click();
  await row(page, 'Stays in the inbox').waitFor({ state: 'detached' });
  await folder('Made offline').click();
  await row(page, 'Stays in the inbox').waitFor();

  world.lab.link?.setDown(false);
  await expect
    .poll(() => paths().then((all) => all.filter((path) => /Made offline|Braga|Porto/.test(path))), {
      ...POLL,
      timeout: 30_000,
    })
    .toEqual(expect.arrayContaining(['Made offline', expect.stringMatching(/Braga$/)]));
  await expect.poll(() => inMailbox('Made offline', 'Stays in the inbox'), POLL).toBe(true);
  expect((await paths()).some((path) => path.endsWith('Porto'))).toBe(false);
  await row(page, 'Stays in the inbox').waitFor();
});
