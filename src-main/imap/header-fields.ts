/**
 * The fields of a message's header that a list row needs, read here by the parser that also reads the message itself. As one block of
 * text they cost imapflow's parser half of what an ENVELOPE does, and two messages with the same header look the same whatever the
 * server makes of a broken one.
 */
import { addressParser, decodeWords } from 'postal-mime';
import type { Envelope } from '../../src-shared/model/envelope.ts';
import type { Address } from '../../src-shared/model/message.ts';
import { decodeText } from '../base/charset.ts';
import { cleanAddresses, cleanMessageId, cleanText, identifiersIn } from './clean.ts';

export const HEADER_ITEM =
  'BODY.PEEK[HEADER.FIELDS (DATE SUBJECT FROM TO CC BCC REPLY-TO MESSAGE-ID IN-REPLY-TO REFERENCES)]';

export type HeaderFields = Omit<Envelope, 'date'> & {
  /** As it stands there. */
  date: string;
};

/** Characters of one field that are looked at: 500 addresses, and more than any subject. */
const LONGEST_FIELD = 100_000;
const LONGEST_SUBJECT = 20_000;

/**
 * Of a header block, or of the beginning of a message; fields that are not there are empty. A header is ASCII, or UTF-8 (RFC 6532); what is
 * neither is taken as what most senders of such headers mean.
 */
export function headerFieldsOf(block: Uint8Array | undefined): HeaderFields {
  const fields = fieldsIn(block === undefined ? '' : decodeText(block));
  const addresses = (name: string): Address[] => {
    const field = fields.get(name);
    if (field === undefined) return [];
    // Of a group its members count, and its name where it hides them.
    const people = addressParser(joinWords(field)).flatMap((one) =>
      one.group === undefined || one.group.length === 0
        ? { name: one.name, address: one.address }
        : one.group,
    );
    return cleanAddresses(people);
  };
  return {
    messageIdHeader: cleanMessageId(fields.get('message-id')),
    inReplyTo: identifiersIn(fields.get('in-reply-to')),
    references: identifiersIn(fields.get('references')),
    subject: cleanText(decodeWords(joinWords((fields.get('subject') ?? '').slice(0, LONGEST_SUBJECT)))),
    date: fields.get('date') ?? '',
    from: addresses('from'),
    to: addresses('to'),
    cc: addresses('cc'),
    bcc: addresses('bcc'),
    replyTo: addresses('reply-to'),
  };
}

/**
 * Names in small letters → the unfolded text (RFC 5322 §2.2.3). Lists of addresses that stand there twice are one list: nobody is
 * hidden. Of others the first counts.
 */
function fieldsIn(header: string): Map<string, string> {
  const fields = new Map<string, string>();
  for (const line of header.replace(/\r?\n(?=[ \t])/g, '').split(/\r?\n/)) {
    const colon = line.indexOf(':');
    if (colon <= 0) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1, colon + LONGEST_FIELD).trim();
    const before = fields.get(name);
    if (before === undefined) fields.set(name, value);
    else if (/^(from|to|cc|bcc|reply-to|references)$/.test(name) && before.length < LONGEST_FIELD) {
      fields.set(name, name === 'references' ? `${before} ${value}` : `${before}, ${value}`);
    }
  }
  return fields;
}

const BASE64_WORDS = /=\?([^?\s]+)\?b\?[^?]*\?=(?:\s+=\?\1\?b\?[^?]*\?=)+/gi;

/**
 * Makes one word of neighbours in Base64. No word may end in the middle of a character (RFC 2047 §5), but many senders cut their
 * text by bytes.
 */
function joinWords(text: string): string {
  return text.replace(BASE64_WORDS, (words: string, charset: string) => {
    const bytes = [...words.matchAll(/\?b\?([^?]*)\?=/gi)].map(([, word = '']) =>
      Buffer.from(word, 'base64'),
    );
    return `=?${charset}?B?${Buffer.concat(bytes).toString('base64')}?=`;
  });
}
