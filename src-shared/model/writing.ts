import { z } from 'zod';
import { templateId } from './ids.ts';
import { address } from './message.ts';

/** Text that is written again and again. */
export const template = z.object({
  templateId,
  name: z.string().min(1).max(200),
  subject: z.string().max(10_000),
  html: z.string().max(1_000_000),
  text: z.string().max(1_000_000),
});
export type Template = z.infer<typeof template>;

/** What a person may want to know before a message goes. None of them stops it. */
export const sendWarning = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('no-subject') }),
  /** The text speaks of an attachment; `word` is where. */
  z.object({ kind: z.literal('no-attachment'), word: z.string() }),
  z.object({ kind: z.literal('many-recipients'), count: z.number() }),
  z.object({ kind: z.literal('lookalike'), address: z.string(), resembles: address }),
]);
export type SendWarning = z.infer<typeof sendWarning>;

/** What the account's server takes, as it told last; absent: it has not told. Bytes. */
export const sendLimits = z.object({
  /** RFC 1870: of a whole message, as it is transferred. */
  messageSize: z.number().optional(),
  /** RFC 6531. */
  takesUtf8Addresses: z.boolean().optional(),
  /** Of all attachments of one draft, whatever the server says. */
  attachments: z.number(),
});
export type SendLimits = z.infer<typeof sendLimits>;

/** A dictionary for the spelling. */
export const dictionary = z.object({
  id: z.string().max(200),
  /** BCP 47, "en", "de-AT". */
  language: z.string().max(35),
  from: z.enum(['bundled', 'system', 'file']),
  isOn: z.boolean(),
});
export type Dictionary = z.infer<typeof dictionary>;
