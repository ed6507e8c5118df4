import { type RefObject, useEffect } from 'react';
import { findRanges } from '../../html/find-text.ts';

/** Words that are looked for, and which of their places is looked at; -1: none in this message. */
export type Find = { query: string; at: number };

type Found = { ranges: readonly Range[]; at: number };
const found = new Map<HTMLElement, Found>();

/** All plain texts of the page share its two highlights. */
function paint(): void {
  const all = [...found.values()];
  const now = all.flatMap(({ ranges, at }) => ranges[at] ?? []);
  const rest = all.flatMap(({ ranges, at }) => ranges.filter((_, index) => index !== at));
  CSS.highlights.set('found', new Highlight(...rest));
  CSS.highlights.set('found-now', new Highlight(...now));
}

/** Marks what was found in a text of the page itself; messages in frames do the same on their own. */
export function useFoundInPage(
  place: RefObject<HTMLElement | null>,
  find: Find | undefined,
  onFound: ((count: number) => void) | undefined,
): void {
  const query = find?.query ?? '';
  const at = find?.at ?? -1;
  useEffect(() => {
    const element = place.current;
    if (!element || query === '') return;
    const ranges = findRanges(element, query);
    found.set(element, { ranges, at });
    paint();
    onFound?.(ranges.length);
    ranges[at]?.startContainer.parentElement?.scrollIntoView({ block: 'center', inline: 'nearest' });
    return () => {
      found.delete(element);
      paint();
    };
  }, [place, query, at, onFound]);
}
