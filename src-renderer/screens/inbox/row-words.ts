import type { Address } from '../../../src-shared/model/message.ts';
import { isOwn, senderNameOf, shortNameOf } from '../../components/people-words.ts';

const MOST_NAMES = 4;

/**
 * "Inês Carvalho, Jonas, you": the first in full, the rest by given name, oneself last and only beside others.
 * A thread in which only oneself has written is named by whom it went to.
 */
export function participantsText(
  people: readonly Address[],
  recipients: readonly Address[],
  own: ReadonlySet<string>,
  words: { you: string; youAlone: string; unknown: string; to: (names: string) => string },
): string {
  const others = people.filter((person) => !isOwn(person, own));
  const hasSelf = others.length < people.length;
  if (others.length === 0) {
    if (!hasSelf) return words.unknown;
    const asked = recipients.filter((person) => !isOwn(person, own));
    return asked.length === 0 ? words.youAlone : words.to(namesOf(asked, words.unknown).join(', '));
  }
  const names = namesOf(others, words.unknown);
  if (hasSelf) names.push(words.you);
  return names.join(', ');
}

function namesOf(people: readonly Address[], unknown: string): string[] {
  const names = people
    .slice(0, MOST_NAMES)
    .map((person, index) => (index === 0 ? senderNameOf(person) : shortNameOf(person)) || unknown);
  if (people.length > MOST_NAMES) names.push('…');
  return names;
}

/** Whose picture stands beside a row: the first of the others, of those it went to, else oneself. */
export function facePersonOf(
  people: readonly Address[],
  recipients: readonly Address[],
  own: ReadonlySet<string>,
): Address {
  const isOther = (person: Address) => !isOwn(person, own);
  return people.find(isOther) ?? recipients.find(isOther) ?? people[0] ?? { name: '', address: '' };
}
