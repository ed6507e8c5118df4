import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { fillMarked } from '../../../scripts/lib/bench-markdown.mjs';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-page-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const figure = { name: 'a', value: 4, unit: 'ms', note: 'this|that' };

describe('the table in a page', () => {
  it('takes the place of the one before, and leaves the rest and the other table alone', () => {
    const page = join(folder, 'page.md');
    writeFileSync(
      page,
      'Above\n<!-- bench -->\nold\n<!-- /bench -->\n<!-- bench peers -->\n<!-- /bench peers -->\nBelow\n',
    );
    fillMarked(page, [figure], { quick: false, isPeers: true });
    fillMarked(page, [figure], { quick: true, isPeers: false });
    const text = readFileSync(page, 'utf8');
    expect(text).not.toContain('old');
    expect(text.match(/\| a \| 4\.00 \| ms \|/g)).toHaveLength(2);
    expect(text).toContain('this\\|that');
    expect(text).toMatch(/^Above\n<!-- bench -->\n.*--quick\n/);
    expect(text).toMatch(/<!-- \/bench peers -->\nBelow\n$/);
  });

  it('says so when the page has no place for it', () => {
    const page = join(folder, 'page.md');
    writeFileSync(page, 'Nothing here\n');
    expect(() => fillMarked(page, [figure], { quick: false, isPeers: false })).toThrow(
      /has no <!-- bench -->/,
    );
  });
});
