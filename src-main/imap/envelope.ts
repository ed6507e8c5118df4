/** FETCH answers as the envelopes of list rows. */
import type { ImapFlow } from 'imapflow';
import { bodyStructureOf, hasAttachments } from './body-structure.ts';
import { cleanDate, cleanFlags, cleanInternalDate, cleanText } from './clean.ts';
import type { FetchedEnvelope, FetchedFlags } from './fetched.ts';
import { HEADER_ITEM, headerFieldsOf } from './header-fields.ts';
import { bytesOf, listOf, textOf, textsOf } from './raw-command.ts';
import { type FetchedItems, modseqOf, numberOf, uidOf } from './raw-fetch.ts';

/** What a list row, a thread and its index need, and the server's name for the message where it has one. */
export function envelopeItems(client: ImapFlow): string {
  const { capabilities } = client;
  return [
    'UID FLAGS INTERNALDATE RFC822.SIZE',
    hasModseq(client) ? 'MODSEQ' : '',
    capabilities.has('OBJECTID') ? 'EMAILID' : capabilities.has('X-GM-EXT-1') ? 'X-GM-MSGID' : '',
    'BODYSTRUCTURE',
    HEADER_ITEM,
  ]
    .filter((item) => item !== '')
    .join(' ');
}

/** RFC 7162 §3.1.2.2: a mailbox may have no mod-sequences although the server has. */
export function hasModseq({ enabled, mailbox }: ImapFlow): boolean {
  return enabled.has('CONDSTORE') && mailbox !== false && !mailbox.noModseq;
}

/**
 * One answer, cleaned; nothing when it names no UID or has no header in it (then it is news of flags, told in between). `now` stands
 * in for dates that cannot be read.
 */
export function envelopeOf(items: FetchedItems, now: number): FetchedEnvelope | undefined {
  const uid = uidOf(items);
  const header = items.get('BODY[HEADER.FIELDS');
  if (uid === undefined || header === undefined) return undefined;
  const { date: dateHeader, ...fields } = headerFieldsOf(bytesOf(header));
  const internalDate = cleanInternalDate(
    textOf(items.get('INTERNALDATE')),
    cleanDate(dateHeader, now) ?? now,
  );
  const date = cleanDate(dateHeader, internalDate);
  const emailId = textsOf(items.get('EMAILID'))[0] ?? textOf(items.get('X-GM-MSGID'));
  return {
    ...flagsOf(uid, items),
    internalDate,
    size: numberOf(items.get('RFC822.SIZE')) ?? 0,
    ...fields,
    ...(date !== undefined && { date }),
    hasAttachments: hasAttachments(bodyStructureOf(items.get('BODYSTRUCTURE'))),
    ...(emailId !== undefined && { emailId: cleanText(emailId, 255) }),
  };
}

/** The flags of one answer. */
export function flagsOf(uid: number, items: FetchedItems): FetchedFlags {
  const modseq = modseqOf(listOf(items.get('MODSEQ'))[0]);
  return { uid, flags: cleanFlags(textsOf(items.get('FLAGS'))), ...(modseq !== undefined && { modseq }) };
}
