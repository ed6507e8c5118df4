/**
 * One connection, opened when it is first needed and again when it has been lost. Tasks run one after the other, the most urgent
 * first, so a task may open a mailbox and rely on it.
 */
import type { Clock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';

/** A connection that was quiet for so long is asked for a sign of life before it is trusted. */
const TRUSTED_FOR = 60_000;
const PROBE_TIME = 4_000;

export type Lane = {
  /**
   * Runs the task on an open connection, before waiting ones that are less urgent. Tasks may run twice: when a kept connection turns
   * out to be dead.
   */
  use<T>(task: (connection: ImapConnection) => Promise<T>, urgency?: number): Promise<T>;
};

export type SharedLane = Lane & {
  /** Whether somebody more urgent waits for the running task. */
  isWanted(urgency: number): boolean;
  isOpen(): boolean;
  /** The network may be another one: the connection is asked for a sign of life before it is used again. */
  distrust(): void;
  /** Closes the connection, after the running task; resolves then. */
  close(): Promise<void>;
};

export function createLane(options: {
  open(): Promise<ImapConnection>;
  clock: Clock;
  signal: AbortSignal;
}): SharedLane {
  const { open, clock, signal } = options;
  const waiting: { urgency: number; begin: () => void }[] = [];
  let isBusy = false;
  let kept: ImapConnection | undefined;
  let trustedUntil = 0;
  const trust = () => {
    trustedUntil = clock.now() + TRUSTED_FOR;
  };

  async function connection(): Promise<{ connection: ImapConnection; isKept: boolean }> {
    if (kept?.isOpen()) {
      if (clock.now() < trustedUntil || (await kept.probe(PROBE_TIME))) {
        return { connection: kept, isKept: true };
      }
    }
    kept = undefined;
    const opened = await open();
    kept = opened;
    // What is heard is a sign of life too.
    opened.onNews(trust);
    return { connection: opened, isKept: false };
  }

  async function inTurn<T>(task: () => Promise<T>, urgency: number): Promise<T> {
    if (isBusy) {
      await new Promise<void>((resolve) => {
        const before = waiting.findIndex((other) => other.urgency < urgency);
        waiting.splice(before < 0 ? waiting.length : before, 0, { urgency, begin: resolve });
      });
    }
    isBusy = true;
    try {
      return await task();
    } finally {
      const next = waiting.shift();
      // Handed over while still busy, so that nobody comes in between.
      if (next) next.begin();
      else isBusy = false;
    }
  }

  return {
    use: (task, urgency = 0) =>
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
            trust();
          }
        }
      }, urgency),
    isWanted: (urgency) => waiting.some((other) => other.urgency > urgency),
    isOpen: () => kept?.isOpen() === true,
    distrust() {
      trustedUntil = 0;
    },
    close: () =>
      inTurn(async () => {
        kept?.close();
        kept = undefined;
      }, 0),
  };
}
