import type { Clock } from '../base/clock.ts';

/** Wakes one waiting loop. A ring that nobody waits for is kept, so none is lost; several become one. */
export type Bell = {
  ring(): void;
  /** Resolves at the next ring (true) or after `ms` (false); rejects with the signal's reason. */
  wait(signal: AbortSignal, ms?: number): Promise<boolean>;
};

export function createBell(clock: Clock): Bell {
  let isRung = false;
  let wakeUp: (() => void) | undefined;
  return {
    ring() {
      isRung = true;
      wakeUp?.();
    },
    wait(signal, ms) {
      return new Promise((resolve, reject) => {
        if (signal.aborted) return reject(signal.reason);
        const end = (settle: () => void) => {
          signal.removeEventListener('abort', abort);
          cancel?.();
          wakeUp = undefined;
          settle();
        };
        const abort = () => end(() => reject(signal.reason));
        const cancel = ms === undefined ? undefined : clock.after(ms, () => end(() => resolve(false)));
        wakeUp = () => {
          isRung = false;
          end(() => resolve(true));
        };
        signal.addEventListener('abort', abort, { once: true });
        if (isRung) wakeUp();
      });
    },
  };
}
