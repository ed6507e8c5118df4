/** What the frame of a message promises, in the real window: quotations stay what they are, pictures come without moving the words. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { projectRoot } from '../../scripts/lib/paths.mjs';
import { hostileBodies } from '../fixtures/hostile-html.mjs';
import { png } from '../fixtures/sample-files.mjs';
import type * as FrameProofs from './frame-proofs.ts';
import { deliver, openThread, POLL, prepare, row, signInWithBrowser } from './walks.ts';
import { SITE, startWeb } from './web-sites.ts';
import { startWorld, type World } from './world.ts';

declare global {
  interface Window {
    frameProofs: typeof FrameProofs;
  }
}

const TALL = 'Pictures between the lines';
const PICTURE = `https://${SITE}/view.png`;
/** Two seconds are promised; the machine may do something else meanwhile. */
const STANDSTILL_MS = 2_500;
/** Elements of which each one costs more than it looks like. */
const HEAVY: Record<string, string> = {
  details: '<details open><summary>s</summary>d</details>'.repeat(3_700),
  'details in one another': '<details><summary>s</summary>'.repeat(5_000),
  ruby: '<ruby>a<rt>b</rt></ruby>'.repeat(3_700),
  'cells over all rows': `<table>${'<tr>'.repeat(100)}${'<td rowspan=65534 colspan=1000>x'.repeat(4_000)}</table>`,
  columns: `<table>${'<col span=1000>'.repeat(5_000)}<tr><td>x</table>`,
  lists: '<ol><li>x'.repeat(7_000),
  'numbered lines': `<ol>${'<li value=2147483647>x'.repeat(14_000)}</ol>`,
  'floating boxes': '<div style="float:left;width:33%">x</div>'.repeat(7_000),
  'boxes in a row': `<div style="display:flex;flex-wrap:wrap">${'<div style="flex-grow:1">x</div>'.repeat(7_000)}</div>`,
  'boxes in a row in one another': '<div style="display:flex"><div style="display:inline-flex">'.repeat(
    3_500,
  ),
  grids: '<div style="display:grid"><p>x</p>'.repeat(5_000),
  'tables by style': '<div style="display:table"><div style="display:table-cell">x</div>'.repeat(5_000),
  'ten thousand fonts': Array.from({ length: 7_000 }, (_, at) => `<i style="font-family:f${at}">x</i>`).join(
    '',
  ),
};

let world: World;
let page: Page;

function mail(): string {
  const place = `<p>Above.</p><img src="${PICTURE}" alt="The view" width="400"><p>${'Words. '.repeat(400)}</p>`;
  return [
    'From: Ada Byron <ada@friends.example>',
    `To: ${world.address}`,
    `Subject: ${TALL}`,
    `Date: ${new Date().toUTCString().replace('GMT', '+0000')}`,
    'Message-ID: <tall@friends.example>',
    'MIME-Version: 1.0',
    'Content-Type: text/html; charset=utf-8',
    '',
    place.repeat(6).replace(/.{70}[^ ]* /g, '$&\r\n'),
    '',
  ].join('\r\n');
}

/** What stands in frame-proofs.ts, as one script. It comes in through the driver: the page itself loads none but its own. */
async function bundleProofs(): Promise<string> {
  const built = await build({
    root: projectRoot,
    configFile: false,
    logLevel: 'error',
    build: {
      write: false,
      minify: false,
      lib: { entry: join(import.meta.dirname, 'frame-proofs.ts'), formats: ['iife'], name: 'frameProofs' },
    },
  });
  const output = Array.isArray(built) ? built[0] : undefined;
  const chunk = output?.output[0];
  if (chunk?.type !== 'chunk') throw new Error('nothing was built');
  return `${chunk.code}; window.frameProofs = frameProofs; undefined`;
}

beforeAll(async () => {
  world = await startWorld();
  const web = await startWeb(world, { pages: { [PICTURE]: png(40, 30, 90) } });
  await deliver(world, mail());
  const program = await world.start({ env: web.env });
  page = prepare(program);
  await signInWithBrowser(page);
  await row(page, TALL).waitFor();
  await page.evaluate(await bundleProofs());
});
afterAll(() => world?.stop());

it('the quotation of a hostile message, quoted again, is the same to the letter', async () => {
  const bodies = hostileBodies({ baseUrl: 'https://out.example', dnsDomain: 'names.example' });
  let quoted = 0;
  for (const { name, html, isTooMuch } of bodies) {
    if (isTooMuch) continue;
    const both = await page.evaluate((html) => window.frameProofs.quoteTwice(html), html);
    expect(both?.[1], name).toBe(both?.[0]);
    if (both?.[0].includes(`Here is ${name}.`)) quoted += 1;
  }
  expect(quoted).toBeGreaterThan(25);
});

it('what costs the browser much stops the window for two seconds at most', async () => {
  for (const [name, html] of Object.entries(HEAVY)) {
    // The quickest of three: what else the machine did meanwhile is not the message's fault.
    let time = Number.POSITIVE_INFINITY;
    for (let n = 0; n < 3 && time >= STANDSTILL_MS; n++) {
      time = Math.min(time, await page.evaluate((html) => window.frameProofs.standstillOf(html, true), html));
    }
    expect(time, name).toBeLessThan(STANDSTILL_MS);
  }
});

it('a picture that is not here has its words in its place, and coming it moves neither the place nor the reader', async () => {
  await openThread(page, TALL);
  const frame = page.frameLocator('iframe[title="Message text"]');
  const first = frame.getByRole('img', { name: 'The view' }).first();
  await first.waitFor();
  expect(await first.getAttribute('src')).toBeNull();
  expect(await first.evaluate((image) => getComputedStyle(image, '::after').content)).toBe('"The view"');
  await frame.locator('body').evaluate((body) => body.setAttribute('data-seen', 'yes'));
  await page.getByText('A remote image is blocked to keep you unseen.').waitFor();
  // Where the person reads: below some of the places.
  const reader = page.locator('.reader-doc');
  await reader.evaluate((element) => element.scrollTo({ top: 600 }));
  await page.getByRole('button', { name: 'Load once' }).dispatchEvent('click');
  await expect.poll(() => frame.locator('img[src^="data:image/png"]').count(), POLL).toBe(6);
  // The same document, where it was.
  expect(await frame.locator('body').getAttribute('data-seen')).toBe('yes');
  expect(await reader.evaluate((element) => element.scrollTop)).toBeGreaterThan(500);
});

it('a frame that waits for a message is empty and as bound as all of them, and shows one message only', async () => {
  const waiting = page.locator('body > iframe');
  await expect.poll(() => waiting.count(), POLL).toBe(2);
  const looks = await waiting.evaluateAll((frames) =>
    frames.map((frame) => {
      const page = (frame as HTMLIFrameElement).contentDocument;
      const isHidden = (frame as HTMLIFrameElement).hidden;
      return {
        isHidden,
        sandbox: frame.getAttribute('sandbox'),
        url: page?.URL,
        children: page?.body.childElementCount,
      };
    }),
  );
  const empty = {
    isHidden: true,
    sandbox: 'allow-same-origin',
    url: 'app://latchkey/message-frame.html',
    children: 0,
  };
  expect(looks).toEqual([empty, empty]);

  await waiting.first().evaluate((frame) => frame.setAttribute('data-waited', 'yes'));
  await page.keyboard.press('Escape');
  await openThread(page, TALL);
  const shown = page.getByRole('article').locator('iframe[title="Message text"]');
  expect(await shown.getAttribute('data-waited')).toBe('yes');
  await shown.contentFrame().getByText('Above.').first().waitFor();
  await page.keyboard.press('Escape');
  await expect.poll(() => page.locator('[data-waited]').count(), POLL).toBe(0);
});
