/**
 * The servers, the keychain and one account that live through all rounds, and the built engine that is killed and started over
 * them. What the second connection sees is the truth.
 */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { ImapFlow } from 'imapflow';
import type { InputOf, OutputOf, RequestName } from '../../src-shared/ipc/contract.ts';
import type { Result } from '../../src-shared/ipc/result.ts';
import { type AccountId, attemptId } from '../../src-shared/model/ids.ts';
import { type BareEngine, startBareEngine } from '../integration/bare-engine.ts';
import { startKeychain } from '../servers/keychain.mjs';
import { type Lab, secondConnection, startLab } from '../servers/lab.mjs';
import { createRunFolder, type RunFolder } from '../servers/run-folder.mjs';

export const MAYA = 'maya@lab.test';
export const SAMIR = 'samir@lab.test';
const OPEN_TIME = 20_000;

export type KillWorld = {
  run: RunFolder;
  lab: Lab;
  keychainEnv: Record<string, string>;
  directory: string;
  accountId: AccountId;
  truth: ImapFlow;
  /** Resolves when the engine runs, not when its mail is open. */
  start(directory?: string): EngineProcess;
  /** Where the person lets files be saved. */
  savePath: string;
  stop(): Promise<void>;
};

export type EngineProcess = {
  engine: Promise<BareEngine>;
  /** The answer, or undefined when the engine ended before it gave one. */
  ask<N extends RequestName>(name: N, input: InputOf<N>): Promise<Result<OutputOf<N>> | undefined>;
  /** True when the mail is open; else why it is not. */
  opened(): Promise<true | string>;
  /** Ends it without warning; resolves when it is gone. */
  kill(): Promise<void>;
  /** What it said that must never be said. */
  complaints(): string[];
  /** Its last words, for who looks for the reason of a finding. */
  lastLines(count: number): string[];
  /** The most memory that it ever had, in bytes. */
  peakMemory(): Promise<number>;
  onFailedOperation(listener: (code: string, kind: string) => void): void;
};

export const hashOf = (source: Uint8Array | string): string =>
  createHash('sha256').update(source).digest('hex').slice(0, 16);

export async function startKillWorld(): Promise<KillWorld> {
  const run = createRunFolder();
  try {
    const lab = await startLab({ run, auth: 'password' });
    const keychain = await startKeychain({ run });
    run.onRemove(keychain.stop);
    const directory = `${run.path}/profile/mail`;
    const temporaryDirectory = run.folder('tmp', 0o700);
    const savePath = `${run.path}/saved`;
    const start = (where = directory) =>
      overEngine(
        startBareEngine({
          directory: where,
          temporaryDirectory,
          env: { ...keychain.env, ...lab.env },
          shell: async (name) => (name === 'pickSavePath' ? { path: savePath } : {}),
        }),
        run,
      );

    const first = start();
    const accountId = await signIn(first, lab);
    await (await first.engine).stop();
    const truth = await secondConnection(lab, MAYA);
    run.onRemove(async () => truth.close());
    return {
      run,
      lab,
      keychainEnv: keychain.env,
      directory,
      accountId,
      truth,
      start,
      savePath,
      stop: () => run.remove(),
    };
  } catch (error) {
    await run.remove();
    throw error;
  }
}

async function signIn(process: EngineProcess, lab: Lab): Promise<AccountId> {
  const submitted = await process.ask('credentials.submit', { secret: lab.users[MAYA] ?? '' });
  if (!submitted?.ok) throw new Error('no credential');
  const signedIn = await process.ask('accounts.signIn', {
    attemptId: attemptId.parse('one'),
    address: MAYA,
    providerId: 'lab',
    password: submitted.value.credentialId,
  });
  if (!signedIn?.ok) throw new Error(`not signed in: ${signedIn?.code}`);
  return signedIn.value.accountId;
}

function overEngine(starting: Promise<BareEngine>, run: RunFolder): EngineProcess {
  const engine = starting.then((one) => {
    run.own(one.process);
    // A message to a process that has just ended is no fault of this one.
    one.process.on('error', () => {});
    return one;
  });
  const ended = engine.then(
    ({ process }) =>
      new Promise<undefined>((resolve) => {
        if (process.exitCode !== null || process.signalCode !== null) resolve(undefined);
        else process.once('exit', () => resolve(undefined));
      }),
  );
  let log = () => '';
  void engine.then((one) => {
    log = one.log;
  });

  const ask: EngineProcess['ask'] = async (name, input) => {
    const one = await engine;
    if (!one.process.connected) return undefined;
    return Promise.race([one.request(name, input), ended]);
  };
  return {
    engine,
    ask,
    async opened() {
      const end = Date.now() + OPEN_TIME;
      let why = 'it did not answer';
      while (Date.now() < end) {
        const state = await ask('app.getState', {});
        if (!state) return 'it ended while it opened the mail';
        if (!state.ok) why = state.code;
        else if (state.value.problem === undefined) return true;
        else if (state.value.problem !== 'busy') return `${state.value.problem} ${log().slice(-500)}`;
        else why = 'busy';
      }
      return why;
    },
    async kill() {
      const { process } = await engine;
      if (process.exitCode === null && process.signalCode === null) process.kill('SIGKILL');
      await ended;
    },
    lastLines: (count) => log().trimEnd().split('\n').slice(-count),
    complaints: () =>
      log()
        .split('\n')
        .filter((line) => /"uncaught"|"unhandled"|^\s+at /.test(line)),
    async peakMemory() {
      const { process } = await engine;
      const status = readFileSync(`/proc/${process.pid}/status`, 'utf8');
      return Number(/VmHWM:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1024;
    },
    onFailedOperation(listener) {
      void (async () => {
        const one = await engine;
        while (one.process.connected) {
          const told = await Promise.race([one.nextEvent('operationFailed'), ended]);
          if (told) listener(String(told.code), String(told.kind));
        }
      })();
    },
  };
}
