import type { ErrorCode } from '../../src-shared/ipc/error-codes.ts';

/** How far a transfer is. Whoever carries it out counts here and says so; when it is told to windows is not his affair. */
export type Progress = {
  messages: number;
  skipped: number;
  bytesDone: number;
  bytesTotal: number;
  /** What is to be said of it although it went on. */
  error?: ErrorCode;
};

export type Watch = { progress: Progress; onProgress(): void };
