import type { Page } from 'playwright-core';
import type { Program } from '../../../scripts/lib/launch-program.mjs';

/** Waits until the page shows what it was told to: every animation with an end is over, and the layout was drawn. */
export async function settle(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const drawn = (): Promise<unknown> =>
      new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)));
    await drawn();
    const ending = document
      .getAnimations()
      .filter((one) => one.effect?.getComputedTiming().iterations !== Number.POSITIVE_INFINITY);
    await Promise.allSettled(ending.map((one) => one.finished));
    await drawn();
  });
}

/** Gives the window's page a size in CSS pixels and waits until it is drawn in it. */
export async function resize({ app, page }: Program, size: { width: number; height: number }): Promise<void> {
  await app.evaluate(({ BrowserWindow }, { width, height }) => {
    BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
  }, size);
  await page.waitForFunction(
    ({ width, height }) => window.innerWidth === width && window.innerHeight === height,
    size,
  );
  await settle(page);
}
