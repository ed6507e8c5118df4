/** Whom the person knows, made ready for the question whether somebody looks like one of them. */
import type { Address } from '../../src-shared/model/message.ts';
import { domainOf } from '../../src-shared/text/address.ts';
import { isNear, resembles, skeletonOf } from '../../src-shared/text/confusable.ts';
import { readableDomain } from './domains.ts';
import { foldedName } from './name-doubts.ts';

export type KnownPeople = {
  has(address: string): boolean;
  /** Somebody known of this name, when nobody known of this name has this address. */
  namesake(person: Address): Address | undefined;
  /** Somebody known for whom this address can be taken. */
  lookalike(address: string): Address | undefined;
};

/** Of one domain with more people than that only those are compared that look the same: at a large provider many are near. */
const MOST_COMPARED = 200;
const REMEMBERED = 2_000;
/** A single short word is the name of many. */
const SHORTEST_NAME = 4;

/** `people`: those to whom the person has written, and the person's own addresses. */
export function createKnownPeople(people: readonly Address[]): KnownPeople {
  const byAddress = new Map<string, Address>();
  const byName = new Map<string, Address[]>();
  const bySkeleton = new Map<string, Address>();
  const byDomain = new Map<string, Address[]>();
  const near = new Map<string, string[]>();
  for (const person of people) {
    const address = plain(person.address);
    if (byAddress.has(address)) continue;
    byAddress.set(address, person);
    bySkeleton.set(skeletonOf(address), person);
    const name = foldedName(person.name);
    if (name.length >= SHORTEST_NAME) add(byName, name, person);
    add(byDomain, domainOf(address), person);
  }
  for (const domain of byDomain.keys()) for (const key of slips(domain)) add(near, key, domain);

  /** Answers are the same until somebody else becomes known, which is another index. */
  const remembered = new Map<string, Address | undefined>();

  function find(address: string): Address | undefined {
    const domain = domainOf(address);
    if (domain === '') return undefined;
    const twin = bySkeleton.get(skeletonOf(address));
    if (twin) return twin;
    const here = byDomain.get(domain);
    if (here) {
      return here.length > MOST_COMPARED
        ? undefined
        : here.find((person) => resembles(address, plain(person.address)));
    }
    const candidates = new Set(slips(domain).flatMap((key) => near.get(key) ?? []));
    const like = [...candidates].find((known) => isNear(domain, known));
    if (like === undefined) return undefined;
    const there = byDomain.get(like) ?? [];
    return there.find((person) => resembles(address, plain(person.address))) ?? there[0];
  }

  return {
    has: (address) => byAddress.has(plain(address)),
    namesake({ name, address }) {
      const same = byName.get(foldedName(name));
      return same?.some((person) => plain(person.address) === plain(address)) ? undefined : same?.[0];
    },
    lookalike(address) {
      const key = plain(address);
      if (byAddress.has(key)) return undefined;
      if (!remembered.has(key)) {
        if (remembered.size >= REMEMBERED) remembered.clear();
        remembered.set(key, find(key));
      }
      return remembered.get(key);
    },
  };
}

/** In small letters, the domain as people read it. */
function plain(address: string): string {
  const at = address.lastIndexOf('@');
  const small = address.slice(0, 500).toLowerCase();
  return at < 0 ? small : `${small.slice(0, at + 1)}${readableDomain(small.slice(at + 1))}`;
}

/** What is left of a domain, and of its looks, without one of their letters: of two that are one slip apart, some are the same. */
function slips(domain: string): string[] {
  const plain = domain.slice(0, 253);
  return [...new Set([plain, skeletonOf(plain)])].flatMap((text) => [
    text,
    ...Array.from(text, (_, index) => text.slice(0, index) + text.slice(index + 1)),
  ]);
}

function add<T>(map: Map<string, T[]>, key: string, value: T): void {
  const there = map.get(key);
  if (there) there.push(value);
  else map.set(key, [value]);
}
