/** Names of the people who are written to stand in no dictionary, and are spelt right: they are where the writer took them from. */
import { wordsOf } from './spell-words.ts';
import type { Speller } from './speller.ts';

type Judge = Pick<Speller, 'check' | 'subscribe'>;

export type NamesAreRight = Judge & {
  /** Whose names are right from now on; whoever shows marks is told when that changes something. */
  setNames(names: readonly string[]): void;
};

/** A speller to which the words of some names are right, also with an 's behind them. */
export function namesAreRight(speller: Judge): NamesAreRight {
  const listeners = new Set<() => void>();
  let right = '';
  const isName = (word: string): boolean => right.includes(`\n${word.replace(/'s$/u, '')}\n`);
  return {
    async check(words) {
      const wrong = await speller.check(words);
      return new Set([...wrong].filter((word) => !isName(word)));
    },
    subscribe(listener) {
      const stop = speller.subscribe(listener);
      listeners.add(listener);
      return () => {
        stop();
        listeners.delete(listener);
      };
    },
    setNames(names) {
      const words = new Set(names.flatMap((name) => wordsOf(name).map(({ word }) => word)));
      const next = `\n${[...words].sort().join('\n')}\n`;
      if (next === right) return;
      right = next;
      for (const listener of listeners) listener();
    },
  };
}
