/**
 * A mailbox of HTML that wants out, opened in the five places in which a person meets a message: the list, the reader, an answer, a draft,
 * paper. Heard is at an HTTP server, at its socket, and at the resolver that every process of the program asks (private-resolver.ts).
 */
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { HOSTILE_NAME, HOSTILE_SUBJECT, type HostileBody, hostileBodies } from '../fixtures/hostile-html.mjs';
import { encodeHeader } from '../fixtures/mime-writer.mjs';
import { openBareWindow } from './bare-window.ts';
import { type PrivateResolver, startPrivateResolver } from './private-resolver.ts';
import {
  answerFileDialogs,
  button,
  command,
  deliver,
  heading,
  POLL,
  prepare,
  row,
  signInWithBrowser,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

const DNS_DOMAIN = 'hostile-mail.example';
/**
 * From the press until the message, or what is said instead of it, is there; the machine may do something else meanwhile. Where it is
 * slow for all of them, so many times what most of them take.
 */
const OPEN_MS = 4_000;
const OPEN_TIMES = 6;
/** A key until the window has heard it, while such a message is there. */
const STALL_MS = 2_500;

let world: World;
let resolver: PrivateResolver;
let bodies: HostileBody[];
let page: Page;
let program: Program;
/** Connections to the HTTP server that were made on purpose. */
let known = 0;

beforeAll(async () => {
  world = await startWorld();
  resolver = await startPrivateResolver(world.run);
  bodies = hostileBodies({ baseUrl: resolver.recorder.baseUrl, dnsDomain: DNS_DOMAIN });
  // The newest stands first in the list.
  await deliver(world, ...bodies.map((body, index) => source(body, index)).reverse());
});
afterAll(() => world?.stop());

const subjectOf = (body: HostileBody): string => `About ${body.name}`;

function source(body: HostileBody, index: number): string {
  const subject = index === 0 ? `${subjectOf(body)} ${HOSTILE_SUBJECT}` : subjectOf(body);
  return [
    `From: ${encodeHeader(HOSTILE_NAME)} <sender-${index}@hostile.example>`,
    `To: ${world.address}`,
    `Subject: ${encodeHeader(subject)}`,
    `Date: ${new Date(Date.now() - index * 60_000).toUTCString().replace('GMT', '+0000')}`,
    `Message-ID: <hostile-${index}@hostile.example>`,
    'MIME-Version: 1.0',
    `Content-Type: ${body.contentType ?? 'text/html; charset=utf-8'}`,
    'Content-Transfer-Encoding: base64',
    '',
    Buffer.from(body.html, 'utf8').toString('base64').replace(/.{76}/g, '$&\r\n'),
    '',
  ].join('\r\n');
}

/** What was heard beside the servers of the account. */
function heard(): string[] {
  const { imap, smtp } = world.lab.provider;
  const { requests, lookups } = resolver.recorder;
  const names = lookups.filter((name) => name !== imap.host && name !== smtp.host);
  const sockets = resolver.recorder.connections() - known;
  return [
    ...(sockets > 0 ? [`${sockets} connections`] : []),
    ...requests.map(({ method, path }) => `${method} ${path}`),
    ...names.map((name) => `? ${name}`),
  ];
}

/** Nothing ran, nothing went elsewhere, nothing of the message stands in the page. */
async function expectHarmless(): Promise<void> {
  expect(await page.evaluate(() => 'hacked' in window)).toBe(false);
  for (const frame of page.frames()) {
    expect(frame.url()).toMatch(/^app:\/\/latchkey\/(?:index|message-frame)\.html/);
    if (frame === page.mainFrame()) continue;
    const rest =
      'script, link, meta[http-equiv=refresh], base, form, input, object, embed, iframe, svg, math, video, audio, style, template';
    expect(await frame.locator('body').locator(rest).count()).toBe(0);
  }
}

test('a bare window that shows every element and every link is heard at the server and at the resolver', async () => {
  const html = bodies
    .slice(0, 2)
    .map((body) =>
      body.html.replace(/<meta http-equiv=(?:refresh|content)[^>]*>|<(?:portal|frame) [^>]*>/g, ''),
    );
  const bare = await openBareWindow(world, resolver, html.join(''));
  try {
    await expect.poll(() => heard().filter((one) => one.startsWith('GET ')).length, POLL).toBeGreaterThan(2);
    await expect.poll(() => heard().filter((one) => one.startsWith('? ')).length, POLL).toBeGreaterThan(0);
  } finally {
    await bare.close();
  }
});

test('in the list and in the reader each is shown, or its source is offered, and none acts, calls or stops the window', async () => {
  resolver.recorder.requests.length = 0;
  resolver.recorder.lookups.length = 0;
  known = resolver.recorder.connections();
  program = await world.start({ executable: resolver.wrap(world.electron.executable) });
  page = prepare(program);
  await signInWithBrowser(page);
  await row(page, subjectOf(bodies[0] as HostileBody)).waitFor();
  const chrome = () =>
    Promise.all([button(page, /^New message/).boundingBox(), heading(page, 'All inboxes').boundingBox()]);
  const before = await chrome();

  const times = new Map<string, number>();
  for (const body of bodies) {
    const from = performance.now();
    await openHostile(body);
    const shown = page.frameLocator('iframe[title="Message text"]').getByText(`Here is ${body.name}.`);
    const said = page.getByText(/^This message is too large to show safely/);
    await expect
      .poll(
        async () => (await shown.isVisible()) || (body.isTooMuch === true && (await said.isVisible())),
        POLL,
      )
      .toBe(true);
    times.set(body.name, performance.now() - from);
    const pressed = performance.now();
    await page.evaluate(() => new Promise((resolve) => requestAnimationFrame(resolve)));
    expect(performance.now() - pressed, body.name).toBeLessThan(STALL_MS);
    await expectHarmless();
    // The curtain covers its own place and nothing else.
    expect(await chrome(), body.name).toEqual(before);
    expect(heard(), body.name).toEqual([]);
  }
  const usual = [...times.values()].sort((a, b) => a - b)[Math.floor(times.size / 2)] ?? 0;
  const most = Math.max(OPEN_MS, OPEN_TIMES * usual);
  expect([...times].filter(([, time]) => time > most)).toEqual([]);
  expect(await page.getByRole('listbox').locator('img, svg[onload], script').count()).toBe(0);
});

test('quoted in an answer, in the draft of it opened again, and on paper none acts or calls', async () => {
  const pdf = join(world.run.path, 'letter.pdf');
  await answerFileDialogs(program, pdf);
  for (const [index, body] of bodies.slice(0, 7).entries()) {
    await openHostile(body);
    await page.frameLocator('iframe[title="Message text"]').getByText(`Here is ${body.name}.`).waitFor();
    if (index % 3 === 0) {
      rmSync(pdf, { force: true });
      await command(page, 'More').click();
      await page.getByRole('menuitem', { name: 'Save as PDF…' }).click();
      await expect.poll(() => existsSync(pdf), POLL).toBe(true);
      expect(readFileSync(pdf).subarray(0, 5).toString()).toBe('%PDF-');
    }
    await command(page, index === 1 ? 'Forward' : 'Reply').click();
    // An answer in which nothing was written is not kept.
    await page.getByRole('textbox', { name: 'Message' }).pressSequentially('Thank you.');
    await expectQuoted(body);
    await page.getByText(/^(?:Draft saved|Saved on the server)/).waitFor();
    await page.keyboard.press('Escape');
    expect(heard(), body.name).toEqual([]);
  }
  await button(page, 'Drafts here').click();
  for (const body of bodies.slice(2, 4)) {
    await page
      .getByRole('listitem')
      .filter({ hasText: subjectOf(body) })
      .getByRole('button')
      .first()
      .click();
    await expectQuoted(body);
    await page.keyboard.press('Escape');
    expect(heard(), body.name).toEqual([]);
  }
});

/** In the message that is being written the quotation is opened; it is there, and harmless. */
async function expectQuoted(body: HostileBody): Promise<void> {
  const quote = page.getByRole('region', { name: 'Quoted message' });
  await quote.getByRole('button', { name: /^Quoted/ }).click();
  await quote.locator('iframe').contentFrame().getByText(`Here is ${body.name}.`).waitFor();
  await expectHarmless();
}

/** Goes through the list until the row is there, and opens it. */
async function openHostile(body: HostileBody): Promise<void> {
  const line = row(page, subjectOf(body)).first();
  const list = page.locator('.threads');
  const at = bodies.indexOf(body);
  await list.evaluate((element, top) => element.scrollTo({ top }), Math.max(0, at * 72 - 200));
  await line.click();
}
