import { z } from 'zod';
import { errorCode } from '../ipc/error-codes.ts';
import { accountId, submissionId } from './ids.ts';
import { address } from './message.ts';

/**
 * queued -> sending -> sent | failed | unknown.
 * `unknown`: the link broke after the last byte and before the answer; the mail may have gone, so it is never sent again by itself.
 */
export const submissionState = z.enum(['queued', 'sending', 'sent', 'failed', 'unknown']);
export type SubmissionState = z.infer<typeof submissionState>;

export const submission = z.object({
  submissionId,
  accountId,
  to: z.array(address),
  subject: z.string(),
  state: submissionState,
  queuedAt: z.number(),
  /** Not sent before this time: the undo window, later a time the person chose. */
  notBefore: z.number(),
  /** The time that the person chose for it. */
  sendAt: z.number().optional(),
  /** When an unknown one was last looked for in Sent, and not found there. */
  lookedUpAt: z.number().optional(),
  nextTryAt: z.number().optional(),
  error: errorCode.optional(),
  /** Recipients that the server refused while it took the others. */
  refused: z.array(z.string()),
  /** Nobody wrote it as a draft: a message passed on as it is, word that one was read, the answer to an invitation. */
  purpose: z.enum(['redirect', 'receipt', 'invitation']).optional(),
});
export type Submission = z.infer<typeof submission>;
