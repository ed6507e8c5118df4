import { z } from 'zod';
import { address } from './message.ts';

/** What an invitee has said (RFC 5545 §3.2.12). */
export const participation = z.enum(['needs-action', 'accepted', 'declined', 'tentative', 'delegated']);
export type Participation = z.infer<typeof participation>;
/** What a person can answer. */
export const invitationAnswer = z.enum(['accepted', 'declined', 'tentative']);
export type InvitationAnswer = z.infer<typeof invitationAnswer>;

/** When something begins or ends. `allDay`: `date` is the day itself ("2026-03-14"), in no time zone. */
export const eventTime = z.object({
  /** Milliseconds since 1970; of a whole day its midnight in UTC. */
  at: z.number(),
  allDay: z.boolean(),
  /** As it was written, when the program knows the zone (IANA name). */
  timeZone: z.string().optional(),
});

/** One event of a calendar part (RFC 5545, RFC 5546), as it is told in words. Never carried out by itself. */
export const invitation = z.object({
  /** Names the calendar part in requests: its number among the attachments. */
  part: z.number().int().nonnegative(),
  method: z.enum(['publish', 'request', 'reply', 'add', 'cancel', 'refresh', 'counter', 'decline-counter']),
  uid: z.string(),
  sequence: z.number().int(),
  summary: z.string(),
  start: eventTime.optional(),
  end: eventTime.optional(),
  location: z.string().optional(),
  description: z.string().optional(),
  organizer: address.optional(),
  attendees: z.array(address.extend({ participation, isOptional: z.boolean() })),
  /** More attendees than are listed. */
  moreAttendees: z.number().int().nonnegative(),
  /** The rule, not its dates: "every 2 weeks, 10 times". */
  recurrence: z
    .object({
      frequency: z.enum(['secondly', 'minutely', 'hourly', 'daily', 'weekly', 'monthly', 'yearly']),
      interval: z.number().int().positive(),
      count: z.number().int().positive().optional(),
      until: z.number().optional(),
    })
    .optional(),
});
export type Invitation = z.infer<typeof invitation>;
