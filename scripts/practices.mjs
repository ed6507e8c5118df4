/**
 * `npm run practices`: whether the table of practices is whole. With `-- --mutate` it breaks the behaviour of each row once, in a copy
 * of the sources, and looks whether the row's test notices. `--only R3,R5` takes some, `--json` answers for programs.
 * Ends with 0 only when every break was noticed.
 */
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { parseArgs } from 'node:util';
import { countReport } from './lib/checks.mjs';
import { ensurePackages } from './lib/ensure-packages.mjs';
import { ensureSystem } from './lib/ensure-system.mjs';
import { projectRoot } from './lib/paths.mjs';
import { faultsOfPractices, readMutations, readPractices } from './lib/practices.mjs';
import { capture, PlainError, run, runMain } from './lib/run.mjs';
import { faultsOfStandards } from './lib/standards.mjs';

/** For one test file, broken or not. */
const LIMIT_MS = 240_000;

const NOTICED = 'noticed';

/** How tests end over whole sources: asked once. */
/** @type {Map<string, string>} */
const whole = new Map();

const tell = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`);

await runMain(async () => {
  const { values } = parseArgs({
    options: {
      mutate: { type: 'boolean', default: false },
      only: { type: 'string' },
      json: { type: 'boolean', default: false },
    },
  });
  await ensurePackages();
  const faults = [...faultsOfPractices(), ...faultsOfStandards()];
  for (const fault of faults) tell(fault);
  if (!values.mutate) return faults.length === 0 ? 0 : 1;

  await ensureSystem('test');
  const wanted = values.only?.split(',').map((id) => id.trim());
  const mutations = readMutations().filter(({ id }) => wanted?.includes(id) ?? true);
  const open = readPractices().filter(({ open }) => open !== undefined).length;
  const results = await tryAll(mutations);
  const missed = results.filter(({ isCaught }) => !isCaught).map(({ id, word }) => `${id}: ${word}`);
  // A row is caught when each of its breaks is.
  const rows = new Set(results.map(({ id }) => id));
  const uncaught = new Set(results.filter(({ isCaught }) => !isCaught).map(({ id }) => id));
  const tally = {
    rows: rows.size,
    caught: rows.size - uncaught.size,
    open,
    breaks: results.length,
    noticed: results.length - missed.length,
    missed,
  };
  if (values.json) process.stdout.write(`${JSON.stringify(tally)}\n`);
  else
    process.stdout.write(
      `${tally.caught} of ${tally.rows} practices caught, ${tally.noticed} of ${tally.breaks} breaks noticed, ${open} rows open\n`,
    );
  return missed.length === 0 && faults.length === 0 ? 0 : 1;
});

/**
 * @param {import('./lib/practices.mjs').Mutation[]} mutations
 * @returns {Promise<{ id: string, isCaught: boolean, word: string }[]>}
 */
async function tryAll(mutations) {
  const copy = copySources();
  try {
    const results = [];
    for (const mutation of mutations) {
      const word = await tryOne(mutation, copy);
      const isCaught = word.startsWith(NOTICED);
      tell(`${isCaught ? 'ok  ' : 'FAIL'} ${mutation.id} ${mutation.why}: ${word}`);
      results.push({ id: mutation.id, isCaught, word });
    }
    return results;
  } finally {
    rmSync(copy, { recursive: true, force: true });
  }
}

/** The sources as they stand, with the packages of this checkout. */
function copySources() {
  const copy = mkdtempSync(join(tmpdir(), 'latchkey-practices-'));
  const files = capture('git', ['ls-files', '-co', '--exclude-standard', '-z'], { cwd: projectRoot });
  if (files === undefined) throw new PlainError('git did not list the files of the project.');
  for (const file of files.split('\0')) {
    if (file === '' || !existsSync(join(projectRoot, file))) continue;
    mkdirSync(dirname(join(copy, file)), { recursive: true });
    cpSync(join(projectRoot, file), join(copy, file));
  }
  symlinkSync(join(projectRoot, 'node_modules'), join(copy, 'node_modules'));
  return copy;
}

/**
 * The test has to pass over whole sources and to fail over broken ones; a file that does not load proves nothing.
 * @param {import('./lib/practices.mjs').Mutation} mutation
 * @param {string} copy
 * @returns {Promise<string>} begins with `noticed`, or says what happened instead
 */
async function tryOne({ file, test, title }, copy) {
  const key = `${test} ${title ?? ''}`;
  const before = whole.get(key) ?? (await outcomeOf(test, title, copy));
  whole.set(key, before);
  if (before !== 'passes') return `the test ${before} over whole sources`;
  if ((await run('git', ['apply', file], { cwd: copy, quiet: true })) !== 0) return 'the patch does not fit';
  try {
    const after = await outcomeOf(test, title, copy);
    return after.startsWith('fails') ? after.replace('fails', NOTICED) : `the test ${after} all the same`;
  } finally {
    await run('git', ['apply', '--reverse', file], { cwd: copy, quiet: true });
  }
}

/**
 * @param {string} test
 * @param {string | undefined} title
 * @param {string} copy
 * @returns {Promise<string>} `passes`, `does not load`, or `fails` with the first title that did
 */
async function outcomeOf(test, title, copy) {
  const lane = test.split('/')[1] ?? '';
  if (lane === 'e2e') await run(process.execPath, ['scripts/build.mjs'], { cwd: copy, quiet: true });
  const report = join(copy, 'practice.json');
  rmSync(report, { force: true });
  const vitest = join(copy, 'node_modules', 'vitest', 'vitest.mjs');
  const filter = title === undefined ? [] : ['-t', title];
  const args = [
    vitest,
    'run',
    '--project',
    lane,
    '--reporter=json',
    `--outputFile.json=${report}`,
    test,
    ...filter,
  ];
  const code = await run(process.execPath, args, { cwd: copy, timeoutMs: LIMIT_MS, silent: true });
  const text = existsSync(report) ? readFileSync(report, 'utf8') : undefined;
  const { passed, failed } = countReport(text, code);
  if (text === undefined || passed + failed === 0) return 'does not load';
  if (failed === 0) return 'passes';
  const results = JSON.parse(text).testResults.flatMap(
    (/** @type {{ assertionResults: { status: string, fullName: string }[] }} */ one) => one.assertionResults,
  );
  const first = results.find((/** @type {{ status: string }} */ { status }) => status === 'failed');
  // A file that does not load any more, or an error that nobody caught, shows nothing about the behaviour.
  return first ? `fails by "${first.fullName}"` : 'does not load';
}
