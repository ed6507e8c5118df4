import { toUSVString } from 'node:util';
import MailComposer from 'nodemailer/lib/mail-composer';
import { detectMimeType } from 'nodemailer/lib/mime-funcs/mime-types';
import type { Address } from '../../src-shared/model/message.ts';
import { isAddress } from '../../src-shared/text/address.ts';
import { MailError } from '../base/errors.ts';
import { harmlessFileName, plainContentType } from './file-name.ts';

/** What is written into the message. `bcc` is not among it: it stays in the SMTP envelope and in the draft (see ComposeOptions). */
export type ComposedContent = { to: Address[]; cc: Address[]; subject: string; text: string };

export type ComposeOptions = {
  from: Address;
  attachments: { filename: string; contentType: string; content: Uint8Array }[];
  /** The Message-ID that this one answers, and those before it, oldest first (RFC 5322 §3.6.4). With angle brackets. */
  inReplyTo?: string;
  references?: string[];
  /** Milliseconds since 1970. */
  date: number;
  messageIdHeader: string;
  /** Written too: of a draft that goes to the person's own mailbox, never of a message that is sent. */
  bcc?: Address[];
};

/** Lines of 998 bytes take about a dozen Message-IDs; more are folded, and more than this nobody needs. */
const MOST_REFERENCES = 50;

/**
 * The message as RFC 5322 and MIME bytes with CRLF: ASCII only, plain text, attachments as files. Nothing in a name, a
 * subject, an address or a file name can begin a header of its own. User-Agent and X-Mailer are never written, Bcc only where it is asked for.
 * Throws MailError recipient-invalid, with the address, when an address has no valid form; internal for a wrong Message-ID.
 */
export async function composeMessage(content: ComposedContent, options: ComposeOptions): Promise<Uint8Array> {
  if (!isMessageIdHeader(options.messageIdHeader)) throw new MailError('internal');
  const inReplyTo = [options.inReplyTo ?? ''].filter(isMessageIdHeader);
  const references = shortenReferences((options.references ?? []).filter(isMessageIdHeader));
  const composer = new MailComposer({
    from: toMailbox(options.from),
    to: content.to.map(toMailbox),
    cc: content.cc.map(toMailbox),
    ...(options.bcc && { bcc: options.bcc.map(toMailbox) }),
    subject: headerText(content.subject),
    date: new Date(options.date),
    messageId: options.messageIdHeader,
    ...(inReplyTo.length > 0 && { inReplyTo: inReplyTo[0] }),
    ...(references.length > 0 && { references: references.join(' ') }),
    text: bodyText(content.text),
    attachments: options.attachments.map((one, index) => toPart(one, index)),
    newline: 'win',
    // Whatever a field holds, no file and no address of the network is ever read for it.
    disableFileAccess: true,
    disableUrlAccess: true,
  });
  const message = composer.compile();
  message.keepBcc = options.bcc !== undefined;
  return message.build();
}

/** The media type of a file by its name; application/octet-stream for a name that says nothing. */
export function contentTypeOf(filename: string): string {
  return plainContentType(detectMimeType(filename));
}

function toMailbox({ name, address }: Address): Address {
  if (!isAddress(address) || /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(address)) {
    throw new MailError('recipient-invalid', { detail: { address: address.slice(0, 320) } });
  }
  return { name: headerText(name), address };
}

/** Text for a header: one line, nothing that a reader of headers could take for the end of one. */
function headerText(text: string): string {
  return toUSVString(text)
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim();
}

function bodyText(text: string): string {
  const lines = toUSVString(text).replaceAll('\0', '').replace(/\r\n?/g, '\n');
  // An empty body would leave the part out, and with it the place for the text.
  return lines === '' ? '\n' : lines;
}

function toPart({ filename, contentType, content }: ComposeOptions['attachments'][number], index: number) {
  const type = plainContentType(contentType);
  return {
    filename: harmlessFileName(filename, type, index + 1),
    // RFC 2046 §5.2.1 forbids to encode a message part, and its lines may be of any length: so it goes as a plain file.
    contentType:
      type.startsWith('message/') || type.startsWith('multipart/') ? 'application/octet-stream' : type,
    content: Buffer.from(content.buffer, content.byteOffset, content.byteLength),
    contentDisposition: 'attachment',
    contentTransferEncoding: 'base64',
  };
}

/** RFC 5322 §3.6.4, as strictly as it has to be to stay one token. */
function isMessageIdHeader(text: string): boolean {
  return /^<[\x21-\x3b\x3d\x3f-\x7e]{1,900}>$/.test(text);
}

/** Keeps the beginning of the thread and its end. */
function shortenReferences(references: string[]): string[] {
  if (references.length <= MOST_REFERENCES) return references;
  return [...references.slice(0, 1), ...references.slice(1 - MOST_REFERENCES)];
}
