import { z } from 'zod';
import { contactId, groupId } from './ids.ts';
import { address } from './message.ts';

/** Somebody that the person knows. Kept on this computer only. */
export const contactContent = z.object({
  name: z.string().max(500),
  addresses: z.array(z.string().min(1).max(500)).max(50),
  phones: z.array(z.string().min(1).max(100)).max(50),
  organisation: z.string().max(500),
  note: z.string().max(10_000),
});
export type ContactContent = z.infer<typeof contactContent>;

export const contact = contactContent.extend({
  contactId,
  /** Noted by itself because the person wrote to them; false once they were edited or brought in. */
  isCollected: z.boolean(),
  timesWritten: z.number().int().nonnegative(),
  lastWrittenAt: z.number().optional(),
});
export type Contact = z.infer<typeof contact>;

export const contactGroup = z.object({
  groupId,
  name: z.string().min(1).max(200),
  members: z.array(address).max(1_000),
});
export type ContactGroup = z.infer<typeof contactGroup>;

/** What completion offers: one address, or a group that becomes its members. */
export const completion = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('person'), person: address }),
  z.object({ kind: z.literal('group'), name: z.string(), members: z.array(address) }),
]);
export type Completion = z.infer<typeof completion>;

/** An address that looks like that of somebody known, and is another. */
export const lookalike = z.object({ address: z.string(), resembles: address });
export type Lookalike = z.infer<typeof lookalike>;
