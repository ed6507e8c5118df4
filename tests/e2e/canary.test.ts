/**
 * Secrets and mail stay where they belong. Every token of the lab begins with a canary, and one letter has a word that stands
 * nowhere else; after a life from sign-in to sign-out neither is to be found outside the keychain and the memory of the engine.
 */
import { randomBytes } from 'node:crypto';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { holds, scan } from './canary-scan.ts';
import { processesOf } from './processes.ts';
import {
  button,
  deliver,
  heading,
  openAccess,
  openThread,
  PATIENCE_MS,
  prepare,
  row,
  signInWithBrowser,
} from './walks.ts';
import { startWorld, type World } from './world.ts';

const CANARY = `canary${randomBytes(8).toString('hex')}`;
const WORD = `Quittenmarmelade${randomBytes(6).toString('hex')}`;

let world: World;
let places: string[];

beforeAll(async () => {
  world = await startWorld({ canary: CANARY });
  places = [world.profile, join(world.run.path, 'tmp')];
  await deliver(world, { subject: `Recipe with ${WORD}`, text: `The secret is ${WORD}.` });
});

afterAll(() => world?.stop());

/** What the window's page has in memory, as V8 writes it out. */
async function heapOf({ page }: Program): Promise<Buffer> {
  const session = await page.context().newCDPSession(page);
  const chunks: string[] = [];
  session.on('HeapProfiler.addHeapSnapshotChunk', ({ chunk }) => void chunks.push(chunk));
  await session.send('HeapProfiler.takeHeapSnapshot', { reportProgress: false });
  await session.detach();
  return Buffer.from(chunks.join(''));
}

/** What every process says of itself to everybody on this computer. */
function openly(program: Program): string {
  return processesOf(program.app.process().pid ?? 0)
    .map(({ argv, environment }) => `${argv}\n${environment}`)
    .join('\n');
}

test('the scanner finds a word in clear, in UTF-16, in base64 at any offset, in hex and in gzip', () => {
  const folder = world.run.folder('planted');
  const planted = [
    Buffer.from(`..${CANARY}..`),
    Buffer.from(CANARY, 'utf16le'),
    gzipSync(CANARY),
    Buffer.from(Buffer.from(CANARY).toString('hex')),
    ...['', 'x', 'xy'].map((before) => Buffer.from(Buffer.from(`${before}${CANARY}xyz`).toString('base64'))),
  ];
  planted.forEach((content, index) => {
    writeFileSync(join(folder, String(index)), content);
  });
  writeFileSync(join(folder, 'other'), 'nothing here');
  expect(scan([folder], [CANARY]).found).toHaveLength(planted.length);
  rmSync(folder, { recursive: true });
});

test('tokens and mail are nowhere in clear, from sign-in over a restart to sign-out', async () => {
  const logs: string[] = [];
  async function look(program: Program): Promise<void> {
    const heap = await heapOf(program);
    // The word is on the screen: a heap in which it were not found would have been looked at in the wrong way.
    expect(holds(heap, [WORD])).toBe(true);
    expect(holds(heap, [CANARY])).toBe(false);
    expect(openly(program)).toContain('--type=renderer');
    expect(openly(program)).not.toContain(CANARY);
    expect(openly(program)).not.toContain(WORD);
    // While it runs: also journals, write-ahead logs and temporary files that an orderly end would remove.
    const { found, read } = scan(places, [CANARY, WORD]);
    expect(found).toEqual([]);
    expect(read).toBeGreaterThan(5);
  }

  const first = await world.start();
  const page = prepare(first);
  await signInWithBrowser(page);
  await openThread(page, `Recipe with ${WORD}`);
  await button(page, 'Reply').click();
  await page.getByRole('textbox', { name: 'Message' }).waitFor();
  await page.keyboard.type(`I like ${WORD} as well.`);
  await page.getByText('Draft saved').waitFor();
  const arrived = world.lab.smtp.nextMessage(({ raw }) => raw.includes(`I like ${WORD}`), {
    timeoutMs: PATIENCE_MS,
  });
  await button(page, 'Send').click();
  await arrived;
  await look(first);
  logs.push(first.log());
  await first.close();
  expect(scan(places, [CANARY, WORD]).found).toEqual([]);

  const second = await world.start();
  const again = prepare(second);
  await row(again, WORD).first().click();
  await again.getByRole('article').getByText(WORD).first().waitFor();
  await look(second);
  await openAccess(again);
  await again.getByRole('button', { name: `Sign out of ${world.address}` }).click();
  await heading(again, `Sign out of ${world.address}?`).waitFor();
  await button(again, 'Sign out').last().click();
  await heading(again, 'No.').waitFor();
  expect(holds(await heapOf(second), [CANARY])).toBe(false);
  logs.push(second.log());
  await second.close();

  expect(scan(places, [CANARY, WORD]).found).toEqual([]);
  expect(logs.join('')).toContain('imap.opened');
  expect(logs.join('')).not.toContain(CANARY);
  expect(logs.join('')).not.toContain(WORD);
});
