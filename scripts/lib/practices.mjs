/**
 * The table of practices (docs/practices.md) and the patches that break each of them once (tests/practices/RNN.patch). A patch begins
 * with lines for its reader: `Why:` what is broken, `Test:` the file that has to notice, `Title:` the titles to run, when not all.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './paths.mjs';
import { capture } from './run.mjs';

/** @typedef {{ id: string, requirement: string, places: string[], tests: string[], open: string | undefined }} Practice */
/** @typedef {{ id: string, file: string, why: string, test: string, title: string | undefined }} Mutation */

/** How many requirements there are. */
const LAST = 29;

/**
 * The rows of the table. A row whose last cell begins with "open" has no proof yet, and says why.
 * @param {string} [text]
 * @returns {Practice[]}
 */
export function readPractices(text = readFileSync(join(projectRoot, 'docs', 'practices.md'), 'utf8')) {
  return text
    .split('\n')
    .filter((line) => /^\| R\d+ \|/.test(line))
    .map((line) => {
      const [id = '', requirement = '', where = '', proof = ''] = line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim());
      const named = (/** @type {string} */ cell) =>
        [...cell.matchAll(/`([\w./-]+\/[\w./-]+)`/g)].map((found) => found[1] ?? '');
      const isOpen = /^open\b/i.test(proof);
      return {
        id,
        requirement,
        places: named(where),
        tests: isOpen ? [] : named(proof),
        open: isOpen ? proof : undefined,
      };
    });
}

/** @returns {Mutation[]} */
export function readMutations() {
  const folder = join(projectRoot, 'tests', 'practices');
  return readdirSync(folder)
    .filter((name) => name.endsWith('.patch'))
    .sort()
    .map((name) => {
      const file = join(folder, name);
      const text = readFileSync(file, 'utf8');
      const line = (/** @type {string} */ word) => new RegExp(`^${word}: (.+)$`, 'm').exec(text)?.[1]?.trim();
      const id = `R${Number(/^R(\d+)/.exec(name)?.[1])}`;
      return { id, file, why: line('Why') ?? '', test: line('Test') ?? '', title: line('Title') };
    });
}

/**
 * What is wrong with the table and its patches, as sentences.
 * @returns {string[]}
 */
export function faultsOfPractices() {
  const rows = readPractices();
  const mutations = readMutations();
  const faults = [];
  for (let number = 1; number <= LAST; number++) {
    const count = rows.filter(({ id }) => id === `R${number}`).length;
    if (count !== 1) faults.push(`docs/practices.md has ${count} rows R${number}`);
  }
  for (const { id, places, tests, open } of rows) {
    if (open !== undefined) continue;
    if (tests.length === 0) faults.push(`${id} names no test and is not open`);
    if (places.length === 0) faults.push(`${id} says not where it lives`);
    for (const path of [...places, ...tests]) {
      if (!existsSync(join(projectRoot, path))) faults.push(`${id} names ${path}, which is not there`);
    }
    const own = mutations.filter((one) => one.id === id);
    if (own.length === 0) faults.push(`${id} has no patch in tests/practices`);
    for (const { file, why, test } of own) {
      if (why === '') faults.push(`${file} says not what it breaks`);
      if (!tests.includes(test)) faults.push(`${file} names ${test || 'no test'}, which the table does not`);
      if (!fits(file)) faults.push(`${file} does not fit the sources any more`);
    }
  }
  return faults;
}

/** @param {string} patch */
function fits(patch) {
  return (
    capture('git', ['apply', '--check', patch], { cwd: projectRoot, stdio: ['ignore', 'pipe', 'ignore'] }) !==
    undefined
  );
}
