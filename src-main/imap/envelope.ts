import type { FetchMessageObject, FetchQueryObject } from 'imapflow';
import { hasAttachments } from './body-structure.ts';
import {
  cleanAddresses,
  cleanDate,
  cleanFlags,
  cleanInternalDate,
  cleanMessageId,
  cleanText,
  identifiersIn,
  referencesIn,
} from './clean.ts';
import type { FetchedEnvelope } from './fetched.ts';

/** What a list row, a thread and its index need. ENVELOPE has no References: they are asked for by name. */
export const ENVELOPE_QUERY: FetchQueryObject = {
  uid: true,
  flags: true,
  internalDate: true,
  size: true,
  envelope: true,
  bodyStructure: true,
  headers: ['References'],
};

/** One FETCH answer, cleaned; nothing when it names no UID. `now` stands in for dates that cannot be read. */
export function envelopeOf(message: FetchMessageObject, now: number): FetchedEnvelope | undefined {
  if (!Number.isSafeInteger(message.uid) || message.uid <= 0) return undefined;
  const { envelope } = message;
  const internalDate = cleanInternalDate(message.internalDate, cleanDate(envelope?.date, now) ?? now);
  const date = cleanDate(envelope?.date, internalDate);
  return {
    uid: message.uid,
    flags: cleanFlags(message.flags),
    ...(message.modseq !== undefined && { modseq: message.modseq }),
    internalDate,
    size: Number.isSafeInteger(message.size) ? (message.size ?? 0) : 0,
    messageIdHeader: cleanMessageId(envelope?.messageId),
    inReplyTo: identifiersIn(envelope?.inReplyTo),
    references: referencesIn(message.headers),
    subject: cleanText(envelope?.subject),
    ...(date !== undefined && { date }),
    from: cleanAddresses(envelope?.from),
    to: cleanAddresses(envelope?.to),
    cc: cleanAddresses(envelope?.cc),
    bcc: cleanAddresses(envelope?.bcc),
    replyTo: cleanAddresses(envelope?.replyTo),
    hasAttachments: hasAttachments(message.bodyStructure),
  };
}
