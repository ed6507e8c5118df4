/**
 * How long to wait before the next try, in milliseconds: doubled each time from `first` up to `most`,
 * of which a random half is taken away so that many clients do not come back at the same instant.
 */
export function backoffDelay(
  attempt: number,
  first = 1_000,
  most = 5 * 60_000,
  random = Math.random,
): number {
  const full = Math.min(most, first * 2 ** Math.min(attempt, 30));
  return Math.round(full / 2 + (full / 2) * random());
}
