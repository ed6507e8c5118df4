/**
 * The people that the person knows: found by what somebody types, listed, brought in and written out as vCard. What is asked at each key is
 * answered from a list in memory that is made anew when somebody changed: nothing here asks the network, or tells it anything.
 */
import type { Completion, Contact, ContactContent, ContactGroup } from '../../src-shared/model/contact.ts';
import { turn } from '../base/turn.ts';
import type { KnownPerson } from '../store/contact-table.ts';
import { foldedText } from '../store/search-terms.ts';
import type { Store } from '../store/store.ts';

type People = Pick<Store['contacts'], 'people' | 'groups' | 'addMany'>;

export type Contacts = {
  /** Those who fit, by name. */
  page(query: string, start: number, limit: number): { contacts: Contact[]; total: number };
  /** Whom somebody may mean who types this; first those to whom is written often and lately. */
  complete(text: string, limit: number): Completion[];
  /** Adds people, some at a time. */
  add(contents: readonly ContactContent[]): Promise<{ added: number; changed: number }>;
};

/** Folded words, each with a space before it: what somebody types is the beginning of one of them. */
type Entry<T> = { value: T; words: string };
type Found = { person: { name: string; address: string }; score: number };
type Index = { byName: Entry<Contact>[]; byScore: Entry<Found>[] };

/** So many go into one transaction. */
const AT_ONCE = 500;
const MOST_GROUPS = 3;

export function createContacts(people: People): Contacts {
  let indexed: readonly KnownPerson[] | undefined;
  let index: Index = { byName: [], byScore: [] };

  function indexNow(): Index {
    const known = people.people();
    if (known !== indexed) index = indexOf(known);
    indexed = known;
    return index;
  }

  return {
    page(query, start, limit) {
      const { byName } = indexNow();
      const typed = typedWords(query);
      const found = typed.length === 0 ? byName : byName.filter(({ words }) => fits(words, typed));
      return {
        contacts: found.slice(start, start + limit).map(({ value }) => value),
        total: found.length,
      };
    },
    complete(text, limit) {
      const typed = typedWords(text);
      if (typed.length === 0) return [];
      const groups = people.groups().filter((group) => fits(wordsIn(group.name), typed) && isUseful(group));
      const found: Completion[] = groups
        .slice(0, Math.min(MOST_GROUPS, limit))
        .map(({ name, members }) => ({ kind: 'group', name, members }));
      for (const { value, words } of indexNow().byScore) {
        if (found.length >= limit) break;
        if (fits(words, typed)) found.push({ kind: 'person', person: value.person });
      }
      return found;
    },
    async add(contents) {
      const counts = { added: 0, changed: 0 };
      for (let at = 0; at < contents.length; at += AT_ONCE) {
        const { added, changed } = people.addMany(contents.slice(at, at + AT_ONCE));
        counts.added += added;
        counts.changed += changed;
        await turn();
      }
      return counts;
    },
  };
}

const isUseful = ({ members }: ContactGroup): boolean => members.length > 0;

function indexOf(known: readonly KnownPerson[]): Index {
  const byName: (Entry<Contact> & { sort: string })[] = [];
  const byScore: Entry<Found>[] = [];
  for (const { contact, addresses } of known) {
    const name = wordsIn(contact.name);
    const each = addresses.map((known) => ({ ...known, words: addressWords(known.address) }));
    byName.push({
      value: contact,
      words: `${name}${wordsIn(contact.organisation)}${each.map(({ words }) => words).join('')}`,
      // Who has no name stands where the address is.
      sort: foldedText(contact.name || contact.addresses[0] || contact.organisation),
    });
    for (const { address, score, words } of each) {
      byScore.push({ value: { person: { name: contact.name, address }, score }, words: name + words });
    }
  }
  const order = (a: string, b: string) => (a < b ? -1 : Number(a > b));
  byName.sort((a, b) => order(a.sort, b.sort));
  byScore.sort(
    (a, b) => b.value.score - a.value.score || order(a.value.person.address, b.value.person.address),
  );
  return { byName, byScore };
}

const NO_WORD = /[^\p{L}\p{N}\p{Co}]+/gu;

/** " ada lovelace": the words of a name. */
function wordsIn(text: string): string {
  const words = foldedText(text).replace(NO_WORD, ' ').trim();
  return words === '' ? '' : ` ${words}`;
}

/** The address as it is typed from its beginning, its parts, and its host after the sign. */
function addressWords(address: string): string {
  const folded = foldedText(address).replaceAll(' ', '');
  const host = folded.slice(folded.lastIndexOf('@'));
  return ` ${folded} ${host}${wordsIn(folded)}`;
}

/** What was typed, word for word, each with the space that stands before the words of an entry. */
function typedWords(text: string): string[] {
  return foldedText(text)
    .split(/[\s,;<>"()]+/u)
    .filter((word) => word !== '')
    .map((word) => ` ${word}`);
}

const fits = (words: string, typed: readonly string[]): boolean =>
  typed.every((word) => words.includes(word));
