/**
 * The connections of one account, at most four: INBOX is watched on the first, what the person waits for goes over the second, the
 * background work over the third, large attachments over the fourth. A server that takes fewer says so when one too many is
 * opened: then several share one, the most urgent first, until it is tried again.
 */
import type { Clock } from '../base/clock.ts';
import { MailError, toMailError } from '../base/errors.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import { createLane, type SharedLane } from './lane.ts';

export type Purpose = 'watch' | 'requests' | 'work' | 'transfer';

const MOST = 4;
/** Which lane serves a purpose, by the number of connections that the server takes. */
const LANES: Record<Purpose, [number, number, number, number]> = {
  watch: [0, 0, 0, 0],
  requests: [0, 1, 1, 1],
  work: [0, 1, 2, 2],
  transfer: [0, 1, 2, 3],
};
const URGENCY: Record<Purpose, number> = { requests: 3, watch: 2, transfer: 1, work: 0 };
/** How long a server's refusal is believed. */
const BELIEVED_FOR = 10 * 60_000;

export type Connections = {
  /** As `Lane.use`. Throws MailError, or the signal's reason. */
  use<T>(purpose: Purpose, task: (connection: ImapConnection) => Promise<T>): Promise<T>;
  /** True when a long task should make room and come back. */
  isWanted(purpose: Purpose): boolean;
  /** Whether the purpose has a connection to itself. */
  isAlone(purpose: Purpose): boolean;
  /** Asks for a sign of life before the next use: of one connection, or of all. */
  distrust(purpose?: Purpose): void;
};

export function createConnections(options: {
  open(purpose: Purpose): Promise<ImapConnection>;
  clock: Clock;
  signal: AbortSignal;
}): Connections {
  const { open, clock, signal } = options;
  const opening = new Set<Promise<unknown>>();
  const lanes = Array.from({ length: MOST }, (_, index) =>
    createLane({ open: () => openFor(index), clock, signal }),
  );
  let most = MOST;
  let believedUntil = 0;

  /** What a lane is opened for is the first of those that it serves. */
  function openFor(index: number): Promise<ImapConnection> {
    const purposes: Purpose[] = ['watch', 'requests', 'work', 'transfer'];
    const opened = open(purposes.find((purpose) => LANES[purpose][most - 1] === index) ?? 'work');
    opening.add(opened);
    const end = () => opening.delete(opened);
    opened.then(end, end);
    return opened;
  }

  function laneOf(purpose: Purpose): SharedLane {
    if (most < MOST && clock.now() >= believedUntil) most = MOST;
    const lane = lanes[LANES[purpose][most - 1] ?? 0];
    if (!lane) throw new MailError('internal');
    return lane;
  }

  /** The server took no more than are open now. Answers false when none is: then there is nothing to share. */
  async function learn(): Promise<boolean> {
    await Promise.allSettled(opening);
    const count = lanes.filter((lane) => lane.isOpen()).length;
    if (count === 0) return false;
    most = Math.min(most, count);
    believedUntil = clock.now() + BELIEVED_FOR;
    await Promise.all(lanes.slice(most).map((lane) => lane.close()));
    return true;
  }

  return {
    async use(purpose, task) {
      for (let refusals = 0; ; refusals++) {
        try {
          return await laneOf(purpose).use(task, URGENCY[purpose]);
        } catch (error) {
          if (!isTooMany(error) || refusals === MOST || !(await learn())) throw error;
        }
      }
    },
    isWanted: (purpose) => laneOf(purpose).isWanted(URGENCY[purpose]),
    isAlone: (purpose) =>
      Object.values(LANES).filter((lane) => lane[most - 1] === LANES[purpose][most - 1]).length === 1,
    distrust(purpose) {
      for (const lane of purpose ? [laneOf(purpose)] : lanes) lane.distrust();
    },
  };
}

function isTooMany(error: unknown): boolean {
  const { code, detail } = toMailError(error);
  return code === 'server-busy' && detail?.reason === 'connections';
}
