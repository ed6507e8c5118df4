/**
 * Whether the letters of a name pretend to be others. Pure; it warns people, nothing is decided by it alone.
 */
import { skeletonOf } from './confusable.ts';

/** Scripts that are written together (UTS #39, "highly restrictive"). */
const TOGETHER: readonly (readonly string[])[] = [
  ['Latin', 'Han', 'Hiragana', 'Katakana'],
  ['Latin', 'Han', 'Bopomofo'],
  ['Latin', 'Han', 'Hangul'],
];

const SCRIPTS = [
  'Latin',
  'Cyrillic',
  'Greek',
  'Armenian',
  'Hebrew',
  'Arabic',
  'Devanagari',
  'Bengali',
  'Thai',
  'Georgian',
  'Cherokee',
  'Coptic',
  'Han',
  'Hiragana',
  'Katakana',
  'Bopomofo',
  'Hangul',
].map((name) => ({ name, test: new RegExp(`\\p{Script=${name}}`, 'u') }));
/** The long vowel of Kana is of no script, says Unicode; elsewhere it looks like a hyphen. */
const LONG_VOWEL = /(?<=[\p{Script=Hiragana}\p{Script=Katakana}])ー+/gu;
const OTHER = { name: 'other', test: /\p{L}/u };
const LETTER = /\p{L}/u;

/**
 * Whether a label of a domain, in its Unicode form (RFC 5890), can be taken for another: it is of several scripts that are not written
 * together, or of other signs than Latin ones that all look like those.
 */
export function isDisguisedLabel(label: string): boolean {
  const letters = [...label.replace(LONG_VOWEL, '')].filter((sign) => LETTER.test(sign));
  const scripts = new Set(letters.map(scriptOf));
  if (scripts.size > 1) {
    return !TOGETHER.some((together) => [...scripts].every((script) => together.includes(script)));
  }
  return !scripts.has('Latin') && /[^\0-\x7f]/u.test(label) && /^[a-z0-9-]+$/u.test(skeletonOf(label));
}

function scriptOf(sign: string): string {
  return (SCRIPTS.find(({ test }) => test.test(sign)) ?? OTHER).name;
}
