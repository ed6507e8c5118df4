import { domainToASCII } from 'node:url';
import { domainOf } from '../../src-shared/text/address.ts';
import { skeletonOf } from '../../src-shared/text/confusable.ts';
import { readableDomain } from './domains.ts';

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
const OTHER = { name: 'other', test: /\p{L}/u };
const LETTER = /\p{L}/u;

/**
 * The true form (RFC 5890) of a domain whose letters pretend: of several scripts in one label, of another script but all of them like
 * Latin ones, or with signs that no domain has. Undefined for every other domain.
 */
export function trueFormOf(address: string): string | undefined {
  const domain = domainOf(address);
  if (/^[a-z0-9.-]*$/.test(domain) && !domain.includes('xn--')) return undefined;
  if (domain.startsWith('[')) return undefined;
  const ascii = domainToASCII(domain);
  // Nobody can have registered it.
  if (ascii === '') return escaped(domain);
  const readable = readableDomain(ascii);
  const isPlain = domain.normalize('NFC') === readable || domain === ascii;
  return !isPlain || readable.split('.').some(pretends) ? ascii : undefined;
}

const escaped = (domain: string): string =>
  domain.slice(0, 253).replace(/[^\x21-\x7e]/gu, (sign) => `\\u{${sign.codePointAt(0)?.toString(16) ?? ''}}`);

function pretends(label: string): boolean {
  const scripts = new Set([...label].filter((sign) => LETTER.test(sign)).map((sign) => scriptOf(sign)));
  if (scripts.size === 0 || (scripts.size === 1 && scripts.has('Latin'))) return false;
  if (scripts.size > 1)
    return !TOGETHER.some((together) => [...scripts].every((script) => together.includes(script)));
  return /^[a-z0-9-]+$/.test(skeletonOf(label));
}

function scriptOf(sign: string): string {
  return (SCRIPTS.find(({ test }) => test.test(sign)) ?? OTHER).name;
}
