/**
 * Whether there is room on the disk. Whoever finds it full says so here; from then on it is looked at again and again, and when something
 * can be written the news is told and the work goes on. Nothing is ever deleted to make room.
 */
import { open, rm, statfs } from 'node:fs/promises';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';

export type DiskWatch = {
  state(): 'ok' | 'full';
  /** Something could not be written. */
  tellFull(): void;
  stop(): void;
};

const LOOK_EVERY = 5_000;
/** With less the next transaction would fail again. Bytes. */
const ENOUGH = 4_000_000;
const PROBE = Buffer.alloc(64 * 1024);

export function createDiskWatch({
  directory,
  clock,
  onChange,
  enough = ENOUGH,
}: {
  directory: string;
  clock: Clock;
  onChange(state: 'ok' | 'full'): void;
  enough?: number;
}): DiskWatch {
  let state: 'ok' | 'full' = 'ok';
  let cancel: (() => void) | undefined;

  function lookLater(): void {
    cancel = clock.after(LOOK_EVERY, () => {
      void hasRoom(directory, enough).then((isRoom) => {
        if (!cancel) return; // stopped meanwhile
        if (!isRoom) return lookLater();
        cancel = undefined;
        state = 'ok';
        onChange(state);
      });
    });
  }

  return {
    state: () => state,
    tellFull() {
      if (state === 'full') return;
      state = 'full';
      lookLater();
      onChange(state);
    },
    stop() {
      cancel?.();
      cancel = undefined;
    },
  };
}

/** A quota is not seen in the numbers of the file system: so something is written, too. */
async function hasRoom(directory: string, enough: number): Promise<boolean> {
  const probe = join(directory, `room-${process.pid}.part`);
  try {
    const { bavail, bsize } = await statfs(directory);
    if (bavail * bsize < enough) return false;
    const file = await open(probe, 'w', 0o600);
    try {
      await file.writeFile(PROBE);
      await file.sync();
    } finally {
      await file.close();
    }
    return true;
  } catch {
    return false;
  } finally {
    await rm(probe, { force: true }).catch(() => undefined);
  }
}
