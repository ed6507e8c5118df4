/**
 * The window's end of the port to the engine. The preload posts a port for each engine: the first, and one more whenever the
 * engine had died and was started again. While there is none, requests wait; what the dead one had not answered is a failure.
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
  /** Calls `listener` when another engine took the place of one that died: events were missed, so what is shown may be old. */
  subscribeRenewed(listener: () => void): () => void;
};

/** Calls `take` for each port that comes. */
export type Ports = (take: (port: MessagePort) => void) => void;

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

/** A backend over the newest of the ports that come. */
export function createBackend(ports: Ports): Backend {
  const waiting = new Map<number, Waiting>();
  const listeners = new Map<EventName, Set<Listener>>();
  const renewedListeners = new Set<() => void>();
  let current: MessagePort | undefined;
  let unsent: RequestMessage[] = [];
  let hasHadOne = false;
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

  /** Whoever asked the engine that is gone hears so; nothing is asked twice without the person. */
  function lose(port: MessagePort): void {
    if (port !== current) return;
    current = undefined;
    for (const request of waiting.values()) request.answer(INTERNAL);
    waiting.clear();
  }

  ports((port) => {
    if (current) lose(current);
    current = port;
    port.addEventListener('message', (event) => receive(event.data));
    port.addEventListener('close', () => lose(port));
    port.start();
    for (const message of unsent) port.postMessage(message);
    unsent = [];
    if (hasHadOne) for (const listener of renewedListeners) listener();
    hasHadOne = true;
  });

  return {
    async request<N extends RequestName>(name: N, input: InputOf<N>): Promise<Result<OutputOf<N>>> {
      const id = nextId;
      nextId += 1;
      const answered = new Promise<Result<unknown>>((answer) => waiting.set(id, { name, answer }));
      const message: RequestMessage = { kind: 'request', id, name, input };
      if (current) current.postMessage(message);
      else unsent.push(message);
      return (await answered) as Result<OutputOf<N>>;
    },
    subscribe<N extends EventName>(name: N, listener: (payload: PayloadOf<N>) => void): () => void {
      const known = listeners.get(name) ?? new Set<Listener>();
      listeners.set(name, known);
      const wrapped: Listener = (payload) => listener(payload as PayloadOf<N>);
      known.add(wrapped);
      return () => known.delete(wrapped);
    },
    subscribeRenewed(listener) {
      renewedListeners.add(listener);
      return () => renewedListeners.delete(listener);
    },
  };
}

/** Takes the ports that the preload posts to this window; a message of another origin is not listened to. */
export function portsOf(target: Window): Ports {
  return (take) =>
    target.addEventListener('message', (event: MessageEvent) => {
      const port = event.ports[0];
      if (event.source !== target || event.origin !== target.location.origin) return;
      if (event.data === PORT_HANDOVER && port) take(port);
    });
}
