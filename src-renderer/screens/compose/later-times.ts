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

/** The minute that has begun: a message that is to go at 8 goes at 8 sharp. */
export function wholeMinute(time: number): number {
  return Math.floor(time / 60_000) * 60_000;
}
