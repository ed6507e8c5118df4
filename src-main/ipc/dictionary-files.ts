/**
 * Hunspell dictionaries that lie on this computer: those of the system, and those that the person picks. A dictionary is two files of one
 * name, NAME.aff and NAME.dic; its name says the language. Only what a folder lists is ever read: no path is made out of an id.
 */
import { readdir } from 'node:fs/promises';
import { homedir } from 'node:os';
import { basename, dirname, extname, join } from 'node:path';
import { decoderOf } from '../base/charset.ts';
import { MailError } from '../base/errors.ts';
import { readFileWithin } from './files.ts';

export type DictionaryFile = { name: string; language: string; aff: string; dic: string };

/** Bytes, of each file. */
const LARGEST = 20_000_000;
const MOST = 300;

/** `de_DE_frami`, `en-GB`, `sr-Latn`: a language, and what makes it another. */
const NAME = /^[a-z]{2,3}(?:[_-][A-Za-z0-9]{1,20}){0,3}$/;

/** Where systems and office programs keep them; in the folders `dict-*` of the latter. */
export function dictionaryFolders(platform: NodeJS.Platform, home = homedir()): string[] {
  if (platform === 'darwin')
    return [
      join(home, 'Library/Spelling'),
      '/Library/Spelling',
      '/Applications/LibreOffice.app/Contents/Resources/extensions',
    ];
  if (platform === 'win32') return ['C:\\Program Files\\LibreOffice\\share\\extensions'];
  return [
    '/usr/share/hunspell',
    '/usr/share/myspell',
    '/usr/share/myspell/dicts',
    '/usr/local/share/hunspell',
    join(home, '.local/share/hunspell'),
    '/usr/lib/libreoffice/share/extensions',
  ];
}

/** The dictionaries in these folders, by name, the first of each. */
export async function findDictionaries(folders: readonly string[]): Promise<DictionaryFile[]> {
  const found = new Map<string, DictionaryFile>();
  for (const folder of folders) {
    const names = await readdir(folder).catch(() => []);
    const inner = names.filter((name) => /^dict-[A-Za-z-]{2,20}$/.test(name));
    for (const one of await findIn(folder, names)) setOnce(found, one);
    for (const name of inner) {
      const path = join(folder, name);
      for (const one of await findIn(path, await readdir(path).catch(() => []))) setOnce(found, one);
    }
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1)).slice(0, MOST);
}

async function findIn(folder: string, names: readonly string[]): Promise<DictionaryFile[]> {
  const has = new Set(names);
  return names.flatMap((file) => {
    const name = basename(file, '.dic');
    // Hyphenation and synonyms come as .dic too.
    if (!file.endsWith('.dic') || !NAME.test(name) || !has.has(`${name}.aff`)) return [];
    return [dictionaryAt(folder, name)];
  });
}

function setOnce(found: Map<string, DictionaryFile>, one: DictionaryFile): void {
  if (!found.has(one.name)) found.set(one.name, one);
}

const dictionaryAt = (folder: string, name: string): DictionaryFile => ({
  name,
  language: languageOfName(name),
  aff: join(folder, `${name}.aff`),
  dic: join(folder, `${name}.dic`),
});

/** BCP 47: the language and, where the name says it, the region: `de_DE_frami` is "de-DE". */
function languageOfName(name: string): string {
  const [language = name, region = ''] = name.split(/[_-]/);
  return /^[A-Za-z]{2}$/.test(region) ? `${language}-${region.toUpperCase()}` : language;
}

/**
 * The dictionaries among files that the person picked; of a pair one is enough.
 * @throws MailError dictionary-unreadable for a file that is neither of a dictionary's
 */
export function pickedDictionaries(paths: readonly string[]): DictionaryFile[] {
  const found = new Map<string, DictionaryFile>();
  for (const path of paths) {
    const extension = extname(path);
    const name = basename(path, extension);
    if (!['.aff', '.dic'].includes(extension) || name.length > 100) throw unreadable(path);
    found.set(join(dirname(path), name), dictionaryAt(dirname(path), name));
  }
  return [...found.values()];
}

/** Reads a dictionary. @throws MailError dictionary-unreadable */
export async function readDictionary({ aff, dic }: DictionaryFile): Promise<{ aff: string; dic: string }> {
  try {
    const [rules, words] = await Promise.all([readFileWithin(aff, LARGEST), readFileWithin(dic, LARGEST)]);
    const decode = rules && decoderFor(rules);
    if (!rules || !words || !decode) throw unreadable(dic);
    const text = { aff: decode(rules), dic: decode(words) };
    // Its first line says about how many words there are.
    if (!/^\s*\d+/.test(text.dic)) throw unreadable(dic);
    return text;
  } catch (error) {
    throw error instanceof MailError ? error : unreadable(dic, error);
  }
}

const unreadable = (path: string, cause?: unknown) =>
  new MailError('dictionary-unreadable', { detail: { filename: basename(path) }, cause });

/** By the line SET of the rules; undefined for a character set that nobody knows. */
function decoderFor(rules: Uint8Array): ReturnType<typeof decoderOf> {
  const line = /^(?:\ufeff|ï»¿)?SET\s+(\S+)/m.exec(
    Buffer.from(rules.subarray(0, 100_000)).toString('latin1'),
  );
  const label = (line?.[1] ?? 'ISO8859-1').toLowerCase();
  // Names of Hunspell's own.
  return decoderOf(label.replace(/^microsoft-cp/, 'windows-').replace(/^tis620-2533$/, 'windows-874'));
}
