/**
 * The tour (scripts/tour.mjs) through the real program, with the pointer in a large window and by keyboard alone in a small
 * one. Every step is looked at, in light and in dark: axe finds nothing, and no text is cut.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { keyboard, pointer } from '../../scripts/lib/hands.mjs';
import { runTour, type TourStep } from '../../scripts/tour.mjs';
import { sampleMailbox } from '../fixtures/sample-mailbox.mjs';
import { seedMailbox } from '../servers/dovecot.mjs';
import { axeFindings } from './look/axe.ts';
import { clippedText } from './look/clipped.ts';
import { startWorld, type World } from './world.ts';

const STEPS = [
  'welcome',
  'sign-in',
  'inbox',
  'read',
  'compose',
  'sent',
  'offline',
  'access',
  'check',
  'revoke',
  'receipt',
  'activity',
];
const PEOPLE = ['maya@lab.test', 'nora@lab.test'];
/** Where the pictures are left for a person to look at; with the run folder they go otherwise. */
const PICTURES = process.env.LATCHKEY_TEST_PICTURES;

let world: World;

beforeAll(async () => {
  // Each tour has a mailbox of its own: what one has sent is not in the other's Sent.
  world = await startWorld({
    hasLink: true,
    users: Object.fromEntries(PEOPLE.map((address) => [address, 'a lab password'])),
  });
  await Promise.all(
    PEOPLE.map((address) => seedMailbox(world.lab.dovecot, address, sampleMailbox({ address }))),
  );
});

afterAll(() => world?.stop());

type Way = Pick<Parameters<typeof runTour>[0], 'hands' | 'size' | 'look' | 'person' | 'stepMs'>;

/** A tour on a fresh profile. */
async function tour(
  name: string,
  address: string,
  way: Way,
): Promise<{ code: number; steps: TourStep[]; dir: string }> {
  const profile = world.run.folder(name, 0o700);
  const dir = PICTURES ? join(PICTURES, name) : world.run.folder(`${name}-pictures`);
  mkdirSync(join(profile, 'tmp'));
  const code = await runTour({
    electron: world.electron,
    display: world.display,
    profile,
    args: [`--address=${address}`],
    address,
    env: { ...world.keychain?.env, ...world.lab.env, TMPDIR: join(profile, 'tmp') },
    dir,
    lab: world.lab,
    ...way,
  });
  const steps = JSON.parse(readFileSync(join(dir, 'tour.json'), 'utf8')) as TourStep[];
  return { code, steps, dir };
}

/** Looks at a step in both colours and notes what it finds. */
function looker(findings: string[], dir: string | undefined): (page: Page, step: string) => Promise<void> {
  return async (page, step) => {
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme });
      await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
      const found = await axeFindings(page);
      findings.push(...found.map((one) => `${step}, ${colorScheme}: ${one}`));
      if (dir) await page.screenshot({ path: join(dir, `${step}-${colorScheme}.png`) });
    }
    await page.emulateMedia({ colorScheme: 'light' });
    findings.push(...(await clippedText(page)).map((one) => `${step}: ${one}`));
  };
}

test.each([
  {
    way: 'with the pointer in a large window',
    address: 'maya@lab.test',
    hands: pointer,
    size: { width: 1280, height: 800 },
  },
  {
    way: 'by keyboard alone in a small window',
    address: 'nora@lab.test',
    hands: keyboard,
    size: { width: 800, height: 600 },
  },
])('the tour passes $way, readable to everybody on every step', async ({ address, hands, size }) => {
  const findings: string[] = [];
  const name = `tour${size.width}`;
  const look = looker(findings, PICTURES && join(PICTURES, name));
  const { code, steps } = await tour(name, address, { hands, size, look });
  expect(findings).toEqual([]);
  expect(steps.map(({ step, ok }) => ({ step, ok }))).toEqual(STEPS.map((step) => ({ step, ok: true })));
  for (const { ms, picture } of steps) {
    expect(ms).toBeGreaterThan(0);
    expect(picture).toMatch(/^\d\d-[a-z-]+\.png$/u);
  }
  expect(code).toBe(0);
});

type Planted = { tag: string; style: string; lines: string[] };

/** Faults on purpose, each of which one of the looks has to name. */
const PLANTED: Planted[] = [
  { tag: 'button', style: 'width:24px;height:24px', lines: [] },
  { tag: 'p', style: 'color:#999;background:#fff', lines: ['Pale words'] },
  {
    tag: 'p',
    style: 'width:60px;overflow:hidden;white-space:nowrap',
    lines: ['Text that is simply cut off'],
  },
  {
    tag: 'button',
    style: 'width:60px;overflow:hidden;text-overflow:ellipsis;white-space:nowrap',
    lines: ['The words of a button'],
  },
  { tag: 'div', style: 'height:20px;overflow:hidden', lines: ['One line', 'and half of another'] },
  { tag: 'div', style: 'width:80px;overflow:auto;white-space:nowrap', lines: ['To be scrolled sideways'] },
  { tag: 'span', style: 'position:fixed;left:-40px;top:4px', lines: ['Beyond the window'] },
];

async function lookAtFaults(page: Page, step: string): Promise<void> {
  if (step !== 'welcome') return;
  await page.evaluate((planted) => {
    const place = document.createElement('main');
    place.style.cssText = 'position:fixed;top:0';
    for (const { tag, style, lines } of planted) {
      const element = document.createElement(tag);
      element.style.cssText = style;
      for (const line of lines) element.append(line, document.createElement('br'));
      place.append(element);
    }
    document.body.append(place);
  }, PLANTED);
  const axe = (await axeFindings(page)).join('\n');
  for (const rule of ['button-name', 'color-contrast', 'landmark-no-duplicate-main']) {
    expect(axe).toContain(rule);
  }
  const clipped = (await clippedText(page)).join('\n');
  expect(clipped).toMatch(/cut without an ellipsis: p.*Text that is simply/u);
  expect(clipped).toMatch(/words of the program are cut: button/u);
  expect(clipped).toMatch(/cut above or below: div/u);
  expect(clipped).toMatch(/scrolls sideways: div/u);
  expect(clipped).toMatch(/beyond the window: span/u);
}

test('a tour whose sign-in is refused ends there with a failure and a picture, and the looks see what is planted', async () => {
  const seen: unknown[] = [];
  const { code, steps, dir } = await tour('refused', 'maya@lab.test', {
    person: { decision: 'deny' },
    stepMs: 5000,
    look: (page, step) => lookAtFaults(page, step).catch((error: unknown) => void seen.push(error)),
  });
  expect(seen).toEqual([]);
  expect(code).not.toBe(0);
  const last = steps.at(-1);
  expect(last).toMatchObject({ step: 'inbox', ok: false });
  expect(
    readFileSync(join(dir, last?.picture ?? ''))
      .subarray(1, 4)
      .toString(),
  ).toBe('PNG');
});
