/** The engine in this process, over a real keychain, with the test as its shell and its window: to see files and clocks from within. */
import { fileURLToPath } from 'node:url';
import { type EngineConfig, engineConfig } from '../../src-main/base/engine-config.ts';
import { createLog } from '../../src-main/base/log.ts';
import { createEngine, type Engine } from '../../src-main/ipc/engine-rooms.ts';
import { contract, type InputOf, type OutputOf, type RequestName } from '../../src-shared/ipc/contract.ts';
import type { EventName, PayloadOf } from '../../src-shared/ipc/events.ts';
import type { Result } from '../../src-shared/ipc/result.ts';
import type { ShellEventName } from '../../src-shared/ipc/shell-contract.ts';
import type { Port, WireMessage } from '../../src-shared/ipc/wire.ts';

const app = (path: string): string => fileURLToPath(new URL(`../../app/${path}`, import.meta.url));

/** Two ends of a port; each message arrives in a later turn, as it does between processes. */
function portPair(): [Port, Port] {
  const listeners: ((message: unknown) => void)[][] = [[], []];
  const end = (mine: number): Port => ({
    post: (message) => {
      setImmediate(() => listeners[1 - mine]?.forEach((listener) => void listener(structuredClone(message))));
    },
    onMessage: (listener) => void listeners[mine]?.push(listener),
    onClose: () => undefined,
    close: () => undefined,
  });
  return [end(0), end(1)];
}

export type EngineHere = ReturnType<typeof startEngineHere>;

export function startEngineHere(options: {
  directory: string;
  temporaryDirectory: string;
  keychainService: string;
  noticeKey?: string;
  shell?: (name: string, input: Record<string, unknown>) => unknown;
  /** What else it is told. */
  config?: Partial<EngineConfig>;
  /** Called when the engine wants to be started anew. */
  restart?: () => void;
}) {
  const lines: string[] = [];
  const [shellEnd, engineShellEnd] = portPair();
  shellEnd.onMessage((message) => {
    const request = message as WireMessage;
    if (request.kind !== 'request') return;
    const input = request.input as Record<string, unknown>;
    shellEnd.post({ kind: 'answer', id: request.id, result: answerOf(request.name, input) });
  });
  function answerOf(name: string, input: Record<string, unknown>): Result<unknown> {
    try {
      return { ok: true, value: options.shell?.(name, input) ?? {} };
    } catch {
      return { ok: false, code: 'input-invalid', retry: 'never' };
    }
  }
  const { directory, temporaryDirectory, keychainService, noticeKey } = options;
  const worker = (name: string) => app(`dist/main/${name}-worker.js`);
  const engine = createEngine(
    engineConfig.parse({
      version: '0.0.0',
      directory,
      temporaryDirectory,
      keychainService,
      noticeKey,
      providersFile: app('providers.json'),
      textsFolder: app('locales'),
      locale: 'en',
      parseWorker: worker('parse'),
      imapWorker: worker('imap'),
      checkWorker: worker('check'),
      checkpointWorker: worker('checkpoint'),
      ...options.config,
    }),
    engineShellEnd,
    createLog((line) => lines.push(line)),
    options.restart ?? (() => undefined),
  );
  return {
    lines,
    ...openWindow(engine),
    /** One more window. */
    openWindow: () => openWindow(engine),
    /** What the shell tells without being asked. */
    tellShell: (name: ShellEventName, payload: object) => shellEnd.post({ kind: 'event', name, payload }),
    stop: () => engine.stop(),
  };
}

function openWindow(engine: Engine) {
  const [windowEnd, engineWindowEnd] = portPair();
  const waiting = new Map<number, (result: unknown) => void>();
  const heard: { name: string; payload: unknown }[] = [];
  let lastId = 0;
  windowEnd.onMessage((message) => {
    const answer = message as WireMessage;
    if (answer.kind === 'answer') waiting.get(answer.id)?.(answer.result);
    if (answer.kind === 'event') heard.push({ name: answer.name, payload: answer.payload });
  });
  engine.serve(engineWindowEnd);

  async function request<N extends RequestName>(name: N, input: InputOf<N>): Promise<Result<OutputOf<N>>> {
    lastId += 1;
    const id = lastId;
    const answered = new Promise<unknown>((resolve) => waiting.set(id, resolve));
    windowEnd.post({ kind: 'request', id, name, input });
    const result = (await answered) as Result<unknown>;
    return result.ok ? { ok: true, value: contract[name].output.parse(result.value) as OutputOf<N> } : result;
  }

  return {
    request,
    /** The value of an answer; throws its code when it failed. */
    async ask<N extends RequestName>(name: N, input: InputOf<N>): Promise<OutputOf<N>> {
      const result = await request(name, input);
      if (!result.ok) throw new Error(result.code);
      return result.value;
    },
    /** Every event of this name so far. */
    heard: <N extends EventName>(name: N) =>
      heard.filter((one) => one.name === name).map((one) => one.payload as PayloadOf<N>),
  };
}
