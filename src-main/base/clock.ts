import { MailError } from './errors.ts';

/** Time and timers, so that tests can move them. Times are milliseconds since 1970. */
export type Clock = {
  now(): number;
  /** Calls back once after `ms`; the answer takes it back. */
  after(ms: number, callback: () => void): () => void;
};

export const systemClock: Clock = {
  now: () => Date.now(),
  after(ms, callback) {
    // setTimeout takes 2^31-1 ms at most and fires at once beyond.
    const timer = setTimeout(callback, Math.min(ms, 2 ** 31 - 1));
    return () => clearTimeout(timer);
  },
};

/** The same clock; a callback that could not do its part (MailError) is told to `onError` instead of ending the process. */
export function survivingClock(clock: Clock, onError: (error: MailError) => void): Clock {
  return {
    now: clock.now,
    after: (ms, callback) =>
      clock.after(ms, () => {
        try {
          callback();
        } catch (error) {
          if (!(error instanceof MailError) || error.code === 'internal') throw error;
          onError(error);
        }
      }),
  };
}

/** Waits `ms`; rejects with the signal's reason when it is aborted first. */
export function delay(clock: Clock, ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    const abort = () => {
      cancel();
      reject(signal?.reason);
    };
    const cancel = clock.after(ms, () => {
      signal?.removeEventListener('abort', abort);
      resolve();
    });
    signal?.addEventListener('abort', abort, { once: true });
  });
}
