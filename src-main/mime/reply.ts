/** Drafts that answer or forward a message: recipients, subject, quoted text. Pure: what is read and stored is the caller's. */
import type { DraftContent } from '../../src-shared/model/draft.ts';
import type { AccountId, MessageId } from '../../src-shared/model/ids.ts';
import type { Address, Attachment, MessageSummary } from '../../src-shared/model/message.ts';
import { forwardSubject, replySubject } from '../../src-shared/text/subject.ts';
import { regional } from '../base/regional.ts';

/**
 * The identity that a message was sent to, for the answer to it: by To, then by Cc. Of one's own mail, the one that it is from.
 * Undefined when none of them is named: a mailing list, a hidden copy.
 */
export function pickIdentity<I extends { address: string }>(
  { from, to, cc }: Pick<MessageSummary, 'from' | 'to' | 'cc'>,
  identities: readonly I[],
): I | undefined {
  for (const { address } of [...from, ...to, ...cc]) {
    const found = identities.find((one) => keyOf(one.address) === keyOf(address));
    if (found) return found;
  }
  return undefined;
}

export type AnswerKind = 'reply' | 'reply-all' | 'forward';

export type AnswerSource = {
  message: MessageSummary;
  /** The text of its body, as parsed (HTML-only mail has it too). */
  text: string | undefined;
  attachments: Attachment[];
};

export type AnswerDraft = {
  content: DraftContent & { inReplyTo?: MessageId };
  /** Attachments of the message to copy into the draft, by their number. */
  attachmentParts: number[];
};

/** The catalogue's words that are written into answers. */
export type AnswerTexts = { language: string; format(key: string, values?: Record<string, string>): string };

/** `timeZone`: in which times are written into quotes; the computer's own when left out. Tests set it. */
export type AnswerOptions = { texts: AnswerTexts; timeZone?: string };

/**
 * The draft with which `as` starts, in the account that got the message. `ownAddresses` are never written to, unless
 * nobody else is there. A forward copies the attachments and is no answer, so it names no message that it answers.
 */
export function answerDraft(
  source: AnswerSource,
  as: AnswerKind,
  { accountId, ownAddresses }: { accountId: AccountId; ownAddresses: string[] },
  options: AnswerOptions,
): AnswerDraft {
  const { message } = source;
  if (as === 'forward') {
    const subject = forwardSubject(message.subject);
    const content = { accountId, to: [], cc: [], bcc: [], subject, text: forwardText(source, options) };
    return { content, attachmentParts: source.attachments.map(({ part }) => part) };
  }
  const { to, cc } = answerRecipients(message, as, ownAddresses);
  return {
    content: {
      accountId,
      to,
      cc,
      bcc: [],
      subject: replySubject(message.subject),
      text: quoteText(source, options),
      inReplyTo: message.messageId,
    },
    attachmentParts: [],
  };
}

/** RFC 5322 §3.6.3: answers go to Reply-To, else to From; an answer to one's own mail goes to whom that went. */
function answerRecipients(
  message: MessageSummary,
  as: 'reply' | 'reply-all',
  ownAddresses: string[],
): { to: Address[]; cc: Address[] } {
  const own = new Set(ownAddresses.map(keyOf));
  const isOwn = (address: Address) => own.has(keyOf(address.address));
  const isMine = message.from.some(isOwn);
  const author = isMine ? message.to : message.replyTo.length > 0 ? message.replyTo : message.from;
  if (as === 'reply') {
    const to = distinct(author.filter((address) => !isOwn(address)));
    return { to: to.length > 0 ? to : distinct(author), cc: [] };
  }
  const others = isMine ? [] : message.to;
  const to = distinct([...author, ...others].filter((address) => !isOwn(address)));
  const cc = distinct(
    message.cc.filter((address) => !isOwn(address)),
    to,
  );
  return { to: to.length > 0 || cc.length > 0 ? to : distinct(author), cc };
}

function keyOf(address: string): string {
  return address.trim().toLowerCase();
}

/** Each address once, the first time, without those of `before`. */
function distinct(addresses: Address[], before: Address[] = []): Address[] {
  const seen = new Set(before.map(({ address }) => keyOf(address)));
  return addresses.filter(({ address }) => {
    const key = keyOf(address);
    if (key === '' || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** Room to write, an attribution line, and the text with `>` before each line (RFC 3676 §4.5), without its signature. */
function quoteText({ message, text }: AnswerSource, options: AnswerOptions): string {
  const author = message.from[0];
  const name = oneLine(author?.name || author?.address || '');
  const lines = (text ?? '').replace(/\r\n?/g, '\n').trimEnd().split('\n');
  const signature = lines.lastIndexOf('-- ');
  const kept =
    signature >= 0 && !lines.slice(signature).some((line) => line.startsWith('>'))
      ? lines.slice(0, signature)
      : lines;
  const quoted = kept
    .join('\n')
    .trimEnd()
    .split('\n')
    .map((line) => (line.startsWith('>') ? `>${line}` : line === '' ? '>' : `> ${line}`));
  const attribution = options.texts.format('quote.attribution', {
    date: formatTime(message.date, options),
    name,
  });
  return `\n\n${attribution}\n${quoted.join('\n')}\n`;
}

function forwardText({ message, text }: AnswerSource, options: AnswerOptions): string {
  const { format } = options.texts;
  const head = [
    format('quote.forwarded'),
    format('quote.from', { people: formatAddresses(message.from) }),
    format('quote.date', { date: formatTime(message.date, options) }),
    format('quote.subject', { subject: oneLine(message.subject) }),
    format('quote.to', { people: formatAddresses(message.to) }),
    ...(message.cc.length > 0 ? [format('quote.cc', { people: formatAddresses(message.cc) })] : []),
  ];
  return `\n\n${head.join('\n')}\n\n${(text ?? '').replace(/\r\n?/g, '\n').trimEnd()}\n`;
}

function formatAddresses(addresses: Address[]): string {
  return addresses.map(({ name, address }) => oneLine(name ? `${name} <${address}>` : address)).join(', ');
}

function formatTime(time: number, { texts, timeZone }: AnswerOptions): string {
  const format = new Intl.DateTimeFormat(regional(texts.language), {
    dateStyle: 'long',
    timeStyle: 'short',
    ...(timeZone && { timeZone }),
  });
  return format.format(new Date(time));
}

/** A name with line breaks in it would look like more lines of the head. */
function oneLine(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}\s]+/gu, ' ').trim();
}
