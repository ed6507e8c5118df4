/**
 * What stands in the search field: operators that are finished become chips, the rest is text. Pure. What the words mean is
 * the engine's to say (`src-shared/text/search-text.ts`); here they are only cut, offered and marked.
 */
import { parseSearch } from '../../../src-shared/text/search-text.ts';

/** Operators with the values that can be offered; the others take what one types. */
const OPERATORS: Readonly<Record<string, readonly string[]>> = {
  from: [],
  to: [],
  subject: [],
  in: [],
  has: ['attachment'],
  is: ['unread', 'starred', 'read', 'answered'],
  before: [],
  after: [],
  larger: ['1m', '5m', '25m'],
  smaller: [],
  cc: [],
  filename: [],
};
/** What is offered while nothing is typed, the most wanted first. */
const OFFERED = [
  'from:',
  'to:',
  'subject:',
  'in:',
  'is:unread',
  'has:attachment',
  'before:',
  'after:',
  'larger:',
];
const FINISHED = new RegExp(
  `^\\s*(-?(?:${Object.keys(OPERATORS).join('|')}):(?:"[^"]*"|[^\\s"]+))\\s+`,
  'iu',
);

export type SearchInput = { chips: readonly string[]; text: string };

export const NO_SEARCH: SearchInput = { chips: [], text: '' };

export function queryOf({ chips, text }: SearchInput): string {
  return [...chips, text].join(' ').trim();
}

/** Operators at the front of the text that are followed by a space become chips. */
export function takeChips(input: SearchInput): SearchInput {
  const found = FINISHED.exec(input.text);
  if (!found?.[1]) return input;
  const chips = input.chips.includes(found[1]) ? input.chips : [...input.chips, found[1]];
  return takeChips({ chips, text: input.text.slice(found[0].length) });
}

/** The last chip is text again: the person goes back into it. */
export function reopenLastChip({ chips, text }: SearchInput): SearchInput {
  const last = chips.at(-1);
  return last === undefined ? { chips, text } : { chips: chips.slice(0, -1), text: `${last}${text}` };
}

export type Suggestion = {
  /** What the button says. */
  label: string;
  /** The field after it was chosen. */
  result: SearchInput;
};

const quoted = (value: string): string => (/[\s"]/u.test(value) ? `"${value.replaceAll('"', '')}"` : value);

/** What may come next: operators, or the values of the one that is being typed. */
export function suggestionsFor(input: SearchInput, mailboxNames: readonly string[]): Suggestion[] {
  const start = input.text.search(/\S*$/u);
  const before = input.text.slice(0, start);
  const word = input.text.slice(start).toLowerCase();
  const offer = (label: string, isWhole: boolean): Suggestion => ({
    label,
    result: takeChips({ chips: input.chips, text: `${before}${label}${isWhole ? ' ' : ''}` }),
  });
  const colon = word.indexOf(':');
  if (colon > 0) {
    const operator = word.slice(0, colon);
    const typed = word.slice(colon + 1).replace(/^"/u, '');
    const values = operator === 'in' ? [...new Set(mailboxNames)] : (OPERATORS[operator] ?? []);
    return values
      .filter((value) => value.toLowerCase().startsWith(typed) && value.toLowerCase() !== typed)
      .slice(0, 8)
      .map((value) => offer(`${operator}:${quoted(value)}`, true));
  }
  const chosen = new Set(input.chips.map((chip) => chip.toLowerCase()));
  return OFFERED.filter((label) => label.startsWith(word) && !chosen.has(label)).map((label) =>
    offer(label, !label.endsWith(':')),
  );
}

/** The plain words of a query, as the engine reads them, to be marked where they stand. */
export function markedWords(query: string): string[] {
  return parseSearch(query, Date.now())
    .clauses.flat()
    .flatMap(({ test, isNegated }) =>
      test.kind === 'text' && test.field === 'any' && !isNegated ? [test.text] : [],
    );
}

/** Diacritics folded, lower case, one character for each of the text, so that places stay the same. */
function folded(text: string): string {
  return [...text]
    .map((char) => {
      const bare = char.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();
      return bare.length === char.length ? bare : char;
    })
    .join('');
}

/** Whether it is of a script that has spaces between words. */
const isSpaced = (word: string): boolean =>
  /^[\p{L}\p{N}]/u.test(word) && !/^[\p{scx=Han}\p{scx=Hiragana}\p{scx=Katakana}\p{scx=Thai}]/u.test(word);

/** A text cut at the words: every second piece, beginning with the second, is one that fits. */
export function cutAtWords(text: string, words: readonly string[]): string[] {
  const wanted = words.map(folded).filter((word) => word !== '');
  if (wanted.length === 0) return [text];
  const escaped = wanted.map((word) => word.replace(/[.*+?^${}()|[\]\\]/gu, '\\$&'));
  // Words are found at their beginning; writing without spaces has none.
  const pattern = new RegExp(
    escaped.map((word) => (isSpaced(word) ? `(?<![\\p{L}\\p{N}])${word}` : word)).join('|'),
    'gu',
  );
  const flat = folded(text);
  const pieces: string[] = [];
  let at = 0;
  for (const match of flat.matchAll(pattern)) {
    if (match[0] === '') continue;
    pieces.push(text.slice(at, match.index), text.slice(match.index, match.index + match[0].length));
    at = match.index + match[0].length;
  }
  pieces.push(text.slice(at));
  return pieces;
}
