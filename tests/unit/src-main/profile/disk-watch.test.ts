import { readdirSync } from 'node:fs';
import { describe, expect, it, vi } from 'vitest';
import { createDiskWatch } from '../../../../src-main/profile/disk-watch.ts';
import { createManualClock } from '../../../integration/manual-clock.ts';
import { temporaryFolder } from '../store/test-store.ts';

function start(enough: number) {
  const clock = createManualClock(0);
  const told: string[] = [];
  const directory = temporaryFolder();
  const watch = createDiskWatch({ directory, clock, enough, onChange: (state) => told.push(state) });
  return { clock, told, directory, watch };
}

describe('the watch over the disk', () => {
  it('tells once that the disk is full, and by itself when there is room again', async () => {
    const { clock, told, directory, watch } = start(1);
    expect(watch.state()).toBe('ok');
    watch.tellFull();
    watch.tellFull();
    expect([watch.state(), ...told]).toEqual(['full', 'full']);
    clock.advance(5_000);
    await vi.waitFor(() => expect(told).toEqual(['full', 'ok']));
    expect(watch.state()).toBe('ok');
    expect(readdirSync(directory)).toEqual([]);
  });

  it('goes on looking while there is none, and stops when it is told', async () => {
    const { clock, told, watch } = start(Number.MAX_SAFE_INTEGER);
    watch.tellFull();
    for (let round = 0; round < 3; round++) {
      clock.advance(5_000);
      await new Promise((resolve) => setImmediate(resolve));
    }
    expect([watch.state(), ...told]).toEqual(['full', 'full']);
    watch.stop();
    clock.advance(60_000);
    expect(told).toEqual(['full']);
  });
});
