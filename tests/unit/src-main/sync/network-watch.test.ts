import { describe, expect, it } from 'vitest';
import { watchNetwork } from '../../../../src-main/sync/network-watch.ts';
import { createManualClock } from '../../../integration/manual-clock.ts';

describe('the watch over the network', () => {
  it('tells when the addresses are others, and nothing while they are not', () => {
    const clock = createManualClock(0);
    let addresses = '192.0.2.1';
    let told = 0;
    const stop = watchNetwork(
      clock,
      () => {
        told += 1;
      },
      () => addresses,
    );
    clock.advance(60_000);
    expect(told).toBe(0);
    addresses = '198.51.100.7';
    clock.advance(3_000);
    expect(told).toBe(1);
    stop();
    addresses = '';
    clock.advance(60_000);
    expect(told).toBe(1);
  });

  it('tells when the computer has slept', () => {
    const timers: (() => void)[] = [];
    let now = 0;
    let told = 0;
    watchNetwork(
      {
        now: () => now,
        after: (_, callback) => {
          timers.push(callback);
          return () => {};
        },
      },
      () => {
        told += 1;
      },
      () => '',
    );
    now = 2_500;
    timers.shift()?.();
    expect(told).toBe(0);
    now += 10 * 60_000;
    timers.shift()?.();
    expect(told).toBe(1);
  });
});
