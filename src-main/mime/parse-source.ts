/**
 * The content of a message out of its source, by postal-mime. Runs in the worker: a parser that never ends or takes all
 * memory must not take the engine with it.
 */
import PostalMime, { type Email, type Attachment as ParsedPart } from 'postal-mime';
import type { Attachment } from '../../src-shared/model/message.ts';
import type { BodyContent } from '../../src-shared/model/message-body.ts';
import { imageTypeOf } from '../../src-shared/picture/image-type.ts';
import type { KeptHeaders } from '../base/kept-headers.ts';
import { LIMITS } from '../base/limits.ts';
import { harmlessFileName, plainContentType } from './file-name.ts';
import { htmlToText } from './html-text.ts';
import { previewOf } from './preview.ts';

export type ParsedMessage = BodyContent & {
  preview: string;
  searchText: string;
  headers?: KeptHeaders;
};

export type AttachmentContent = { filename: string; contentType: string; content: Uint8Array };

const LARGEST_INLINE_IMAGE = 5_000_000;
const ALL_INLINE_IMAGES = 20_000_000;
const MOST_INLINE_IMAGES = 200;
const LONGEST_SEARCH_TEXT = 1_000_000;
const LONGEST_SOURCE_TEXT = 1_000_000;

/** Parses a message. Rejects when it is beyond the limits; then `sourceAsMessage` is what can still be shown. */
export async function parseSource(source: Uint8Array): Promise<ParsedMessage> {
  const email = await parseEmail(source);
  const { html } = email;
  const htmlText = html === undefined ? '' : htmlToText(html);
  const text = isBlank(email.text) ? htmlText : (email.text ?? '');
  const { inlineImages, inlined } = collectInlineImages(email);
  const attachments = email.attachments.flatMap((part, index) =>
    inlined.has(part) ? [] : [describe(part, index)],
  );
  const names = attachments.map(({ filename }) => filename).join('\n');
  return {
    ...(html !== undefined && { html }),
    ...((text !== '' || html === undefined) && { text }),
    attachments,
    inlineImages,
    isSource: false,
    preview: previewOf(text) || previewOf(htmlText),
    searchText: `${text}\n${names}`.slice(0, LONGEST_SEARCH_TEXT).trim(),
  };
}

/** One attachment's bytes; undefined when the message has no such part. Rejects as `parseSource` does. */
export async function attachmentOf(source: Uint8Array, part: number): Promise<AttachmentContent | undefined> {
  const found = (await parseEmail(source)).attachments[part];
  if (!found) return undefined;
  const { filename, contentType } = describe(found, part);
  return { filename, contentType, content: bytesOf(found) };
}

/** A message that nobody could parse: its beginning as text, so that nothing that arrived is hidden. */
export function sourceAsMessage(source: Uint8Array): ParsedMessage {
  const isCut = source.length > LONGEST_SOURCE_TEXT;
  const text = decodeSource(source.subarray(0, LONGEST_SOURCE_TEXT), isCut);
  return { text, attachments: [], inlineImages: {}, isSource: true, preview: '', searchText: text };
}

function decodeSource(bytes: Uint8Array, isCut: boolean): string {
  // The cut may go through a character: up to three bytes of it may be left at the end.
  for (const missing of isCut ? [0, 1, 2, 3] : [0]) {
    try {
      return new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, bytes.length - missing));
    } catch {
      // Not UTF-8 with this end; the next is tried, then the encoding that takes every byte.
    }
  }
  return new TextDecoder('windows-1252').decode(bytes);
}

async function parseEmail(source: Uint8Array): Promise<Email> {
  if (source.length > LIMITS.messageSize) throw new Error('too large');
  const email = await PostalMime.parse(source, {
    maxNestingDepth: LIMITS.mimeDepth,
    // A message inside a message stays a file: its parts and Content-IDs must not mix with those of this one.
    forceRfc822Attachments: true,
  });
  if (email.attachments.length > LIMITS.mimeParts) throw new Error('too many parts');
  return email;
}

function describe(part: ParsedPart, index: number): Attachment {
  const contentType = plainContentType(part.mimeType);
  return {
    part: index,
    filename: harmlessFileName(part.filename, contentType, index + 1),
    contentType,
    size: bytesOf(part).length,
  };
}

function bytesOf({ content }: ParsedPart): Uint8Array {
  if (typeof content === 'string') return Buffer.from(content);
  return content instanceof Uint8Array ? content : new Uint8Array(content);
}

/** Pictures that the HTML names by `cid:` (RFC 2392). Of several parts with one Content-ID the first counts. */
function collectInlineImages(email: Email): {
  inlineImages: Record<string, string>;
  inlined: Set<ParsedPart>;
} {
  const wanted = referencedIds(email.html ?? '');
  const found = new Map<string, string>();
  const inlined = new Set<ParsedPart>();
  let total = 0;
  for (const part of email.attachments) {
    const id = (part.contentId ?? '').trim().replace(/^<|>$/g, '');
    if (!wanted.has(id) || found.has(id) || found.size >= MOST_INLINE_IMAGES) continue;
    const bytes = bytesOf(part);
    const type = bytes.length <= LARGEST_INLINE_IMAGE ? imageTypeOf(bytes) : undefined;
    if (type === undefined || total + bytes.length > ALL_INLINE_IMAGES) continue;
    total += bytes.length;
    found.set(id, `data:${type};base64,${Buffer.from(bytes).toString('base64')}`);
    inlined.add(part);
  }
  return { inlineImages: Object.fromEntries(found), inlined };
}

function referencedIds(html: string): Set<string> {
  const ids = new Set<string>();
  for (const [, raw = ''] of html.matchAll(/\bcid:([^\s"'<>()]{1,300})/gi)) {
    for (const id of [raw, decodeUrl(raw)]) {
      if (/^[\x21-\x7e]+$/.test(id) && id !== '__proto__') ids.add(id);
    }
    if (ids.size > 2 * MOST_INLINE_IMAGES) break;
  }
  return ids;
}

function decodeUrl(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function isBlank(text: string | undefined): boolean {
  return text === undefined || /^[\s\p{Cf}]*$/u.test(text);
}
