/**
 * Which style a mail may bring along. The browser parses the CSS in a sheet that belongs to no document; of what it
 * understood, only properties of this list with values of this form are written out again. Nothing on the list can
 * name a resource, so there is no url() to look for in all its spellings (THREATS.md 2.1, CSS).
 */

const SIDES = ['top', 'right', 'bottom', 'left'];
const BLOCK_SIDES = ['block-start', 'block-end', 'inline-start', 'inline-end'];
const CORNERS = ['top-left', 'top-right', 'bottom-left', 'bottom-right'];

const SAFE_PROPERTIES: ReadonlySet<string> = new Set([
  'color',
  'background-color',
  'opacity',
  'visibility',
  'display',
  'float',
  'clear',
  'box-sizing',
  'width',
  'height',
  'min-width',
  'min-height',
  'max-width',
  'max-height',
  'overflow-wrap',
  'word-break',
  'vertical-align',
  'direction',
  'unicode-bidi',
  'line-height',
  'letter-spacing',
  'word-spacing',
  'text-align',
  'text-indent',
  'text-transform',
  'text-decoration-line',
  'text-decoration-style',
  'text-decoration-color',
  'text-decoration-thickness',
  'text-wrap-mode',
  'white-space',
  'white-space-collapse',
  'font-family',
  'font-size',
  'font-style',
  'font-weight',
  'font-stretch',
  'font-variant-caps',
  'font-variant-numeric',
  'list-style-type',
  'list-style-position',
  'border-collapse',
  'border-spacing',
  'caption-side',
  'empty-cells',
  'table-layout',
  'object-fit',
  'flex-direction',
  'flex-wrap',
  'flex-grow',
  'flex-shrink',
  'flex-basis',
  'align-items',
  'align-self',
  'justify-content',
  'row-gap',
  'column-gap',
  ...[...SIDES, ...BLOCK_SIDES].flatMap((side) => [
    `margin-${side}`,
    `padding-${side}`,
    `border-${side}-width`,
    `border-${side}-style`,
    `border-${side}-color`,
  ]),
  ...CORNERS.map((corner) => `border-${corner}-radius`),
]);

const COLOUR_PROPERTIES: ReadonlySet<string> = new Set(['color', 'background-color']);
/** The empty name is a pair of brackets inside a calculation. */
const SAFE_FUNCTIONS: ReadonlySet<string> = new Set([
  '',
  'rgb',
  'rgba',
  'hsl',
  'hsla',
  'calc',
  'min',
  'max',
  'clamp',
]);
const FUNCTION_NAME = /([^\s,()/*+]*)\(/gu;
const MAX_VALUE = 300;

/** One declaration as CSSOM reports it. */
export type Declaration = { property: string; value: string; isImportant: boolean };

/** Whether a declaration may stay: a known property, and a value without escapes, at-words or unknown functions. */
export function isSafeDeclaration(property: string, value: string): boolean {
  if (!SAFE_PROPERTIES.has(property) || value === '' || value.length > MAX_VALUE) return false;
  if (/[\\@<>{};]/u.test(value)) return false;
  for (const [, name] of value.matchAll(FUNCTION_NAME)) {
    if (!SAFE_FUNCTIONS.has((name ?? '').toLowerCase())) return false;
  }
  return true;
}

/** The text of the declarations that may stay. */
export function writeSafeDeclarations(declarations: readonly Declaration[]): string {
  return declarations
    .filter(({ property, value }) => isSafeDeclaration(property, value))
    .map(({ property, value, isImportant }) => `${property}:${value}${isImportant ? '!important' : ''}`)
    .join(';');
}

/** Whether a mail sets ink or paper itself; then the theme must not set the other of the two. */
export function setsColour(declarations: readonly Declaration[]): boolean {
  return declarations.some(
    ({ property, value }) =>
      COLOUR_PROPERTIES.has(property) && !['inherit', 'initial', 'transparent'].includes(value),
  );
}

/** Whether CSS as it was sent names something to load: for the count of what was left out, so a guess is enough. */
export function namesResource(css: string): boolean {
  return /url\s*\(|image-set\s*\(|@import|\bsrc\s*\(/iu.test(css);
}
