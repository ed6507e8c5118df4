/** German keeps step with English: each sentence is there, says the same values, and is German. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { IntlMessageFormat } from 'intl-messageformat';
import { describe, expect, it } from 'vitest';
import { german } from '../../../src-renderer/i18n/german.ts';

const LOCALES = join(import.meta.dirname, '../../../app/locales');
const read = (file: string): Record<string, string> =>
  JSON.parse(readFileSync(join(LOCALES, file), 'utf8')) as Record<string, string>;

/** Only these are said by the shell and the engine alone, so that the window does without them. */
const NOT_OF_THE_WINDOW = new Set(['menu', 'engine']);
const englishFiles = readdirSync(LOCALES).filter((name) => /^en(-[a-z-]+)?\.json$/u.test(name));
const pairs = englishFiles.map((file) => ({
  file,
  english: read(file),
  german: read(file.replace(/^en/u, 'de')),
}));
const sentences = pairs.flatMap(({ file, english, german: words }) =>
  Object.entries(words).map(([key, text]) => ({
    at: `${file.replace(/^en/u, 'de')} ${key}`,
    text,
    english: english[key] ?? '',
  })),
);
/** Those for which `isFault` holds, as a person would look for them. */
const faults = (isFault: (one: { text: string; english: string }) => boolean): string[] =>
  sentences.filter(isFault).map(({ at, text }) => `${at}: ${text}`);

type Ast = ReturnType<IntlMessageFormat['getAst']>;
const parse = (text: string, language: string): Ast =>
  new IntlMessageFormat(text, language, undefined, { ignoreTag: true }).getAst();

/** What a message asks for: each value with its kind, and the cases that it tells apart. */
function asks(ast: Ast, found = new Set<string>()): string[] {
  for (const element of ast) {
    if (!('value' in element) || element.type === 0) continue;
    const cases = 'options' in element ? Object.keys(element.options).sort().join('|') : '';
    const style = 'style' in element && element.style ? JSON.stringify(element.style) : '';
    found.add(`${element.value} ${element.type} ${cases} ${style}`);
    if ('options' in element) for (const one of Object.values(element.options)) asks(one.value, found);
  }
  return [...found].sort();
}

/** Words that are no German word as well; `in`, `was`, `so` and their like are. */
const ENGLISH =
  /\b(?:the|and|of|to|is|are|not|you|your|yours|with|this|that|these|those|for|from|it|its|be|been|has|have|can|cannot|would|when|where|which|who|what|why|how|by|on|at|or|no|mail|message|messages|account|accounts|folder|file|key|keys|password|access|provider|settings|sign|signed|again|nothing|here|there|only|send|sent|delete|deleted)\b/iu;
/** Spelled the same in both languages, or names. */
const ALIKE = new Set([
  ...['Latchkey Mail', 'Name', 'Server', 'Port', 'Code', 'Passphrase', 'Cc', 'Bcc'],
  ...['⌘ Enter', '⌘ ⇧ Enter', 'Enter', 'Text', 'Link', 'Emoji', 'Organisation', 'English', 'Deutsch'],
]);

describe('German', () => {
  it('has the same catalogues, and in them the same keys in the same order', () => {
    for (const { file, english, german: words } of pairs) {
      expect(Object.keys(words), file).toEqual(Object.keys(english));
    }
    const germanFiles = readdirSync(LOCALES).filter((name) => name.startsWith('de'));
    expect(germanFiles.map((name) => name.replace(/^de/u, 'en')).sort()).toEqual(englishFiles.sort());
  });

  it('is all there in the window', () => {
    for (const { file, german: words } of pairs) {
      if (NOT_OF_THE_WINDOW.has(/^en-(.+)\.json$/u.exec(file)?.[1] ?? '')) continue;
      for (const [key, text] of Object.entries(words)) expect(german[key], key).toBe(text);
    }
  });

  it('is made of valid messages that ask for the same values and tell the same cases apart', () => {
    for (const { at, text, english } of sentences) {
      expect(asks(parse(text, 'de')), at).toEqual(asks(parse(english, 'en')));
    }
  });

  it('leaves nothing empty and nothing in English', () => {
    expect(faults(({ text }) => text.trim() === '')).toEqual([]);
    // Names, addresses and what people type stay as they are.
    const spoken = (text: string) =>
      text
        .replace(/Latchkey Mail|K-9 Mail|Lab Mail|Mail\.ru|\S*[.:@/]\w\S*|\{\w+(?=[,}])/gu, ' ')
        .replace(/\b[A-Za-z]+-Mail/gu, ' ');
    expect(faults(({ text }) => ENGLISH.test(spoken(text)))).toEqual([]);
    const isSaid = (text: string) =>
      /\p{Ll}{2}/u.test(text.replace(/\{[^{}]*\}/gu, '').replace(/https?:\S+/gu, ''));
    expect(faults(({ text, english }) => text === english && isSaid(text) && !ALIKE.has(text))).toEqual([]);
  });

  it('is set as German is: its own quotation marks in pairs, no double spaces, an ellipsis in one piece', () => {
    expect(faults(({ text }) => /["'”‚‘’]/u.test(text))).toEqual([]);
    expect(faults(({ text }) => text.replace(/„[^„“]*“/gu, '').match(/[„“]/u) !== null)).toEqual([]);
    expect(faults(({ text }) => / {2}|\t|\.\.\.| [,.;:!?…]/u.test(text))).toEqual([]);
    expect(faults(({ text, english }) => text.endsWith('…') !== english.endsWith('…'))).toEqual([]);
    expect(faults(({ text }) => /^\s|\s$/u.test(text))).toEqual([]);
  });

  it('says Sie to people', () => {
    expect(faults(({ text }) => /\b(?:du|dich|dir|dein\w*|ihr selbst)\b/u.test(text))).toEqual([]);
  });
});
