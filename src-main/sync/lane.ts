/**
 * One connection for one purpose, opened when it is first needed and again when it has been lost. Tasks run one after the
 * other, so a task may open a mailbox and rely on it. Every account has three lanes: INBOX is watched on the first, the rest is
 * fetched on the second, and what the person asks for goes over the third and never waits for the others.
 */
import type { Clock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import { createMutex } from '../base/mutex.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';

/** A connection that was quiet for so long is asked for a sign of life before it is trusted. */
const TRUSTED_FOR = 60_000;
const PROBE_TIME = 5_000;

export type Lane = {
  /** Runs the task on an open connection. Tasks may run twice: when a kept connection turns out to be dead. */
  use<T>(task: (connection: ImapConnection) => Promise<T>): Promise<T>;
};

export function createLane(options: {
  open(): Promise<ImapConnection>;
  clock: Clock;
  signal: AbortSignal;
}): Lane {
  const { open, clock, signal } = options;
  const inTurn = createMutex();
  let kept: ImapConnection | undefined;
  let usedAt = 0;

  async function connection(): Promise<{ connection: ImapConnection; isKept: boolean }> {
    if (kept?.isOpen()) {
      if (clock.now() - usedAt < TRUSTED_FOR || (await kept.probe(PROBE_TIME))) {
        return { connection: kept, isKept: true };
      }
    }
    kept = await open();
    return { connection: kept, isKept: false };
  }

  return {
    use: (task) =>
      inTurn(async () => {
        for (;;) {
          signal.throwIfAborted();
          const { connection: current, isKept } = await connection();
          try {
            return await task(current);
          } catch (error) {
            signal.throwIfAborted();
            const wasDead = error instanceof MailError && error.code === 'connection-lost';
            if (!wasDead || !isKept) throw error;
          } finally {
            usedAt = clock.now();
          }
        }
      }),
  };
}
