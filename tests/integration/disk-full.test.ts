import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'vite';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startKeychain } from '../servers/keychain.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';

const runFile = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, '.cache', 'test-disk-full');
const run = createRunFolder();

/** The program that fills a disk: the real store and the real engine, bundled for plain Node. */
beforeAll(async () => {
  await build({
    root,
    logLevel: 'error',
    configFile: false,
    build: {
      ssr: join(root, 'tests/integration/disk-full-program.ts'),
      outDir: built,
      emptyOutDir: true,
      target: 'node20',
      rollupOptions: { output: { entryFileNames: 'program.mjs' } },
    },
  });
});

afterAll(async () => {
  rmSync(built, { recursive: true, force: true });
  await run.remove();
});

/** Runs the program on a file system of its own, of six megabytes, that goes with it. */
async function runOnSmallDisk(env: Record<string, string>): Promise<unknown> {
  const folder = mkdtempSync(join(run.path, 'disk'));
  // Root makes one in a mount namespace of its own; anybody else needs a user namespace for that.
  const unshare = process.getuid?.() === 0 ? ['-m'] : ['-Urm'];
  const script = 'mount -t tmpfs -o size=6m small "$1" && exec "$2" --expose-gc "$3" "$1"';
  const { stdout } = await runFile(
    'unshare',
    [...unshare, 'sh', '-c', script, 'sh', folder, process.execPath, join(built, 'program.mjs')],
    { env: { PATH: process.env.PATH ?? '', ...env }, maxBuffer: 1e7 },
  );
  return JSON.parse(stdout.trim().split('\n').at(-1) ?? '');
}

describe('a disk that is full or may not be written', () => {
  it('stops what writes clearly, loses nothing that was answered, and when there is room everything goes on by itself', async () => {
    const keychain = await startKeychain({ run });
    const seen = (await runOnSmallDisk(keychain.env)) as {
      store: { rounds: number; full: number };
      engine: unknown;
      readOnly: unknown;
    };
    expect(seen.store).toMatchObject({ lost: 0, unsound: 0, unexplained: 0 });
    expect(seen.store.full).toBe(seen.store.rounds);
    expect(seen.engine).toEqual({
      refused: 'disk-full',
      whileFull: 'full',
      stillAnswers: true,
      told: 'ok',
      after: true,
    });
    expect(seen.readOnly).toEqual({ opened: 'file-unwritable', kept: 1 });
    expect(seen.readOnly).toEqual({ opened: 'file-unwritable', kept: 1 });
  });
});
