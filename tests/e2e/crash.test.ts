/**
 * A crash writes nothing to disk: this program's memory holds mail and access tokens. The program is started with core files
 * allowed by the system, in a folder where the system would put them.
 */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmodSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Page } from 'playwright-core';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Program } from '../../scripts/lib/launch-program.mjs';
import { type ProcessFacts, processesOf } from './processes.ts';
import { deliver, killEngine, openThread, POLL, prepare, row, signInWithBrowser } from './walks.ts';
import { startWorld, type World } from './world.ts';

let world: World;
let program: Program;
let page: Page;

beforeAll(async () => {
  world = await startWorld();
  await deliver(world, { subject: 'Before the crash' });
  const script = join(world.run.path, 'with-core-files');
  writeFileSync(script, `#!/bin/sh\nulimit -S -c unlimited\nexec '${world.electron.executable}' "$@"\n`);
  chmodSync(script, 0o755);
  program = await world.start({ executable: script });
  page = prepare(program);
  await signInWithBrowser(page);
});

afterAll(() => world?.stop());

const rootPid = () => program.app.process().pid ?? 0;
const kindOf = ({ argv }: ProcessFacts) => / --type=(\S+)/.exec(argv)?.[1] ?? 'browser';
const family = () =>
  processesOf(rootPid()).filter(({ argv }) => argv.includes('--') && !argv.startsWith('/bin/sh'));

/** Every file below the run folder that looks like a picture of memory. */
function dumps(): string[] {
  return readdirSync(world.run.path, { recursive: true, encoding: 'utf8' }).filter((name) =>
    /(^|\/)core(\.\d+)?$|\.dmp$|\.core$/.test(name),
  );
}

test('a program without this care leaves a core file here, so that one would be seen', () => {
  // Where the system hands crashes to a service, no file appears by any means; then the limits below are what counts.
  const pattern = readFileSync('/proc/sys/kernel/core_pattern', 'utf8').trim();
  const folder = world.run.folder('control');
  spawnSync('sh', ['-c', 'ulimit -S -c unlimited; kill -SEGV $$'], { cwd: folder });
  const isHandedOn = pattern.startsWith('|') || pattern.startsWith('/');
  expect(dumps().length > 0 || isHandedOn).toBe(true);
  execFileSync('rm', ['-rf', folder]);
});

test('every process of the program may write a core file of no size', async () => {
  await expect
    .poll(
      () =>
        family()
          .filter(({ coreLimit }) => coreLimit !== '0 0')
          .map((one) => `${kindOf(one)} ${one.coreLimit}`),
      POLL,
    )
    .toEqual([]);
  const kinds = family().map(kindOf);
  expect(kinds).toEqual(expect.arrayContaining(['browser', 'zygote', 'renderer', 'utility']));
});

test('an engine that crashes comes back by itself, and the window goes on', async () => {
  await killEngine(program);
  await deliver(world, { subject: 'After the engine crashed' });
  await row(page, 'After the engine crashed').waitFor();
  await openThread(page, 'After the engine crashed');
  await page.getByRole('article').getByText('About After the engine crashed.').waitFor();
  expect(family().every(({ coreLimit }) => coreLimit === '0 0')).toBe(true);
});

test('a window that crashes comes back by itself, with the mail', async () => {
  const renderers = () => family().filter((one) => kindOf(one) === 'renderer');
  const before = renderers().map(({ pid }) => pid);
  for (const pid of before) process.kill(pid, 'SIGSEGV');
  await expect.poll(() => renderers().some(({ pid }) => !before.includes(pid)), POLL).toBe(true);
  // Playwright's own page is gone with the process; the shell reads the new one.
  const shown = () =>
    program.app.evaluate(({ BrowserWindow }) =>
      BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript('document.body.innerText'),
    );
  await expect.poll(shown, POLL).toContain('After the engine crashed');
});

test('nothing is written when engine, window and shell crash by a fault in memory', async () => {
  const engine = await program.app.evaluate(
    ({ app }) => app.getAppMetrics().find(({ name }) => name === 'Latchkey Mail engine')?.pid ?? 0,
  );
  process.kill(engine, 'SIGSEGV');
  await expect.poll(() => family().some(({ pid }) => pid === engine), POLL).toBe(false);
  const renderers = family().filter((one) => kindOf(one) === 'renderer');
  expect(renderers.length).toBeGreaterThan(0);
  for (const { pid } of renderers) process.kill(pid, 'SIGSEGV');
  for (const { pid } of renderers) {
    await expect.poll(() => family().some((one) => one.pid === pid), POLL).toBe(false);
  }
  const ended = new Promise((resolve) => program.app.process().once('exit', resolve));
  process.kill(rootPid(), 'SIGSEGV');
  await ended;
  expect(dumps()).toEqual([]);
});
