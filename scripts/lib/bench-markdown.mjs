/** The figures as a table in a page, between two marks: filling in docs/performance.md is one command. */
import { readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { benchRows } from './bench-table.mjs';
import { PlainError } from './run.mjs';

/** @typedef {import('../../tests/bench/suite.ts').Figure} Figure */

/**
 * Puts the table where the page has `<!-- bench -->` or `<!-- bench peers -->`, and leaves the rest as it is.
 * @param {string} file
 * @param {readonly Figure[]} figures
 * @param {{ quick: boolean, isPeers: boolean }} options
 * @throws {PlainError} when the page has no such marks
 */
export function fillMarked(file, figures, { quick, isPeers }) {
  const mark = isPeers ? 'bench peers' : 'bench';
  const page = readFileSync(file, 'utf8');
  const [start, end] = [`<!-- ${mark} -->`, `<!-- /${mark} -->`];
  const from = page.indexOf(start);
  const to = page.indexOf(end);
  if (from < 0 || to < from) throw new PlainError(`${file} has no ${start} … ${end}.`);
  const [load = 0] = loadavg();
  const where = `${new Date().toISOString().slice(0, 10)}, ${cpus().length} cores, ${process.platform}, load ${load.toFixed(1)} at the end${quick ? ', --quick' : ''}`;
  writeFileSync(
    file,
    `${page.slice(0, from)}${start}\n${where}\n\n${benchMarkdown(figures)}\n${page.slice(to)}`,
  );
}

/**
 * @param {readonly Figure[]} figures
 * @returns {string}
 */
export function benchMarkdown(figures) {
  const [head = [], ...rows] = benchRows(figures);
  const line = (/** @type {string[]} */ cells) =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|').replaceAll('<=', '≤').replaceAll('>=', '≥')).join(' | ')} |`;
  return [line(head), line(head.map(() => '---')), ...rows.map(line)].join('\n');
}
