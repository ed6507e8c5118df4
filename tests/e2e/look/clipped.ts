import type { Page } from 'playwright-core';
import { settle } from '../../../scripts/lib/settle.mjs';

/**
 * Text that a person cannot read whole on the page once it has settled, one line a finding: cut without an ellipsis, beyond its
 * box or the window, the interface's own words cut at all, and anything that scrolls sideways.
 * Lines of other people's text (`dir=auto`) may end in an ellipsis; what scrolls down may be scrolled to.
 */
export async function clippedText(page: Page): Promise<string[]> {
  await settle(page);
  return page.evaluate(() => {
    const SLACK = 1; // pixels are fractions
    const findings: string[] = [];
    const say = (element: Element, fault: string): void => {
      const name = `${element.tagName.toLowerCase()}.${element.getAttribute('class') ?? ''}`;
      findings.push(`${fault}: ${name} "${(element.textContent ?? '').trim().slice(0, 60)}"`);
    };
    const isHiddenOnPurpose = (element: Element): boolean =>
      element.closest('.visually-hidden, [hidden]') !== null ||
      !element.checkVisibility({ checkOpacity: true, checkVisibilityCSS: true }) ||
      // What only assistive technology reads is one pixel large (also React Aria's own).
      (element.parentElement?.closest('*')?.getBoundingClientRect().width ?? 2) <= 1 ||
      element.getBoundingClientRect().width <= 1;

    if (document.documentElement.scrollWidth > window.innerWidth) findings.push('the page scrolls sideways');
    for (const element of document.querySelectorAll('body *')) {
      if (isHiddenOnPurpose(element)) continue;
      const style = getComputedStyle(element);
      const isScroller = style.overflowX === 'auto' || style.overflowX === 'scroll';
      if (isScroller && element.scrollWidth > element.clientWidth + SLACK && element.closest('pre') === null)
        say(element, 'scrolls sideways');
      if (element instanceof HTMLInputElement && element.value === '' && element.placeholder !== '') {
        if (element.scrollWidth > element.clientWidth + SLACK) say(element, 'the hint is cut');
      }
      for (const node of element.childNodes) {
        if (!(node instanceof Text) || node.data.trim() === '') continue;
        const range = document.createRange();
        range.selectNodeContents(node);
        const text = range.getBoundingClientRect();
        if (text.width === 0) continue;
        look(element, text);
      }
    }

    /** Goes outwards from the text, through every box that could cut it. */
    function look(owner: Element, text: DOMRect): void {
      let mayCutX = false;
      let mayCutY = false;
      let isFixed = false;
      for (
        let box: Element | null = owner;
        box && box !== document.documentElement;
        box = box.parentElement
      ) {
        const style = getComputedStyle(box);
        const rect = box.getBoundingClientRect();
        const cutsX = style.overflowX !== 'visible' && !isFixed;
        const cutsY = style.overflowY !== 'visible' && !isFixed;
        const isBeyondX = text.left < rect.left - SLACK || text.right > rect.right + SLACK;
        const isBeyondY = text.top < rect.top - SLACK || text.bottom > rect.bottom + SLACK;
        if (cutsX && isBeyondX && !mayCutX) {
          const isForeign = box.closest('[dir=auto]') !== null;
          if (style.textOverflow !== 'ellipsis') say(owner, 'cut without an ellipsis');
          else if (!isForeign) say(owner, 'words of the program are cut');
          mayCutX = true;
        }
        if (style.overflowY === 'auto' || style.overflowY === 'scroll') mayCutY = true;
        if (cutsY && isBeyondY && !mayCutY) {
          say(owner, 'cut above or below');
          mayCutY = true;
        }
        const isControl = box.matches('button, [role=button], [role=tab], [role=menuitem], a.button');
        if (isControl && !mayCutX && isBeyondX) say(owner, 'wider than its button');
        if (style.position === 'fixed') isFixed = true;
      }
      if (!mayCutX && (text.left < -SLACK || text.right > window.innerWidth + SLACK))
        say(owner, 'beyond the window');
      if (!mayCutY && (text.top < -SLACK || text.bottom > window.innerHeight + SLACK))
        say(owner, 'above or below the window');
    }
    return findings;
  });
}
