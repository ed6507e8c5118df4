/** RFC 5546 §2.1.5: of one event in several states the one with the highest SEQUENCE counts. `keyOf` says which event it is. */
export function newestStates<T extends { sequence: number }>(
  states: readonly T[],
  keyOf: (state: T) => string | undefined,
): T[] {
  const newest = new Map<string | undefined, number>();
  for (const one of states) {
    newest.set(keyOf(one), Math.max(one.sequence, newest.get(keyOf(one)) ?? 0));
  }
  return states.filter((one) => one.sequence === newest.get(keyOf(one)));
}
