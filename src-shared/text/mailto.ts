import type { Address } from '../model/message.ts';
import { parseTypedAddress } from './address.ts';

/** What a `mailto:` link may fill in; nothing else of it is looked at. */
export type Mailto = {
  to: Address[];
  cc: Address[];
  bcc: Address[];
  subject: string;
  /** Lines end with LF. */
  body: string;
  /** One Message-ID with its angle brackets. */
  inReplyTo?: string;
};

const MOST_RECIPIENTS = 100;
const LONGEST_ADDRESS = 320;
const LONGEST_SUBJECT = 2_000;

/**
 * Reads a `mailto:` link (RFC 6068); undefined when it is none. Only to, cc, bcc, subject, body and in-reply-to count: a link can attach
 * nothing and send nothing. Line breaks stand in the body only (§5); of a field that stands twice the first counts, of addresses all.
 */
export function parseMailto(link: string): Mailto | undefined {
  const match = /^\s*mailto:([^?#]*)(?:\?([^#]*))?(?:#.*)?$/is.exec(link);
  if (!match) return undefined;
  const found: Mailto = { to: addressesOf(match[1] ?? ''), cc: [], bcc: [], subject: '', body: '' };
  const seen = new Set<string>();
  for (const field of (match[2] ?? '').split('&')) {
    const equals = field.indexOf('=');
    if (equals < 0) continue;
    const name = decode(field.slice(0, equals)).trim().toLowerCase();
    const value = field.slice(equals + 1);
    if (name === 'to' || name === 'cc' || name === 'bcc') found[name].push(...addressesOf(value));
    else if (!seen.has(name)) {
      if (name === 'subject') found.subject = oneLine(decode(value)).slice(0, LONGEST_SUBJECT);
      if (name === 'body') found.body = bodyText(decode(value));
      const messageId = name === 'in-reply-to' ? oneLine(decode(value)) : '';
      if (/^<[\x21-\x3b\x3d\x3f-\x7e]{1,900}>$/.test(messageId)) found.inReplyTo = messageId;
    }
    seen.add(name);
  }
  for (const list of ['to', 'cc', 'bcc'] as const) found[list] = found[list].slice(0, MOST_RECIPIENTS);
  return found;
}

/** A comma that is percent-encoded belongs to an address (RFC 6068 §2). */
function addressesOf(text: string): Address[] {
  return text
    .split(',', MOST_RECIPIENTS)
    .map((one) => oneLine(decode(one)).slice(0, LONGEST_ADDRESS))
    .filter((one) => one !== '')
    .map(parseTypedAddress);
}

/** What is no UTF-8 stands as it was written. A plus is a plus (RFC 6068 §5). */
function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text.replace(/(?:%[0-9a-f]{2})+/gi, (part) => {
      try {
        return decodeURIComponent(part);
      } catch {
        return part;
      }
    });
  }
}

/** One line, and nothing that cannot be seen. */
function oneLine(text: string): string {
  return text
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .replace(/[\p{Cf}\p{Cs}]/gu, '')
    .trim();
}

function bodyText(text: string): string {
  return text.replace(/\r\n?|[\u2028\u2029\u0085]/g, '\n').replace(/(?![\n\t])[\p{Cc}\p{Cs}]/gu, '');
}
