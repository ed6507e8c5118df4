import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const root = join(import.meta.dirname, '../../..');
const locales = join(root, 'app/locales');

/** All that the program is made of, as one text. */
function readSources(): string {
  return ['src-main', 'src-renderer', 'src-shared']
    .map((folder) => join(root, folder))
    .flatMap((folder) =>
      readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((file) => join(folder, file)),
    )
    .filter((file) => /\.tsx?$/.test(file))
    .map((file) => readFileSync(file, 'utf8'))
    .join('\n');
}

const HOLE = String.raw`\$\{[^{}\x60]*\}`;
const TEMPLATE = new RegExp(
  String.raw`\x60([A-Za-z][\w-]*\.(?:[\w.-]|${HOLE})*${HOLE}(?:[\w.-]|${HOLE})*)\x60`,
  'g',
);

/**
 * Whether a key is asked for: it stands in the sources as a whole, is read as a property (the menu's), or fits a template such as
 * `error.${code}.title`, and then what fills its holes stands there too, as a string or as a name of something.
 */
function finderIn(text: string): (key: string) => boolean {
  const strings = new Set([...text.matchAll(/['"`]([\w.-]+)['"`]/g)].map(([, one = '']) => one));
  const names = new Set([...text.matchAll(/\b(\w+)\??:/g)].map(([, one = '']) => one));
  const properties = new Set([...text.matchAll(/\btexts\.(\w+)/g)].map(([, one = '']) => one));
  const numbers = /^\d+$/;
  const patterns = [...text.matchAll(TEMPLATE)].map(([, one = '']) => {
    const pieces = one.split(new RegExp(HOLE)).map((piece) => piece.replaceAll('.', String.raw`\.`));
    return new RegExp(`^${pieces.join(String.raw`([\w-]+)`)}$`);
  });
  const isKnown = (word: string): boolean => strings.has(word) || names.has(word) || numbers.test(word);
  return (key) =>
    strings.has(key) || properties.has(key) || patterns.some((one) => one.exec(key)?.slice(1).every(isKnown));
}

describe('the sentences of the program', () => {
  const isUsed = finderIn(readSources());

  it('are each asked for somewhere', () => {
    const files = readdirSync(locales).filter((file) => /^en(-\w+)*\.json$/.test(file));
    expect(files.length).toBeGreaterThan(10);
    const idle = files.flatMap((file) =>
      Object.keys(JSON.parse(readFileSync(join(locales, file), 'utf8')))
        .filter((key) => !isUsed(key))
        .map((key) => `${file}: ${key}`),
    );
    expect(idle).toEqual([]);
  });

  it('would be found under a key that nobody asks for', () => {
    expect(['signIn.nobodyAsksForThis', 'toast.nobodyAsksForThis'].filter(isUsed)).toEqual([]);
  });
});
