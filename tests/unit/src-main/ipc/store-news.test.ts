import { afterEach, describe, expect, it, vi } from 'vitest';
import { passNewsOn } from '../../../../src-main/ipc/store-news.ts';
import { createManualClock } from '../../../integration/manual-clock.ts';
import { ACCOUNT, addMailboxes, envelope, openTestStore } from '../store/test-store.ts';

const log = { info: vi.fn(), warn: vi.fn(), error: vi.fn() };
const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

function start(isTemporary: boolean) {
  const { store } = openTestStore();
  const boxes = addMailboxes(store);
  const clock = createManualClock(1_000);
  const publish = vi.fn();
  const request = vi.fn(async () => ({}));
  const stop = passNewsOn({ store, isTemporary, publish, shell: { request: request as never }, clock, log });
  stops.push(stop);
  const events = () => publish.mock.calls.map(([name]) => name);
  const told = (name: string) =>
    request.mock.calls.map((call: unknown[]) => call).filter(([one]) => one === name);
  return { store, clock, events, told, stop, ...boxes };
}

describe('news of the store', () => {
  it('reach the windows at once, and the badge counts what is unread in inboxes, once for a burst', () => {
    const { store, clock, events, told, inbox, trash } = start(false);
    store.messages.addEnvelopes(inbox, [envelope(1), envelope(2)]);
    store.messages.addEnvelopes(inbox, [envelope(3)]);
    store.messages.addEnvelopes(trash, [envelope(4)]);
    expect(events()).toContain('messagesChanged');
    expect(told('setBadge')).toEqual([]);
    clock.advance(500);
    expect(told('setBadge')).toEqual([['setBadge', { count: 3 }]]);
  });

  it('tell of Activity once for many entries', async () => {
    const { store, clock, events } = start(false);
    for (let entry = 0; entry < 5; entry++)
      store.audit.append({ kind: 'lock-changed', detail: { act: 'set' } });
    await Promise.resolve(); // the log tells when the transaction is over
    expect(events()).not.toContain('activityChanged');
    clock.advance(500);
    expect(events().filter((name) => name === 'activityChanged')).toHaveLength(1);
  });

  it('tell the shell what goes with the program, of a temporary profile only', () => {
    for (const isTemporary of [true, false]) {
      const { store, told } = start(isTemporary);
      store.drafts.create({ accountId: ACCOUNT, to: [], cc: [], bcc: [], subject: 'Plan', text: 'Hello' });
      const what = { count: 1, subjects: ['Plan'] };
      expect(told('setOnlyHere')).toEqual(isTemporary ? [['setOnlyHere', what]] : []);
    }
  });

  it('end when nobody listens any more, also what was about to be told', async () => {
    const { store, clock, events, told, inbox, stop } = start(false);
    store.messages.addEnvelopes(inbox, [envelope(1)]);
    store.audit.append({ kind: 'lock-changed', detail: { act: 'set' } });
    await Promise.resolve();
    const before = events().length;
    stop();
    clock.advance(5_000);
    store.settings.set({ ...store.settings.get(), theme: 'dark' });
    expect(events()).toHaveLength(before);
    expect(told('setBadge')).toEqual([]);
  });
});
