/**
 * Files that were made to hurt whoever looks at them: PDF that asks for memory, time, the network, a program; pictures that are large only
 * once they are shown. Heard is at an HTTP server, at its socket, and at the resolver that every process of the program asks.
 */
import type { Locator, Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { type HostilePdf, hostilePdfs } from '../fixtures/hostile-pdf.mjs';
import { filePart, multipart, textPart, writeMessage } from '../fixtures/mime-writer.mjs';
import { plainPng } from '../fixtures/sample-files.mjs';
import { openBareWindow } from './bare-window.ts';
import { type PrivateResolver, startPrivateResolver } from './private-resolver.ts';
import { processesOf } from './processes.ts';
import { deliver, openThread, POLL, prepare, row, signInWithBrowser } from './walks.ts';
import { startWorld, type World } from './world.ts';

const HOST = 'hostile-pdf.example';
const DOCUMENTS = 'Seven documents';
const PICTURES = 'Twelve pictures';
const LETTER = 'A letter from a friend';
/** 50 megapixels each: 200 MB once it is shown. */
const PICTURE = { width: 10_000, height: 5_000, count: 12 };
/** Of all processes together, over what they had before. Four gigabytes of zeros, and half of the pictures, are more. */
const MOST_MEMORY = 1_100_000_000;
/** A document gets ten seconds to open and ten for a page; the machine may do something else meanwhile. */
const ENDLESS = { timeout: 60_000, interval: 100 };
/** Between two pictures of the window, in milliseconds. */
const STALL_MS = 2_500;

let world: World;
let resolver: PrivateResolver;
let pdfs: HostilePdf[];
let program: Program;
let page: Page;
/** Connections to the HTTP server that were made on purpose. */
let known = 0;
/** Memory of the program before it looked at any. */
let before = 0;

beforeAll(async () => {
  world = await startWorld();
  resolver = await startPrivateResolver(world.run);
  pdfs = hostilePdfs({ baseUrl: resolver.recorder.baseUrl, host: HOST });
  const pictures = Array.from({ length: PICTURE.count }, (_, index) => ({
    name: `wall-${index + 1}.png`,
    bytes: plainPng(PICTURE.width, PICTURE.height, colour(index)),
  }));
  await deliver(
    world,
    { subject: LETTER },
    withFiles(
      DOCUMENTS,
      pdfs.map(({ name, bytes }) => ({ name, bytes, type: 'application/pdf' })),
    ),
    withFiles(
      PICTURES,
      pictures.map((one) => ({ ...one, type: 'image/png' })),
    ),
  );
});
afterAll(() => world?.stop());

function withFiles(subject: string, files: { name: string; type: string; bytes: Buffer }[]): string {
  const headers = [
    'From: Ada Byron <ada@friends.example>',
    `To: ${world.address}`,
    `Subject: ${subject}`,
    `Message-ID: <${subject.toLowerCase().replaceAll(' ', '-')}@friends.example>`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
  ];
  const parts = files.map(({ name, type, bytes }) => filePart({ fileName: name, type, bytes }));
  return writeMessage(headers, multipart('mixed', [textPart('Please look.'), ...parts], 'files')).toString(
    'latin1',
  );
}

/** What was heard beside the servers of the account. */
function heard(): string[] {
  const { imap, smtp } = world.lab.provider;
  const { requests, lookups, connections } = resolver.recorder;
  return [
    ...(connections() > known ? [`${connections() - known} connections`] : []),
    ...requests.map(({ method, path }) => `${method} ${path}`),
    ...lookups.filter((name) => name !== imap.host && name !== smtp.host).map((name) => `? ${name}`),
  ];
}

/** Bytes of one kind, of all processes of the program. */
function memory(kind: 'VmHWM' | 'VmRSS'): number {
  const kilobytes = processesOf(program.app.process().pid ?? 0).map(({ status }) =>
    Number.parseInt(status.get(kind) ?? '0', 10),
  );
  return kilobytes.reduce((sum, one) => sum + one, 0) * 1024;
}

const colour = (index: number): [number, number, number] => [20 * index, 90, 160];

/** Of the picture as it is shown: it is decoded for that. */
function colourOf(picture: Locator): Promise<number[]> {
  return picture.evaluate((one) => {
    const context = new OffscreenCanvas(1, 1).getContext('2d');
    if (!context || !(one instanceof HTMLImageElement)) return [];
    context.drawImage(one, 0, 0, 1, 1);
    return [...context.getImageData(0, 0, 1, 1).data.slice(0, 3)];
  });
}

/** From now on the page waits a quarter of every long time: what is endless is endless after that, too. */
const hurry = (): Promise<void> =>
  page.evaluate(() => {
    const { setTimeout: wait } = window;
    const shorter = (act: () => void, time = 0) => wait(act, time < 5_000 ? time : time / 4);
    Object.defineProperty(window, 'setTimeout', { value: shorter });
  });

const dialog = (): Locator => page.getByRole('dialog');
const note = (): Locator =>
  dialog().getByText(/^(?:This cannot be shown here\.|This PDF cannot be shown here:)/);
const sheet = (): Locator => dialog().getByRole('img', { name: /^Page 1 of/ });

/** Until a page is painted or it is said that none is. */
const isOver = async (): Promise<boolean> =>
  (await note().isVisible()) ||
  ((await sheet().count()) > 0 &&
    (await sheet()
      .locator('canvas')
      .evaluate((one) => one instanceof HTMLCanvasElement && one.width > 300)));

const look = async (name: string): Promise<void> => {
  await page
    .getByRole('region', { name: 'Attachments' })
    .getByRole('button', { name: `Look at ${name}` })
    .click();
  await dialog().getByRole('heading', { name }).waitFor();
};

async function leave(): Promise<void> {
  await page.keyboard.press('Escape');
  await dialog().waitFor({ state: 'detached' });
}

/** No worker, no font, no filter. */
const left = async () => ({
  workers: page.workers().length,
  traces: await page.evaluate(
    () =>
      [...document.fonts].filter((face) => /^"?g_d/.test(face.family)).length +
      document.querySelectorAll('filter[id^="g_d"]').length,
  ),
});

async function expectAnswers(name: string): Promise<void> {
  const pressed = performance.now();
  await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
  expect(performance.now() - pressed, name).toBeLessThan(STALL_MS);
}

async function expectHarmless(name: string): Promise<void> {
  await expect.poll(left, POLL).toEqual({ workers: 0, traces: 0 });
  expect(await page.evaluate(() => 'hacked' in globalThis)).toBe(false);
  expect(heard(), name).toEqual([]);
}

test('a bare window is heard at the server and at the resolver', async () => {
  const { baseUrl } = resolver.recorder;
  const bare = await openBareWindow(world, resolver, `<img src="${baseUrl}/a"><img src="http://${HOST}/b">`);
  try {
    await expect.poll(heard, POLL).toEqual(expect.arrayContaining(['GET /a', `? ${HOST}`]));
  } finally {
    await bare.close();
  }
});

test('each hostile document ends with a page or with a note, calls nobody, and leaves nothing behind', async () => {
  program = await world.start({ executable: resolver.wrap(world.electron.executable) });
  page = prepare(program);
  await signInWithBrowser(page);
  await row(page, PICTURES).waitFor();
  resolver.recorder.requests.length = 0;
  resolver.recorder.lookups.length = 0;
  known = resolver.recorder.connections();
  await openThread(page, DOCUMENTS);
  before = memory('VmRSS');
  for (const { name, ending } of pdfs.filter((one) => !one.isEndless)) {
    await look(name);
    await expect.poll(isOver, POLL).toBe(true);
    if (ending !== 'either') expect(await note().isVisible(), name).toBe(ending === 'note');
    await expectAnswers(name);
    if (name === 'pages.pdf') await dialog().getByText('Only the first 300 pages are shown.').waitFor();
    await leave();
    await expectHarmless(name);
  }
  expect(memory('VmHWM') - before).toBeLessThan(MOST_MEMORY);
});

test('a document without end is given up, its worker is ended under the note, and the window answers all the while', async () => {
  // Whoever does not wait for the end of it ends it.
  await look('endless-table.pdf');
  await expect.poll(() => page.workers().length, POLL).toBe(1);
  await leave();
  await expectHarmless('closed');
  await hurry();
  for (const { name } of pdfs.filter((one) => one.isEndless)) {
    await look(name);
    await expectAnswers(name);
    await note().waitFor({ timeout: ENDLESS.timeout });
    expect(await dialog().getByText('Save it, and open it with a program that you trust.').isVisible()).toBe(
      true,
    );
    await expectHarmless(name);
    await leave();
    await openThread(page, LETTER);
    await page.getByRole('article').getByText(`About ${LETTER}.`).waitFor();
    await openThread(page, DOCUMENTS);
  }
});

test('twelve pictures of 50 megapixels are looked at one after another, and their memory comes back', async () => {
  await openThread(page, PICTURES);
  await expect.poll(left, POLL).toEqual({ workers: 0, traces: 0 });
  await look('wall-1.png');
  for (let at = 1; at <= PICTURE.count; at += 1) {
    const picture = dialog().getByRole('img', { name: `wall-${at}.png` });
    await expect
      .poll(() => picture.evaluate((one) => one instanceof HTMLImageElement && one.naturalWidth), POLL)
      .toBe(PICTURE.width);
    await expect.poll(() => colourOf(picture), POLL).toEqual(colour(at - 1));
    await expectAnswers(`wall-${at}.png`);
    await page.keyboard.press('ArrowRight');
  }
  await leave();
  await openThread(page, LETTER);
  await page.getByRole('article').getByText(`About ${LETTER}.`).waitFor();
  await expect.poll(() => memory('VmRSS') - before, ENDLESS).toBeLessThan(MOST_MEMORY);
  expect(heard()).toEqual([]);
});
