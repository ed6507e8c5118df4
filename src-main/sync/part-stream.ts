/**
 * Large parts of messages, straight from the server to whoever writes them: piece by piece, going on where a broken link ended it.
 * Never more than a few pieces are in memory.
 */
import type { MessageId } from '../../src-shared/model/ids.ts';
import { type Clock, delay } from '../base/clock.ts';
import { MailError, toMailError } from '../base/errors.ts';
import type { Write } from '../base/pieces.ts';
import type { Store } from '../store/store.ts';
import { openWhereItStands } from './body-fetch.ts';
import type { Connections } from './connections.ts';
import { retryDelay } from './retry-delay.ts';

/** Tries without a single byte in between. */
const MOST_TRIES = 8;

/**
 * Streams a section of a message (all of it without one) as it is transferred; `write` may throw to end it. Throws `message-gone`,
 * or what the connection throws when it goes on failing.
 */
export async function streamSection(
  options: {
    connections: Connections;
    store: Store;
    messageId: MessageId;
    section?: string;
    clock: Clock;
    signal: AbortSignal;
  },
  write: Write,
): Promise<void> {
  const { connections, store, messageId, section, clock, signal } = options;
  let received = 0;
  let failures = 0;
  for (;;) {
    const before = received;
    let ended: 'failed' | 'paused' | undefined;
    let failure: unknown;
    try {
      await connections.use('transfer', async (connection) => {
        const uid = await openWhereItStands(connection, messageId, store);
        await connection.fetchSource(uid, {
          ...(section !== undefined && { section }),
          from: received,
          async onChunk(chunk) {
            signal.throwIfAborted();
            try {
              await write(chunk);
            } catch (error) {
              [ended, failure] = ['failed', error];
              throw error;
            }
            received += chunk.length;
            // On a shared connection others come first, after each piece.
            if (connections.isWanted('transfer')) {
              ended = 'paused';
              throw new MailError('busy', { retry: 'later' });
            }
          },
        });
      });
      return;
    } catch (thrown) {
      // What the connection makes of it says less.
      if (ended === 'failed') throw failure;
      signal.throwIfAborted();
      if (ended === 'paused') continue;
      const error = toMailError(thrown);
      failures = received > before ? 0 : failures + 1;
      if (error.retry !== 'later' || failures >= MOST_TRIES) throw error;
      await delay(clock, retryDelay(error, failures), signal);
    }
  }
}
