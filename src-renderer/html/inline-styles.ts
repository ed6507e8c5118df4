import { type Declaration, writeSafeDeclarations } from './safe-css.ts';
import { compareSpecificity, type Specificity, specificityOf } from './specificity.ts';
import { parseSheet, readDeclarations, type StyleWindow } from './style-sheets.ts';

type Winner = { value: string; isImportant: boolean; specificity: Specificity };

/** Rules times elements; beyond it the rest of the sheet is left out. */
const MAX_TRIES = 2_000_000;
/** Style that is written into the elements, in characters. */
const MAX_WRITTEN = 2_000_000;
const INLINE: Specificity = [1, 0, 0, 0];

function wins(one: Winner, other: Winner | undefined): boolean {
  if (!other) return true;
  if (one.isImportant !== other.isImportant) return one.isImportant;
  return compareSpecificity(one.specificity, other.specificity) >= 0;
}

/**
 * Writes what a filtered style sheet says into the style attributes of the elements that it speaks of, in the order of the cascade,
 * because a quotation has no sheet of its own. Rules for certain screens are left out: nobody knows the reader's.
 */
export function inlineStyles(root: HTMLElement, styleSheet: string, frame: StyleWindow): void {
  const elements = [...root.querySelectorAll<HTMLElement>('*')];
  const styles = new Map<Element, Map<string, Winner>>();
  let triesLeft = MAX_TRIES;

  const set = (element: Element, declarations: readonly Declaration[], specificity: Specificity): void => {
    const own = styles.get(element) ?? new Map<string, Winner>();
    styles.set(element, own);
    for (const { property, value, isImportant } of declarations) {
      const winner = { value, isImportant, specificity };
      if (wins(winner, own.get(property))) own.set(property, winner);
    }
  };

  for (const rule of parseSheet(styleSheet, frame)) {
    if (!(rule instanceof frame.CSSStyleRule)) continue;
    const declarations = readDeclarations(rule.style);
    for (const selector of rule.selectorText.split(/,(?![^(]*\))/u)) {
      triesLeft -= elements.length;
      if (triesLeft < 0) break;
      if (selector.includes('::')) continue;
      const specificity = specificityOf(selector);
      for (const element of root.querySelectorAll(selector)) set(element, declarations, specificity);
    }
  }
  let written = 0;
  for (const element of elements) {
    if (!styles.has(element)) continue;
    set(element, readDeclarations(element.style), INLINE);
    const text = writeSafeDeclarations(
      [...(styles.get(element) ?? [])].map(([property, { value, isImportant }]) => ({
        property,
        value,
        isImportant,
      })),
    );
    written += text.length;
    if (written > MAX_WRITTEN) return;
    if (text !== '') element.setAttribute('style', text);
  }
}
