/** Sentences that the engine itself writes: in the browser at the end of a sign-in, on a saved receipt, above a quotation. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import type { Language } from '../../src-shared/text/language.ts';
import type { MailError } from '../base/errors.ts';
import type { AnswerText } from '../oauth/answer-page.ts';

export type EngineTexts = {
  /** The language of now, as a tag. */
  readonly language: Language;
  /** A message of the catalogue, filled in; its key when there is none. */
  format(key: string, values?: Record<string, string | number>): string;
  has(key: string): boolean;
  /** What the browser shows at the end. */
  answer(outcome: 'done' | 'forged' | MailError): AnswerText;
};

/** Keys with ICU messages, of each language. */
export type EngineCatalogues = Record<Language, Record<string, string>>;

/** The engine's catalogues in a folder, those of a language as one. Throws when a file cannot be read. */
export function readEngineCatalogues(folder: string): EngineCatalogues {
  const read = (language: Language): Record<string, string> =>
    Object.assign(
      {},
      ...['engine', 'receipt'].map((name) =>
        JSON.parse(readFileSync(join(folder, `${language}-${name}.json`), 'utf8')),
      ),
    );
  return { en: read('en'), de: read('de') };
}

/** `language` is asked for each sentence, so that a choice of the person holds from the next one on. */
export function createEngineTexts(catalogues: EngineCatalogues, language: () => Language): EngineTexts {
  const message = (key: string): string | undefined => {
    const own = catalogues[language()];
    return Object.hasOwn(own, key) ? own[key] : undefined;
  };
  const format: EngineTexts['format'] = (key, values) => {
    const text = message(key);
    if (text === undefined) return key;
    // No tags: an angle bracket in a message is an angle bracket.
    return String(new IntlMessageFormat(text, language(), undefined, { ignoreTag: true }).format(values));
  };
  return {
    get language() {
      return language();
    },
    format,
    has: (key) => message(key) !== undefined,
    answer(outcome) {
      const name = typeof outcome === 'string' ? outcome : outcome.code;
      const key = message(`answer.${name}.title`) !== undefined ? name : 'failed';
      return {
        tone: outcome === 'done' ? 'good' : 'bad',
        title: format(`answer.${key}.title`),
        text: format(`answer.${key}.text`),
        language: language(),
      };
    },
  };
}
