/** Finds words in what is shown and marks them by the CSS Custom Highlight API: no node is touched. */

const MOST_FOUND = 1_000;
const MOST_TEXT = 2_000_000;

type Place = { node: Text; offset: number };

/** Letter by letter, so that every one keeps its place: İ and its like stay what they are when they would become longer. */
function fold(letter: string): string {
  const small = letter.toLowerCase();
  return small.length === letter.length ? small : letter;
}

/** Where `query` stands in `text`, from where to where, upper and lower case alike, white space of any length as one blank. */
export function findInText(text: string, query: string): { start: number; end: number }[] {
  const wanted = foldAll(query.trim()).text;
  if (wanted === '') return [];
  const { text: folded, from } = foldAll(text);
  const found: { start: number; end: number }[] = [];
  for (
    let at = folded.indexOf(wanted);
    at >= 0 && found.length < MOST_FOUND;
    at = folded.indexOf(wanted, at + wanted.length)
  ) {
    const last = from[at + wanted.length - 1] ?? 0;
    found.push({ start: from[at] ?? 0, end: last + 1 });
  }
  return found;
}

/** The text as it is compared, and for each of its letters where that stood. */
function foldAll(text: string): { text: string; from: number[] } {
  const from: number[] = [];
  let folded = '';
  let isBlank = false;
  for (let at = 0; at < text.length; at++) {
    const letter = text[at] ?? '';
    const isSpace = /\s/u.test(letter);
    if (isSpace && isBlank) continue;
    isBlank = isSpace;
    folded += isSpace ? ' ' : fold(letter);
    from.push(at);
  }
  return { text: folded, from };
}

/** The ranges in which `query` stands below `root`, in their order; what is not shown is left out. */
export function findRanges(root: HTMLElement, query: string): Range[] {
  if (query.trim() === '') return [];
  const page = root.ownerDocument;
  const walker = page.createTreeWalker(root, NodeFilter.SHOW_TEXT);
  const nodes: { node: Text; start: number }[] = [];
  let text = '';
  for (let node = walker.nextNode(); node && text.length < MOST_TEXT; node = walker.nextNode()) {
    nodes.push({ node: node as Text, start: text.length });
    text += node.nodeValue ?? '';
  }
  let index = 0;
  const placeOf = (at: number): Place | undefined => {
    while (index + 1 < nodes.length && (nodes[index + 1]?.start ?? 0) <= at) index += 1;
    const one = nodes[index];
    return one && { node: one.node, offset: at - one.start };
  };
  const ranges: Range[] = [];
  for (const { start, end } of findInText(text, query)) {
    const first = placeOf(start);
    const last = placeOf(end - 1);
    if (!first || !last) continue;
    const range = page.createRange();
    range.setStart(first.node, first.offset);
    range.setEnd(last.node, last.offset + 1);
    if (range.getClientRects().length > 0) ranges.push(range);
  }
  return ranges;
}

type HighlightWindow = Window & typeof globalThis;

/** Marks the ranges in their window, and brings the one that is looked at into view. Without any, the marks go. */
export function markFound(target: HighlightWindow, ranges: readonly Range[], at: number): void {
  const { highlights } = target.CSS;
  const now = ranges[at];
  highlights.set('found', new target.Highlight(...ranges.filter((range) => range !== now)));
  highlights.set('found-now', new target.Highlight(...(now ? [now] : [])));
  now?.startContainer.parentElement?.scrollIntoView({ block: 'center', inline: 'nearest' });
}
