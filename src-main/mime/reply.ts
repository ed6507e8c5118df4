/** Drafts that answer or pass on a message: recipients, subject, quote. Pure: what is read and stored is the caller's. */
import type { DraftContent, DraftQuote } from '../../src-shared/model/draft.ts';
import type { AccountId, MessageId } from '../../src-shared/model/ids.ts';
import type { Address, MessageSummary } from '../../src-shared/model/message.ts';
import { forwardSubject, replySubject } from '../../src-shared/text/subject.ts';
import { regional } from '../base/regional.ts';
import type { AnswerHead } from './answer-head.ts';

/**
 * The identity that a message was sent to, for the answer to it: by To, then by Cc, then by where servers delivered it (a list, a hidden
 * copy); `maya+shop@` is `maya@` where nothing fits better. Of one's own mail, the one that it is from. Undefined when none of them is named.
 */
export function pickIdentity<I extends { address: string }>(
  { from, to, cc }: Pick<MessageSummary, 'from' | 'to' | 'cc'>,
  identities: readonly I[],
  deliveredTo: readonly string[] = [],
): I | undefined {
  const named = [...to, ...cc].map(({ address }) => address);
  const tried: [readonly string[], (address: string) => string][] = [
    [[...from.map(({ address }) => address), ...named], keyOf],
    [deliveredTo, keyOf],
    [[...named, ...deliveredTo], keyWithoutTag],
  ];
  for (const [addresses, toKey] of tried) {
    for (const address of addresses) {
      const found = identities.find((one) => keyOf(one.address) === toKey(address));
      if (found) return found;
    }
  }
  return undefined;
}

export type AnswerKind = 'reply' | 'reply-all' | 'reply-list' | 'forward';

export type AnswerSource = {
  message: MessageSummary;
  /** The text of its body, as parsed (HTML-only mail has it too). */
  text: string | undefined;
  head: AnswerHead;
};

export type AnswerContent = DraftContent & { inReplyTo?: MessageId };

/** The catalogue's words that are written into answers. */
export type AnswerTexts = { language: string; format(key: string, values?: Record<string, string>): string };

/** `timeZone`: in which times are written into quotes; the computer's own when left out. Tests set it. */
export type AnswerOptions = { texts: AnswerTexts; timeZone?: string };

/**
 * The draft with which `as` starts, in the account that got the message; nothing is written in it yet. `ownAddresses` are never written to,
 * unless nobody else is there. A forward is no answer, so it names no message that it answers.
 */
export function answerDraft(
  source: AnswerSource,
  as: AnswerKind,
  { accountId, ownAddresses }: { accountId: AccountId; ownAddresses: string[] },
  options: AnswerOptions,
): AnswerContent {
  const { message } = source;
  if (as === 'forward') {
    const subject = forwardSubject(message.subject);
    return { accountId, to: [], cc: [], bcc: [], subject, text: '', quote: forwardQuote(source, options) };
  }
  return {
    accountId,
    ...answerRecipients(source, as, ownAddresses),
    bcc: [],
    subject: replySubject(message.subject),
    text: '',
    quote: replyQuote(source, options),
    inReplyTo: message.messageId,
  };
}

/**
 * RFC 5322 §3.6.3: answers go to Reply-To, else to From; an answer to one's own mail goes to whom that went. An answer to the list goes to
 * its List-Post (RFC 2369 §3.4) and to nobody else; an answer to all to Mail-Followup-To, where the author has named one.
 */
function answerRecipients(
  { message, head }: AnswerSource,
  as: 'reply' | 'reply-all' | 'reply-list',
  ownAddresses: string[],
): { to: Address[]; cc: Address[] } {
  if (as === 'reply-list' && head.listPost) return { to: [head.listPost], cc: [] };
  const own = new Set(ownAddresses.map(keyOf));
  const isOwn = ({ address }: Address) => own.has(keyOf(address)) || own.has(keyWithoutTag(address));
  const isMine = message.from.some(isOwn);
  const author = isMine ? message.to : message.replyTo.length > 0 ? message.replyTo : message.from;
  if (as === 'reply') {
    const to = distinctPeople(author.filter((address) => !isOwn(address)));
    return { to: to.length > 0 ? to : distinctPeople(author), cc: [] };
  }
  const followup = distinctPeople(head.mailFollowupTo.filter((address) => !isOwn(address)));
  if (!isMine && followup.length > 0) return { to: followup, cc: [] };
  const others = isMine ? [] : message.to;
  const to = distinctPeople([...author, ...others].filter((address) => !isOwn(address)));
  const cc = distinctPeople(
    message.cc.filter((address) => !isOwn(address)),
    to,
  );
  return { to: to.length > 0 || cc.length > 0 ? to : distinctPeople(author), cc };
}

function keyOf(address: string): string {
  return address.trim().toLowerCase();
}

/** RFC 5233: what follows the plus belongs to the person. */
function keyWithoutTag(address: string): string {
  return keyOf(address).replace(/^([^@+]+)\+[^@]*@/, '$1@');
}

/** Each address once, the first time, without those of `before`. */
export function distinctPeople(addresses: readonly Address[], before: readonly Address[] = []): Address[] {
  const seen = new Set(before.map(({ address }) => keyOf(address)));
  return addresses.filter(({ address }) => {
    const key = keyOf(address);
    if (key === '' || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** An attribution line, and the text without its signature; the marks of a quotation come when it is sent. */
function replyQuote({ message, text }: AnswerSource, options: AnswerOptions): DraftQuote {
  const author = message.from[0];
  const name = oneLine(author?.name || author?.address || '');
  const lines = linesOf(text);
  const signature = lines.lastIndexOf('-- ');
  const kept =
    signature >= 0 && !lines.slice(signature).some((line) => line.startsWith('>'))
      ? lines.slice(0, signature)
      : lines;
  const date = formatTime(message.date, options);
  return {
    messageId: message.messageId,
    kind: 'reply',
    intro: options.texts.format('quote.attribution', { date, name }),
    text: kept.join('\n').trimEnd(),
  };
}

function forwardQuote({ message, text }: AnswerSource, options: AnswerOptions): DraftQuote {
  const { format } = options.texts;
  const head = [
    format('quote.forwarded'),
    format('quote.from', { people: formatAddresses(message.from) }),
    format('quote.date', { date: formatTime(message.date, options) }),
    format('quote.subject', { subject: oneLine(message.subject) }),
    format('quote.to', { people: formatAddresses(message.to) }),
    ...(message.cc.length > 0 ? [format('quote.cc', { people: formatAddresses(message.cc) })] : []),
  ];
  return {
    messageId: message.messageId,
    kind: 'forward',
    // As long as a draft takes it: a message can have gone to thousands.
    intro: head.join('\n').slice(0, LONGEST_INTRO),
    text: linesOf(text).join('\n').trimEnd(),
  };
}

const LONGEST_INTRO = 19_000;
const LONGEST_QUOTE = 4_000_000;

function linesOf(text: string | undefined): string[] {
  return (text ?? '').slice(0, LONGEST_QUOTE).replace(/\r\n?/g, '\n').trimEnd().split('\n');
}

function formatAddresses(addresses: Address[]): string {
  return addresses.map(({ name, address }) => oneLine(name ? `${name} <${address}>` : address)).join(', ');
}

/** A date and time in words, in the language of the texts. */
export function formatTime(time: number, { texts, timeZone }: AnswerOptions): string {
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
