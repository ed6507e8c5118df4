import { domainToASCII, domainToUnicode } from 'node:url';
import { getDomain } from 'tldts';
import { domainOf } from '../../src-shared/text/address.ts';

const REMEMBERED = 2_000;
const LONGEST_NAME = 1_000;

/** A list asks for the same domains again and again. */
function remembered(read: (name: string) => string | undefined): (name: string) => string | undefined {
  const known = new Map<string, string | undefined>();
  return (name) => {
    if (name.length > LONGEST_NAME) return undefined;
    if (!known.has(name)) {
      if (known.size >= REMEMBERED) known.clear();
      known.set(name, read(name));
    }
    return known.get(name);
  };
}

/** The domain of an address as it goes to DNS (RFC 5890), in small letters; undefined when it is none. */
export function asciiDomainOf(address: string): string | undefined {
  return asciiDomain(domainOf(address));
}

/** A domain as it goes to DNS, without the dot at its end; undefined when it is none. */
export const asciiDomain = remembered((domain) => {
  const ascii = domainToASCII(domain.trim().replace(/\.$/, '')).toLowerCase();
  return /^(?!-)[a-z0-9-]{1,63}(\.[a-z0-9_-]{1,63})*$/.test(ascii) ? ascii : undefined;
});

/** As people read it: `xn--` labels become letters. */
export function readableDomain(domain: string): string {
  return domainToUnicode(domain) || domain;
}

/** The domain that somebody registered: `example.co.uk` of `a.b.example.co.uk`; undefined for a name that nobody could. */
export const registrableDomain = remembered((host) => {
  const ascii = asciiDomain(host);
  // Of `one.github.io` and `two.github.io` each is somebody else's.
  return ascii === undefined ? undefined : (getDomain(ascii, { allowPrivateDomains: true }) ?? undefined);
});

/** Whether one domain answers for the other (RFC 7489 §3.1, relaxed): both belong to one registrable domain, or are the same. */
export function isAligned(one: string, other: string): boolean {
  const [a, b] = [asciiDomain(one), asciiDomain(other)];
  if (a === undefined || b === undefined) return false;
  const registrable = registrableDomain(a);
  return a === b || (registrable !== undefined && registrable === registrableDomain(b));
}
