/**
 * Looks after the two files while the program runs: quickly once a day, wholly once a week and after a crash. It never delays a start: it
 * begins when the program has been open for a while, and reads in a thread of its own.
 */
import { existsSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Clock } from '../base/clock.ts';
import { errorFacts, type Log } from '../base/log.ts';
import type { CheckAnswer, CheckRequest } from './check-worker.ts';
import type { Store } from './store.ts';

const DAY = 24 * 60 * 60_000;
const QUICK_EVERY = DAY;
const FULL_EVERY = 7 * DAY;
const AFTER_START = 60_000;
const LOOK_AGAIN = 60 * 60_000;

export type CheckOptions = {
  store: Pick<Store, 'notes'>;
  directory: string;
  key: Uint8Array;
  workerPath: string;
  /** The last program that had the store open did not close it. */
  wasCrash: boolean;
  clock: Clock;
  log: Log;
  onDamage(file: 'journal' | 'store'): void;
};

/** True when a program was ended while it had the files of this profile open. Asked before they are opened. */
export function hasCrashed(directory: string): boolean {
  return ['journal.db-wal', 'store.db-wal'].some((name) => {
    const path = join(directory, name);
    return existsSync(path) && statSync(path).size > 0;
  });
}

export function keepChecking(options: CheckOptions): { stop(): Promise<void> } {
  const { store, clock, log } = options;
  let worker: Worker | undefined;
  let isStopped = false;
  let mustCheck = options.wasCrash;
  let cancel = clock.after(AFTER_START, look);

  function look(): void {
    const depth = dueDepth(store.notes, mustCheck, clock.now());
    const done = depth === undefined ? Promise.resolve() : checkBoth(depth);
    void done
      .catch((error: unknown) => log.warn('store not checked', errorFacts(error)))
      .finally(() => {
        if (!isStopped) cancel = clock.after(LOOK_AGAIN, look);
      });
  }

  async function checkBoth(depth: 'quick' | 'full'): Promise<void> {
    for (const file of ['journal', 'store'] as const) {
      const isSound = await check({ ...options, file, depth });
      if (isStopped) return;
      if (!isSound) {
        log.warn('store damaged', { file, depth });
        options.onDamage(file);
        return;
      }
    }
    store.notes.set('quick-check-at', clock.now());
    if (depth === 'full') {
      store.notes.set('full-check-at', clock.now());
      mustCheck = false;
    }
  }

  function check({
    directory,
    key,
    workerPath,
    file,
    depth,
  }: CheckOptions & { file: string; depth: 'quick' | 'full' }): Promise<boolean> {
    const request: CheckRequest = { path: join(directory, `${file}.db`), key, depth };
    return new Promise((resolve, reject) => {
      const started = new Worker(workerPath, { workerData: request, execArgv: [], env: {} });
      worker = started;
      started.unref();
      started.on('message', ({ isSound }: CheckAnswer) => resolve(isSound));
      started.on('error', reject);
      // Ended before it had an answer: nothing was found out.
      started.on('exit', () => reject(new Error('not checked')));
    });
  }

  return {
    async stop() {
      isStopped = true;
      cancel();
      await worker?.terminate();
    },
  };
}

function dueDepth(notes: Store['notes'], mustCheck: boolean, now: number): 'quick' | 'full' | undefined {
  const [quickAt, fullAt] = [notes.get('quick-check-at'), notes.get('full-check-at')];
  if (mustCheck) return 'full';
  if (fullAt === undefined) {
    // A new profile: made by this program, a week is early enough.
    notes.set('full-check-at', now);
    notes.set('quick-check-at', now);
    return undefined;
  }
  if (now - fullAt >= FULL_EVERY) return 'full';
  return now - (quickAt ?? 0) >= QUICK_EVERY ? 'quick' : undefined;
}
