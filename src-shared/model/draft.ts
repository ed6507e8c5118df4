import { z } from 'zod';
import { accountId, draftId, identityId, messageId } from './ids.ts';
import { address } from './message.ts';

export const draftAttachment = z.object({
  part: z.number().int().nonnegative(),
  filename: z.string(),
  contentType: z.string(),
  size: z.number(),
});
export type DraftAttachment = z.infer<typeof draftAttachment>;

/** What the compose screen edits. Recipients are kept as typed until they are sent: a half-typed address is not lost. */
export const draftContent = z.object({
  accountId,
  /** Absent: the account's own. */
  identityId: identityId.optional(),
  to: z.array(address),
  cc: z.array(address),
  bcc: z.array(address),
  subject: z.string().max(10_000),
  text: z.string().max(5_000_000),
});
export type DraftContent = z.infer<typeof draftContent>;

export const draft = draftContent.extend({
  draftId,
  /** The message that this one answers or forwards. */
  inReplyTo: messageId.optional(),
  attachments: z.array(draftAttachment),
  savedAt: z.number(),
});
export type Draft = z.infer<typeof draft>;
