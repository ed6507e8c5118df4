export type TimeLimit = {
  /** Aborted with the caller's signal and its reason, by `abort`, or when the time is over. */
  signal: AbortSignal;
  abort(): void;
  /** Gives the timer back. */
  end(): void;
};

/**
 * A limit of `ms` for what a caller may also abort. By hand, because Node 20 lets go of a signal of AbortSignal.any and AbortSignal.timeout that
 * nothing else holds, and then the limit never comes (seen in tests/hostile/pictures).
 */
export function limitTime(caller: AbortSignal | undefined, ms: number): TimeLimit {
  const controller = new AbortController();
  const pass = () => controller.abort(caller?.reason);
  const timer = setTimeout(() => controller.abort(new DOMException('The time is over.', 'TimeoutError')), ms);
  if (caller?.aborted) pass();
  caller?.addEventListener('abort', pass, { once: true });
  return {
    signal: controller.signal,
    abort: () => controller.abort(),
    end() {
      clearTimeout(timer);
      caller?.removeEventListener('abort', pass);
    },
  };
}

/** Runs a task within a limit, and gives the timer back when it is done. Settles as the task does. */
export async function withinTime<T>(
  caller: AbortSignal | undefined,
  ms: number,
  task: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const limit = limitTime(caller, ms);
  try {
    return await task(limit.signal);
  } finally {
    limit.end();
  }
}
