/** The table of standards (docs/standards.md): what is done of each, and the tests that show it. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './paths.mjs';

/** @typedef {{ standard: string, status: string, tests: string[] }} Standard */

/** A review that is older says nothing about the drafts and advisories of today. */
const REVIEW_LASTS_DAYS = 90;
const DAY_MS = 24 * 60 * 60_000;

/** Those that a mail client with OAuth cannot leave out of the table, done or not. */
const EXPECTED = [
  ...['6749', '7636', '8252', '9700', '9207', '7009', '8414', '7591', '7592', '7628', '8707'],
  ...['8628', '7662', '9728', '8314', '8997', '5802', '7677', '6186'],
  ...['mailmaint-oauth-public', 'mailmaint-pacc', 'mailmaint-autoconfig'],
];

/**
 * The rows of its tables.
 * @param {string} text
 * @returns {Standard[]}
 */
export function readStandards(text) {
  return text
    .split('\n')
    .map((line) =>
      line
        .split('|')
        .slice(1, -1)
        .map((cell) => cell.trim()),
    )
    .filter(([standard]) => standard && /\b(RFC \d+|draft-|\d\.\d)/.test(standard))
    .map(([standard = '', , status = '', proof = '']) => ({
      standard,
      status,
      tests: [...proof.matchAll(/`([^`]+)`/g)].map((found) => found[1] ?? ''),
    }));
}

/**
 * What is wrong with the page, as sentences.
 * @param {string} [text]
 * @param {number} [now] milliseconds since 1970
 * @returns {string[]}
 */
export function faultsOfStandards(
  text = readFileSync(join(projectRoot, 'docs', 'standards.md'), 'utf8'),
  now = Date.now(),
) {
  const rows = readStandards(text);
  const faults = [];
  for (const name of EXPECTED) {
    if (!rows.some(({ standard }) => standard.includes(name)))
      faults.push(`docs/standards.md has no row of ${name}`);
  }
  for (const { standard, status, tests } of rows) {
    if (!['done', 'part', 'not used'].includes(status))
      faults.push(`${standard}: "${status}" is no status of docs/standards.md`);
    if (tests.length === 0 && status !== 'not used') faults.push(`${standard} names no test`);
    for (const test of tests) {
      if (!/^tests\/.+\.test\.tsx?$/.test(test) || !existsSync(join(projectRoot, test)))
        faults.push(`${standard} names ${test}, which is no test`);
    }
  }
  const reviewed = Date.parse(/^Reviewed: (\d{4}-\d\d-\d\d)$/m.exec(text)?.[1] ?? '');
  if (Number.isNaN(reviewed)) faults.push('docs/standards.md does not say when it was reviewed');
  else if (now - reviewed > REVIEW_LASTS_DAYS * DAY_MS)
    faults.push(`docs/standards.md was reviewed more than ${REVIEW_LASTS_DAYS} days ago`);
  return faults;
}
