/** Lets everybody else who waits for the event loop go first: between the steps of long work. */
export function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
