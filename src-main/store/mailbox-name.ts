import { MailError } from '../base/errors.ts';

/** What file systems under servers take, and what most servers do. In modified UTF-7 (RFC 3501 §5.1.3), in which the name travels. */
const LONGEST = 255;
/** Direction overrides and isolates: a mailbox with one could look like another. */
const DIRECTION = /[\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]/u;
/** RFC 9051 §5.1: wildcards of LIST; §5.1.2.1: `#` begins a name space. */
const AWKWARD = /[*%]|^#/;

/**
 * A name for a mailbox as the person typed it, in the form in which it is sent (RFC 9051 §5.1: Net-Unicode).
 * @throws MailError mailbox-name-refused
 */
export function mailboxName(typed: string, delimiter: string): string {
  const name = typed.normalize('NFC');
  const isBad =
    name === '' ||
    name !== name.trim() ||
    /[\p{Cc}\p{Zl}\p{Zp}\p{Surrogate}]/u.test(name) ||
    DIRECTION.test(name) ||
    AWKWARD.test(name) ||
    (delimiter !== '' && name.includes(delimiter)) ||
    wireLength(name) > LONGEST;
  if (isBad) throw new MailError('mailbox-name-refused');
  return name;
}

/** Bytes of the name in modified UTF-7: runs of anything but printable ASCII as base64 of UTF-16 between `&` and `-`. */
function wireLength(name: string): number {
  let length = 0;
  for (const [run] of name.matchAll(/[^\x20-\x7e]+|&|[^&\P{ASCII}]/gu)) {
    if (run === '&') length += 2;
    else length += /^[\x20-\x7e]/.test(run) ? 1 : 2 + Math.ceil((run.length * 16) / 6);
  }
  return length;
}
