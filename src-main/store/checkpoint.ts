/**
 * Checkpoints of a database in a thread of their own: they wait for the disk, a quarter of a second at worst, and whoever commits must
 * not. The thread is started when the write-ahead log has grown, and ends when nothing was written for a while. It shares nothing with
 * the writer but three cells of memory, so that closing can wait for it: its connection must be gone before the last one closes.
 */
import { statSync } from 'node:fs';
import { Worker } from 'node:worker_threads';

export type Checkpoints = {
  /** Something was written. */
  written(): void;
  /** Returns when the thread has let go of the database. */
  stop(): void;
};

export type CheckpointRequest = { path: string; key: Uint8Array; cells: Int32Array };

/** The cells: how often something was written, whether to stop, whether it is over, whether the writer is to wait. */
export const WRITES = 0;
export const STOP = 1;
export const ENDED = 2;
export const WANTED = 3;

/** Bytes of log that are worth a checkpoint. One that begins anew is cut to less by the limit of its size (database.ts). */
export const WORTH_WRITING = 8_388_608;

/** The size of the log is asked for after so many writes. */
const LOOK_EVERY = 8;
/** The writer waits so long for the last bit, in milliseconds, and gets on; it is asked again after its next commit. */
const WAIT_MOST = 100;
/** A disk that takes longer to answer is not waited for. */
const STOP_MOST = 10_000;

export function logSize(path: string): number {
  return statSync(`${path}-wal`, { throwIfNoEntry: false })?.size ?? 0;
}

export function keepCheckpointing(options: {
  path: string;
  key: Uint8Array;
  workerPath: string;
  /** There will be no more of them. */
  onFailed(): void;
}): Checkpoints {
  const { path, key, workerPath, onFailed } = options;
  let cells: Int32Array | undefined;
  let writes = 0;
  let isOver = false;

  function start(): void {
    const shared = new Int32Array(new SharedArrayBuffer(4 * Int32Array.BYTES_PER_ELEMENT));
    const request: CheckpointRequest = { path, key, cells: shared };
    const worker = new Worker(workerPath, { workerData: request, execArgv: [], env: {} });
    cells = shared;
    worker.unref();
    worker.on('error', () => {
      if (isOver) return;
      isOver = true;
      onFailed();
    });
    worker.on('exit', () => {
      if (cells === shared) cells = undefined;
    });
  }

  return {
    written() {
      if (isOver) return;
      writes++;
      if (cells) {
        Atomics.add(cells, WRITES, 1);
        Atomics.notify(cells, WRITES);
        Atomics.wait(cells, WANTED, 1, WAIT_MOST);
      } else if (writes % LOOK_EVERY === 0 && logSize(path) >= WORTH_WRITING) start();
    },
    stop() {
      isOver = true;
      if (!cells) return;
      Atomics.store(cells, STOP, 1);
      Atomics.notify(cells, STOP);
      Atomics.add(cells, WRITES, 1);
      Atomics.notify(cells, WRITES);
      Atomics.wait(cells, ENDED, 0, STOP_MOST);
    },
  };
}
