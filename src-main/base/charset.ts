/**
 * Bytes to text by the Encoding Standard: what browsers read, and no more. UTF-7 is none of it: text that some reader decodes
 * after it was checked turns into HTML that nobody has looked at.
 */
import { isAscii, isUtf8 } from 'node:buffer';
import { decodeWindows1252 } from './windows-1252.ts';

/** Names that senders use and the standard does not know. */
const ALIASES: Record<string, string> = {
  'iso-2022-jp-1': 'iso-2022-jp',
  'iso-2022-jp-2': 'iso-2022-jp',
  'iso-2022-jp-3': 'iso-2022-jp',
  'iso-2022-jp-ms': 'iso-2022-jp',
  'koi8-ru': 'koi8-u',
  'utf-8-mac': 'utf-8',
  cp932: 'shift_jis',
  cp936: 'gbk',
  cp949: 'euc-kr',
  cp950: 'big5',
  eucjp: 'euc-jp',
  euckr: 'euc-kr',
  'ks-c-5601': 'euc-kr',
  utf8mb4: 'utf-8',
};

/** ISO-8859-16 from 0xA1, where it differs from Latin-1: the one set of the standard that Node's ICU leaves out. */
const LATIN_10_NAME = 'iso-8859-16';
const LATIN_10 = new Map(
  [
    ...'ĄąŁ€„Š§š©Ș«Ź\u00adźŻ°±ČłŽ”¶·žčș»ŒœŸżÀÁÂĂÄĆÆÇÈÉÊËÌÍÎÏĐŃÒÓÔŐÖŚŰÙÚÛÜĘȚßàáâăäćæçèéêëìíîïđńòóôőöśűùúûüęțÿ',
  ].map((letter, index): [string, string] => [String.fromCharCode(0xa1 + index), letter]),
);

/** Names are the sender's: what is remembered of them must not grow with every mail. */
const MOST_NAMES = 500;
const known = new Map<string, string | undefined>();

/**
 * The text of bytes in a character set, however its name is spelled. Where it is none, unknown, or one that mailers write without
 * looking (US-ASCII, Latin-1): UTF-8 where the bytes are that, else windows-1252. What the set cannot mean becomes U+FFFD.
 */
export function decodeText(bytes: Uint8Array, charset?: string): string {
  const name = encodingOf(charset);
  if (isAscii(bytes)) {
    // ISO-2022-JP is written in ASCII; of UTF-16 in ASCII every other byte is NUL, else it only says so.
    const isWide = name === 'utf-16le' || name === 'utf-16be';
    return name === 'iso-2022-jp' || (isWide && bytes.includes(0)) ? decodeAs(name, bytes) : latin1(bytes);
  }
  if (name === undefined || name === 'windows-1252') {
    return decodeAs(isUtf8(bytes) ? 'utf-8' : 'windows-1252', bytes);
  }
  // Called UTF-8, and not one letter of it is: then it is what old mailers write.
  if (name === 'utf-8' && !isUtf8(bytes) && !UTF_8_LETTER.test(latin1(bytes))) {
    return decodeAs('windows-1252', bytes);
  }
  return decodeAs(name, bytes);
}

/** What reads text in this character set and no other; undefined when nobody knows one of that name. */
export function decoderOf(charset: string): ((bytes: Uint8Array) => string) | undefined {
  const name = encodingOf(charset);
  return name === undefined ? undefined : (bytes) => decodeAs(name, bytes);
}

const UTF_8_LETTER = /[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}/;

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

function decodeAs(name: string, bytes: Uint8Array): string {
  if (name === 'windows-1252') return decodeWindows1252(bytes);
  if (name === LATIN_10_NAME)
    return latin1(bytes).replace(/[\xa1-\xff]/g, (sign) => LATIN_10.get(sign) ?? sign);
  return new TextDecoder(name).decode(bytes);
}

/** The name by which this runtime knows a character set; undefined when it knows none of that name. */
function encodingOf(charset: string | undefined): string | undefined {
  const name = (charset ?? '')
    .slice(0, 60)
    .replace(/["'\s]/g, '')
    .toLowerCase();
  if (name === '' || known.has(name)) return known.get(name);
  const found = findEncoding(name);
  if (known.size < MOST_NAMES) known.set(name, found);
  return found;
}

function findEncoding(name: string): string | undefined {
  if (/^(?:iso-?8859-?16|latin-?10|l10)$/.test(name)) return LATIN_10_NAME;
  const dashed = name.replace(/_/g, '-');
  const bare = dashed.replace(/^x-/, '');
  const codePage = bare.replace(/^(?:ms-?|windows|win-?|cp-?|ansi-?)(?=125\d$|874$)/, 'windows-');
  for (const candidate of [name, ALIASES[bare], dashed, bare, codePage]) {
    if (candidate === undefined) continue;
    try {
      return new TextDecoder(candidate).encoding;
    } catch {
      // Not a name of the standard, or one of its `replacement` encodings: the next.
    }
  }
  return undefined;
}
