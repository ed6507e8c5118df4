import { afterEach, describe, expect, it } from 'vitest';
import type { Backend } from '../../../../../src-renderer/backend/backend.ts';
import { createReadAhead, type ReadAhead } from '../../../../../src-renderer/screens/reader/read-ahead.ts';
import { type ThreadId, threadId } from '../../../../../src-shared/model/ids.ts';

let ahead: ReadAhead | undefined;
afterEach(() => ahead?.stop());

const thread = (number: number): ThreadId => threadId.parse(number);

/** An engine whose thread N has the messages N0 and N1, the first of them read; it answers when it is let. */
function engine(options: { size?: number; isSlow?: boolean } = {}) {
  const asked: string[] = [];
  const listeners: ((payload: { threadIds: ThreadId[] }) => void)[] = [];
  const renewed: (() => void)[] = [];
  let letGo = (): void => undefined;
  const gate = options.isSlow ? new Promise<void>((resolve) => (letGo = resolve)) : Promise.resolve();
  const answers: Record<string, (input: Record<string, unknown>) => unknown> = {
    'threads.messages': ({ threadId: id }) =>
      [0, 1].map((at) => ({
        messageId: Number(id) * 10 + at,
        threadId: id,
        size: options.size ?? 1_000,
        flags: at === 0 ? ['\\Seen'] : [],
      })),
    'messages.getBody': ({ messageId }) => ({ messageId, text: `Text ${messageId}` }),
    'messages.getTrust': ({ messageIds }) =>
      (messageIds as number[]).map((messageId) => ({ messageId, address: `${messageId}@x.example` })),
  };
  const backend = {
    async request(name: string, input: Record<string, unknown>) {
      asked.push(`${name} ${Object.values(input).join(' ')}`);
      await gate;
      return { ok: true, value: answers[name]?.(input) };
    },
    subscribe(_name: string, listener: (payload: { threadIds: ThreadId[] }) => void) {
      listeners.push(listener);
      return () => listeners.splice(listeners.indexOf(listener), 1);
    },
    subscribeRenewed(listener: () => void) {
      renewed.push(listener);
      return () => renewed.splice(renewed.indexOf(listener), 1);
    },
  } as unknown as Backend;
  ahead = createReadAhead(backend);
  return {
    ahead,
    asked,
    listeners,
    letGo: () => letGo(),
    change: (...threadIds: ThreadId[]) => {
      for (const listener of listeners) listener({ threadIds });
    },
    renew: () => {
      for (const listener of renewed) listener();
    },
  };
}

describe('reading ahead', () => {
  it('reads the messages of a thread, and the body and the sender of what stands open in it at first, once', async () => {
    const { ahead, asked } = engine();
    await ahead.read(thread(1));
    await ahead.read(thread(1));
    expect(asked).toEqual(['threads.messages 1', 'messages.getBody 11', 'messages.getTrust 11']);
    const read = ahead.of(thread(1));
    expect(read?.messages.map((one) => one.messageId)).toEqual([10, 11]);
    expect([...(read?.bodies ?? [])]).toEqual([[11, { messageId: 11, text: 'Text 11' }]]);
    expect([...(read?.trust.keys() ?? [])]).toEqual([11]);
    expect(ahead.of(thread(2))).toBeUndefined();
  });

  it('fetches nothing large that nobody asked for', async () => {
    const { ahead, asked } = engine({ size: 600_000 });
    await ahead.read(thread(1));
    expect(asked).toEqual(['threads.messages 1']);
    expect(ahead.of(thread(1))?.bodies.size).toBe(0);
  });

  it('keeps few, those that were wanted last', async () => {
    const { ahead } = engine();
    for (const number of [1, 2, 3, 4, 1, 5]) await ahead.read(thread(number));
    const isKept = (number: number) => ahead.of(thread(number)) !== undefined;
    expect([1, 2, 3, 4, 5].filter(isKept)).toEqual([1, 3, 4, 5]);
  });

  it('drops what changed, and everything when another engine takes over or it is stopped', async () => {
    const { ahead, change, renew, listeners } = engine();
    for (const number of [1, 2]) await ahead.read(thread(number));
    change(thread(1));
    expect([ahead.of(thread(1)), ahead.of(thread(2)) !== undefined]).toEqual([undefined, true]);
    renew();
    expect(ahead.of(thread(2))).toBeUndefined();
    await ahead.read(thread(2));
    ahead.stop();
    expect(ahead.of(thread(2))).toBeUndefined();
    expect(listeners).toHaveLength(0);
  });

  it('does not keep an answer that was overtaken by a change', async () => {
    const { ahead, change, letGo } = engine({ isSlow: true });
    const reading = ahead.read(thread(1));
    change(thread(1));
    letGo();
    await reading;
    expect(ahead.of(thread(1))).toBeUndefined();
  });
});
