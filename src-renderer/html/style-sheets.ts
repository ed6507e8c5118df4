import { type Declaration, setsColour, writeSafeDeclarations } from './safe-css.ts';

export type StyleWindow = Window & typeof globalThis;
export type FilteredStyle = { text: string; hasColours: boolean };

const MAX_RULES = 2000;
const MAX_SHEET = 300_000;

function readDeclarations(style: CSSStyleDeclaration): Declaration[] {
  return Array.from(style, (property) => ({
    property,
    value: style.getPropertyValue(property),
    isImportant: style.getPropertyPriority(property) === 'important',
  }));
}

/** Parses CSS in a sheet that no document uses: nothing is loaded, and `@import` is dropped by the browser itself. */
function parseSheet(css: string, frame: StyleWindow): CSSRuleList {
  const sheet = new frame.CSSStyleSheet();
  sheet.replaceSync(css);
  return sheet.cssRules;
}

/** What may stay of a style attribute. */
export function filterStyleAttribute(css: string, frame: StyleWindow): FilteredStyle {
  // Text that closes the block early only makes further rules, which are not looked at.
  const rule = parseSheet(`x{${css.slice(0, MAX_SHEET)}}`, frame)[0];
  if (!(rule instanceof frame.CSSStyleRule)) return { text: '', hasColours: false };
  const declarations = readDeclarations(rule.style);
  return { text: writeSafeDeclarations(declarations), hasColours: setsColour(declarations) };
}

/**
 * What may stay of a style element: style rules and @media around them. Left out are selectors with `:has` (slow) and
 * colour-scheme queries: the paper under a mail does not follow the system's theme.
 */
export function filterStyleElement(css: string, frame: StyleWindow): FilteredStyle {
  let left = MAX_RULES;
  let hasColours = false;

  function write(rules: CSSRuleList): string {
    const written: string[] = [];
    for (const rule of rules) {
      if (left <= 0) break;
      left -= 1;
      if (rule instanceof frame.CSSMediaRule) {
        if (rule.conditionText.includes('prefers-color-scheme')) continue;
        const inner = write(rule.cssRules);
        if (inner !== '') written.push(`@media ${rule.conditionText}{${inner}}`);
      } else if (rule instanceof frame.CSSStyleRule && !rule.selectorText.includes(':has')) {
        const declarations = readDeclarations(rule.style);
        const text = writeSafeDeclarations(declarations);
        if (text !== '') written.push(`${rule.selectorText}{${text}}`);
        hasColours ||= setsColour(declarations);
      }
    }
    return written.join('\n');
  }

  const text = write(parseSheet(css.slice(0, MAX_SHEET), frame));
  return { text, hasColours };
}
