/**
 * The content of a message out of its source. Runs in the worker: a message that is made to take all time or all memory must not take
 * the engine with it.
 */
import type { Attachment } from '../../src-shared/model/message.ts';
import type { BodyContent, NestedMessage } from '../../src-shared/model/message-body.ts';
import { imageTypeOf } from '../../src-shared/picture/image-type.ts';
import type { KeptHeaders } from '../base/kept-headers.ts';
import { LIMITS } from '../base/limits.ts';
import { decodeWindows1252 } from '../base/windows-1252.ts';
import { isMessageType, isProgramFile, previewKindOf } from './attachment-kind.ts';
import { readReport } from './delivery-report.ts';
import { harmlessFileName, plainContentType } from './file-name.ts';
import { htmlToText } from './html-text.ts';
import { type NestedHead, nestedHead } from './nested-head.ts';
import { contentOf, type FilePart, type MessageContent } from './parse-content.ts';
import type { HeaderField } from './parse-header.ts';
import { keptHeaders } from './parse-kept.ts';
import { type Part, partsOf } from './parse-parts.ts';
import { previewOf } from './preview.ts';
import { protectionOf } from './protection.ts';
import { readFiles } from './read-files.ts';
import { readTnef } from './tnef.ts';
import { contentOfTnef, tnefHead, unwrapTnef } from './tnef-message.ts';

export type ParsedMessage = BodyContent & {
  preview: string;
  searchText: string;
  headers?: KeptHeaders;
};

export type AttachmentContent = {
  filename: string;
  contentType: string;
  /** As its sender says. */
  charset?: string;
  content: Uint8Array;
};

/** Messages in messages. */
const DEEPEST = 10;
const LARGEST_INLINE_IMAGE = 5_000_000;
const ALL_INLINE_IMAGES = 20_000_000;
const MOST_INLINE_IMAGES = 200;
const LONGEST_SEARCH_TEXT = 1_000_000;
const LONGEST_SOURCE_TEXT = 1_000_000;

/** Parses a message. Throws when it is beyond the limits; then `sourceAsMessage` is what can still be shown. */
export function parseSource(source: Uint8Array): ParsedMessage {
  const message = openMessage(source);
  const body = bodyOf(message);
  const { text = '', attachments, html } = body;
  const names = attachments.map(({ filename }) => filename).join('\n');
  return {
    ...body,
    preview: previewOf(text) || previewOf(html === undefined ? '' : htmlToText(html)),
    searchText: `${text}\n${names}`.slice(0, LONGEST_SEARCH_TEXT).trim(),
    headers: keptHeaders(message.fields),
  };
}

/** What of a message is shown. */
function bodyOf({ root, content }: OpenedMessage): BodyContent {
  const { html, text: plain, files, unwrapped } = content;
  const text = isBlank(plain) && html !== undefined ? htmlToText(html) : (plain ?? '');
  const { inlineImages, inlined } = collectInlineImages(html ?? '', files);
  const report = root && readReport(root);
  const protection = root && protectionOf(root, text);
  return {
    ...(html !== undefined && { html }),
    ...((text !== '' || html === undefined) && { text }),
    attachments: files.flatMap((file, index) =>
      inlined.has(file) || unwrapped.has(file) ? [] : [describe(file, index)],
    ),
    inlineImages,
    isSource: false,
    ...readFiles(files),
    ...(report && { report }),
    ...(protection && { protection }),
  };
}

/**
 * One attachment's bytes, of the message itself or of the one `within` it; undefined when there is no such part. Throws as `parseSource`
 * does.
 */
export function attachmentOf(
  source: Uint8Array,
  part: number,
  within: readonly number[] = [],
): AttachmentContent | undefined {
  const found = openWithin(source, within)?.content.files[part];
  if (!found) return undefined;
  const { filename, contentType } = describe(found, part);
  const { charset, content } = found;
  return { filename, contentType, ...(charset !== undefined && { charset }), content };
}

/**
 * A message that came inside another one, by the numbers of the attachments on the way to it; undefined when there is none. Throws as
 * `parseSource` does.
 */
export function nestedOf(source: Uint8Array, path: readonly number[]): NestedMessage | undefined {
  const message = openWithin(source, path);
  return message && { ...bodyOf(message), ...message.head() };
}

function openWithin(source: Uint8Array, path: readonly number[]): OpenedMessage | undefined {
  let message = openMessage(source);
  for (const part of path.slice(0, DEEPEST)) {
    const file = message.content.files[part];
    if (!file || !isMessageType(plainContentType(file.contentType))) return undefined;
    message = openMessage(file.content);
  }
  return message;
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
  return decodeWindows1252(bytes);
}

type OpenedMessage = {
  /** Absent of one in Outlook's form. */
  root?: Part;
  fields: HeaderField[];
  head(): NestedHead;
  content: MessageContent & { unwrapped: ReadonlySet<FilePart> };
};

function openMessage(source: Uint8Array): OpenedMessage {
  if (source.length > LIMITS.messageSize) throw new Error('too large');
  const wrapped = readTnef(source);
  if (wrapped) {
    return { fields: [], head: () => tnefHead(wrapped), content: unwrapTnef(contentOfTnef(wrapped)) };
  }
  const root = partsOf(source);
  return {
    root,
    fields: root.fields,
    head: () => nestedHead(root.fields),
    content: unwrapTnef(contentOf(root)),
  };
}

function describe(file: FilePart, index: number): Attachment {
  const contentType = plainContentType(file.contentType);
  const filename = harmlessFileName(file.filename, contentType, index + 1);
  const preview = previewKindOf(contentType, file.content);
  return {
    part: index,
    filename,
    contentType,
    size: file.content.length,
    ...(preview && { preview }),
    ...(isProgramFile(filename, file.content) && { isProgram: true }),
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
