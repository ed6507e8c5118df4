/**
 * Text as the index has it, and words as the index is asked for them; what goes in and what is asked for are cut in the same way.
 * Writing without spaces between words (Chinese, Japanese, Thai …) goes in as single characters and pairs, "会 会議 議", so that any
 * part of it is found by its exact pairs, whatever its length. All else is left to the index, which parts words and folds accents.
 */

// Scripts that put no spaces between words; Korean does, but glues particles and compounds.
const UNSPACED =
  /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}ー]+/gu;
const MAY_BE_UNSPACED = /[\u0e00-\u0eff\u1000-\u109f\u1100-\u11ff\u1780-\u17ff\u2e80-\u{3ffff}]/u;
const MARKS = /\p{M}+/gu;
const NOT_ASCII = /[^ -~\s]/u;

/** Text as it goes into the index of words. */
export function indexedText(text: string): string {
  // Wide and composed forms of one character are one character.
  const one = NOT_ASCII.test(text) ? text.normalize('NFKC') : text;
  return MAY_BE_UNSPACED.test(one) ? one.replace(UNSPACED, (run) => ` ${cut(run).join(' ')} `) : one;
}

/** a, ab, b, bc, c … */
function cut(run: string): string[] {
  const letters = [...run].filter((char) => !/\p{M}/u.test(char));
  return letters.flatMap((letter, index) => {
    const next = letters[index + 1];
    return next === undefined ? [letter] : [letter, letter + next];
  });
}

/** Text without case and accents, as it goes into the index of what is inside words. */
export function foldedText(text: string): string {
  const folded = NOT_ASCII.test(text)
    ? text.toLowerCase().normalize('NFKD').replace(MARKS, '').normalize('NFC')
    : text.toLowerCase();
  return folded.replace(/\s+/gu, ' ').trim();
}

/** A string of the index's query language: whatever it holds, it is words. */
const quoted = (text: string): string => `"${text.replaceAll('\0', ' ').replaceAll('"', '""')}"`;

/**
 * What asks the index of words for a text; with `isPrefix` its last word may go on. One letter alone is a word of its own: as a
 * beginning it would fit almost everything.
 */
export function wordsQuery(text: string, isPrefix: boolean): string {
  const words = indexedText(text).trim().split(/\s+/u);
  const isUnspaced = MAY_BE_UNSPACED.test(text.normalize('NFKC').at(-1) ?? '');
  // A single run: its pairs say all, and fewer lists are read.
  if (words.length > 2 && text.normalize('NFKC').replace(UNSPACED, '') === '') {
    return quoted(words.slice(1, -1).join(' '));
  }
  const lastWord = /[\p{L}\p{N}\p{Co}]+[^\p{L}\p{N}\p{Co}]*$/u.exec(text)?.[0] ?? '';
  const canGoOn = isPrefix && !isUnspaced && [...lastWord].length > 1;
  return `${quoted(words.join(' '))}${canGoOn ? ' *' : ''}`;
}

/** More of them narrow nothing any further. */
const MOST_TRIGRAMS = 16;

/** What asks the index of three letters for messages that may have this folded text inside; undefined when it is too short. */
export function insideQuery(folded: string): string | undefined {
  const letters = [...folded];
  if (letters.length < 3) return undefined;
  const trigrams = new Set(letters.slice(2).map((_, index) => letters.slice(index, index + 3).join('')));
  return [...trigrams].slice(0, MOST_TRIGRAMS).map(quoted).join(' AND ');
}
