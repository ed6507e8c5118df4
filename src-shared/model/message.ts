import { z } from 'zod';
import { accountId, mailboxId, messageId, threadId } from './ids.ts';

/** RFC 5322 §3.4: one mailbox of an address list, decoded. */
export const address = z.object({ name: z.string(), address: z.string() });
export type Address = z.infer<typeof address>;

/** System flags (RFC 9051 §2.3.2) and keywords, as the server writes them. */
export const flag = z
  .string()
  .min(1)
  .max(255)
  .regex(/^\\?[^\s\\(){%*"\]]+$/);
export const SEEN = '\\Seen';
export const FLAGGED = '\\Flagged';
/** Tells every program that the sender was told that it was read (RFC 3503 §3). */
export const MDN_SENT = '$MDNSent';
export const ANSWERED = '\\Answered';
export const DRAFT = '\\Draft';
export const DELETED = '\\Deleted';

export const attachment = z.object({
  /** Position among the parts of this message; names it in requests. */
  part: z.number().int().nonnegative(),
  filename: z.string(),
  contentType: z.string(),
  size: z.number(),
  /** How it can be looked at here; absent: not. `message` is opened as mail. */
  preview: z.enum(['picture', 'pdf', 'text', 'message']).optional(),
  /** A program, a script or a link to one: it is named as such, and nothing here opens it. */
  isProgram: z.boolean().optional(),
});
export type Attachment = z.infer<typeof attachment>;

/** A message as lists and the head of the reader show it. */
export const messageSummary = z.object({
  messageId,
  threadId,
  accountId,
  mailboxIds: z.array(mailboxId),
  from: z.array(address),
  to: z.array(address),
  cc: z.array(address),
  replyTo: z.array(address),
  subject: z.string(),
  preview: z.string(),
  /** The Date header; falls back to internalDate when it is missing or unreadable. */
  date: z.number(),
  internalDate: z.number(),
  size: z.number(),
  flags: z.array(z.string()),
  hasAttachments: z.boolean(),
  messageIdHeader: z.string(),
});
export type MessageSummary = z.infer<typeof messageSummary>;
