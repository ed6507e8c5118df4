/** Header fields (RFC 5322 §2.2) and the structured ones of MIME (RFC 2045 §5.1, RFC 2231), as forgiving as mail needs. */
import { decodeWords } from 'postal-mime';
import { decodeText } from '../base/charset.ts';
import { oneLine } from '../base/one-line.ts';

export type HeaderField = {
  /** In small letters. */
  name: string;
  /** Unfolded, not decoded. */
  value: string;
};

/** The fields of a header block in their order; lines that are none are left out. */
export function headerFields(block: Uint8Array): HeaderField[] {
  const fields: HeaderField[] = [];
  // UTF-8 (RFC 6532), else what most senders of such headers mean. A mark at its beginning is no part of a name.
  const text = decodeText(block).replace(/^\ufeff/, '');
  let name = '';
  let pieces: string[] = [];
  const end = () => {
    if (name !== '') fields.push({ name, value: pieces.join('').trim() });
  };
  for (const raw of text.split('\n')) {
    const line = raw.endsWith('\r') ? raw.slice(0, -1) : raw;
    if (/^[ \t]/.test(line)) {
      pieces.push(line.replaceAll('\r', ' '));
      continue;
    }
    end();
    const found = /^([\x21-\x39\x3b-\x7e]{1,200})[ \t]*:/.exec(line);
    name = found?.[1]?.toLowerCase() ?? '';
    pieces = found ? [line.slice(found[0].length).replaceAll('\r', ' ')] : [];
  }
  end();
  return fields;
}

/** The first of that name: one that is repeated must not mean one thing here and another one elsewhere. */
export function fieldOf(fields: readonly HeaderField[], name: string): string | undefined {
  return fields.find((field) => field.name === name)?.value;
}

export type Structured = {
  /** In small letters, without comments. */
  value: string;
  /** Names in small letters; the first of a name counts. */
  params: Map<string, string>;
};

const MOST_PARAMS = 1_000;
const LONGEST_FIELD = 50_000;

/** `isUnclosed`: a parenthesis had no end nearby; looking for that of each one again would take too long. */
type Reader = { text: string; at: number; isUnclosed: boolean };

/** `text/plain; charset=utf-8`, with comments, quotes, and values in sections or in a character set (RFC 2231). */
export function readStructured(text: string): Structured {
  const reader: Reader = { text: text.slice(0, LONGEST_FIELD), at: 0, isUnclosed: false };
  const value = readToken(reader, ';').toLowerCase();
  const raw = new Map<string, string>();
  while (reader.at < reader.text.length && raw.size < MOST_PARAMS) {
    reader.at += 1;
    const name = readToken(reader, '=;').toLowerCase();
    if (reader.text.charAt(reader.at) === '=') {
      reader.at += 1;
      const given = readToken(reader, ';');
      if (name !== '' && !raw.has(name)) raw.set(name, given);
    }
  }
  return { value, params: joinSections(raw) };
}

/** Up to one of `ends` outside of quotes and comments. A parenthesis inside of a word is part of it: `Invoice(1).pdf`. */
function readToken(reader: Reader, ends: string): string {
  const { text } = reader;
  let token = '';
  let isSpaced = true;
  while (reader.at < text.length) {
    const sign = text.charAt(reader.at);
    if (ends.includes(sign)) break;
    if (sign === '"' && token.trim() === '') {
      const quoted = readQuoted(text, reader.at);
      reader.at = quoted.end;
      // Whatever stands behind the quotes belongs to nothing.
      while (reader.at < text.length && !ends.includes(text.charAt(reader.at))) reader.at += 1;
      return quoted.text;
    }
    if (sign === '(' && isSpaced && !reader.isUnclosed) {
      const end = endOfComment(text, reader.at);
      if (end !== undefined) {
        reader.at = end;
        continue;
      }
      reader.isUnclosed = true;
    }
    token += sign;
    isSpaced = sign === ' ' || sign === '\t';
    reader.at += 1;
  }
  return token.trim();
}

function readQuoted(text: string, from: number): { text: string; end: number } {
  let at = from + 1;
  let quoted = '';
  for (; at < text.length && text.charAt(at) !== '"'; at++) {
    // `C:\Users` inside of quotes is against the rule, and meant.
    if (text.charAt(at) === '\\' && /["\\]/.test(text.charAt(at + 1))) at += 1;
    quoted += text.charAt(at);
  }
  return { text: quoted, end: at + 1 };
}

const LONGEST_COMMENT = 1_000;

/** Undefined when it has no end nearby: then it is none, and what follows counts. */
function endOfComment(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length && at < from + LONGEST_COMMENT; at++) {
    const sign = text.charAt(at);
    if (sign === '\\') at += 1;
    else if (sign === '(') depth += 1;
    else if (sign === ')') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

/** RFC 2231 §3 and §4: `name*0*=utf-8''a%20; name*1=b`. */
function joinSections(raw: Map<string, string>): Map<string, string> {
  const params = new Map<string, string>();
  const sections = new Map<string, { order: number; isEncoded: boolean; value: string }[]>();
  for (const [key, value] of raw) {
    const found = /^(.+?)\*(?:(\d{1,3})(\*?))?$/.exec(key);
    const name = found?.[1];
    if (!found || name === undefined) {
      params.set(key, value);
      continue;
    }
    const section = {
      order: Number(found[2] ?? 0),
      isEncoded: found[2] === undefined || found[3] === '*',
      value,
    };
    sections.set(name, [...(sections.get(name) ?? []), section]);
  }
  for (const [name, parts] of sections) {
    parts.sort((a, b) => a.order - b.order);
    const charset = parts[0]?.isEncoded ? /^([^']*)'[^']*'/.exec(parts[0].value) : null;
    // Bytes of all sections together: a character may be cut in two between them.
    const bytes = parts.map(({ isEncoded, value }, index) => {
      const text = index === 0 && charset ? value.slice(charset[0].length) : value;
      return isEncoded ? percentBytes(text) : Buffer.from(text);
    });
    params.set(name, decodeText(Buffer.concat(bytes), charset?.[1] || 'utf-8'));
  }
  return params;
}

function percentBytes(text: string): Uint8Array {
  const bytes = Buffer.from(text);
  let end = 0;
  for (let at = 0; at < bytes.length; at++) {
    const hex = bytes[at] === 0x25 ? bytes.toString('latin1', at + 1, at + 3) : '';
    const isEscape = /^[0-9a-fA-F]{2}$/.test(hex);
    bytes[end++] = isEscape ? Number.parseInt(hex, 16) : (bytes[at] ?? 0);
    if (isEscape) at += 2;
  }
  return bytes.subarray(0, end);
}

const LONGEST_WORDS = 20_000;

/** Text of a header with its encoded words (RFC 2047) read: once, on one line, and never as a header again. */
export function decodeHeaderText(value: string): string {
  return oneLine(decodeWords(value.slice(0, LONGEST_WORDS)));
}
