import { parseSheet, type StyleWindow } from './style-sheets.ts';

/** Boxes that stand in a line like a letter. Like a letter, Chromium does not divide them among pages: it cuts through their lines. */
const INLINE_BOX = /^inline-(?:block|table|flex|grid)$/u;
/** What is shorter fits on a page, at least on the next. */
const LONG_TEXT = 1_000;
const MANY_LINES = 20;

/** Lets long boxes float where they stood in a line, side by side as before: those are divided. `root`: a sanitised mail that is not shown. */
export function divideColumns(root: HTMLElement, styleSheet: string, frame: StyleWindow): void {
  const boxes = inlineBoxes(root, styleSheet, frame);
  for (const box of boxes) {
    if (!isLong(box)) continue;
    const display = box.localName === 'table' ? 'table' : 'block';
    box.style.setProperty('display', display, 'important');
    box.style.setProperty('float', 'inline-start', 'important');
    const next = box.nextElementSibling;
    if (next instanceof frame.HTMLElement && boxes.has(next)) continue;
    // What follows stands below them. (A box around them that holds floats together would begin on the next page.)
    const end = root.ownerDocument.createElement('br');
    end.style.clear = 'both';
    box.after(end);
  }
}

function inlineBoxes(root: HTMLElement, styleSheet: string, frame: StyleWindow): Set<HTMLElement> {
  const found = new Set<HTMLElement>();
  for (const one of root.querySelectorAll<HTMLElement>('[style]'))
    if (INLINE_BOX.test(one.style.display)) found.add(one);
  const read = (rules: CSSRuleList): void => {
    for (const rule of rules) {
      if (rule instanceof frame.CSSMediaRule) read(rule.cssRules);
      else if (rule instanceof frame.CSSStyleRule && INLINE_BOX.test(rule.style.display))
        for (const one of root.querySelectorAll<HTMLElement>(rule.selectorText)) found.add(one);
    }
  };
  read(parseSheet(styleSheet, frame));
  return found;
}

function isLong(box: HTMLElement): boolean {
  return (
    box.textContent.length > LONG_TEXT || box.querySelectorAll('br, p, div, tr, li, img').length > MANY_LINES
  );
}
