import type { Program } from '../../../scripts/lib/launch-program.mjs';
import { resize } from '../../../scripts/lib/settle.mjs';
import { axeFindings } from './axe.ts';
import { clippedText } from './clipped.ts';

const SIZES = [
  { width: 1280, height: 800 },
  { width: 800, height: 600 },
];

/** What is wrong with the screen as it stands, one line a finding: axe in light and in dark, cut text in both sizes. */
export async function faultsOf(program: Program, screen: string): Promise<string[]> {
  const { page } = program;
  const findings: string[] = [];
  for (const colorScheme of ['dark', 'light'] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
    await page.locator(`html[data-theme=${colorScheme}]`).waitFor();
    findings.push(...(await axeFindings(page)).map((one) => `${screen}, ${colorScheme}: ${one}`));
  }
  for (const size of [...SIZES].reverse()) {
    await resize(program, size);
    findings.push(...(await clippedText(page)).map((one) => `${screen} at ${size.width}: ${one}`));
  }
  return findings;
}
