/** The header fields that are kept beside a message's parts: see base/kept-headers. */
import type { KeptHeaders } from '../base/kept-headers.ts';
import { fieldOf, type HeaderField } from './parse-header.ts';

const MOST_VALUES = 20;
const LONGEST_VALUE = 20_000;

/** Only of the header at the top: what a message inside says of itself is no word about this one. */
export function keptHeaders(fields: readonly HeaderField[]): KeptHeaders {
  const all = (name: string) =>
    fields
      .filter((field) => field.name === name)
      .slice(0, MOST_VALUES)
      .map(({ value }) => cut(value));
  const kept: KeptHeaders = {
    from: all('from'),
    sender: all('sender'),
    replyTo: all('reply-to'),
    authenticationResults: all('authentication-results'),
    signedBy: all('dkim-signature').flatMap((value) => domainOf(value) ?? []),
  };
  for (const [key, name] of SINGLE) {
    const value = fieldOf(fields, name);
    if (value !== undefined) kept[key] = cut(value);
  }
  return kept;
}

const SINGLE = [
  ['listId', 'list-id'],
  ['listPost', 'list-post'],
  ['listUnsubscribe', 'list-unsubscribe'],
  ['listUnsubscribePost', 'list-unsubscribe-post'],
  ['precedence', 'precedence'],
  ['autoSubmitted', 'auto-submitted'],
  ['dispositionNotificationTo', 'disposition-notification-to'],
] as const;

function cut(value: string): string {
  return value.slice(0, LONGEST_VALUE).toWellFormed();
}

/** The `d=` tag of a signature (RFC 6376 §3.5). */
function domainOf(signature: string): string | undefined {
  for (const tag of signature.split(';')) {
    const equals = tag.indexOf('=');
    if (equals > 0 && tag.slice(0, equals).trim() === 'd') {
      return (
        tag
          .slice(equals + 1)
          .replace(/\s/g, '')
          .toLowerCase()
          .slice(0, 255) || undefined
      );
    }
  }
  return undefined;
}
