import type { Clock } from '../base/clock.ts';

/**
 * Runs a task and calls back, once, when nothing has been heard for `limit` milliseconds while it runs: a link can die without
 * a sign (a router that forgot it, a network that changed), and then no answer and no error ever comes.
 * `heard` counts what came in so far.
 */
export async function withinEarshot<T>(
  task: () => Promise<T>,
  { heard, limit, clock, onSilence }: { heard(): number; limit: number; clock: Clock; onSilence(): void },
): Promise<T> {
  let before = heard();
  let quietSince = clock.now();
  let cancel = () => {};
  const look = () => {
    const now = heard();
    if (now !== before) {
      before = now;
      quietSince = clock.now();
    }
    const left = quietSince + limit - clock.now();
    if (left <= 0) onSilence();
    else cancel = clock.after(Math.min(left, limit / 6), look);
  };
  look();
  try {
    return await task();
  } finally {
    cancel();
  }
}
