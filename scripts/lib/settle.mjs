/**
 * @typedef {import('playwright-core').Page} Page
 * @typedef {Pick<import('./launch-program.mjs').Program, 'app' | 'page'>} Program
 */

/**
 * Waits until the page shows what it was told to: every animation with an end is over, and the layout was drawn.
 * @param {Page} page
 */
export async function settle(page) {
  await page.evaluate(async () => {
    const drawn = () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    await drawn();
    const ending = document
      .getAnimations()
      .filter((one) => one.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(ending.map((one) => one.finished));
    await drawn();
  });
}

/**
 * Gives the window's page a size in CSS pixels and waits until it is drawn in it.
 * @param {Program} program
 * @param {{ width: number, height: number }} size
 */
export async function resize({ app, page }, size) {
  await app.evaluate(({ BrowserWindow }, { width, height }) => {
    BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
  }, size);
  await page.waitForFunction(
    ({ width, height }) => window.innerWidth === width && window.innerHeight === height,
    size,
  );
  await settle(page);
}
