import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { readMutations, readPractices } from '../../../scripts/lib/practices.mjs';
import { faultsOfStandards, readStandards } from '../../../scripts/lib/standards.mjs';

const DAY = 24 * 60 * 60_000;
const page = readFileSync(join(import.meta.dirname, '../../../docs/standards.md'), 'utf8');
const reviewed = Date.parse(/^Reviewed: (.+)$/m.exec(page)?.[1] ?? '');

describe('the table of practices', () => {
  const row = (proof: string) =>
    readPractices(`| R7 | Only https | \`src-main/oauth/http.ts\` and more | ${proof} |\nno row\n`);

  it('is read row by row, with the places and tests that it names', () => {
    expect(row('`tests/unit/a.test.ts` `tests/e2e/b.test.ts` (axe)')).toEqual([
      {
        id: 'R7',
        requirement: 'Only https',
        places: ['src-main/oauth/http.ts'],
        tests: ['tests/unit/a.test.ts', 'tests/e2e/b.test.ts'],
        open: undefined,
      },
    ]);
  });

  it('counts a row as open only when it says so first', () => {
    expect(row('open: needs macOS')[0]).toMatchObject({ open: 'open: needs macOS', tests: [] });
    expect(row('`tests/unit/a.test.ts`, an open question')[0]?.open).toBeUndefined();
  });

  it('has patches that say what they break, none of them in a test', () => {
    const mutations = readMutations();
    expect(mutations.length).toBeGreaterThanOrEqual(29);
    for (const { file, why, test } of mutations) {
      expect(why, file).not.toBe('');
      expect(test, file).toMatch(/^tests\/.+\.test\.tsx?$/);
      const broken = [...readFileSync(file, 'utf8').matchAll(/^\+\+\+ b\/(.+)$/gm)].map(([, one]) => one);
      expect(broken.length, file).toBeGreaterThan(0);
      for (const one of broken) expect(one, file).toMatch(/^(?!tests\/|scripts\/)/);
    }
  });
});

describe('the table of standards', () => {
  it('names for each an existing test', () => {
    expect(faultsOfStandards(page, reviewed)).toEqual([]);
    expect(readStandards(page).length).toBeGreaterThan(20);
  });

  it('is not in order when it names a test that is not there, or none', () => {
    const row = (cells: string) => faultsOfStandards(`${page}\n| RFC 1 | all | ${cells} |\n`, reviewed);
    expect(row('done | `tests/unit/gone.test.ts`')).toEqual([
      'RFC 1 names tests/unit/gone.test.ts, which is no test',
    ]);
    expect(row('done | ')).toEqual(['RFC 1 names no test']);
    expect(row('soon | `tests/unit/scripts/practices.test.ts`')).toHaveLength(1);
    expect(row('not used | ')).toEqual([]);
  });

  it('is not in order when one of them was left out', () => {
    expect(faultsOfStandards(page.replaceAll('RFC 9207', 'RFC 1'), reviewed)).toEqual([
      'docs/standards.md has no row of 9207',
    ]);
  });

  it('has to be reviewed every 90 days', () => {
    expect(faultsOfStandards(page, reviewed + 89 * DAY)).toEqual([]);
    expect(faultsOfStandards(page, reviewed + 91 * DAY)).toHaveLength(1);
    expect(faultsOfStandards(page.replace('Reviewed:', 'Seen:'), reviewed)).toHaveLength(1);
  });
});
