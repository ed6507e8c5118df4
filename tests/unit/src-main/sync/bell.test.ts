import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { createBell } from '../../../../src-main/sync/bell.ts';

const never = new AbortController().signal;

describe('a bell', () => {
  it('keeps a ring until somebody waits, and makes several one', async () => {
    const bell = createBell(systemClock);
    bell.ring();
    bell.ring();
    await bell.wait(never);
    let isAwake = false;
    const waiting = bell.wait(never).then(() => {
      isAwake = true;
    });
    await Promise.resolve();
    expect(isAwake).toBe(false);
    bell.ring();
    await waiting;
  });

  it('ends the wait when the time is over', async () => {
    let callBack = () => {};
    const bell = createBell({
      now: () => 0,
      after: (ms, callback) => {
        expect(ms).toBe(5);
        callBack = callback;
        return () => {};
      },
    });
    const waiting = bell.wait(never, 5);
    callBack();
    await waiting;
  });

  it('gives up with the reason of the signal, and keeps no timer', async () => {
    const controller = new AbortController();
    let cancelled = 0;
    const bell = createBell({
      now: () => 0,
      after: () => () => {
        cancelled++;
      },
    });
    const waiting = bell.wait(controller.signal, 5);
    const reason = new Error('stop');
    controller.abort(reason);
    await expect(waiting).rejects.toBe(reason);
    await expect(bell.wait(controller.signal)).rejects.toBe(reason);
    expect(cancelled).toBe(1);
  });
});
