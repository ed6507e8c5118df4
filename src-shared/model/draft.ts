import { z } from 'zod';
import { accountId, draftId, identityId, messageId } from './ids.ts';
import { address } from './message.ts';

export const draftAttachment = z.object({
  part: z.number().int().nonnegative(),
  filename: z.string(),
  contentType: z.string(),
  size: z.number(),
  /** A picture that stands in the text, which names it by `cid:` and this. */
  contentId: z.string().optional(),
});
export type DraftAttachment = z.infer<typeof draftAttachment>;

/** The message that is answered or passed on, apart from what is written above it. */
export const draftQuote = z.object({
  messageId,
  kind: z.enum(['reply', 'forward']),
  /** "On 3 March, Ada wrote:", or the head of a forwarded message. */
  intro: z.string().max(20_000),
  text: z.string().max(5_000_000),
  /** Sanitised by the window that quoted it; sanitised again by each that shows it. */
  html: z.string().max(5_000_000).optional(),
});
export type DraftQuote = z.infer<typeof draftQuote>;

/** What the compose screen edits. Recipients are kept as typed until they are sent: a half-typed address is not lost. */
export const draftContent = z.object({
  accountId,
  /** Absent: the account's own. */
  identityId: identityId.optional(),
  to: z.array(address).max(5_000),
  cc: z.array(address).max(5_000),
  bcc: z.array(address).max(5_000),
  subject: z.string().max(10_000),
  /** What was written, as plain text; of a rich one its words. Without the quote. */
  text: z.string().max(5_000_000),
  /** What was written, as the editor wrote it; absent: plain text. Without the quote. */
  html: z.string().max(5_000_000).optional(),
  quote: draftQuote.optional(),
  /** RFC 8098: asks the receiver's program to tell when it was read. */
  asksReceipt: z.boolean().optional(),
  /** RFC 3461: asks the servers to tell when it was delivered. */
  asksDeliveryNotice: z.boolean().optional(),
});
export type DraftContent = z.infer<typeof draftContent>;

export const draft = draftContent.extend({
  draftId,
  /** The message that this one answers or forwards. */
  inReplyTo: messageId.optional(),
  attachments: z.array(draftAttachment),
  savedAt: z.number(),
  /** When this version was stored on the server; absent: it is only here. */
  storedAt: z.number().optional(),
  /** Another device changed it too: this one is a copy, and both are kept. */
  isCopy: z.boolean().optional(),
});
export type Draft = z.infer<typeof draft>;
