import { z } from 'zod';
import { messageId } from './ids.ts';
import { address } from './message.ts';

/** What is odd about who a message says it is from. Each has a sentence in the catalogue. */
export const senderDoubt = z.discriminatedUnion('kind', [
  /** The name is, or holds, another address. */
  z.object({ kind: z.literal('name-is-address'), claimed: z.string() }),
  /** The name is that of somebody known who writes from elsewhere. */
  z.object({ kind: z.literal('name-of-contact'), contact: address }),
  /** The address looks like that of somebody known. */
  z.object({ kind: z.literal('lookalike'), resembles: address }),
  /** Letters of several scripts in the domain; `ascii` is its true form (RFC 5890). */
  z.object({ kind: z.literal('mixed-scripts'), ascii: z.string() }),
  /** Signs that cannot be seen or that turn the direction of text, in name or address. */
  z.object({ kind: z.literal('invisible-signs') }),
  /** From cannot be read in one way only; `raw` is what stands there. */
  z.object({ kind: z.literal('malformed-from'), raw: z.string() }),
  z.object({ kind: z.literal('several-authors'), addresses: z.array(z.string()) }),
  /** Answers would go to another domain. */
  z.object({ kind: z.literal('reply-to-elsewhere'), address: z.string() }),
  /** Somebody who has not written in this conversation before. */
  z.object({ kind: z.literal('new-in-thread') }),
]);
export type SenderDoubt = z.infer<typeof senderDoubt>;

/** How a person leaves a mailing list. Nothing of it happens by itself. */
export const unsubscribeWay = z.discriminatedUnion('kind', [
  /** RFC 8058: one POST to this host, offered only when a valid signature covers it. */
  z.object({ kind: z.literal('one-click'), host: z.string() }),
  z.object({ kind: z.literal('mail'), address: z.string() }),
  z.object({ kind: z.literal('page'), url: z.string() }),
]);
export type UnsubscribeWay = z.infer<typeof unsubscribeWay>;

export const messageTrust = z.object({
  messageId,
  /** `verified`: sent by the domain of the address. `failed`: it says so and is not. `unknown`: nobody has checked. */
  verdict: z.enum(['verified', 'failed', 'unknown']),
  /** The domain that answers for it. */
  domain: z.string().optional(),
  /** Whose word it is: the own server's (RFC 8601), or this program's own look at the signature (RFC 6376). */
  checkedBy: z.enum(['server', 'program']).optional(),
  /** There is a signature that this program can check; that asks DNS for the key of its domain, so only on a press. */
  canCheck: z.boolean(),
  isFirst: z.boolean(),
  doubts: z.array(senderDoubt),
  bulk: z.enum(['list', 'bulk', 'automatic']).optional(),
  listName: z.string().optional(),
  /** Where answers to the list go (RFC 2369 List-Post). */
  listPost: z.string().optional(),
  unsubscribe: unsubscribeWay.optional(),
  /** Somebody would like to hear that it was read. Never answered by itself. */
  asksReceipt: z.boolean(),
  /** Pictures of this sender are always loaded. */
  loadsPictures: z.boolean(),
});
export type MessageTrust = z.infer<typeof messageTrust>;
