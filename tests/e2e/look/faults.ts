import type { Program } from '../../../scripts/lib/launch-program.mjs';
import { axeFindings } from './axe.ts';
import { clippedText } from './clipped.ts';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 800, height: 600 },
];

/** What is wrong with the screen as it stands, one line a finding: axe in light and in dark, cut text in both sizes. */
export async function faultsOf({ app, page }: Program, screen: string): Promise<string[]> {
  const findings: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
    findings.push(...(await axeFindings(page)).map((one) => `${screen}, ${colorScheme}: ${one}`));
  }
  for (const size of [...SIZES].reverse()) {
    await app.evaluate(({ BrowserWindow }, { width, height }) => {
      BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
    }, size);
    await page.waitForFunction(
      ({ width, height }) => window.innerWidth === width && window.innerHeight === height,
      size,
    );
    // The list works its heights out again after the size has changed.
    await page.evaluate(
      () => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))),
    );
    findings.push(...(await clippedText(page)).map((one) => `${screen} at ${size.width}: ${one}`));
  }
  return findings;
}
