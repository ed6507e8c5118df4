/** What a person waits for: the real program, as built, with an account of many messages on a server that is near. */
import type { Page } from 'playwright-core';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import type { AccountView } from '../../src-shared/model/account.ts';
import type { Mailbox } from '../../src-shared/model/mailbox.ts';
import { capturePort } from '../e2e/captured-port.ts';
import { COMMON_WORD } from './corpus-words.mjs';
import { BENCH_PASSWORD } from './mail-server.ts';
import { median, percentile } from './measure.ts';
import { againstFloor, type BenchContext, type Figure, type Suite } from './suite.ts';
import { openingHeavy, turningColours } from './window-heavy.ts';
import { ask, flingList, sample, startStallProbe, watchSearches } from './window-probe.ts';
import {
  cpuSecondsOf,
  peakOf,
  pssOf,
  type Started,
  startWindowWorld,
  type WindowWorld,
} from './window-world.ts';

/** Whatever takes longer does not come. */
const PATIENCE_SECONDS = 20 * 60;
/** A finger stays on a button for 60 to 120 ms, and nobody reads a message in less than this. */
const PRESS_MS = 60;
const REST_MS = 150;
const SEARCHES = [COMMON_WORD, 'br', 'zyzzy'];

const atMost = (number: number) => ({ of: 'value' as const, bound: 'at most' as const, number });
const pause = (milliseconds: number) => new Promise<void>((resolve) => setTimeout(resolve, milliseconds));
const shown = (value: number) => value.toFixed(0);

export const suite: Suite = {
  name: 'window',
  figures: [
    'main-stall',
    'memory-peak',
    'open-message',
    'next-message',
    'dark-colours',
    'open-heavy',
    'search-paint',
    'compose-open',
    'type-delay',
    'scroll',
    'start-to-list',
    'memory',
    'idle-cpu',
  ],
  usesProgram: true,
  async *run(context) {
    const world = await startWindowWorld(context, context.quick ? 10_000 : 100_000);
    const program = await world.launch();
    program.page.setDefaultTimeout(60_000);
    await capturePort(program.page);
    yield* syncing(context, world, program);
    yield* reading(context, program.page, noteOf(world));
    yield* turningColours(program.page, context.quick ? 15 : 45);
    await program.close();
    const again = await world.launch();
    again.page.setDefaultTimeout(60_000);
    yield* openingHeavy(again.page, world);
    await again.close();
    yield* starting(context, world);
  },
};

const noteOf = ({ count }: WindowWorld) => `${count.toLocaleString('en-US')} messages synced`;

/** From the sign-in until every envelope and the text of the last months are here, with the inbox on the screen. */
async function* syncing(context: BenchContext, world: WindowWorld, program: Program): AsyncGenerator<Figure> {
  const { page } = program;
  await page.getByRole('button', { name: 'Continue', exact: true }).waitFor();
  await pause(2_000);
  const quiet = await startStallProbe(program);
  await pause(3_000);
  const floor = percentile(await quiet.stop(), 0.99);
  await page.getByRole('button', { name: 'Continue', exact: true }).click();
  await page.getByRole('textbox', { name: 'App password' }).fill(BENCH_PASSWORD);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.getByRole('heading', { name: 'All inboxes', exact: true }).waitFor();
  const probe = await startStallProbe(program);
  const { envelopes, all } = await waitForSync(page, world.count);
  const delays = await probe.stop();
  const note = `${noteOf(world)}: envelopes in ${shown(envelopes)} s, with the text of twelve months in ${shown(all)} s`;
  context.say(note);
  yield againstFloor(
    {
      name: 'main-stall',
      value: percentile(delays, 0.99),
      unit: 'ms',
      target: atMost(50),
      note: `p99 of ${delays.length} keys, longest ${shown(percentile(delays, 1))} ms; floor: the same while nothing happens; ${note}`,
    },
    floor,
  );
  const engine = await program.app.evaluate(
    ({ app }) => app.getAppMetrics().find(({ name }) => name === 'Latchkey Mail engine')?.pid ?? 0,
  );
  yield { name: 'memory-peak', value: peakOf(engine), unit: 'MB', target: atMost(400), note };
}

/** Answers with the seconds until all envelopes were here, and until there was nothing left to do. */
async function waitForSync(page: Page, count: number): Promise<{ envelopes: number; all: number }> {
  const began = performance.now();
  const elapsed = () => (performance.now() - began) / 1000;
  let envelopes = 0;
  // Between two pieces of work it rests for a moment.
  for (let rests = 0; rests < 4; ) {
    if (elapsed() > PATIENCE_SECONDS) throw new Error('the sync does not end');
    await pause(500);
    const [account] = await ask<AccountView[]>(page, 'accounts.list', {});
    const mailboxes = await ask<Mailbox[]>(page, 'mailboxes.list', {});
    const { total } = mailboxes.find(({ specialUse }) => specialUse === 'inbox') ?? { total: 0 };
    if (total < count) envelopes = elapsed();
    rests = total === count && account?.progress.phase === 'idle' ? rests + 1 : 0;
  }
  return { envelopes, all: elapsed() - 2 };
}

async function* reading(context: BenchContext, page: Page, note: string): AsyncGenerator<Figure> {
  const most = context.quick ? 20 : 60;
  const calm = `a press of ${PRESS_MS} ms, ${REST_MS} ms between two`;
  const next = yield* opening(page, { from: 0, most, isCalm: true }, `${calm}; ${note}`);
  yield* opening(
    page,
    { from: next, most, isCalm: false },
    `pressed and let go at once, one after the other; ${note}`,
  );
  yield* stepping(
    page,
    { most, isCalm: true },
    `j and k as the threads come, ${REST_MS} ms between two; ${note}`,
  );
  yield* stepping(page, { most, isCalm: false }, `j and k as the threads come, one after the other; ${note}`);
  yield* searching(page, note);
  yield* writing(page, context.quick ? 5 : 15, note);
  const gaps = await flingList(page, context.quick ? 180 : 600);
  yield* spread('scroll', gaps, 0.99, atMost(32), `frames of a fling; ${note}`);
}

/**
 * Threads of one message and longer ones apart: what is unread in a thread is opened with it. Answers with the row after the last.
 * Only what is done calmly has time to be read before.
 */
async function* opening(
  page: Page,
  { from, most, isCalm }: { from: number; most: number; isCalm: boolean },
  note: string,
): AsyncGenerator<Figure, number> {
  const times = { html: [] as number[], plain: [] as number[], thread: [] as number[] };
  let index = from;
  for (; times.html.length + times.plain.length < most && index < from + most * 6; index++) {
    await page.evaluate((at) => {
      document.querySelector('.threads')?.scrollTo({ top: Math.max(0, at * 72 - 200) });
    }, index);
    const row = page.locator(`.threads [data-index="${index}"][aria-posinset]`);
    await row.waitFor();
    const isSingle = (await row.locator('.thread-count').count()) === 0;
    if (!isSingle && times.thread.length >= most) continue;
    if (isCalm) await pause(REST_MS);
    const time = await sample(page, 'click', 'message', () => row.click({ delay: isCalm ? PRESS_MS : 0 }));
    const hasFrame = (await page.locator('.reader-pane iframe').count()) > 0;
    times[isSingle ? (hasFrame ? 'html' : 'plain') : 'thread'].push(time);
  }
  const name = isCalm ? 'open-message' : 'open-message.at-once';
  yield* spread(
    name,
    [...times.html, ...times.plain],
    0.95,
    atMost(50),
    `HTML p50 ${shown(median(times.html))} ms, plain text p50 ${shown(median(times.plain))} ms; ${note}`,
  );
  yield* spread(`${name}.thread`, times.thread, 0.95, undefined, `threads of several messages; ${note}`);
  return index;
}

async function* stepping(
  page: Page,
  { most, isCalm }: { most: number; isCalm: boolean },
  note: string,
): AsyncGenerator<Figure> {
  const times: number[] = [];
  for (let step = 0; step < most; step++) {
    const key = step < (most * 2) / 3 ? 'j' : 'k';
    if (isCalm) await pause(REST_MS);
    times.push(await sample(page, 'keydown', 'message', () => page.keyboard.press(key)));
  }
  yield* spread(isCalm ? 'next-message' : 'next-message.at-once', times, 0.95, atMost(50), note);
}

async function* searching(page: Page, note: string): AsyncGenerator<Figure> {
  await watchSearches(page);
  await page.keyboard.press('/');
  await page.locator('.search-field input').waitFor();
  const times: number[] = [];
  for (const word of SEARCHES) {
    await page.keyboard.press('Escape');
    if ((await page.locator('.search-field input').count()) === 0) await page.keyboard.press('/');
    await page.locator('.search-field input').waitFor();
    for (const [at, letter] of [...word].entries()) {
      const press = () => page.keyboard.press(letter);
      if (at === 0) await press();
      else times.push(await sample(page, 'keydown', 'search', press));
    }
  }
  yield* spread('search-paint', times, 0.95, atMost(50), `from the second letter on; ${note}`);
  await page.keyboard.press('Escape');
  await page.keyboard.press('Escape');
  await page.locator('.search-field').waitFor({ state: 'detached' });
}

async function* writing(page: Page, times: number, note: string): AsyncGenerator<Figure> {
  const opened: number[] = [];
  const typed: number[] = [];
  const compose = page.locator('.compose');
  for (let time = 0; time < times; time++) {
    opened.push(await sample(page, 'keydown', 'compose', () => page.keyboard.press('c')));
    if (time === times - 1) {
      await page.getByRole('textbox', { name: 'Message' }).focus();
      for (const letter of 'the quick brown fox jumps over the lazy dog') {
        const key = letter === ' ' ? 'Space' : letter;
        typed.push(await sample(page, 'keydown', 'typed', () => page.keyboard.press(key)));
      }
    }
    await page.keyboard.press('Escape');
    await compose.waitFor({ state: 'detached' });
  }
  yield* spread('compose-open', opened, 0.95, atMost(100), note);
  yield* spread('type-delay', typed, 0.99, atMost(16), note);
}

function* spread(
  name: string,
  values: readonly number[],
  part: 0.95 | 0.99,
  target: Figure['target'],
  note: string,
): Generator<Figure> {
  if (values.length === 0) return;
  yield {
    name,
    value: percentile(values, part),
    unit: 'ms',
    ...(target && { target }),
    note: `p${part * 100} of ${values.length}, p50 ${shown(median(values))} ms; ${note}`,
  };
}

/** Starts the program and an empty Electron in turn, so that both feel the same noise; the last of each is looked at when it rests. */
async function* starting(context: BenchContext, world: WindowWorld): AsyncGenerator<Figure> {
  const times = context.quick ? 3 : 7;
  const blanks: number[] = [];
  const starts: number[] = [];
  let blankMemory = 0;
  for (let time = 0; time < times; time++) {
    const isLast = time === times - 1;
    const blank = await world.startBlank();
    blanks.push(blank.milliseconds);
    if (isLast) blankMemory = await settledMemory(blank);
    await blank.stop();
    const program = await world.start();
    starts.push(program.milliseconds);
    if (isLast) {
      yield {
        ...againstFloor(
          {
            name: 'start-to-list',
            value: median(starts),
            unit: 'ms',
            note: `p50 of ${times}; floor: a window with one line of text; ${noteOf(world)}`,
          },
          median(blanks),
        ),
        target: { of: 'ratio', bound: 'at most', number: 1.5 },
      };
      const memory = await settledMemory(program);
      yield {
        ...againstFloor(
          {
            name: 'memory',
            value: memory,
            unit: 'MB',
            note: `${shown(memory - blankMemory)} MB more than the floor, a window with one line of text; ${noteOf(world)}`,
          },
          blankMemory,
        ),
        target: atMost(blankMemory + 120),
      };
      const seconds = context.quick ? 10 : 60;
      const before = cpuSecondsOf(program.pid);
      await pause(seconds * 1000);
      yield {
        name: 'idle-cpu',
        value: ((cpuSecondsOf(program.pid) - before) / seconds) * 100,
        unit: '%',
        target: atMost(0.5),
        note: `of a core, over ${seconds} s; one account on IDLE`,
      };
    }
    await program.stop();
  }
}

/** What all processes hold once it does not change any more: the same within 1 % for three seconds. */
async function settledMemory({ pid }: Started): Promise<number> {
  let last = 0;
  for (let same = 0, tries = 0; same < 3 && tries < 30; tries++) {
    await pause(1_000);
    const now = pssOf(pid);
    same = Math.abs(now - last) < last / 100 ? same + 1 : 0;
    last = now;
  }
  return last;
}
