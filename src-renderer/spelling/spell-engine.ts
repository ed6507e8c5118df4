/** Judges words by Hunspell dictionaries. Pure; it runs in a worker, because a dictionary takes long to read and a suggestion long to find. */
import nspell from 'nspell';
import { scriptOf } from './spell-words.ts';

export type SpellEngine = {
  /** Adds a dictionary. Throws when it cannot be read. */
  add(dictionary: { aff: string; dic: string }): void;
  /** All words that the person taught the program. */
  setLearned(words: readonly string[]): void;
  /** Those of the words that no dictionary knows; none of a script that no dictionary is about. */
  misspelled(words: readonly string[]): string[];
  /** What may be meant, the likely first; at most eight. */
  suggest(word: string): string[];
};

const MOST_SUGGESTED = 8;
/** Enough of a dictionary to see in which script it is. */
const SAMPLE = 20_000;

export function createSpellEngine(): SpellEngine {
  const checkers: { scripts: ReadonlySet<string>; checker: ReturnType<typeof nspell> }[] = [];
  let learned: ReadonlySet<string> = new Set();

  const aboutScriptOf = (word: string) => {
    const script = scriptOf(word);
    return checkers.filter(({ scripts }) => scripts.has(script)).map(({ checker }) => checker);
  };

  /** A learned small word also stands at the beginning of a sentence. */
  const isLearned = (word: string) =>
    learned.has(word) || learned.has(word.charAt(0).toLowerCase() + word.slice(1));

  return {
    add({ aff, dic }) {
      const words = dic.slice(0, SAMPLE).match(/^\p{L}+/gmu) ?? [];
      checkers.push({ scripts: new Set(words.map(scriptOf)), checker: nspell({ aff, dic }) });
    },
    setLearned(words) {
      learned = new Set(words.map((word) => word.normalize('NFC').replaceAll('’', "'")));
    },
    misspelled: (words) =>
      words.filter((word) => {
        const about = aboutScriptOf(word);
        return about.length > 0 && !isLearned(word) && !about.some((checker) => checker.correct(word));
      }),
    suggest(word) {
      const each = aboutScriptOf(word).map((checker) => checker.suggest(word));
      const longest = Math.max(0, ...each.map((list) => list.length));
      const merged = Array.from({ length: longest }, (_, index) => each.map((list) => list[index])).flat();
      return [...new Set(merged.filter((one) => one !== undefined))].slice(0, MOST_SUGGESTED);
    },
  };
}
