/** Mail that costs a window more than other mail: what cannot be laid out in time, and colours that are turned for dark paper. */
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { build } from 'vite';
import { projectRoot } from '../../scripts/lib/paths.mjs';
import { watchFrames } from '../fixtures/watch-frames.ts';
import { median } from './measure.ts';
import type { Figure } from './suite.ts';
import type * as WindowColours from './window-colours.ts';
import { sample } from './window-probe.ts';
import type { WindowWorld } from './window-world.ts';

declare global {
  interface Window {
    benchColours: typeof WindowColours;
  }
}

const HEAVY = [
  {
    name: 'open-heavy.deep',
    subject: 'Twenty thousand boxes deep',
    note: '20,000 boxes in one another',
    html: () => '<div>'.repeat(20_000),
  },
  {
    name: 'open-heavy.large',
    subject: 'Fifty megabytes',
    note: '50 MB of HTML',
    html: () => '<p>Hello</p>\r\n'.repeat(3_600_000),
  },
];

const letter = (subject: string, html: string): Buffer =>
  Buffer.from(
    `From: Ada <ada@bench.example>\r\nTo: user@bench.test\r\nSubject: ${subject}\r\nDate: ${new Date().toUTCString().replace('GMT', '+0000')}\r\n` +
      `Message-ID: <${subject.replaceAll(' ', '-')}@bench.example>\r\nMIME-Version: 1.0\r\nContent-Type: text/html; charset=utf-8\r\n\r\n${html}\r\n`,
  );

/** Wants a program in which nothing is open yet. Opened as soon as it stands in the list: what is not here yet has to come from the server meanwhile. */
export async function* openingHeavy(page: Page, world: WindowWorld): AsyncGenerator<Figure> {
  await page.locator('.threads [role=option][aria-posinset]').first().waitFor();
  for (const { name, subject, note, html } of HEAVY) {
    await world.deliver(letter(subject, html()));
    const row = page.locator('.threads [role=option]', { hasText: subject });
    await row.waitFor();
    const longest = await watchFrames(page);
    const value = await sample(page, 'click', 'offer', () => row.click());
    const stall = await longest();
    const target = { of: 'value', bound: 'at most', number: 2_000 } as const;
    yield { name, value, unit: 'ms', target, note: `${note}, first opening; until its source is offered` };
    yield {
      name: `${name}.stall`,
      value: stall,
      unit: 'ms',
      note: 'the longest that the window showed nothing new',
    };
  }
}

/** The sanitiser of the program in the window of the program, with and without the change of colours, in turn. */
export async function* turningColours(page: Page, times: number): AsyncGenerator<Figure> {
  await page.evaluate(await bundleColours());
  const runs = await page.evaluate((times) => window.benchColours.cleanInTurn(times), times);
  const floor = median(runs.plain);
  const value = median(runs.dark) - floor;
  yield {
    name: 'dark-colours',
    value,
    unit: 'ms',
    target: { of: 'value', bound: 'at most', number: 5 },
    note: `p50 of ${times}, beside ${floor.toFixed(1)} ms for the rest of the sanitiser; a newsletter of ${runs.size.toFixed(0)} kB with 120 colours not seen before`,
  };
}

/** It comes in through the driver: the page itself loads no scripts but its own. */
async function bundleColours(): Promise<string> {
  const entry = join(projectRoot, 'tests', 'bench', 'window-colours.ts');
  const built = await build({
    root: projectRoot,
    configFile: false,
    logLevel: 'error',
    build: { write: false, lib: { entry, formats: ['iife'], name: 'benchColours' } },
  });
  const output = Array.isArray(built) ? built[0] : undefined;
  const chunk = output?.output[0];
  if (chunk?.type !== 'chunk') throw new Error('nothing was built');
  return `${chunk.code}; window.benchColours = benchColours; undefined`;
}
