/** What the spelling keeps: words that the person taught, dictionaries that the person gave, and which dictionaries are used. */
import { pack, unpack } from '../base/packed.ts';
import type { Context } from './context.ts';

/** UTF-8, whatever the file was written in. */
export type StoredDictionary = { id: string; language: string; aff: string; dic: string };

export type SpellingTable = {
  words(): string[];
  /** Teaching twice is no error. */
  setKnown(word: string, isKnown: boolean): void;
  dictionaries(): Pick<StoredDictionary, 'id' | 'language'>[];
  dictionary(id: string): StoredDictionary | undefined;
  /** One of the same id is replaced. */
  addDictionary(dictionary: StoredDictionary): void;
  /** What the person chose; of those that are not named they chose nothing. */
  choices(): ReadonlyMap<string, boolean>;
  choose(id: string, isOn: boolean): void;
};

type Row = { id: string; language: string; aff: Uint8Array; dic: Uint8Array };

export function createSpellingTable({ journal }: Context): SpellingTable {
  return {
    words: () =>
      journal.all<{ word: string }>('SELECT word FROM learned_word ORDER BY word').map(({ word }) => word),
    setKnown(word, isKnown) {
      if (isKnown) journal.run('INSERT INTO learned_word(word) VALUES (?) ON CONFLICT DO NOTHING', [word]);
      else journal.run('DELETE FROM learned_word WHERE word = ?', [word]);
    },
    dictionaries: () => journal.all<Pick<Row, 'id' | 'language'>>('SELECT id, language FROM dictionary'),
    dictionary(id) {
      const row = journal.get<Row>('SELECT id, language, aff, dic FROM dictionary WHERE id = ?', [id]);
      return row && { ...row, aff: textOf(row.aff), dic: textOf(row.dic) };
    },
    addDictionary({ id, language, aff, dic }) {
      journal.run(
        `INSERT INTO dictionary(id, language, aff, dic) VALUES (?, ?, ?, ?)
         ON CONFLICT(id) DO UPDATE SET language = excluded.language, aff = excluded.aff, dic = excluded.dic`,
        [id, language, pack(Buffer.from(aff)), pack(Buffer.from(dic))],
      );
    },
    choices: () =>
      new Map(
        journal
          .all<{ id: string; is_on: number }>('SELECT id, is_on FROM dictionary_choice')
          .map((row) => [row.id, row.is_on === 1]),
      ),
    choose(id, isOn) {
      journal.run(
        'INSERT INTO dictionary_choice(id, is_on) VALUES (?, ?) ON CONFLICT(id) DO UPDATE SET is_on = excluded.is_on',
        [id, isOn ? 1 : 0],
      );
    },
  };
}

const textOf = (packed: Uint8Array): string => Buffer.from(unpack(packed)).toString('utf8');
