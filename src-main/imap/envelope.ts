/** FETCH answers as the envelopes of list rows. */
import type { ImapFlow } from 'imapflow';
import { decodePath } from 'imapflow/lib/tools.js';
import { bodyStructureOf, hasAttachments } from './body-structure.ts';
import { cleanDate, cleanFlags, cleanInternalDate, cleanText } from './clean.ts';
import type { FetchedEnvelope, FetchedFlags } from './fetched.ts';
import { HEADER_ITEM, headerFieldsOf } from './header-fields.ts';
import { bytesOf, listOf, textOf, textsOf } from './raw-command.ts';
import { type FetchedItems, modseqOf, numberOf, uidOf } from './raw-fetch.ts';

const MOST_LABELS = 100;

/** What a list row, a thread and its index need, and the server's name for the message where it has one. */
export function envelopeItems(client: ImapFlow): string {
  const { capabilities } = client;
  const isGmail = capabilities.has('X-GM-EXT-1');
  return [
    'UID FLAGS INTERNALDATE RFC822.SIZE',
    hasModseq(client) ? 'MODSEQ' : '',
    capabilities.has('OBJECTID') ? 'EMAILID' : isGmail ? 'X-GM-MSGID' : '',
    isGmail ? 'X-GM-LABELS' : '',
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
export function envelopeOf(client: ImapFlow, items: FetchedItems, now: number): FetchedEnvelope | undefined {
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
  const labels = items.get('X-GM-LABELS');
  return {
    ...flagsOf(uid, items),
    internalDate,
    size: numberOf(items.get('RFC822.SIZE')) ?? 0,
    ...fields,
    ...(date !== undefined && { date }),
    hasAttachments: hasAttachments(bodyStructureOf(items.get('BODYSTRUCTURE'))),
    ...(emailId !== undefined && { emailId: cleanText(emailId, 255) }),
    // Labels are names of mailboxes, and encoded as those are.
    ...(labels !== undefined && {
      labels: textsOf(labels)
        .slice(0, MOST_LABELS)
        .map((label) => cleanText(decodePath(client, label), 255)),
    }),
  };
}

/** The flags of one answer. */
export function flagsOf(uid: number, items: FetchedItems): FetchedFlags {
  const modseq = modseqOf(listOf(items.get('MODSEQ'))[0]);
  return { uid, flags: cleanFlags(textsOf(items.get('FLAGS'))), ...(modseq !== undefined && { modseq }) };
}
