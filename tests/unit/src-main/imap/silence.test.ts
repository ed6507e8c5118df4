import { expect, it } from 'vitest';
import { withinEarshot } from '../../../../src-main/imap/silence.ts';
import { createManualClock } from '../../../integration/manual-clock.ts';

function watched() {
  const clock = createManualClock(0);
  const link = { bytes: 0, silentAt: undefined as number | undefined, end: () => {} };
  const done = withinEarshot(
    () =>
      new Promise<void>((resolve) => {
        link.end = resolve;
      }),
    {
      heard: () => link.bytes,
      limit: 30_000,
      clock,
      onSilence: () => {
        link.silentAt = clock.now();
      },
    },
  );
  return { clock, link, done };
}

it('says after its time, and once, that nothing came', () => {
  const { clock, link } = watched();
  clock.advance(29_999);
  expect(link.silentAt).toBeUndefined();
  clock.advance(60_000);
  expect(link.silentAt).toBe(30_000);
});

it('leaves a slow answer alone as long as something comes', async () => {
  const { clock, link, done } = watched();
  for (let second = 0; second < 200; second += 20) {
    clock.advance(20_000);
    link.bytes += 1;
  }
  link.end();
  await done;
  clock.advance(600_000);
  expect(link.silentAt).toBeUndefined();
});
