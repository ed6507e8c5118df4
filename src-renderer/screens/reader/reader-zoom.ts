import { useSyncExternalStore } from 'react';

const STEPS = [0.5, 0.67, 0.8, 0.9, 1, 1.1, 1.25, 1.5, 1.75, 2, 2.5, 3] as const;
let zoom = 1;
const watchers = new Set<() => void>();

function put(next: number): void {
  zoom = next;
  for (const watcher of watchers) watcher();
}

/** The next larger size, the next smaller one, or the usual one. */
export function stepZoom(now: number, way: 'in' | 'out' | 'reset'): number {
  if (way === 'reset') return 1;
  const next = way === 'in' ? STEPS.find((one) => one > now) : STEPS.findLast((one) => one < now);
  return next ?? now;
}

export function zoomReader(way: 'in' | 'out' | 'reset'): number {
  put(stepZoom(zoom, way));
  return zoom;
}

function watch(watcher: () => void): () => void {
  watchers.add(watcher);
  return () => watchers.delete(watcher);
}

/** How large messages are shown, until the program ends. */
export function useReaderZoom(): number {
  return useSyncExternalStore(watch, () => zoom);
}
