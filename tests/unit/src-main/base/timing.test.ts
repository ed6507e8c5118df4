import { describe, expect, it } from 'vitest';
import { backoffDelay } from '../../../../src-main/base/backoff.ts';
import { type Clock, delay } from '../../../../src-main/base/clock.ts';
import { createConnectionRegistry } from '../../../../src-main/base/connection-registry.ts';
import { createMutex, createSingleFlight } from '../../../../src-main/base/mutex.ts';
import type { AccountId } from '../../../../src-shared/model/ids.ts';

describe('backoffDelay', () => {
  it('doubles up to the most, and keeps at least half of it', () => {
    expect(backoffDelay(0, 1_000, 60_000, () => 1)).toBe(1_000);
    expect(backoffDelay(3, 1_000, 60_000, () => 0)).toBe(4_000);
    expect(backoffDelay(1_000, 1_000, 60_000, () => 1)).toBe(60_000);
  });
});

describe('delay', () => {
  const silent: Clock = { now: () => 0, after: () => () => undefined };
  it('ends at once with the reason when it is aborted', async () => {
    const control = new AbortController();
    const waiting = delay(silent, 1_000, control.signal);
    control.abort(new Error('enough'));
    await expect(waiting).rejects.toThrow('enough');
    await expect(delay(silent, 1, control.signal)).rejects.toThrow('enough');
  });
});

describe('createMutex', () => {
  it('runs one after the other, also after a failure', async () => {
    const exclusive = createMutex();
    const order: string[] = [];
    const first = exclusive(async () => {
      await Promise.resolve();
      order.push('first');
      throw new Error('no');
    });
    const second = exclusive(async () => order.push('second'));
    await expect(first).rejects.toThrow('no');
    await second;
    expect(order).toEqual(['first', 'second']);
  });
});

describe('createSingleFlight', () => {
  it('shares one run among all who ask while it runs, and starts anew afterwards', async () => {
    const once = createSingleFlight<string, number>();
    let runs = 0;
    const task = async () => ++runs;
    expect(await Promise.all([once('a', task), once('a', task), once('b', task)])).toEqual([1, 1, 2]);
    expect(await once('a', task)).toBe(3);
  });
});

describe('createConnectionRegistry', () => {
  const account = 'a' as AccountId;
  it('says when the last connection of an account has gone', async () => {
    const registry = createConnectionRegistry();
    const leaveOne = registry.enter(account);
    const leaveTwo = registry.enter(account);
    const none = registry.whenNone(account, new AbortController().signal);
    leaveOne();
    leaveOne();
    expect(registry.count(account)).toBe(1);
    leaveTwo();
    await none;
    expect(registry.count(account)).toBe(0);
  });
  it('stops waiting when the time is over', async () => {
    const registry = createConnectionRegistry();
    registry.enter(account);
    const control = new AbortController();
    const none = registry.whenNone(account, control.signal);
    control.abort(new Error('late'));
    await expect(none).rejects.toThrow('late');
  });
});
