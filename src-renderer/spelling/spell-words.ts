/** Which parts of a text are words that a dictionary can judge. Pure; text has to be cheap to look through, for it is being typed. */

/** Where a word stands in the text, and the word as dictionaries write it. */
export type Word = { from: number; to: number; word: string };

const TOKEN = /\S+/gu;
const WORD = /\p{L}[\p{L}\p{M}]*(?:['’]\p{L}[\p{L}\p{M}]*)*/gu;

/** Addresses, links, paths, names of files and of hosts, amounts, names of variables. */
const NO_PROSE = /[@_\\/\p{N}]|:\/\/|^www\.|\p{L}\.\p{L}{2,}/u;

/** Scripts that put no spaces between words, and marks without a word. */
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]/u;

const LONGEST = 60;

/** The words of a text that are to be checked. What is written in capitals, and names like `iPhone`, is left alone. */
export function wordsOf(text: string): Word[] {
  const words: Word[] = [];
  for (const token of text.matchAll(TOKEN)) {
    if (NO_PROSE.test(token[0])) continue;
    for (const found of token[0].matchAll(WORD)) {
      const written = found[0];
      if (!isJudged(written)) continue;
      const from = token.index + found.index;
      words.push({ from, to: from + written.length, word: written.normalize('NFC').replaceAll('’', "'") });
    }
  }
  return words;
}

function isJudged(word: string): boolean {
  if (word.length < 2 || word.length > LONGEST || UNSPACED.test(word)) return false;
  return word !== word.toUpperCase() || word === word.toLowerCase() ? !/\p{Ll}\p{Lu}/u.test(word) : false;
}

const SCRIPTS = [
  ['latin', /\p{Script=Latin}/u],
  ['cyrillic', /\p{Script=Cyrillic}/u],
  ['greek', /\p{Script=Greek}/u],
  ['hebrew', /\p{Script=Hebrew}/u],
  ['arabic', /\p{Script=Arabic}/u],
  ['armenian', /\p{Script=Armenian}/u],
  ['georgian', /\p{Script=Georgian}/u],
  ['hangul', /\p{Script=Hangul}/u],
  ['devanagari', /\p{Script=Devanagari}/u],
] as const;

/** The script of a word by its first letter; of those that no rule names, `other`. */
export function scriptOf(word: string): string {
  return SCRIPTS.find(([, test]) => test.test(word.charAt(0)))?.[0] ?? 'other';
}
