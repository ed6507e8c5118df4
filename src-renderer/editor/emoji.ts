/** The emoji of Unicode with their names, in the language of the window where there are names; loaded when they are asked for. */
import { currentLocale } from '../i18n/i18n.ts';

export type Emoji = { unicode: string; label: string; tags: readonly string[]; group: number };

type Entry = {
  unicode: string;
  label: string;
  tags?: string[] | undefined;
  group?: number | undefined;
  order?: number | undefined;
};

/** Emojibase: parts of other emoji, which are none by themselves. */
const COMPONENTS = 2;

export async function loadEmoji(): Promise<readonly Emoji[]> {
  const isGerman = currentLocale().startsWith('de');
  const file = isGerman
    ? await import('emojibase-data/de/compact.json')
    : await import('emojibase-data/en/compact.json');
  return readEntries(file.default);
}

/** Only what is an emoji by itself, group by group in Unicode's order. */
export function readEntries(entries: readonly Entry[]): Emoji[] {
  const sorted = entries.toSorted(
    (one, other) => (one.group ?? 0) - (other.group ?? 0) || (one.order ?? 0) - (other.order ?? 0),
  );
  return sorted.flatMap(({ unicode, label, tags = [], group }) =>
    group === undefined || group === COMPONENTS ? [] : [{ unicode, label, tags, group }],
  );
}

/**
 * Those for which this computer has a picture. What its fonts do not know yet is drawn as an empty box or in pieces, and is not as wide as
 * the others.
 */
export function drawable(
  all: readonly Emoji[],
  widthOf: ((text: string) => number) | undefined = measurer(),
): readonly Emoji[] {
  const usual = widthOf?.('😀');
  if (!widthOf || !usual) return all;
  return all.filter(({ unicode }) => Math.abs(widthOf(unicode) - usual) < usual / 10);
}

function measurer(): ((text: string) => number) | undefined {
  const canvas = document.createElement('canvas').getContext('2d');
  if (!canvas) return undefined;
  canvas.font = `20px ${getComputedStyle(document.body).fontFamily}`;
  return (text) => canvas.measureText(text).width;
}

/** Those that fit every word that was typed: by name first, then by what they are also found under. */
export function findEmoji(all: readonly Emoji[], typed: string): readonly Emoji[] {
  const words = typed
    .toLowerCase()
    .split(/\s+/u)
    .filter((word) => word !== '');
  if (words.length === 0) return all;
  const fits = (texts: readonly string[]): boolean =>
    words.every((word) => texts.some((text) => startsAWord(text.toLowerCase(), word)));
  const byName = all.filter((one) => fits([one.label]));
  const known = new Set(byName);
  return [...byName, ...all.filter((one) => !known.has(one) && fits([one.label, ...one.tags]))];
}

function startsAWord(text: string, word: string): boolean {
  return text.startsWith(word) || text.includes(` ${word}`) || text.includes(`-${word}`);
}
