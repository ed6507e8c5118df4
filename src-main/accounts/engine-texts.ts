/** Sentences that the engine itself writes: in the browser at the end of a sign-in, on a saved receipt, above a quotation. */
import { IntlMessageFormat } from 'intl-messageformat';
import type { MailError } from '../base/errors.ts';
import type { AnswerText } from '../oauth/answer-page.ts';

export type EngineTexts = {
  language: string;
  /** A message of the catalogue, filled in; its key when there is none. */
  format(key: string, values?: Record<string, string | number>): string;
  has(key: string): boolean;
  /** What the browser shows at the end. */
  answer(outcome: 'done' | 'forged' | MailError): AnswerText;
};

/** `catalogue`: keys with ICU messages, and `language`, the language tag of them all. */
export function createEngineTexts(catalogue: Record<string, string>): EngineTexts {
  const language = catalogue.language ?? 'en';
  const format: EngineTexts['format'] = (key, values) => {
    const message = catalogue[key];
    if (message === undefined) return key;
    // No tags: an angle bracket in a message is an angle bracket.
    return String(new IntlMessageFormat(message, language, undefined, { ignoreTag: true }).format(values));
  };
  return {
    language,
    format,
    has: (key) => key in catalogue,
    answer(outcome) {
      const name = typeof outcome === 'string' ? outcome : outcome.code;
      const key = `answer.${name}.title` in catalogue ? name : 'failed';
      return {
        tone: outcome === 'done' ? 'good' : 'bad',
        title: format(`answer.${key}.title`),
        text: format(`answer.${key}.text`),
        language,
      };
    },
  };
}
