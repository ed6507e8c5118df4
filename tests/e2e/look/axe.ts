import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import type { AxeResults } from 'axe-core';
import type { Page } from 'playwright-core';
import { settle } from '../../../scripts/lib/settle.mjs';

const source = readFileSync(createRequire(import.meta.url).resolve('axe-core/axe.min.js'), 'utf8');
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];

/** What axe finds on the page once it has settled, one line a finding. Bodies of mails are other people's work and stay out. */
export async function axeFindings(page: Page): Promise<string[]> {
  await settle(page);
  // Evaluated over the debugger, which the page's own content policy does not bind.
  await page.evaluate(`if (!window.axe) { ${source} }`);
  // A tooltip stands at the end of the page and belongs to no landmark; it is read as the description of its button.
  await page.evaluate(`axe.configure({ checks: [{ id: 'region',
    options: { regionMatcher: 'dialog, [role=dialog], [role=alertdialog], [role=tooltip], svg' } }] })`);
  const options = JSON.stringify({ runOnly: TAGS, iframes: false, resultTypes: ['violations'] });
  const results = await page.evaluate<AxeResults>(`axe.run(document, ${options})`);
  return results.violations.flatMap((violation) =>
    violation.nodes.map((node) => `${violation.id}: ${node.target.join(' ')} ${node.failureSummary ?? ''}`),
  );
}
