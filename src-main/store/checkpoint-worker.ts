/** The thread of checkpoint.ts: one database, until it is told to stop, or nothing was written for long. */
import { workerData } from 'node:worker_threads';
import { type CheckpointRequest, ENDED, logSize, STOP, WANTED, WORTH_WRITING, WRITES } from './checkpoint.ts';
import { openLogWriter } from './database.ts';

/** While somebody writes all the time, no checkpoint meets the end of the log: here the writer is made to wait for the last bit. */
const LONGEST = 3 * WORTH_WRITING;
/** Milliseconds in which a log that is written all the time gathers more. */
const PAUSE = 50;
const IDLE = 30_000;

const { path, key, cells } = workerData as CheckpointRequest;

try {
  const log = openLogWriter({ path, key });
  try {
    while (Atomics.load(cells, STOP) === 0) {
      const seen = Atomics.load(cells, WRITES);
      if (logSize(path) >= WORTH_WRITING) log.write('PASSIVE');
      if (logSize(path) >= LONGEST) {
        // What was written during the one before; then little is left for which the writer waits. It has to be asked for that: who
        // writes all the time leaves no moment in which another could lock.
        log.write('PASSIVE');
        Atomics.store(cells, WANTED, 1);
        try {
          log.write('RESTART');
        } finally {
          Atomics.store(cells, WANTED, 0);
          Atomics.notify(cells, WANTED);
        }
      }
      Atomics.wait(cells, STOP, 0, PAUSE);
      if (Atomics.wait(cells, WRITES, seen, IDLE) === 'timed-out') break;
    }
  } finally {
    log.close();
  }
} finally {
  Atomics.store(cells, ENDED, 1);
  Atomics.notify(cells, ENDED);
}
