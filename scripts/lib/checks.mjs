/** The quick checks, and the counting of tests. Needs node_modules. */
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './paths.mjs';
import { run } from './run.mjs';

const tool = (/** @type {string[]} */ ...parts) => join(projectRoot, 'node_modules', ...parts);

/** Each is a program of its own: it counts as one test. */
const checks = [
  { name: 'types', args: [tool('typescript', 'bin', 'tsc'), '--build'] },
  {
    name: 'lint and format',
    args: [tool('@biomejs', 'biome', 'bin', 'biome'), 'check', '--error-on-warnings', '.'],
  },
  { name: 'layers', args: [join(projectRoot, 'scripts', 'checks', 'layers.mjs')] },
  { name: 'sources', args: [join(projectRoot, 'scripts', 'checks', 'sources.mjs')] },
  { name: 'practices', args: [join(projectRoot, 'scripts', 'checks', 'practices.mjs')] },
];

/** @typedef {{ passed: number, failed: number, skipped: number }} Tally */

/**
 * Runs all checks, also after one has failed.
 * @returns {Promise<Tally>}
 */
export async function runChecks() {
  const tally = { passed: 0, failed: 0, skipped: 0 };
  for (const check of checks) {
    const begin = performance.now();
    const code = await run(process.execPath, check.args, { cwd: projectRoot, quiet: true });
    tell(`${code === 0 ? 'ok  ' : 'FAIL'} ${check.name}`, begin);
    if (code === 0) tally.passed += 1;
    else tally.failed += 1;
  }
  return tally;
}

/**
 * Runs one lane of the tests. A test file that could not be loaded, and a run that failed without a failed test
 * (an error that nobody caught), count as one failure each.
 * @param {'unit' | 'integration' | 'hostile' | 'e2e'} lane
 * @param {{ env?: NodeJS.ProcessEnv, filters?: readonly string[] }} [options]
 * @returns {Promise<Tally>}
 */
export async function runLane(lane, { env = process.env, filters = [] } = {}) {
  if (!hasTests(lane)) {
    process.stdout.write(`---- ${lane}: there are no tests in tests/${lane} yet\n`);
    return { passed: 0, failed: 0, skipped: 0 };
  }
  const begin = performance.now();
  const report = join(projectRoot, '.cache', `results-${lane}.json`);
  mkdirSync(join(projectRoot, '.cache'), { recursive: true });
  rmSync(report, { force: true });
  const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${report}`];
  const args = [tool('vitest', 'vitest.mjs'), 'run', '--project', lane, ...reporters, ...filters];
  const code = await run(process.execPath, args, { cwd: projectRoot, env });
  const tally = countReport(existsSync(report) ? readFileSync(report, 'utf8') : undefined, code);
  tell(
    `${tally.failed === 0 ? 'ok  ' : 'FAIL'} ${lane}: ${tally.passed} passed, ${tally.failed} failed`,
    begin,
  );
  if (tally.skipped > 0) process.stdout.write(`     ${lane}: ${tally.skipped} skipped\n`);
  return tally;
}

/**
 * @param {string | undefined} text Vitest's JSON report, if it wrote one
 * @param {number} exitCode
 * @returns {Tally}
 */
export function countReport(text, exitCode) {
  if (text === undefined) return { passed: 0, failed: 1, skipped: 0 };
  const report = JSON.parse(text);
  const unloaded = report.testResults.filter(
    (/** @type {{ status: string, assertionResults: { status: string }[] }} */ file) =>
      file.status === 'failed' && !file.assertionResults.some((result) => result.status === 'failed'),
  ).length;
  const failed = report.numFailedTests + unloaded;
  return {
    passed: report.numPassedTests,
    failed: failed === 0 && exitCode !== 0 ? 1 : failed,
    skipped: report.numPendingTests + report.numTodoTests,
  };
}

/**
 * @param {readonly Tally[]} tallies
 * @returns {Tally}
 */
export function addTallies(tallies) {
  const sum = (/** @type {keyof Tally} */ key) => tallies.reduce((total, tally) => total + tally[key], 0);
  return { passed: sum('passed'), failed: sum('failed'), skipped: sum('skipped') };
}

/**
 * @param {string} lane
 * @returns {boolean}
 */
function hasTests(lane) {
  const folder = join(projectRoot, 'tests', lane);
  return (
    existsSync(folder) &&
    readdirSync(folder, { recursive: true }).some((name) => /\.test\.tsx?$/.test(String(name)))
  );
}

/**
 * @param {string} words
 * @param {number} begin of performance.now()
 */
function tell(words, begin) {
  process.stdout.write(`${words} (${((performance.now() - begin) / 1000).toFixed(1)} s)\n`);
}
