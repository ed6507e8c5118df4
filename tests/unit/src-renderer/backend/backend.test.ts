import { afterEach, describe, expect, it } from 'vitest';
import { type Backend, createBackend } from '../../../../src-renderer/backend/backend.ts';
import type { RequestMessage } from '../../../../src-shared/ipc/wire.ts';
import { messageId } from '../../../../src-shared/model/ids.ts';

let engine: MessagePort | undefined;
afterEach(() => engine?.close());

/** A backend and the other end of its port, which answers each request with what `answer` gives. */
function connect(answer: (request: RequestMessage) => unknown): Backend {
  const channel = new MessageChannel();
  engine = channel.port1;
  engine.addEventListener('message', (event: MessageEvent<RequestMessage>) => {
    const result = answer(event.data);
    if (result !== undefined) channel.port1.postMessage({ kind: 'answer', id: event.data.id, result });
  });
  engine.start();
  return createBackend((take) => take(channel.port2));
}

describe("the window's end of the port", () => {
  it('gives back the answer to each request, whatever the order', async () => {
    const held: RequestMessage[] = [];
    const backend = connect((request) => {
      held.push(request);
      if (held.length === 2) {
        for (const one of held.toReversed()) {
          engine?.postMessage({
            kind: 'answer',
            id: one.id,
            result: { ok: true, value: { source: JSON.stringify(one.input), truncated: false } },
          });
        }
      }
      return undefined;
    });
    const [first, second] = await Promise.all([
      backend.request('messages.getSource', { messageId: messageId.parse(1) }),
      backend.request('messages.getSource', { messageId: messageId.parse(2) }),
    ]);
    expect(first.ok && first.value.source).toBe('{"messageId":1}');
    expect(second.ok && second.value.source).toBe('{"messageId":2}');
  });

  it('passes a failure on as it is', async () => {
    const backend = connect(() => ({ ok: false, code: 'offline', retry: 'later' }));
    expect(await backend.request('sync.now', {})).toEqual({ ok: false, code: 'offline', retry: 'later' });
  });

  it.each([
    ['a value of the wrong shape', { ok: true, value: { theme: 'pink' } }],
    ['no value', { ok: true }],
    ['an unknown code', { ok: false, code: 'nonsense', retry: 'later' }],
    ['nothing at all', null],
  ])('takes %s for a fault of the program', async (_name, result) => {
    const backend = connect(() => result);
    expect(await backend.request('settings.get', {})).toEqual({
      ok: false,
      code: 'internal',
      retry: 'never',
    });
  });

  it('tells events of the right shape to those who listen, until they stop', async () => {
    const backend = connect(() => ({ ok: true, value: {} }));
    const heard: unknown[] = [];
    const stop = backend.subscribe('commandRequested', (payload) => heard.push(payload.command));
    const send = (name: string, payload: unknown): void =>
      engine?.postMessage({ kind: 'event', name, payload });
    await backend.request('sync.now', {});
    send('commandRequested', { command: 'compose' });
    send('commandRequested', { command: 7 });
    send('toString', {});
    await backend.request('sync.now', {});
    stop();
    send('commandRequested', { command: 'reply' });
    await backend.request('sync.now', {});
    expect(heard).toEqual(['compose']);
  });

  it('ends what waits when the engine goes away', async () => {
    const backend = connect(() => {
      engine?.close();
      return undefined;
    });
    expect(await backend.request('sync.now', {})).toEqual({ ok: false, code: 'internal', retry: 'never' });
  });

  it('keeps requests for the engine that comes after one that died, and says that it came', async () => {
    let take: (port: MessagePort) => void = () => undefined;
    const backend = createBackend((taker) => {
      take = taker;
    });
    let renewals = 0;
    backend.subscribeRenewed(() => {
      renewals += 1;
    });
    const ask = (): Promise<unknown> => backend.request('sync.now', {});
    const early = ask();
    const dying = new MessageChannel();
    dying.port1.addEventListener('message', () => dying.port1.close());
    dying.port1.start();
    take(dying.port2);
    expect(await early).toEqual({ ok: false, code: 'internal', retry: 'never' });

    const between = ask();
    const next = new MessageChannel();
    engine = next.port1;
    engine.addEventListener('message', ({ data }: MessageEvent<RequestMessage>) => {
      next.port1.postMessage({ kind: 'answer', id: data.id, result: { ok: true, value: {} } });
    });
    engine.start();
    expect(renewals).toBe(0);
    take(next.port2);
    expect(await between).toEqual({ ok: true, value: {} });
    expect(renewals).toBe(1);
  });
});
