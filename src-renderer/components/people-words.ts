import type { Address } from '../../src-shared/model/message.ts';
import { displayNameOf } from '../../src-shared/text/address.ts';
import { cleanLine } from '../html/clean-line.ts';

/** Words of `reader.*` that these functions need, so that they stay pure. */
export type PeopleWords = {
  you: string;
  nobody: string;
  list: (parts: readonly string[]) => string;
  more: (names: string, count: number) => string;
};

const MOST_NAMES = 4;
/** Of more than that: how many they are is to be seen in a narrow window too. */
const NAMES_BEFORE_OTHERS = 2;

export function isOwn(person: Address, ownAddresses: ReadonlySet<string>): boolean {
  return ownAddresses.has(person.address.toLowerCase());
}

/** A sender as it may be shown: a name that is itself an address is no name, because it may be another's address. */
export function senderNameOf(person: Address): string {
  const name = cleanLine(person.name);
  return name === '' || name.includes('@') ? cleanLine(person.address) : name;
}

/** "you, Jonas Brandt and 12 others": who a message went to. */
export function recipientsText(
  people: readonly Address[],
  own: ReadonlySet<string>,
  words: PeopleWords,
): string {
  if (people.length === 0) return words.nobody;
  const isShort = people.length <= MOST_NAMES;
  const names = people
    .slice(0, isShort ? MOST_NAMES : NAMES_BEFORE_OTHERS)
    .map((person) => (isOwn(person, own) ? words.you : cleanLine(displayNameOf(person))));
  return isShort ? words.list(names) : words.more(names.join(', '), people.length - names.length);
}

const ROLE =
  /^(?:no-?reply|do-?not-?reply|info|news|newsletter|hello|team|support|service|billing|invoice|orders?|notifications?|notify|alerts?|updates?|marketing|accounts?|admin|contact|office|mailer|tickets?|shop|sales|help|post)[@.+_-]/iu;

/**
 * Whether a sender looks like an organisation: the address is a role, or the name is that of its domain ("The Long Field",
 * letters@thelongfield.example). Only the shape of its grey picture depends on it.
 */
export function isOrganisation(person: Address): boolean {
  if (ROLE.test(person.address)) return true;
  const name = lettersOf(person.name);
  const labels = person.address.split('@').at(-1)?.split('.') ?? [];
  return name !== '' && labels.slice(0, -1).some((label) => lettersOf(label) === name);
}

/** Letters and digits without their accents. */
function lettersOf(text: string): string {
  return text
    .slice(0, 200)
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '')
    .toLowerCase();
}

/** The given name (of an organisation all of it), for narrow places where several people stand in a row. */
export function shortNameOf(person: Address): string {
  const name = senderNameOf(person);
  if (isOrganisation(person)) return name;
  return name.includes('@') ? (name.split('@')[0] ?? name) : (name.split(' ')[0] ?? name);
}
