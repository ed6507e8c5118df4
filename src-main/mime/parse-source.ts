/**
 * The content of a message out of its source. Runs in the worker: a message that is made to take all time or all memory must not take
 * the engine with it.
 */
import type { Attachment } from '../../src-shared/model/message.ts';
import type { BodyContent } from '../../src-shared/model/message-body.ts';
import { imageTypeOf } from '../../src-shared/picture/image-type.ts';
import type { KeptHeaders } from '../base/kept-headers.ts';
import { LIMITS } from '../base/limits.ts';
import { harmlessFileName, plainContentType } from './file-name.ts';
import { htmlToText } from './html-text.ts';
import { contentOf, type FilePart } from './parse-content.ts';
import { keptHeaders } from './parse-kept.ts';
import { type Part, partsOf } from './parse-parts.ts';
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

/** Parses a message. Throws when it is beyond the limits; then `sourceAsMessage` is what can still be shown. */
export function parseSource(source: Uint8Array): ParsedMessage {
  const root = openMessage(source);
  const { html, text: plain, files } = contentOf(root);
  const htmlText = html === undefined ? '' : htmlToText(html);
  const text = isBlank(plain) ? htmlText : (plain ?? '');
  const { inlineImages, inlined } = collectInlineImages(html ?? '', files);
  const attachments = files.flatMap((file, index) => (inlined.has(file) ? [] : [describe(file, index)]));
  const names = attachments.map(({ filename }) => filename).join('\n');
  return {
    ...(html !== undefined && { html }),
    ...((text !== '' || html === undefined) && { text }),
    attachments,
    inlineImages,
    isSource: false,
    preview: previewOf(text) || previewOf(htmlText),
    searchText: `${text}\n${names}`.slice(0, LONGEST_SEARCH_TEXT).trim(),
    headers: keptHeaders(root.fields),
  };
}

/** One attachment's bytes; undefined when the message has no such part. Throws as `parseSource` does. */
export function attachmentOf(source: Uint8Array, part: number): AttachmentContent | undefined {
  const found = contentOf(openMessage(source)).files[part];
  if (!found) return undefined;
  const { filename, contentType } = describe(found, part);
  return { filename, contentType, content: found.content };
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

function openMessage(source: Uint8Array): Part {
  if (source.length > LIMITS.messageSize) throw new Error('too large');
  return partsOf(source);
}

function describe(file: FilePart, index: number): Attachment {
  const contentType = plainContentType(file.contentType);
  return {
    part: index,
    filename: harmlessFileName(file.filename, contentType, index + 1),
    contentType,
    size: file.content.length,
  };
}

/** Pictures that the HTML names by `cid:` (RFC 2392). Of several parts with one Content-ID the first counts. */
function collectInlineImages(
  html: string,
  files: readonly FilePart[],
): { inlineImages: Record<string, string>; inlined: Set<FilePart> } {
  const wanted = referencedIds(html);
  const found = new Map<string, string>();
  const inlined = new Set<FilePart>();
  let total = 0;
  for (const file of files) {
    const { contentId: id, content } = file;
    if (!wanted.has(id) || found.has(id) || found.size >= MOST_INLINE_IMAGES) continue;
    const type = content.length <= LARGEST_INLINE_IMAGE ? imageTypeOf(content) : undefined;
    if (type === undefined || total + content.length > ALL_INLINE_IMAGES) continue;
    total += content.length;
    found.set(id, `data:${type};base64,${base64Of(content)}`);
    inlined.add(file);
  }
  return { inlineImages: Object.fromEntries(found), inlined };
}

function base64Of(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
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
