import { MailError } from './errors.ts';

export type Mutex = <T>(task: () => Promise<T>) => Promise<T>;

/** Runs tasks one after the other, in the order in which they came; a failed one does not stop the next. */
export function createMutex(): Mutex {
  let last: Promise<unknown> = Promise.resolve();
  return (task) => {
    const run = last.then(task, task);
    last = run.catch(() => undefined);
    return run;
  };
}

/** One run at a time for each key; who comes while it runs gets the same answer. */
export function createSingleFlight<K, T>(): (key: K, task: () => Promise<T>) => Promise<T> {
  const running = new Map<K, Promise<T>>();
  return (key, task) => {
    const there = running.get(key);
    if (there) return there;
    const run = task().finally(() => running.delete(key));
    running.set(key, run);
    return run;
  };
}

/** At most so many tasks at once; one more than that throws busy. */
export function createBound(most: number): Mutex {
  let running = 0;
  return async (task) => {
    if (running >= most) throw new MailError('busy', { retry: 'later' });
    running += 1;
    try {
      return await task();
    } finally {
      running -= 1;
    }
  };
}
