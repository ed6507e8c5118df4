/** The thread in which a database is checked: one file, one answer, then it ends. */
import { parentPort, workerData } from 'node:worker_threads';
import { checkDatabase } from './database.ts';

export type CheckRequest = { path: string; key: Uint8Array; depth: 'quick' | 'full' };
export type CheckAnswer = { isSound: boolean };

const { path, key, depth } = workerData as CheckRequest;
const answer: CheckAnswer = { isSound: checkDatabase({ path, key }, depth) };
parentPort?.postMessage(answer);
