import type { ImapFlow } from 'imapflow';
import { MailError } from '../base/errors.ts';

const LOOK_EVERY = 50;

/**
 * Runs a command whose answers imapflow gathers without a bound. How much has come is all that can be seen meanwhile: beyond
 * `most` bytes the connection is closed, and the command fails with `protocol-error`. Else it throws what `task` throws.
 */
export async function limitReceived<T>(
  client: ImapFlow,
  { most, host }: { most: number; host: string },
  task: () => Promise<T>,
): Promise<T> {
  const before = client.stats().received;
  let isTooMuch = false;
  const watch = setInterval(() => {
    if (client.stats().received - before <= most) return;
    isTooMuch = true;
    client.close();
  }, LOOK_EVERY);
  try {
    const result = await task();
    // Some of imapflow's commands keep to themselves that they failed.
    if (isTooMuch) throw new Error('closed');
    return result;
  } catch (error) {
    throw isTooMuch
      ? new MailError('protocol-error', { retry: 'later', detail: { host }, cause: error })
      : error;
  } finally {
    clearInterval(watch);
  }
}
