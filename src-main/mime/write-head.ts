/**
 * The head of a message as it is sent (RFC 5322 §2.2, RFC 2047). What a person wrote becomes text of one field and of no other, and reads
 * the same in every program: what could be taken for an encoded word, for a quotation or for the end of a line is encoded.
 */

import { domainToASCII } from 'node:url';
import type { Address } from '../../src-shared/model/message.ts';
import { isAddress } from '../../src-shared/text/address.ts';
import { MailError } from '../base/errors.ts';
import { oneLine } from '../base/one-line.ts';

/** A field and its words; between words it may be folded. Without words it is left out. */
export type Field = { name: string; words: string[] };

/** RFC 5322 §2.1.1. */
const LINE = 76;
/** Longest word that is left as it is: with more a line could pass 998 bytes. */
const LONGEST_WORD = 200;
/** Bytes of one encoded word before base64, which makes at most 75 characters (RFC 2047 §2). */
const ENCODED_BYTES = 45;

/** Text without structure: a subject, a value of a field of our own. */
export function textField(name: string, text: string): Field {
  return { name, words: textWords(headerText(text)) };
}

/** Addresses without groups (RFC 5322 §3.4). Throws recipient-invalid with the address in `detail`. */
export function addressField(name: string, addresses: readonly Address[]): Field {
  return {
    name,
    words: addresses.flatMap((one, index) => {
      const words = mailboxWords(one);
      return index < addresses.length - 1 ? [...words.slice(0, -1), `${words.at(-1)},`] : words;
    }),
  };
}

/** Words that stand as they are, like Message-IDs. They must be checked before. */
export function tokenField(name: string, words: readonly string[]): Field {
  return { name, words: [...words] };
}

/** The lines of the fields, each ended by CRLF. */
export function writeHead(fields: readonly Field[]): string {
  return fields
    .filter(({ words }) => words.length > 0)
    .map((field) => `${fold(field)}\r\n`)
    .join('');
}

/**
 * Text for a head: one line, with nothing that a reader of heads could take for the end of one, and no half characters. A byte order mark
 * is no text: readers drop it where an encoded word begins with it.
 */
export function headerText(text: string): string {
  return oneLine(text.replaceAll('\ufeff', ''));
}

/** RFC 5322 §3.6.4, as strictly as it has to be to stay one token. */
export function isMessageIdHeader(text: string): boolean {
  return /^<[\x21-\x3b\x3d\x3f-\x7e]{1,900}>$/.test(text);
}

/** The address in the form in which programs everywhere know it: the domain in ASCII (RFC 5890 §2.3.2.1). Throws recipient-invalid. */
export function writeAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const domain =
    isAddress(address) && !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(address)
      ? domainToASCII(address.slice(at + 1))
      : '';
  if (domain === '') throw new MailError('recipient-invalid', { detail: { address: address.slice(0, 320) } });
  return `${address.slice(0, at)}@${domain}`;
}

function mailboxWords({ name, address }: Address): string[] {
  const written = writeAddress(address);
  const words = phraseWords(headerText(name));
  return words.length === 0 ? [written] : [...words, `<${written}>`];
}

/** RFC 5322 §3.2.5. Quotes and backslashes are encoded: many programs show the backslashes of a quoted string. */
function phraseWords(text: string): string[] {
  if (text === '') return [];
  if (!isPlain(text) || /["\\]/.test(text)) return encodedWords(text);
  if (/^[\w!#$%&'*+/=?^`{|}~ -]+$/.test(text)) return text.split(' ');
  return text.length <= LONGEST_WORD ? [`"${text}"`] : encodedWords(text);
}

function textWords(text: string): string[] {
  if (text === '') return [];
  return isPlain(text) ? text.split(' ') : encodedWords(text);
}

/** ASCII that every reader gives back as it is: no `=?`, which may begin an encoded word, and no spaces that folding could lose. */
function isPlain(text: string): boolean {
  return (
    /^[\x20-\x7e]*$/.test(text) &&
    !text.includes('=?') &&
    text.split(' ').every((word) => word !== '' && word.length <= LONGEST_WORD)
  );
}

/** RFC 2047 §2, §5: whole characters in each word. */
function encodedWords(text: string): string[] {
  const words: string[] = [];
  let piece = '';
  let bytes = 0;
  const end = () => {
    if (piece !== '') words.push(`=?UTF-8?B?${Buffer.from(piece).toString('base64')}?=`);
    piece = '';
    bytes = 0;
  };
  for (const character of text) {
    const more = Buffer.byteLength(character);
    if (bytes + more > ENCODED_BYTES) end();
    piece += character;
    bytes += more;
  }
  end();
  return words;
}

function fold({ name, words }: Field): string {
  const lines: string[] = [];
  let line = `${name}:`;
  words.forEach((word, index) => {
    // The first word stays beside the name: an empty first line is more than some programs can read.
    if (index > 0 && line.length + 1 + word.length > LINE) {
      lines.push(line);
      line = '';
    }
    line += ` ${word}`;
  });
  return [...lines, line].join('\r\n');
}
