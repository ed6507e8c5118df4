import { linkify } from './linkify.ts';
import { splitQuoted, type TextBlock } from './quoted-text.ts';

/** Characters that are shown, and elements into which they may be cut: with a million of either the window stands still. */
const MOST_TEXT = 1_000_000;
const MOST_ELEMENTS = 5_000;

export type TextLayout = {
  blocks: TextBlock[];
  /** Too many links, paragraphs or quotations: `blocks` is one, to be shown as it is. */
  isUndivided: boolean;
  /** Only the first million characters are in `blocks`. */
  isCut: boolean;
};

/** Blank lines divide paragraphs; what stands between them keeps its own line ends. */
export function paragraphsOf(text: string): string[] {
  return text.split(/\n(?:[ \t]*\n)+/u);
}

/** How a plain-text body is shown, whatever its sender made of it. */
export function layOutText(text: string): TextLayout {
  const isCut = text.length > MOST_TEXT;
  const shown = isCut ? text.slice(0, MOST_TEXT) : text;
  const blocks = splitQuoted(shown);
  const isUndivided = countElements(blocks) > MOST_ELEMENTS;
  return { blocks: isUndivided ? [{ kind: 'own', text: shown }] : blocks, isUndivided, isCut };
}

function countElements(blocks: readonly TextBlock[]): number {
  let count = blocks.length;
  for (const { text } of blocks) {
    if (count > MOST_ELEMENTS) break;
    count += paragraphsOf(text).length + linkify(text).length;
  }
  return count;
}
