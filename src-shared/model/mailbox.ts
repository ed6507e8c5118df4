import { z } from 'zod';
import { accountId, mailboxId } from './ids.ts';

/** RFC 6154 §2, and the INBOX of RFC 9051 §5.1. */
export const specialUse = z.enum(['inbox', 'drafts', 'sent', 'archive', 'all', 'junk', 'trash', 'flagged']);
export type SpecialUse = z.infer<typeof specialUse>;

export const mailbox = z.object({
  mailboxId,
  accountId,
  /** The server's name with its own separator, decoded to Unicode. */
  path: z.string(),
  delimiter: z.string(),
  name: z.string(),
  specialUse: specialUse.optional(),
  selectable: z.boolean(),
  subscribed: z.boolean(),
  total: z.number(),
  unread: z.number(),
});
export type Mailbox = z.infer<typeof mailbox>;
