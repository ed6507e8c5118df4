/**
 * Messages that are too deep or too large to be read: offered as source before anybody loses patience, while the list goes on answering.
 */
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { watchFrames } from '../fixtures/watch-frames.ts';
import { deliver, letter, prepare, row, signInWithBrowser } from './walks.ts';
import { startWorld, type World } from './world.ts';

/** From the press until the person is told, when the message is here. Milliseconds. */
const PROMISED = 2_000;
/** From a turn of the wheel until the rows there are shown. */
const LIST_MS = 1_000;
/** Where the machine is slow for everything: so many times what a short letter takes, and the list while nothing else is done. */
const TIMES = 5;
/** Between two pictures of the window; the machine may do something else meanwhile. */
const STALL_MS = 2_500;
const NOTES = 240;

let world: World;
let page: Page;

const DEEP = 'Twenty thousand parts deep';
const DEEP_HTML = 'Twenty thousand boxes deep';
const LARGE = 'Fifty megabytes';
const OTHER = `Note no. ${NOTES} of many`;

const head = (subject: string, type: string): string =>
  letter({ subject, to: world.address, text: '' }).replace(
    /Content-Type: [^\r]*\r\n\r\n\r\n$/,
    `Content-Type: ${type}\r\n\r\n`,
  );

function deepParts(): string {
  const levels = Array.from({ length: 19_999 }, (_, level) => {
    const next = `Content-Type: multipart/mixed; boundary="b${level + 1}"`;
    return `--b${level}\r\n${next}\r\n\r\n`;
  });
  return `${head(DEEP, 'multipart/mixed; boundary="b0"')}${levels.join('')}deep\r\n`;
}

beforeAll(async () => {
  world = await startWorld();
  await world.lab.dovecot.store(
    world.address,
    Array.from({ length: NOTES }, (_, index) => {
      const date = new Date(Date.now() - (NOTES - index) * 3_600_000);
      const subject = `Note no. ${index + 1} of many`;
      return { internalDate: date, flags: ['\\Seen'], raw: letter({ subject, to: world.address, date }) };
    }),
  );
  await deliver(
    world,
    deepParts(),
    `${head(DEEP_HTML, 'text/html')}${'<div>'.repeat(20_000)}deep\r\n`,
    `${head(LARGE, 'text/html')}${'<p>Hello</p>'.repeat(4_200_000)}\r\n`,
  );
  const program = await world.start();
  page = prepare(program);
  await signInWithBrowser(page);
  await row(page, LARGE).waitFor();
  await page.getByText(/Up to date/).waitFor();
});

afterAll(() => world?.stop());

const showTop = (): Promise<void> => page.locator('.threads').evaluate((list) => list.scrollTo({ top: 0 }));

/** Turns the wheel as far as it goes, until every row there is told: the engine has them. */
async function turnList(): Promise<void> {
  await page.locator('.threads').evaluate((list) => list.scrollTo({ top: list.scrollHeight }));
  await page.waitForFunction(() => {
    const rows = [...document.querySelectorAll<HTMLElement>('.threads [role=option]')];
    const isTold = rows.every((one) => !one.classList.contains('thread-blank'));
    return isTold && rows.length > 0 && rows.every((one) => Number(one.dataset.index) > 0);
  });
}

async function timeOf(act: () => Promise<unknown>): Promise<number> {
  const began = performance.now();
  await act();
  return performance.now() - began;
}

it.each([
  {
    subject: DEEP,
    words: /^This message is broken and could not be read as mail\./,
  },
  {
    subject: DEEP_HTML,
    words: /^This message is too large to show safely\./,
  },
  {
    subject: LARGE,
    words: /^This message is broken and could not be read as mail\./,
  },
])(
  '$subject is offered as source, within two seconds once it is here, and the list answers while it comes',
  async ({ subject, words }) => {
    const line = row(page, subject);
    const told = page.getByText(words);
    await showTop();
    const atRest = await timeOf(turnList);
    await showTop();
    const longestStall = await watchFrames(page);
    await line.click();
    expect(await timeOf(turnList)).toBeLessThan(Math.max(LIST_MS, TIMES * atRest));
    // It may have to come from the server yet.
    await told.waitFor();
    expect(await longestStall()).toBeLessThan(STALL_MS);

    await showTop();
    const short = await timeOf(async () => {
      await row(page, OTHER).click();
      await page.getByRole('article').getByText(`About ${OTHER}.`).waitFor();
    });
    await told.waitFor({ state: 'detached' });
    const heavy = await timeOf(async () => {
      await line.click();
      await told.waitFor();
    });
    expect(heavy).toBeLessThan(Math.max(PROMISED, TIMES * short));

    await page.getByRole('article').getByRole('button', { name: 'Show source' }).click();
    const source = page.getByRole('dialog').getByRole('textbox', { name: 'Message source' });
    await expect.poll(() => source.inputValue(), { timeout: 10_000 }).toContain(`Subject: ${subject}`);
    await page.keyboard.press('Escape');
    await page.getByRole('dialog').waitFor({ state: 'detached' });
  },
);
