/** Two programs that share one keychain, at a server where a refresh token that comes twice ends the grant: no time of grace. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'vite';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createRunFolder } from '../servers/run-folder.mjs';
import { startTokenServer, type TokenServer } from '../servers/token-server.mjs';
import type { ProgramAnswer, ProgramRequest, ProgramStart } from './refresh-program.ts';

const ROUNDS = 1_000;
const root = fileURLToPath(new URL('../..', import.meta.url));
const built = join(root, '.cache', 'test-refresh-program');
const run = createRunFolder();
let server: TokenServer;
let number = 0;
const children = new Set<ChildProcess>();

beforeAll(async () => {
  await build({
    root,
    logLevel: 'error',
    configFile: false,
    build: {
      ssr: join(root, 'tests/hostile/refresh-program.ts'),
      outDir: built,
      emptyOutDir: true,
      rollupOptions: { output: { entryFileNames: 'program.mjs' } },
    },
  });
});
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL');
  children.clear();
  await server.stop();
});
afterAll(async () => {
  await run.remove();
  rmSync(built, { recursive: true, force: true });
});

/** A keychain, a runtime folder that programs share, and a server that a person has signed in to. */
async function startSharing() {
  server = await startTokenServer();
  number += 1;
  const folder = run.folder(`race${number}`, 0o700);
  const keychain = join(folder, 'keychain');
  const runtime = join(folder, 'run');
  for (const path of [keychain, runtime]) mkdirSync(path, { mode: 0o700 });
  let programs = 0;

  async function startProgram() {
    programs += 1;
    const start: ProgramStart = { directory: join(folder, `mail${programs}`), keychain, known: server.known };
    const child = fork(join(built, 'program.mjs'), [JSON.stringify(start)], {
      env: { PATH: process.env.PATH, XDG_RUNTIME_DIR: runtime },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    children.add(child);
    await once(child, 'message');
    return {
      async ask(request: ProgramRequest): Promise<ProgramAnswer> {
        const answered = once(child, 'message');
        child.send(request);
        const [answer] = await answered;
        return answer as ProgramAnswer;
      },
      async die(request: ProgramRequest): Promise<void> {
        const ended = once(child, 'exit');
        child.send(request);
        expect((await ended)[1]).toBe('SIGKILL');
      },
    };
  }
  return { startProgram };
}

describe('two programs on one keychain', () => {
  it(`renew at the same time ${ROUNDS} times, and neither is signed out`, async () => {
    const { startProgram } = await startSharing();
    const [one, other] = await Promise.all([startProgram(), startProgram()]);
    await one.ask({ kind: 'signIn', refreshToken: server.signIn().refreshToken });
    for (let round = 0; round < ROUNDS; round++) {
      const answers = await Promise.all([one.ask({ kind: 'renew' }), other.ask({ kind: 'renew' })]);
      for (const { accessToken, error, signIn } of answers) {
        expect({ round, error, signIn }).toEqual({ round, error: undefined, signIn: 'active' });
        expect(server.isActive(accessToken ?? '')).toBe(true);
      }
    }
    expect(server.state.reused).toBe(0);
    expect(server.calls.length).toBe(2 * ROUNDS);
    // Half a minute on a machine that has nothing else to do.
  }, 300_000);

  it('go on when the other is killed between the answer of the server and the write into the keychain', async () => {
    const ends: string[] = [];
    // One rotation writes the part of the new key, then the header that makes it count, then deletes the old part. Killed before each.
    for (const write of [1, 2, 3]) {
      const { startProgram } = await startSharing();
      const [one, other] = await Promise.all([startProgram(), startProgram()]);
      await one.ask({ kind: 'signIn', refreshToken: server.signIn().refreshToken });
      await one.ask({ kind: 'renew' });
      await one.ask({ kind: 'dieAtWrite', write });
      await one.die({ kind: 'renew' });
      const calls = server.calls.length;
      const answer = await other.ask({ kind: 'renew' });
      ends.push(answer.signIn ?? '');
      if (answer.signIn === 'active') expect(server.isActive(answer.accessToken ?? '')).toBe(true);
      else {
        // The only key went with the program that died: the person is asked once, and the server no more.
        expect(answer.error).toBe('grant-ended');
        for (let again = 0; again < 20; again++) {
          expect((await other.ask({ kind: 'renew' })).error).toBe('grant-ended');
        }
        expect(server.calls.length).toBe(calls + 1);
      }
      for (const child of children) child.kill('SIGKILL');
      await server.stop();
    }
    server = await startTokenServer();
    expect(ends).toEqual(['needs-sign-in', 'needs-sign-in', 'active']);
  });
});
