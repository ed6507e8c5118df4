import { z } from 'zod';
import { accountId, messageId, threadId } from './ids.ts';
import { address } from './message.ts';

/** One row of the message list: a thread as it stands in one mailbox (or in all inboxes). */
export const threadRow = z.object({
  threadId,
  accountId,
  /** The newest message of the thread in this view. */
  messageId,
  /** Who wrote in the thread, each once, who wrote last first. */
  participants: z.array(address),
  /** To whom the newest message went: whom a thread of one's own messages is with. */
  recipients: z.array(address),
  subject: z.string(),
  preview: z.string(),
  date: z.number(),
  count: z.number(),
  isUnread: z.boolean(),
  isStarred: z.boolean(),
  hasAttachments: z.boolean(),
});
export type ThreadRow = z.infer<typeof threadRow>;

export const threadPage = z.object({
  /** Threads in the whole view, so that the list knows its height. */
  total: z.number(),
  unread: z.number(),
  start: z.number(),
  rows: z.array(threadRow),
});
export type ThreadPage = z.infer<typeof threadPage>;
