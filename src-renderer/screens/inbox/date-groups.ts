/** Under which heading a thread stands. `month` and `year` carry what is to be written. */
export type DateGroup =
  | 'today'
  | 'yesterday'
  | 'this-week'
  | 'this-month'
  | `month ${string}`
  | `year ${number}`;

const DAY_MS = 86_400_000;

function startOfDay(time: number): number {
  return new Date(time).setHours(0, 0, 0, 0);
}

/** Times in milliseconds since 1970, days in the time zone of this computer. Mail from the future counts as today. */
export function dateGroupOf(time: number, now: number): DateGroup {
  const days = Math.round((startOfDay(now) - startOfDay(time)) / DAY_MS);
  if (days <= 0) return 'today';
  if (days === 1) return 'yesterday';
  if (days < 7) return 'this-week';
  const date = new Date(time);
  const today = new Date(now);
  if (date.getFullYear() !== today.getFullYear()) return `year ${date.getFullYear()}`;
  if (date.getMonth() === today.getMonth()) return 'this-month';
  return `month ${date.getFullYear()}-${String(date.getMonth() + 1).padStart(2, '0')}`;
}
