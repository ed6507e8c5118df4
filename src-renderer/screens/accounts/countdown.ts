const LAST_MINUTE_MS = 60_000;

/** "0:48" in the last minute; before it nothing, because a clock only hurries people. Takes milliseconds. */
export function sayCountdown(leftMs: number): string | undefined {
  if (leftMs > LAST_MINUTE_MS) return undefined;
  const seconds = Math.max(0, Math.ceil(leftMs / 1000));
  return `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, '0')}`;
}
