/** The built engine under bare Node, with this test as its shell and its window: what Electron's main does, without Electron. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { contract, type InputOf, type OutputOf, type RequestName } from '../../src-shared/ipc/contract.ts';
import type { Result } from '../../src-shared/ipc/result.ts';
import type { WireMessage } from '../../src-shared/ipc/wire.ts';

const app = join(import.meta.dirname, '../../app');

export type BareEngine = {
  process: ChildProcess;
  request<N extends RequestName>(name: N, input: InputOf<N>): Promise<Result<OutputOf<N>>>;
  /** As a page that somebody took over could: anything, unchecked. */
  sendRaw(message: unknown): void;
  /** Resolves with the first event that fits, from now on. */
  nextEvent(
    name: string,
    fits?: (payload: Record<string, unknown>) => boolean,
  ): Promise<Record<string, unknown>>;
  log(): string;
  stop(): Promise<number | null>;
};

type Packet = { lane: 'shell' | 'window'; message: WireMessage };

export async function startBareEngine(options: {
  directory: string;
  temporaryDirectory: string;
  env: Record<string, string>;
  /** Answers what the engine asks of the desktop. */
  shell: (name: string, input: Record<string, unknown>) => Promise<unknown>;
}): Promise<BareEngine> {
  const child = fork(join(app, 'dist/main/engine.js'), [], {
    serialization: 'advanced',
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { PATH: process.env.PATH, ...options.env },
    cwd: options.temporaryDirectory,
  });
  let log = '';
  child.stderr?.on('data', (chunk: Buffer) => {
    log += chunk.toString();
  });
  const waiting = new Map<number, (result: unknown) => void>();
  const hearing = new Set<(name: string, payload: Record<string, unknown>) => void>();
  let lastId = 0;
  child.on('message', (packet: Packet) => {
    const { lane, message } = packet;
    if (lane === 'shell' && message.kind === 'request') {
      const { id, name, input } = message;
      void options.shell(name, input as Record<string, unknown>).then((value) => {
        child.send({ lane: 'shell', message: { kind: 'answer', id, result: { ok: true, value } } });
      });
    } else if (message.kind === 'answer') {
      waiting.get(message.id)?.(message.result);
      waiting.delete(message.id);
    } else if (message.kind === 'event') {
      for (const listener of hearing) listener(message.name, message.payload as Record<string, unknown>);
    }
  });
  child.send({
    kind: 'start',
    config: {
      version: '0.0.0',
      directory: options.directory,
      temporaryDirectory: options.temporaryDirectory,
      keychainService: 'Latchkey Mail test',
      providersFile: join(app, 'providers.json'),
      extraProvidersFile: options.env.LATCHKEY_PROVIDERS,
      textsFolder: join(app, 'locales'),
      locale: 'en',
      parseWorker: join(app, 'dist/main/parse-worker.js'),
      imapWorker: join(app, 'dist/main/imap-worker.js'),
      checkWorker: join(app, 'dist/main/check-worker.js'),
      checkpointWorker: join(app, 'dist/main/checkpoint-worker.js'),
    },
  });
  const sendRaw = (message: unknown) => void child.send({ lane: 'window', message });
  return {
    process: child,
    sendRaw,
    async request(name, input) {
      lastId += 1;
      const id = lastId;
      const answered = new Promise<unknown>((resolve) => waiting.set(id, resolve));
      sendRaw({ kind: 'request', id, name, input });
      const result = (await answered) as Result<unknown>;
      if (!result.ok) return result;
      return { ok: true, value: contract[name].output.parse(result.value) as OutputOf<typeof name> };
    },
    nextEvent: (name, fits = () => true) =>
      new Promise((resolve) => {
        const listener = (heard: string, payload: Record<string, unknown>) => {
          if (heard !== name || !fits(payload)) return;
          hearing.delete(listener);
          resolve(payload);
        };
        hearing.add(listener);
      }),
    log: () => log,
    async stop() {
      if (child.exitCode !== null) return child.exitCode;
      const ended = once(child, 'exit');
      child.send({ kind: 'stop' });
      const [code] = await ended;
      return code as number | null;
    },
  };
}
