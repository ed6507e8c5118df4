import { domainToASCII } from 'node:url';
import { domainOf } from '../../src-shared/text/address.ts';
import { isDisguisedLabel } from '../../src-shared/text/disguise.ts';
import { readableDomain } from './domains.ts';

/**
 * The true form (RFC 5890) of a domain whose letters pretend, or that is written with signs that no domain has. Undefined for every other
 * domain.
 */
export function trueFormOf(address: string): string | undefined {
  const domain = domainOf(address);
  if (/^[a-z0-9.-]*$/.test(domain) && !domain.includes('xn--')) return undefined;
  if (domain.startsWith('[')) return undefined;
  const ascii = domainToASCII(domain);
  // Nobody can have registered it.
  if (ascii === '') return escaped(domain);
  const readable = readableDomain(ascii);
  const isPlain = domain.normalize('NFC') === readable || domain === ascii;
  return !isPlain || readable.split('.').some(isDisguisedLabel) ? ascii : undefined;
}

const escaped = (domain: string): string =>
  domain.slice(0, 253).replace(/[^\x21-\x7e]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16) ?? ''}}`);
