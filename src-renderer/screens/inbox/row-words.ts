import type { Address } from '../../../src-shared/model/message.ts';
import { isOwn, senderNameOf, shortNameOf } from '../../components/people-words.ts';

const MOST_NAMES = 4;

/** "Inês Carvalho, Jonas, you": the first in full, the rest by given name, oneself last and only beside others. */
export function participantsText(
  people: readonly Address[],
  own: ReadonlySet<string>,
  words: { you: string; youAlone: string; unknown: string },
): string {
  const others = people.filter((person) => !isOwn(person, own));
  const hasSelf = others.length < people.length;
  if (others.length === 0) return hasSelf ? words.youAlone : words.unknown;
  const shown = others.slice(0, MOST_NAMES);
  const names = shown.map(
    (person, index) => (index === 0 ? senderNameOf(person) : shortNameOf(person)) || words.unknown,
  );
  if (others.length > MOST_NAMES) names.push('…');
  if (hasSelf) names.push(words.you);
  return names.join(', ');
}

/** Whose picture stands beside a row: the first of the others, else oneself. */
export function facePersonOf(people: readonly Address[], own: ReadonlySet<string>): Address {
  return people.find((person) => !isOwn(person, own)) ?? people[0] ?? { name: '', address: '' };
}
