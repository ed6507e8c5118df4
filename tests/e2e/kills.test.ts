/**
 * kill -9 of the whole program, all its processes at once, while mail comes in, is written and sent. The engine alone is killed
 * much more often: tests/hostile/kill-engine.test.ts.
 */
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { createRandom } from '../torture/random.ts';
import { processesOf } from './processes.ts';
import { button, deliver, openThread, POLL, prepare, row, signInWithBrowser } from './walks.ts';
import { startWorld, type World } from './world.ts';

/** Five recoveries, on a machine that has other things to do. */
const RECOVERY_MS = 60_000;
const ROUNDS = 5;
const LONGEST_LIFE = 2_500;
const random = createRandom(7);
let world: World;
let program: Program;

beforeAll(async () => {
  world = await startWorld();
  await deliver(world, { subject: 'There before' });
  program = await world.start();
  await signInWithBrowser(prepare(program));
  await row(program.page, 'There before').waitFor();
});
afterAll(() => world?.stop());

/** Ends every process of the program without warning; resolves when the first of them is gone. */
async function killAll({ app }: Program): Promise<void> {
  const { pid = 0 } = app.process();
  const gone = new Promise<void>((resolve) => app.process().once('exit', () => resolve()));
  for (const process_ of processesOf(pid)) {
    try {
      process.kill(process_.pid, 'SIGKILL');
    } catch {
      // It ended with its parent.
    }
  }
  await gone;
}

/** Writes a message; true when the program said that it is kept. With `send` it leaves, or not. */
async function write({ page }: Program, subject: string, send: boolean): Promise<boolean> {
  await button(page, /^New message/).click();
  await page.getByRole('combobox', { name: 'To', exact: true }).fill('samir@lab.test');
  await page.getByRole('textbox', { name: 'Subject' }).fill(subject);
  await page.getByRole('textbox', { name: 'Message' }).fill(`About ${subject}.`);
  if (send) {
    await button(page, /^Send/).first().click();
    return false;
  }
  await page.getByText(/^Draft saved/).waitFor();
  return true;
}

it('has everything again, and has sent nothing twice, after it was killed five times', async () => {
  const kept: string[] = [];
  for (let round = 1; round <= ROUNDS; round += 1) {
    const isSend = round % 2 === 0;
    const subject = `${isSend ? 'Sent' : 'Draft'} ${round}`;
    let isKept = false;
    const writing = write(program, subject, isSend).then(
      (said) => {
        isKept = said;
      },
      () => {}, // the program ended under the hands
    );
    await deliver(world, { subject: `Letter ${round}` });
    await new Promise((resolve) => setTimeout(resolve, random.below(LONGEST_LIFE)));
    await killAll(program);
    await writing;
    if (isKept) kept.push(subject);
    program = await world.start();
    prepare(program);
    await row(program.page, 'There before').waitFor();
  }
  const { page } = program;
  for (let round = 1; round <= ROUNDS; round += 1) {
    await row(page, `Letter ${round}`).waitFor({ timeout: RECOVERY_MS });
  }
  await openThread(page, 'Letter 5');
  await page.getByText('About Letter 5.').last().waitFor();

  if (kept.length > 0) {
    await button(page, 'Drafts here').click();
    const drafts = page.getByRole('list', { name: 'Drafts here' });
    for (const subject of kept) {
      await drafts.getByRole('button', { name: new RegExp(subject) }).waitFor();
    }
  }
  const deliveries = (subject: string) =>
    world.lab.smtp.messages.filter(({ text }) => text.includes(`Subject: ${subject}\r\n`)).length;
  for (const subject of ['Sent 2', 'Sent 4']) expect(deliveries(subject)).toBeLessThanOrEqual(1);
  await expect.poll(() => page.getByText(/Up to date/).count(), POLL).toBeGreaterThan(0);
});
