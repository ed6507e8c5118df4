import { domainToASCII } from 'node:url';
import { isAddress } from '../../src-shared/text/address.ts';
import { MailError } from '../base/errors.ts';

/**
 * An address as it stands in MAIL FROM and RCPT TO: checked, its domain in punycode (RFC 5890 §2.3.2.1).
 * Nothing that could end the command or begin another one passes (RFC 5321 §4.1.1).
 * Throws recipient-invalid with the address in `detail`.
 */
export function toSmtpAddress(address: string): string {
  const at = address.lastIndexOf('@');
  const domain = isAddress(address) ? domainToASCII(address.slice(at + 1)) : '';
  if (domain === '' || hasForbiddenCharacter(address)) {
    throw new MailError('recipient-invalid', { detail: { address: address.slice(0, 320) } });
  }
  return `${address.slice(0, at)}@${domain}`;
}

/** Whether the address needs SMTPUTF8 (RFC 6531 §3.4): only its local part can, the domain is in punycode. */
export function needsSmtpUtf8(smtpAddress: string): boolean {
  return /[^\p{ASCII}]/u.test(smtpAddress);
}

function hasForbiddenCharacter(text: string): boolean {
  // Controls, format characters, line and paragraph separators: invisible, so never part of what a person meant.
  return /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u.test(text);
}
