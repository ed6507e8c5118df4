import { domainToUnicode } from 'node:url';
import type { Lookalike } from '../../src-shared/model/contact.ts';
import { domainOf } from '../../src-shared/text/address.ts';
import { isNear, resembles } from '../../src-shared/text/confusable.ts';
import type { KnownPerson } from '../store/contact-table.ts';
import type { Store } from '../store/store.ts';

/** Once may have been a slip. */
const OFTEN = 2;

type Known = { name: string; address: string };
type Index = { exact: ReadonlySet<string>; often: ReadonlyMap<string, Known[]> };

/** Made once for each list of people. */
const indexes = new WeakMap<readonly KnownPerson[], Index>();

/**
 * Those of the addresses that look like one to which was written at least twice, and are another: letters that look alike, or one slip in
 * the name or in the domain. Addresses that are in the contacts are never told.
 */
export function lookalikesOf(
  store: { contacts: Pick<Store['contacts'], 'people'> },
  addresses: readonly string[],
): Lookalike[] {
  const people = store.contacts.people();
  const { exact, often } = indexes.get(people) ?? indexOf(people);
  return [...new Set(addresses)].flatMap((address): Lookalike[] => {
    const shown = inUnicode(address);
    if (exact.has(shown.toLowerCase())) return [];
    const domain = domainOf(shown);
    for (const [knownDomain, there] of often) {
      if (knownDomain !== domain && !isNear(domain, knownDomain)) continue;
      const found = there.find((known) => resembles(shown, inUnicode(known.address)));
      if (found) return [{ address, resembles: found }];
    }
    return [];
  });
}

function indexOf(people: readonly KnownPerson[]): Index {
  const exact = new Set<string>();
  const often = new Map<string, Known[]>();
  for (const { contact, addresses } of people) {
    for (const { address, times } of addresses) {
      const shown = inUnicode(address).toLowerCase();
      exact.add(shown);
      if (times < OFTEN) continue;
      const domain = domainOf(shown);
      const there = often.get(domain) ?? [];
      often.set(domain, [...there, { name: contact.name, address }]);
    }
  }
  const index = { exact, often };
  indexes.set(people, index);
  return index;
}

/** A domain in its ASCII form (RFC 3490) looks like nothing. */
function inUnicode(address: string): string {
  const at = address.lastIndexOf('@');
  if (!/xn--/i.test(address)) return address;
  return `${address.slice(0, at + 1)}${domainToUnicode(address.slice(at + 1)) || address.slice(at + 1)}`;
}
