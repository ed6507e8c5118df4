/** Times in milliseconds. */

export function percentile(values: readonly number[], part: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * part) - 1)] ?? Number.NaN;
}

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export function timed(task: () => void): number {
  const start = performance.now();
  task();
  return performance.now() - start;
}

export async function timedAsync(task: () => Promise<void>): Promise<number> {
  const start = performance.now();
  await task();
  return performance.now() - start;
}

/** Each task in turn, again and again, so that all of them feel the same noise. Answers with the times of each. */
export async function interleaved<Name extends string>(
  times: number,
  tasks: Record<Name, () => void | Promise<void>>,
): Promise<Record<Name, number[]>> {
  const names = Object.keys(tasks) as Name[];
  const measured = Object.fromEntries(names.map((name) => [name, [] as number[]])) as Record<Name, number[]>;
  for (let time = 0; time < times; time++) {
    for (const name of names) measured[name].push(await timedAsync(async () => tasks[name]()));
  }
  return measured;
}

/**
 * How long the thread's event loop stood still at most while `task` ran: the longest time between two turns.
 */
export async function longestStall<T>(task: () => Promise<T>): Promise<{ value: T; stalls: number[] }> {
  const stalls: number[] = [];
  let isOver = false;
  let last = performance.now();
  const tick = () => {
    const now = performance.now();
    stalls.push(now - last);
    last = now;
    if (!isOver) setImmediate(tick);
  };
  setImmediate(tick);
  try {
    return { value: await task(), stalls };
  } finally {
    isOver = true;
  }
}
