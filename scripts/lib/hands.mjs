/** Two ways for a tour to use the program: with a pointer, or with the keyboard alone. */

/** @typedef {import('playwright-core').Page} Page */
/** @typedef {import('playwright-core').Locator} Locator */

/**
 * @typedef {object} Hands
 * @property {(target: Locator) => Promise<void>} activate presses a button, opens a row
 * @property {(target: Locator, text: string) => Promise<void>} write puts text into a field
 */

const MOST_TABS = 120;

/**
 * @param {Page} page
 * @returns {Hands}
 */
export function pointer(page) {
  return {
    activate: (target) => target.click(),
    write: async (target, text) => {
      await target.click();
      await page.keyboard.insertText(text);
    },
  };
}

/**
 * Reaches everything with Tab, and the rows of a list with the arrow keys once the list has the focus.
 * @param {Page} page
 * @returns {Hands}
 */
export function keyboard(page) {
  /** @param {Locator} target */
  const hasFocus = (target) => target.evaluate((element) => element === document.activeElement);

  /**
   * From one row of a list to the next one in the direction of another; false when the focus is in no list.
   * @param {Locator} target
   */
  async function moveTowards(target) {
    const step = await target.evaluate((element) => {
      const from = document.activeElement;
      if (element.role !== 'option' || from?.role !== 'option') return undefined;
      const isBehind = from.compareDocumentPosition(element) & Node.DOCUMENT_POSITION_FOLLOWING;
      return { key: isBehind ? 'ArrowDown' : 'ArrowUp', index: from.getAttribute('data-index') };
    });
    if (!step) return false;
    await page.keyboard.press(step.key);
    await page.waitForFunction(
      (index) => document.activeElement?.getAttribute('data-index') !== index,
      step.index,
    );
    return true;
  }

  /** @param {Locator} target */
  async function reach(target) {
    await target.waitFor();
    for (let presses = 0; presses < MOST_TABS; presses++) {
      if (await hasFocus(target)) return;
      if (!(await moveTowards(target))) await page.keyboard.press('Tab');
    }
    throw new Error(`The keyboard does not reach ${target}.`);
  }

  return {
    async activate(target) {
      await reach(target);
      await page.keyboard.press('Enter');
    },
    async write(target, text) {
      await reach(target);
      await page.keyboard.type(text);
    },
  };
}
