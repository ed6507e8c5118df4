import { z } from 'zod';
import { accountId, messageId } from './ids.ts';
import { messageSummary } from './message.ts';

/** What a search did not understand, as it was typed; the rest of the query was used. */
export const searchProblem = z.object({
  text: z.string(),
  problem: z.enum([
    'operator-unknown',
    'value-missing',
    'date-unreadable',
    'size-unreadable',
    'mailbox-unknown',
    'quote-open',
    'word-too-short',
  ]),
});
export type SearchProblem = z.infer<typeof searchProblem>;

export const searchPage = z.object({
  /** Newest first. */
  hits: z.array(messageSummary),
  /** Goes into the request for what follows; absent when there is no more. */
  next: messageId.optional(),
  problems: z.array(searchProblem),
});
export type SearchPage = z.infer<typeof searchPage>;

/** What a search on this computer covers of one account. */
export const searchCoverage = z.object({
  accountId,
  /** Messages that are searched by subject and names. */
  messages: z.number(),
  /** Of these, those that are searched by their text too. */
  bodies: z.number(),
  /** From this time on every message is searched by its text too. Milliseconds; absent when none is. */
  textSince: z.number().optional(),
  /** Every message of the account is known here. */
  isComplete: z.boolean(),
});
export type SearchCoverage = z.infer<typeof searchCoverage>;
