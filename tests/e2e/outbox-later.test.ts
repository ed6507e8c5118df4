/** What waits to be sent: for the undo window, for a time that was chosen, for the person's word when nobody knows whether it went. */
import { readFileSync, writeFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { type Cutter, startCutter } from '../integration/smtp-cutter.ts';
import { faultsOf } from './look/faults.ts';
import { button, heading, POLL, prepare, signInWithBrowser } from './walks.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let server: Cutter;
let program: Program;
let page: Page;

beforeAll(async () => {
  world = await startWorld({ hasLink: true });
  const { lab, run } = world;
  // A submission server that breaks the link when it is told to.
  server = await startCutter(lab.certs);
  run.onRemove(server.stop);
  const { providers } = JSON.parse(readFileSync(lab.providersFile, 'utf8'));
  providers[0].smtp.port = server.port;
  writeFileSync(lab.providersFile, JSON.stringify({ providers }));
  program = await world.start();
  page = prepare(program);
  await signInWithBrowser(page);
  await page.getByText(/^Up to date/).waitFor();
});
afterAll(() => world?.stop());

const waiting = (subject: string): Locator =>
  page.getByRole('list', { name: 'Outbox' }).getByRole('listitem').filter({ hasText: subject });
const receivedOf = (subject: string) => server.received.filter((one) => one.includes(`Subject: ${subject}`));

async function write(subject: string): Promise<void> {
  await button(page, /^New message/)
    .first()
    .click();
  await page.getByRole('combobox', { name: 'To', exact: true }).fill('samir@lab.test');
  await page.getByRole('textbox', { name: 'Subject' }).fill(subject);
  await page.getByRole('textbox', { name: 'Message' }).fill(`About ${subject}.`);
}

it('lets a message go at once when no time to undo is wanted, and says nothing of taking it back then', async () => {
  await write('Right away');
  await page.getByText('Sends 10 seconds after you press. You can undo.').waitFor();
  await page.getByText('Draft saved').waitFor();
  await page.keyboard.press('Escape');
  await button(page, 'Settings').click();
  await button(page, /Time to undo/).click();
  await page.getByRole('option', { name: 'None' }).click();
  await button(page, /None.*Time to undo/).waitFor();
  expect(await faultsOf(program, 'settings')).toEqual([]);
  await page.keyboard.press('Escape');
  await button(page, 'Drafts here').click();
  await page
    .getByRole('list', { name: 'Drafts here' })
    .getByRole('button', { name: /Right away/ })
    .click();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  expect(await page.getByText(/You can undo/).count()).toBe(0);
  await button(page, 'Send').click();
  await expect.poll(() => receivedOf('Right away').length, { timeout: 4_000 }).toBe(1);
  expect(await button(page, /^Undo/).count()).toBe(0);
});

it('keeps a message for its time, shows when it goes, and lets it go or be changed before', async () => {
  await write('For tomorrow');
  await button(page, 'Send later').click();
  await page.getByRole('menuitem', { name: /^Tomorrow morning/ }).click();
  await page
    .getByText(/^Goes /)
    .first()
    .waitFor();
  await button(page, 'Outbox').click();
  await waiting('For tomorrow')
    .getByText(/^Goes /)
    .waitFor();
  await waiting('For tomorrow').getByRole('button', { name: 'Send now' }).click();
  await expect.poll(() => receivedOf('For tomorrow').length, POLL).toBe(1);
  await waiting('For tomorrow').waitFor({ state: 'detached' });

  await write('For the new year');
  await button(page, 'Send later').click();
  await page.getByRole('menuitem', { name: 'Pick a time…' }).click();
  await heading(page, 'When is it to go?').waitFor();
  const choosing = page.getByRole('dialog', { name: 'When is it to go?' });
  // The day first, as everywhere else in the program, and each part leads on to the next.
  const type = async (digits: string): Promise<void> => {
    await choosing.getByRole('spinbutton').first().click();
    await page.keyboard.type(digits);
  };
  await type('010120200800');
  const later = choosing.getByRole('button', { name: 'Send later' });
  await later.click();
  await page.getByText('Choose a time that is still to come.').waitFor();
  expect(await faultsOf(program, 'picking a time')).toEqual([]);
  const year = new Date().getFullYear() + 1;
  await type(`0101${year}0800`);
  await later.click();
  await waiting('For the new year')
    .getByText(new RegExp(`^Goes .*${year}`))
    .waitFor();
  expect(await faultsOf(program, 'outbox')).toEqual([]);
  await waiting('For the new year').getByRole('button', { name: 'Edit' }).click();
  await heading(page, 'For the new year').waitFor();
  expect(await page.getByRole('textbox', { name: 'Message' }).innerText()).toBe('About For the new year.');
  await page.keyboard.press('Escape');
  await waiting('For the new year').waitFor({ state: 'detached' });
  expect(receivedOf('For the new year')).toEqual([]);
});

it('finds out by itself that a message went whose answer was lost, when it stands in Sent', async () => {
  world.lab.link?.setDown(true);
  server.cutAt('after-dot');
  await write('It went');
  await button(page, 'Send').click();
  await button(page, 'Outbox').click();
  await waiting('It went')
    .getByText(/It may have been sent/)
    .waitFor();
  expect(receivedOf('It went')).toHaveLength(1);
  const raw = receivedOf('It went')[0] ?? '';
  await world.lab.dovecot.store(world.address, [{ mailbox: 'Sent', raw }]);
  world.lab.link?.setDown(false);
  await waiting('It went').waitFor({ state: 'detached', timeout: 30_000 });
  expect(receivedOf('It went')).toHaveLength(1);
});

it('leaves it to the person when it is not in Sent: it has arrived, or it goes again', async () => {
  for (const subject of ['Maybe one', 'Maybe two']) {
    await write(subject);
    await button(page, 'Send').click();
    await button(page, 'Outbox').click();
    await waiting(subject)
      .getByText(/Looked for in Sent at .* it is not there/)
      .waitFor();
  }
  expect(await faultsOf(program, 'outbox with unknown ones')).toEqual([]);
  await waiting('Maybe one').getByRole('button', { name: 'It has arrived' }).click();
  await waiting('Maybe one').waitFor({ state: 'detached' });
  server.cutAt('never');
  await waiting('Maybe two').getByRole('button', { name: 'Send again' }).click();
  await waiting('Maybe two').waitFor({ state: 'detached' });
  expect(receivedOf('Maybe one')).toHaveLength(1);
  const twice = receivedOf('Maybe two');
  expect(twice).toHaveLength(2);
  // The same message both times: whoever got both sees one.
  const idOf = (raw = '') => /^Message-ID: (\S+)/im.exec(raw)?.[1];
  expect(idOf(twice[0])).toBe(idOf(twice[1]));
  await page.getByText('Nothing waits to be sent').waitFor();
});
