export type LaterTime = { name: 'tonight' | 'tomorrow' | 'monday'; time: number };

/** The clock time of a day that is some days after another, in milliseconds since 1970. */
function at(now: number, days: number, hour: number): number {
  const day = new Date(now);
  return new Date(day.getFullYear(), day.getMonth(), day.getDate() + days, hour).getTime();
}

/** Times that people choose for a message to go; those that are over or nearly so are left out. */
export function laterTimes(now: number): LaterTime[] {
  const weekday = new Date(now).getDay();
  const toMonday = (8 - weekday) % 7 || 7;
  const times: LaterTime[] = [
    { name: 'tonight', time: at(now, 0, 18) },
    { name: 'tomorrow', time: at(now, 1, 8) },
    // On a Sunday tomorrow is Monday.
    ...(toMonday > 1 ? [{ name: 'monday' as const, time: at(now, toMonday, 8) }] : []),
  ];
  return times.filter(({ time }) => time > now + 30 * 60_000);
}

/** A local time as an input of the type datetime-local writes it. */
export function toLocalInput(time: number): string {
  const day = new Date(time);
  const two = (value: number): string => String(value).padStart(2, '0');
  return `${day.getFullYear()}-${two(day.getMonth() + 1)}-${two(day.getDate())}T${two(day.getHours())}:${two(day.getMinutes())}`;
}
