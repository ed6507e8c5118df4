/**
 * The window's end of the port to the engine. The preload posts the port once; until then requests wait.
 * Every answer and every event is checked with the schema of the contract: the engine parses hostile mail, so
 * what comes from it is not taken on trust.
 */
import { contract, type InputOf, type OutputOf, type RequestName } from '../../src-shared/ipc/contract.ts';
import { type EventName, events, type PayloadOf } from '../../src-shared/ipc/events.ts';
import { type Fail, fail, type Result } from '../../src-shared/ipc/result.ts';
import { PORT_HANDOVER, type RequestMessage } from '../../src-shared/ipc/wire.ts';

type Listener = (payload: unknown) => void;
type Waiting = { name: RequestName; answer: (result: Result<unknown>) => void };

export type Backend = {
  /** Asks the engine. Never rejects: a broken link or a wrong shape is a Fail with the code `internal`. */
  request<N extends RequestName>(name: N, input: InputOf<N>): Promise<Result<OutputOf<N>>>;
  /** Hears one kind of event until the answer is called. */
  subscribe<N extends EventName>(name: N, listener: (payload: PayloadOf<N>) => void): () => void;
};

const INTERNAL: Fail = { ok: false, code: 'internal', retry: 'never' };

function readResult(name: RequestName, result: unknown): Result<unknown> {
  const failed = fail.safeParse(result);
  if (failed.success) return failed.data as Fail;
  if (typeof result !== 'object' || result === null || !('ok' in result) || result.ok !== true)
    return INTERNAL;
  const value = contract[name].output.safeParse('value' in result ? result.value : undefined);
  return value.success ? { ok: true, value: value.data } : INTERNAL;
}

function isEventName(name: unknown): name is EventName {
  return typeof name === 'string' && Object.hasOwn(events, name);
}

/** A backend over a port that is still to come. */
export function createBackend(portToCome: Promise<MessagePort>): Backend {
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<EventName, Set<Listener>>();
  let nextId = 1;

  function receive(message: unknown): void {
    if (typeof message !== 'object' || message === null || !('kind' in message)) return;
    if (
      message.kind === 'answer' &&
      'id' in message &&
      'result' in message &&
      typeof message.id === 'number'
    ) {
      const request = waiting.get(message.id);
      waiting.delete(message.id);
      request?.answer(readResult(request.name, message.result));
    } else if (
      message.kind === 'event' &&
      'name' in message &&
      'payload' in message &&
      isEventName(message.name)
    ) {
      const payload = events[message.name].safeParse(message.payload);
      if (!payload.success) return;
      for (const listener of listeners.get(message.name) ?? []) listener(payload.data);
    }
  }

  const ready = portToCome.then((port) => {
    port.addEventListener('message', (event) => receive(event.data));
    port.addEventListener('close', () => {
      for (const request of waiting.values()) request.answer(INTERNAL);
      waiting.clear();
    });
    port.start();
    return port;
  });

  return {
    async request<N extends RequestName>(name: N, input: InputOf<N>): Promise<Result<OutputOf<N>>> {
      const port = await ready;
      const id = nextId;
      nextId += 1;
      const answered = new Promise<Result<unknown>>((answer) => waiting.set(id, { name, answer }));
      port.postMessage({ kind: 'request', id, name, input } satisfies RequestMessage);
      return (await answered) as Result<OutputOf<N>>;
    },
    subscribe<N extends EventName>(name: N, listener: (payload: PayloadOf<N>) => void): () => void {
      const known = listeners.get(name) ?? new Set<Listener>();
      listeners.set(name, known);
      const wrapped: Listener = (payload) => listener(payload as PayloadOf<N>);
      known.add(wrapped);
      return () => known.delete(wrapped);
    },
  };
}

/** Waits for the port that the preload posts to this window; a message of another origin is not listened to. */
export function waitForPort(target: Window): Promise<MessagePort> {
  return new Promise((resolve) => {
    const listen = (event: MessageEvent): void => {
      const port = event.ports[0];
      if (event.source !== target || event.origin !== target.location.origin) return;
      if (event.data !== PORT_HANDOVER || !port) return;
      target.removeEventListener('message', listen);
      resolve(port);
    };
    target.addEventListener('message', listen);
  });
}
