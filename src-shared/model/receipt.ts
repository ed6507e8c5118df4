import { z } from 'zod';
import { accountId, receiptId } from './ids.ts';

/**
 * The steps of a sign-out in the order in which they run.
 * finish: what waited was sent and saved. disconnect: connections closed. revoke: RFC 7009 answered.
 * proof: the refresh token and the access token in memory were tried once and refused. forget: the keychain entry is gone. mail: kept or erased.
 */
export const receiptStepName = z.enum(['finish', 'disconnect', 'revoke', 'proof', 'forget', 'mail']);
export type ReceiptStepName = z.infer<typeof receiptStepName>;

/** `done` succeeded; `owed` could not be done now and stands as a debt; `skipped` did not apply, and the outcome says why. */
export const receiptStep = z.object({
  name: receiptStepName,
  state: z.enum(['waiting', 'running', 'done', 'owed', 'skipped']),
  at: z.number().optional(),
  /** Key of a sentence in the catalogue under `receipt.outcome.*`. */
  outcome: z.string().optional(),
  /** Numbers and times for that sentence. */
  facts: z.record(z.string(), z.union([z.string(), z.number()])),
});
export type ReceiptStep = z.infer<typeof receiptStep>;

/** The answer to "Can Latchkey still read your mail?". `no` only when it was proved. */
export const receiptAnswer = z.enum(['no', 'until', 'not-from-here']);

/** `given-up`: the person took the access back on the provider's page, and said so. */
export const closedDebt = z.enum(['given-up', 'too-old', 'key-lost']);
export type ClosedDebt = z.infer<typeof closedDebt>;

export const receipt = z.object({
  receiptId,
  accountId,
  address: z.string(),
  providerName: z.string(),
  answer: receiptAnswer,
  /** With `until`: when the last access token ends. */
  until: z.number().optional(),
  steps: z.array(receiptStep),
  grantedAt: z.number(),
  finishedAt: z.number(),
  clientId: z.string().optional(),
  issuer: z.string().optional(),
  /** The provider's own page, when something is still owed. */
  manageUrl: z.string().optional(),
  /** Sign-outs that were one act have the same name. */
  batch: z.string().optional(),
  /** The provider confirmed it later: then `answer` is the new one, and the steps stand as they were. */
  paidAt: z.number().optional(),
  /** Nobody asks the provider any more, and it never confirmed: the person saw to it there, or the key for asking is no more. */
  closed: z.object({ at: z.number(), why: closedDebt }).optional(),
});
export type Receipt = z.infer<typeof receipt>;

/** What would be lost, counted before anything is done. */
export const signOutPreview = z.object({
  accountId,
  waiting: z.array(z.object({ subject: z.string() })),
  drafts: z.array(z.object({ subject: z.string() })),
  changes: z.record(z.string(), z.number()),
  messages: z.number(),
  bytes: z.number(),
  canFinish: z.boolean(),
});
export type SignOutPreview = z.infer<typeof signOutPreview>;
