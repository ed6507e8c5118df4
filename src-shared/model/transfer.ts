import { z } from 'zod';
import { errorCode } from '../ipc/error-codes.ts';
import { accountId, transferId } from './ids.ts';

/** RFC 4155 (one file), or a folder with one file for each message. */
export const transferFormat = z.enum(['mbox', 'eml']);
export type TransferFormat = z.infer<typeof transferFormat>;

/** An import or an export that runs, or ran since the program was started. */
export const transfer = z.object({
  transferId,
  kind: z.enum(['import', 'export']),
  format: transferFormat,
  accountId,
  /** The last part of the path that the person chose. */
  name: z.string(),
  state: z.enum(['running', 'done', 'cancelled', 'failed']),
  messages: z.number(),
  /** Messages that were there already, or are no messages. */
  skipped: z.number(),
  bytesDone: z.number(),
  bytesTotal: z.number(),
  error: errorCode.optional(),
});
export type Transfer = z.infer<typeof transfer>;
