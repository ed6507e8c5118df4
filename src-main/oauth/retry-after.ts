/** No server is given more patience than this, whatever it asks for. In seconds. */
const MOST = 60 * 60;

/** In seconds, how long a server asks to be left alone (RFC 9110 §10.2.3: a number of seconds, or a date); undefined when it does not say. */
export function retryAfterOf(headers: Headers, now: number): number | undefined {
  const text = headers.get('retry-after')?.trim();
  if (!text) return undefined;
  const seconds = /^\d+$/.test(text) ? Number(text) : (Date.parse(text) - now) / 1_000;
  return Number.isNaN(seconds) ? undefined : Math.round(Math.min(MOST, Math.max(0, seconds)));
}
