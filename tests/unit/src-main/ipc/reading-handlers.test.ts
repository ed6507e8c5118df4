import { describe, expect, it } from 'vitest';
import { createReadingHandlers } from '../../../../src-main/ipc/reading-handlers.ts';
import type { MessageId } from '../../../../src-shared/model/ids.ts';
import type { MessageTrust } from '../../../../src-shared/model/message-trust.ts';
import { openTestStore } from '../store/test-store.ts';
import { createTestShell, press } from './test-shell.ts';

const messageId = 7 as MessageId;
const { signal } = new AbortController();

const TRUST: MessageTrust = {
  messageId,
  verdict: 'unknown',
  canCheck: false,
  isFirst: false,
  doubts: [],
  asksReceipt: false,
  loadsPictures: false,
};

/** Handlers over rooms that note what they were asked for. */
function handlersWith(facts: { isPressed?: boolean; loadsPictures?: boolean; wantsPictures?: boolean }) {
  const { store } = openTestStore();
  const done: string[] = [];
  const note = (what: string) => {
    done.push(what);
    return Promise.resolve({ pictures: { a: 'data:image/png;base64,' }, failed: 0, host: 'x' });
  };
  const context = {
    shell: createTestShell({
      requirePress: () => {
        done.push('requirePress');
        return press(() => facts.isPressed === true)();
      },
    }),
    rooms: () => ({
      store,
      reading: {
        getTrust: () => [{ ...TRUST, loadsPictures: facts.loadsPictures ?? false }],
        wantsPictures: () => facts.wantsPictures ?? false,
        loadPictures: () => note('load'),
        checkSignature: () => note('check').then(() => TRUST),
        unsubscribe: () => note('leave'),
      },
    }),
  };
  return { done, handlers: createReadingHandlers(context) };
}

describe('without a press', () => {
  it('no signature is checked, no list left and no picture loaded', async () => {
    const { handlers, done } = handlersWith({});
    await expect(handlers['messages.checkSignature']({ messageId }, signal)).rejects.toThrow();
    await expect(handlers['messages.unsubscribe']({ messageId }, signal)).rejects.toThrow();
    await expect(handlers['messages.loadPictures']({ messageId, always: false }, signal)).rejects.toThrow();
    expect(done).toEqual(['requirePress', 'requirePress', 'requirePress']);
  });

  it('pictures of a chosen sender are loaded, and nobody is chosen', async () => {
    const chosen = handlersWith({ loadsPictures: true, wantsPictures: true });
    await chosen.handlers['messages.loadPictures']({ messageId, always: false }, signal);
    expect(chosen.done).toEqual(['load']);
    const load = chosen.handlers['messages.loadPictures']({ messageId, always: true }, signal);
    await expect(load).rejects.toThrow();
    expect(chosen.done).toEqual(['load', 'requirePress']);
  });

  it('one that only says to be a chosen sender gets nothing', async () => {
    const { handlers, done } = handlersWith({ wantsPictures: true });
    const answer = await handlers['messages.loadPictures']({ messageId, always: false }, signal);
    expect([answer, done]).toEqual([{ pictures: {}, failed: 0 }, ['requirePress']]);
  });
});

it('after a press each is done once', async () => {
  const { handlers, done } = handlersWith({ isPressed: true });
  await handlers['messages.checkSignature']({ messageId }, signal);
  await handlers['messages.unsubscribe']({ messageId }, signal);
  await handlers['messages.loadPictures']({ messageId, always: true }, signal);
  expect(done.filter((what) => what !== 'requirePress')).toEqual(['check', 'leave', 'load']);
});
