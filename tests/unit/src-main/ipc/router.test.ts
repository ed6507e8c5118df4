import fc from 'fast-check';
import { expect, it } from 'vitest';
import { MailError } from '../../../../src-main/base/errors.ts';
import { createLog } from '../../../../src-main/base/log.ts';
import type { Gate } from '../../../../src-main/ipc/gate.ts';
import { createRouter, type Handlers } from '../../../../src-main/ipc/router.ts';
import { contract, type RequestName } from '../../../../src-shared/ipc/contract.ts';
import type { Port, WireMessage } from '../../../../src-shared/ipc/wire.ts';
import { DEFAULT_SETTINGS } from '../../../../src-shared/model/settings.ts';

const OPEN_GATE: Gate = {
  ready: async () => undefined,
  admit: () => undefined,
  admitAnswer: () => undefined,
  admitsEvent: () => true,
};

/** A router whose every handler is `handle`, with one window connected. */
function connect(
  handle: (name: string, input: unknown, signal: AbortSignal) => unknown,
  gate: Gate = OPEN_GATE,
) {
  const lines: string[] = [];
  const posted: WireMessage[] = [];
  let receive: (message: unknown) => void = () => undefined;
  let close: () => void = () => undefined;
  let arrived: () => void = () => undefined;
  const port: Port = {
    post(message) {
      posted.push(message);
      arrived();
    },
    onMessage(listener) {
      receive = listener;
    },
    onClose(listener) {
      close = listener;
    },
    close: () => undefined,
  };
  const names = Object.keys(contract) as RequestName[];
  const handlers = Object.fromEntries(
    names.map((name) => [name, (input: unknown, signal: AbortSignal) => handle(name, input, signal)]),
  ) as unknown as Handlers;
  const router = createRouter(
    handlers,
    gate,
    createLog((line) => lines.push(line)),
  );
  router.serve(port);
  const ask = (message: unknown) =>
    new Promise<WireMessage | undefined>((resolve) => {
      arrived = () => resolve(posted.at(-1));
      receive(message);
    });
  return { ask, send: (message: unknown) => receive(message), close: () => close(), posted, lines, router };
}

const request = (name: string, input: unknown) => ({ kind: 'request', id: 1, name, input });

it('answers a request that fits the contract', async () => {
  const settings = { ...DEFAULT_SETTINGS, theme: 'dark', undoSeconds: 5 };
  const { ask } = connect(() => settings);
  expect(await ask(request('settings.get', {}))).toEqual({
    kind: 'answer',
    id: 1,
    result: { ok: true, value: settings },
  });
});

it('refuses an unknown request and a wrong shape before any handler hears of it', async () => {
  let calls = 0;
  const { ask } = connect(() => ++calls);
  for (const [name, input] of [
    ['__proto__', {}],
    ['constructor', {}],
    ['accounts.readToken', {}],
    ['threads.page', { view: { kind: 'mailbox', mailboxId: -1 }, start: 0, limit: 50 }],
    ['threads.page', { view: { kind: 'inboxes' }, start: 0, limit: 1e9 }],
    ['messages.setFlags', { messageIds: [1], add: ['\\Seen) BAD'], remove: [] }],
  ] as const) {
    expect(await ask(request(name, input))).toMatchObject({ result: { ok: false, code: 'input-invalid' } });
  }
  expect(calls).toBe(0);
});

it('survives any message whatever and runs nothing for it', () => {
  let calls = 0;
  const { send } = connect(() => ++calls);
  fc.assert(
    fc.property(fc.anything(), (message) => {
      send(message);
      return calls === 0;
    }),
    { numRuns: 2_000 },
  );
});

it('cuts fields that the contract does not name out of an answer', async () => {
  const { ask } = connect(() => ({ ...DEFAULT_SETTINGS, refreshToken: 'canary' }));
  const answer = await ask(request('settings.get', {}));
  expect(answer).toMatchObject({ result: { ok: true } });
  expect(JSON.stringify(answer)).not.toContain('canary');
});

it('turns a failure into a value without the words of its cause, and logs no secret', async () => {
  const { ask, lines } = connect(() => {
    throw new MailError('login-refused', { retry: 'after-sign-in', cause: new Error('canary') });
  });
  expect(await ask(request('sync.now', {}))).toMatchObject({
    result: { ok: false, code: 'login-refused', retry: 'after-sign-in' },
  });
  const broken = connect(() => {
    throw new Error('canary');
  });
  expect(await broken.ask(request('sync.now', {}))).toMatchObject({ result: { code: 'internal' } });
  expect([...lines, ...broken.lines].join()).not.toContain('canary');
});

it('aborts what a window still waits for when the window goes', async () => {
  const aborted = new Promise<void>((resolve) => {
    const { send, close } = connect((_name, _input, signal) => {
      signal.addEventListener('abort', () => resolve());
      queueMicrotask(() => close());
      return new Promise(() => undefined);
    });
    send(request('sync.now', {}));
  });
  await aborted;
});

it('publishes only events of the declared shape', () => {
  const { router, posted } = connect(() => ({}));
  router.publish('commandRequested', { command: 'compose' });
  expect(posted.at(-1)).toEqual({ kind: 'event', name: 'commandRequested', payload: { command: 'compose' } });
  expect(() => router.publish('commandRequested', { command: 'x'.repeat(1_000) })).toThrow();
});

it('asks the gate before each handler, before each answer and before each event', async () => {
  let calls = 0;
  let isClosed = true;
  const refuse = () => {
    if (isClosed) throw new MailError('app-locked');
  };
  const gate: Gate = { ...OPEN_GATE, admit: refuse, admitAnswer: refuse, admitsEvent: () => !isClosed };
  const locked = connect(() => ++calls, gate);
  for (const name of ['sync.now', 'settings.get', 'grants.list']) {
    expect(await locked.ask(request(name, {}))).toMatchObject({ result: { ok: false, code: 'app-locked' } });
  }
  locked.router.publish('commandRequested', { command: 'compose' });
  expect(calls).toBe(0);
  expect(locked.posted.filter(({ kind }) => kind === 'event')).toEqual([]);
  isClosed = false;
  // The lock closes while the answer is being made.
  const late = connect(() => {
    isClosed = true;
    return [];
  }, gate);
  expect(await late.ask(request('grants.list', {}))).toMatchObject({ result: { code: 'app-locked' } });
});
