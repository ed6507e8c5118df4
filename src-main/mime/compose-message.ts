import { toUSVString } from 'node:util';
import { detectMimeType } from 'nodemailer/lib/mime-funcs/mime-types';
import MimeNode from 'nodemailer/lib/mime-node';
import type { Address } from '../../src-shared/model/message.ts';
import { MailError } from '../base/errors.ts';
import { harmlessFileName, plainContentType } from './file-name.ts';
import { writeFlowed } from './flowed-write.ts';
import { htmlBody, plainBody, type QuotedMessage } from './quote-body.ts';
import {
  addressField,
  type Field,
  isMessageIdHeader,
  textField,
  tokenField,
  writeHead,
} from './write-head.ts';

/** What is written into the message. `bcc` is not among it: it stays in the SMTP envelope and in the draft (see ComposeOptions). */
export type ComposedContent = {
  to: readonly Address[];
  cc: readonly Address[];
  subject: string;
  text: string;
  /** What was written as HTML; its words are in `text`. */
  html?: string | undefined;
  quote?: QuotedMessage | undefined;
};

export type ComposedAttachment = {
  filename: string;
  contentType: string;
  content: Uint8Array;
  /** A picture that the HTML names. */
  contentId?: string | undefined;
};

export type ComposeOptions = {
  from: Address;
  attachments: ComposedAttachment[];
  /** The Message-ID that this one answers, and those before it, oldest first (RFC 5322 §3.6.4). With angle brackets. */
  inReplyTo?: string;
  references?: string[];
  /** Milliseconds since 1970. */
  date: number;
  messageIdHeader: string;
  /** Written too: of a draft that goes to the person's own mailbox, never of a message that is sent. */
  bcc?: readonly Address[];
  /** RFC 8098 §2.1: the author would like to hear that it was displayed. */
  asksReceipt?: boolean;
  /** Fields of our own, as text: name and value. */
  extraFields?: readonly (readonly [name: string, text: string])[];
};

/** One part of a message, or several in one. */
export type Part =
  | { contentType: `multipart/${string}`; parts: Part[] }
  | {
      contentType: string;
      content: Uint8Array | string;
      encoding?: 'base64' | 'quoted-printable' | '8bit' | '7bit' | undefined;
      disposition?: 'attachment' | 'inline';
      filename?: string;
      contentId?: string;
    };

/** Lines of 998 bytes take about a dozen Message-IDs; more are folded, and more than this nobody needs. */
const MOST_REFERENCES = 50;

/**
 * The message as RFC 5322 and MIME bytes with CRLF. Plain text flows (RFC 3676); with HTML there are both (RFC 2046 §5.1.4), its pictures as
 * parts beside it (RFC 2387). Nothing in a name, a subject, an address or a file name can begin a header of its own. User-Agent and X-Mailer
 * are never written, Bcc only where it is asked for.
 * Throws MailError recipient-invalid, with the address, when an address has no valid form; internal for a wrong Message-ID.
 */
export async function composeMessage(content: ComposedContent, options: ComposeOptions): Promise<Uint8Array> {
  const inReplyTo = [options.inReplyTo ?? ''].filter(isMessageIdHeader);
  const references = shortenReferences((options.references ?? []).filter(isMessageIdHeader));
  const head = [
    addressField('From', [options.from]),
    addressField('To', content.to),
    addressField('Cc', content.cc),
    addressField('Bcc', options.bcc ?? []),
    textField('Subject', content.subject),
    tokenField('In-Reply-To', inReplyTo),
    tokenField('References', references),
    addressField('Disposition-Notification-To', options.asksReceipt ? [options.from] : []),
    ...(options.extraFields ?? []).map(([name, text]) => extraField(name, text)),
  ];
  return writeMessage(head, bodyOf(content, options.attachments), options);
}

/**
 * A message of any parts under these fields; Message-ID, Date and MIME-Version are added. Resolves with bytes with CRLF.
 * Throws internal for a wrong Message-ID.
 */
export async function writeMessage(
  head: readonly Field[],
  body: Part,
  { date, messageIdHeader }: { date: number; messageIdHeader: string },
): Promise<Uint8Array> {
  if (!isMessageIdHeader(messageIdHeader)) throw new MailError('internal');
  // Whatever a part holds, no file and no address of the network is ever read for it.
  // The prefix can stand in no quoted-printable text, and tells of no program.
  const closed = {
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'win',
    boundaryPrefix: '=_',
  };
  const root = toNode(body, (type, options) => new MimeNode(type, { ...options, ...closed }));
  root.setHeader('Message-ID', messageIdHeader);
  root.setHeader('Date', new Date(date).toUTCString().replace('GMT', '+0000'));
  return Buffer.concat([Buffer.from(writeHead(head)), await root.build()]);
}

/** Text that people read: as it is where every line fits, else so that its words can still be read in the source. */
export function textPart(contentType: string, text: string): Part {
  const fits = text.length <= 100_000 && /^(?:[\t\x20-\x7e]{0,76}\n)*[\t\x20-\x7e]{0,76}$/.test(text);
  return { contentType, content: text, ...(!fits && { encoding: 'quoted-printable' as const }) };
}

/** The media type of a file by its name; application/octet-stream for a name that says nothing. */
export function contentTypeOf(filename: string): string {
  return plainContentType(detectMimeType(filename));
}

function bodyOf({ text, html, quote }: ComposedContent, attachments: ComposedAttachment[]): Part {
  const written = bodyText(plainBody(text, quote));
  const plain = textPart('text/plain; charset=utf-8; format=flowed', writeFlowed(written));
  const inline = new Map<string, ComposedAttachment>();
  for (const one of html === undefined ? [] : attachments) {
    if (one.contentId !== undefined && isContentId(one.contentId)) inline.set(one.contentId, one);
  }
  const cleaned = html === undefined ? undefined : htmlBody(bodyText(html), quote, (id) => inline.has(id));
  const pictures = [...(cleaned?.contentIds ?? [])].flatMap((id) => inline.get(id) ?? []);
  const files = attachments.filter((one) => !pictures.includes(one)).map((one, at) => filePart(one, at));
  const shown = [
    ...pictures.map((one, at) => ({
      ...filePart(one, at),
      disposition: 'inline' as const,
      contentId: one.contentId ?? '',
    })),
    ...(cleaned?.pictures ?? []).map(({ contentId, contentType, content }, at) => ({
      ...filePart({ filename: '', contentType, content }, pictures.length + at),
      disposition: 'inline' as const,
      contentId,
    })),
  ];
  const rich = cleaned && textPart('text/html; charset=utf-8', cleaned.html);
  const related: Part | undefined =
    rich && shown.length > 0
      ? { contentType: 'multipart/related; type="text/html"', parts: [rich, ...shown] }
      : rich;
  const body: Part = related ? { contentType: 'multipart/alternative', parts: [plain, related] } : plain;
  return files.length > 0 ? { contentType: 'multipart/mixed', parts: [body, ...files] } : body;
}

function toNode(part: Part, add: (contentType: string, options: NodeOptions) => MimeNode): MimeNode {
  const { contentType } = part;
  if ('parts' in part) {
    const node = add(contentType, {});
    // RFC 2045 §6.4: what encloses is labelled like what is in it.
    if (hasEightBit(part)) node.setHeader('Content-Transfer-Encoding', '8bit');
    for (const child of part.parts) toNode(child, (type, options) => node.createChild(type, options));
    return node;
  }
  const { content, encoding, disposition, contentId, filename } = part;
  const node = add(contentType, filename === undefined ? {} : { filename });
  if (contentId !== undefined) node.setHeader('Content-ID', `<${contentId}>`);
  if (encoding !== undefined) node.setHeader('Content-Transfer-Encoding', encoding);
  if (disposition !== undefined) node.setHeader('Content-Disposition', disposition);
  node.setContent(typeof content === 'string' ? content : bufferOf(content));
  return node;
}

type NodeOptions = NonNullable<ConstructorParameters<typeof MimeNode>[1]>;

function hasEightBit(part: Part): boolean {
  return 'parts' in part ? part.parts.some(hasEightBit) : part.encoding === '8bit';
}

function bufferOf(content: Uint8Array): Buffer {
  return Buffer.from(content.buffer, content.byteOffset, content.byteLength);
}

function bodyText(text: string): string {
  const lines = toUSVString(text).replaceAll('\0', '').replace(/\r\n?/g, '\n');
  // An empty body would leave the part out, and with it the place for the text.
  return lines === '' ? '\n' : lines;
}

function filePart({ filename, contentType, content }: ComposedAttachment, index: number) {
  const type = plainContentType(contentType);
  const file = { filename: harmlessFileName(filename, type, index + 1), disposition: 'attachment' as const };
  const encoding = type === 'message/rfc822' ? messageEncoding(content) : undefined;
  if (encoding !== undefined) return { ...file, contentType: type, content, encoding };
  // RFC 2046 §5.2.1 forbids to encode a message part: one that cannot go as it is goes as a plain file.
  const isOpaque = type.startsWith('message/') || type.startsWith('multipart/');
  return {
    ...file,
    contentType: isOpaque ? 'application/octet-stream' : type,
    content,
    encoding: 'base64' as const,
  };
}

/** How a message can go inside another one unchanged: lines of CRLF only, none too long (RFC 2045 §2.7, §2.8). Undefined: it cannot. */
function messageEncoding(source: Uint8Array): '7bit' | '8bit' | undefined {
  let lineStart = 0;
  let is8Bit = false;
  for (let at = 0; at < source.length; at++) {
    const byte = source[at] ?? 0;
    if (byte === 0) return undefined;
    if (byte === 0x0d && source[at + 1] !== 0x0a) return undefined;
    if (byte === 0x0a) {
      if (source[at - 1] !== 0x0d) return undefined;
      if (at - 1 - lineStart > 998) return undefined;
      lineStart = at + 1;
    }
    is8Bit ||= byte > 0x7f;
  }
  if (source.length === 0 || source.length - lineStart > 998) return undefined;
  return is8Bit ? '8bit' : '7bit';
}

function isContentId(text: string): boolean {
  return isMessageIdHeader(`<${text}>`);
}

/** RFC 5322 §3.6.8. The names are ours: one that is none is a fault of the program. */
function extraField(name: string, text: string): Field {
  if (!/^X-[A-Za-z0-9-]{1,60}$/.test(name)) throw new MailError('internal');
  return textField(name, text);
}

/** Keeps the beginning of the thread and its end. */
function shortenReferences(references: string[]): string[] {
  if (references.length <= MOST_REFERENCES) return references;
  return [...references.slice(0, 1), ...references.slice(1 - MOST_REFERENCES)];
}
