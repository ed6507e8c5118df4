import { z } from 'zod';
import { address } from './message.ts';

/** What an invitee has said (RFC 5545 §3.2.12). */
export const participation = z.enum(['needs-action', 'accepted', 'declined', 'tentative', 'delegated']);
export type Participation = z.infer<typeof participation>;
/** What a person can answer. */
export const invitationAnswer = z.enum(['accepted', 'declined', 'tentative']);
export type InvitationAnswer = z.infer<typeof invitationAnswer>;

/** When something begins or ends. `allDay`: the day itself, in no time zone. */
export const eventTime = z.object({
  /** Milliseconds since 1970; of a whole day its midnight in UTC; with `unknownZone` the hour as it was written, as if it were UTC. */
  at: z.number(),
  allDay: z.boolean(),
  /** As it was written, when the program knows the zone (IANA name). */
  timeZone: z.string().optional(),
  /** Nobody here can say which moment it is: the sender's name for the zone, empty where none was given. */
  unknownZone: z.string().optional(),
});
export type EventTime = z.infer<typeof eventTime>;

/** A rule, not its dates: "every 2 weeks on Friday, 10 times". `other`: one that has no plain words. */
export const recurrence = z.object({
  frequency: z.enum(['secondly', 'minutely', 'hourly', 'daily', 'weekly', 'monthly', 'yearly', 'other']),
  interval: z.number().int().positive(),
  count: z.number().int().positive().optional(),
  until: eventTime.optional(),
  /** 0 is Sunday. `nth` of the month, from its end when negative; 0: every one. */
  days: z.array(z.object({ weekday: z.number().int().min(0).max(6), nth: z.number().int() })).optional(),
  /** -1 is the last day of the month. */
  monthDays: z.array(z.number().int()).optional(),
  /** From 1. */
  months: z.array(z.number().int().min(1).max(12)).optional(),
});
export type Recurrence = z.infer<typeof recurrence>;

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
  recurrence: recurrence.optional(),
  /** Dates that the rule leaves out, and that come to it; how many. */
  skippedDates: z.number().int().positive().optional(),
  addedDates: z.number().int().positive().optional(),
  /** It is one date of a series only, the one that was at this time; or that one and all later ones. */
  instance: z.object({ time: eventTime.optional(), isAndLater: z.boolean() }).optional(),
  /** Called off, whatever the method says. */
  isCancelled: z.boolean().optional(),
  /** What somebody says in an answer. */
  comment: z.string().optional(),
});
export type Invitation = z.infer<typeof invitation>;
