/** Links in mails: they open in the person's own browser, and only when the person presses them. */
import { existsSync, readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { button, deliver, letter, openThread, POLL, prepare, row, signInWithBrowser } from './walks.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let page: Page;

const HTML = letter({
  subject: 'Dressed-up links',
  text: `<p>See <a href="https://news.example/one">the first page</a> and
  <a href="https://evil.example/login">https://bank.example</a>.</p>`,
}).replace('text/plain', 'text/html');

beforeAll(async () => {
  world = await startWorld();
  await deliver(world, HTML, { subject: 'Plain links', text: 'See https://plan.example/week-9 as always.' });
  const program = await world.start();
  page = prepare(program);
  await signInWithBrowser(page);
  await row(page, 'Plain links').waitFor();
});
afterAll(() => world?.stop());

const visits = () =>
  existsSync(world.visitsFile) ? readFileSync(world.visitsFile, 'utf8').trim().split('\n').slice(1) : [];

it('open in the browser of the person when they are pressed, in plain mail and in HTML, by pointer and by keyboard', async () => {
  await openThread(page, 'Plain links');
  await page.getByRole('link', { name: 'https://plan.example/week-9' }).click();
  await expect.poll(visits, POLL).toEqual(['https://plan.example/week-9']);

  await openThread(page, 'Dressed-up links');
  const frame = page.frameLocator('iframe[title="Message text"]');
  await frame.getByRole('link', { name: 'the first page' }).click();
  await expect.poll(visits, POLL).toContain('https://news.example/one');
  await frame.getByRole('link', { name: 'the first page' }).focus();
  await page.keyboard.press('Enter');
  await expect.poll(() => visits().filter((url) => url === 'https://news.example/one').length, POLL).toBe(2);
});

it('whose words name another place say so first, and stay closed unless the person insists', async () => {
  await openThread(page, 'Dressed-up links');
  const frame = page.frameLocator('iframe[title="Message text"]');
  await frame.getByRole('link', { name: 'https://bank.example' }).click();
  await page.getByRole('alertdialog', { name: 'This link leads to evil.example' }).waitFor();
  await button(page, 'Stay here').click();
  expect(visits()).not.toContain('https://evil.example/login');

  await frame.getByRole('link', { name: 'https://bank.example' }).click();
  await button(page, 'Open evil.example').click();
  await expect.poll(visits, POLL).toContain('https://evil.example/login');
});
