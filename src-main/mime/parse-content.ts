/** What of a message is read as its text, and what are files beside it (RFC 2046 §5.1, RFC 2183). */

import { decodeText } from '../base/charset.ts';
import { escapeHtml } from '../base/html.ts';
import { LIMITS } from '../base/limits.ts';
import { unflow } from './flowed.ts';
import { htmlToText } from './html-text.ts';
import { decodeHeaderText, fieldOf, headerFields } from './parse-header.ts';
import { type Part, splitHead } from './parse-parts.ts';
import { decodeTransfer } from './transfer-encoding.ts';
import { takeUuencoded } from './uuencode.ts';

/** A part that is no text of the message. */
export type FilePart = {
  /** As the sender calls it; see harmlessFileName. */
  filename: string;
  /** As the sender calls it; see plainContentType. */
  contentType: string;
  charset?: string;
  /** Of a calendar part (RFC 6047 §2.4). */
  method?: string;
  /** Without angle brackets. */
  contentId: string;
  content: Uint8Array;
  /** Taken out of another file: what stands in this one is not taken out again. */
  isTaken?: boolean;
};

export type MessageContent = { html?: string; text?: string; files: FilePart[] };

/** Nobody writes so much; a window that has to lay it out stands still. Bytes, of all texts together. */
const LARGEST_TEXT = 16_000_000;
/** Quoted-printable takes three bytes for one, and no other encoding more. */
const LARGEST_ENCODED = 3 * LARGEST_TEXT;

type TextEntry = { html: string[]; plain: string[] };

/** Throws when the message is beyond the limits. */
export function contentOf(root: Part): MessageContent {
  const entries = new Map<Part, TextEntry>();
  const files: FilePart[] = [];
  const uuencoded: FilePart[] = [];
  let size = 0;
  let isFirst = true;

  const visit = (part: Part, alternative: Part | undefined, isBody: boolean): void => {
    if (part.children.length > 0) {
      const isChoice = part.type === 'multipart/alternative';
      const isWhole = isChoice || part.type === 'multipart/related';
      for (const child of part.children) visit(child, isChoice ? part : alternative, isBody || isWhole);
      return;
    }
    if (!isText(part, isBody || isFirst)) {
      files.push(fileOf(part));
      if (files.length > LIMITS.mimeParts) throw new Error('too many files');
      return;
    }
    isFirst = false;
    const isHtml = part.type === 'text/html';
    if (part.body.length > LARGEST_ENCODED) throw new Error('too large a text');
    const bytes = decodeTransfer(part.body, part.encoding);
    size += bytes.length;
    if (size > LARGEST_TEXT) throw new Error('too large a text');
    const whole = textOf(part, bytes);
    const taken = isHtml ? { text: whole, files: [] } : takeUuencoded(whole);
    for (const { name, content } of taken.files) {
      uuencoded.push({ filename: name, contentType: 'application/octet-stream', contentId: '', content });
    }
    const key = alternative ?? part;
    const entry = entries.get(key) ?? { html: [], plain: [] };
    entries.set(key, entry);
    entry[isHtml ? 'html' : 'plain'].push(taken.text);
  };
  visit(root, undefined, false);
  // Behind the parts: their numbers stay what they are.
  return { ...joinTexts([...entries.values()]), files: [...files, ...uuencoded] };
}

/**
 * Several texts are shown one after the other; where one of them is HTML the others are made so, and the other way round. Of alternatives
 * each is there once, in the best form that was sent (RFC 2046 §5.1.4).
 */
function joinTexts(entries: readonly TextEntry[]): { html?: string; text?: string } {
  const hasHtml = entries.some(({ html }) => html.length > 0);
  const hasPlain = entries.some(({ plain }) => plain.length > 0);
  return {
    ...(hasHtml && {
      html: entries
        .map(({ html, plain }) => (html.length > 0 ? html : plain.map(textToHtml)).join('\n'))
        .join('\n'),
    }),
    ...(hasPlain && {
      text: entries
        .map(({ html, plain }) => (plain.length > 0 ? plain : html.map(htmlToText)).join('\n'))
        .join('\n'),
    }),
  };
}

function textToHtml(text: string): string {
  return `<div style="white-space: pre-wrap">${escapeHtml(text)}</div>`;
}

/** A text that has the name of a file is one, unless it stands where the body does. */
function isText(part: Part, isBody: boolean): boolean {
  const isReadable =
    part.type === 'text/plain' || part.type === 'text/html' || part.type.startsWith('multipart/');
  if (!isReadable || part.disposition === 'attachment') return false;
  return isBody || filenameOf(part) === '';
}

/** The text of a part, on lines that end with `\n`. */
function textOf(part: Part, bytes: Uint8Array): string {
  const text = decodeText(bytes, part.params.get('charset'))
    .replace(/\r\n?/g, '\n')
    .replaceAll('\0', '\ufffd');
  const isFlowed = part.type === 'text/plain' && part.params.get('format')?.toLowerCase() === 'flowed';
  return isFlowed ? unflow(text, { delsp: part.params.get('delsp')?.toLowerCase() === 'yes' }) : text;
}

function fileOf(part: Part): FilePart {
  const charset = part.params.get('charset');
  const method = part.params.get('method');
  const content = decodeTransfer(part.body, part.encoding);
  return {
    filename: filenameOf(part) || subjectOf(part.type, content),
    contentType: part.type,
    ...(charset !== undefined && { charset }),
    ...(method !== undefined && { method }),
    contentId: part.contentId,
    content,
  };
}

function filenameOf(part: Part): string {
  const name = part.dispositionParams.get('filename') || part.params.get('name') || '';
  return decodeHeaderText(name);
}

/** Bytes: more than any subject needs. */
const LOOKED_AT = 20_000;

/** Of a message that has no other name. */
function subjectOf(type: string, content: Uint8Array): string {
  if (type !== 'message/rfc822' && type !== 'message/global') return '';
  const fields = headerFields(splitHead(content.subarray(0, LOOKED_AT)).head);
  const subject = decodeHeaderText(fieldOf(fields, 'subject') ?? '').slice(0, 200);
  return subject === '' ? '' : `${subject}.eml`;
}
