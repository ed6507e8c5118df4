import { darkValue } from './dark-style.ts';
import { type Declaration, setsColour, writeSafeDeclarations } from './safe-css.ts';

export type StyleWindow = Window & typeof globalThis;
export type FilteredStyle = { text: string; hasColours: boolean };

export type StyleFilter = {
  /** What may stay of a style attribute. */
  attribute(css: string): FilteredStyle;
  /** What may stay of a style element. */
  element(css: string): FilteredStyle;
  /** Whether these fonts may be asked for; also those that an attribute names. */
  admitsFonts(families: string): boolean;
};

const MAX_RULES = 2000;
const MAX_SHEET = 300_000;
/** Each selector is tried on each element in the worst case: so many tries take about a tenth of a second. */
const MAX_TRIES = 2_000_000;
const FEWEST_RULES = 50;
/** For each that is not here the system is searched. */
const MAX_FONTS = 100;
/** Looks back over all that stands before, for each element again. */
const LOOKS_BACK = /~|:nth-|:has|:is|:where|:not/u;
const MAX_LOOKED_BACK = 1_500;
const MAX_SELECTOR = 400;
const MAX_SELECTORS = 4_000;
/** A selector in brackets that climbs the tree again for each element that it is tried on. */
const CLIMBS = /:(?:has|(?:is|where|not|nth-[a-z-]+)\([^)]*(?:[^,]\s|>|~|\())/u;

export function readDeclarations(style: CSSStyleDeclaration): Declaration[] {
  return Array.from(style, (property) => ({
    property,
    value: style.getPropertyValue(property),
    isImportant: style.getPropertyPriority(property) === 'important',
  }));
}

/** Parses CSS in a sheet that no document uses: nothing is loaded, and `@import` is dropped by the browser itself. */
export function parseSheet(css: string, frame: StyleWindow): CSSRuleList {
  const sheet = new frame.CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet.cssRules;
}

/** Filters the style of one message; its sheets share what they may cost together. `tags`: how many elements there will be. */
export function createStyleFilter(
  frame: StyleWindow,
  { tags, isDark }: { tags: number; isDark: boolean },
): StyleFilter {
  const scratch = frame.document.createElement('span').style;
  const seen = new Map<string, FilteredStyle>();
  let rulesLeft = Math.max(FEWEST_RULES, Math.min(MAX_RULES, Math.floor(MAX_TRIES / (tags + 1))));
  let textLeft = MAX_SHEET;
  const fonts = new Set<string>();

  function admitsFonts(families: string): boolean {
    const fresh = families.split(',').filter((one) => !fonts.has(one));
    if (fonts.size + fresh.length > MAX_FONTS) return fresh.length === 0;
    for (const one of fresh) fonts.add(one);
    return true;
  }

  function write(style: CSSStyleDeclaration): FilteredStyle {
    const declarations = readDeclarations(style).filter(
      ({ property, value }) => property !== 'font-family' || admitsFonts(value),
    );
    const hasColours = setsColour(declarations);
    const shown = isDark
      ? declarations.map((one) => ({ ...one, value: darkValue(one.property, one.value) }))
      : declarations;
    return { text: writeSafeDeclarations(shown), hasColours };
  }

  /** Left out are selectors that are slow or endless, and colour-scheme queries: the paper under a mail does not follow the system's theme. */
  function writeRules(rules: CSSRuleList): FilteredStyle {
    const written: string[] = [];
    let hasColours = false;
    for (const rule of rules) {
      if (rulesLeft <= 0) break;
      rulesLeft -= 1;
      if (rule instanceof frame.CSSMediaRule) {
        if (rule.conditionText.includes('prefers-color-scheme')) continue;
        const inner = writeRules(rule.cssRules);
        if (inner.text === '') continue;
        written.push(`@media ${rule.conditionText}{${inner.text}}`);
        hasColours ||= inner.hasColours;
      } else if (rule instanceof frame.CSSStyleRule && isCheap(rule.selectorText, tags)) {
        rulesLeft -= rule.selectorText.split(',').length - 1;
        const filtered = write(rule.style);
        if (filtered.text === '') continue;
        written.push(`${rule.selectorText}{${filtered.text}}`);
        hasColours ||= filtered.hasColours;
      }
    }
    return { text: written.join('\n'), hasColours };
  }

  return {
    admitsFonts,
    attribute(css) {
      const before = seen.get(css);
      if (before) return before;
      scratch.cssText = css.slice(0, MAX_SHEET);
      const filtered = write(scratch);
      seen.set(css, filtered);
      return filtered;
    },
    element(css) {
      const part = css.slice(0, textLeft);
      textLeft -= part.length;
      return writeRules(parseSheet(part, frame));
    },
  };
}

function isCheap(selector: string, tags: number): boolean {
  if (CLIMBS.test(selector) || selector.length > MAX_SELECTORS) return false;
  return (
    tags <= MAX_LOOKED_BACK ||
    (!LOOKS_BACK.test(selector) && selector.split(',').every((one) => one.length <= MAX_SELECTOR))
  );
}
