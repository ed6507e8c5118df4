/**
 * `npm run bench`: measures the program against floors taken in the same run, prints a table and writes `bench.json`.
 * `--quick` takes smaller mailboxes and less than five minutes; `--only NAME,…` takes some suites or figures;
 * `--peers` measures other mail programs instead; `--json FILE` writes elsewhere; `--markdown FILE` puts the table between the marks
 * of a page, which docs/performance.md has; `--seed N` makes other mail. A missed target is told, not punished: the exit code is 1
 * only when a suite breaks.
 */
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { fillMarked } from './lib/bench-markdown.mjs';
import { benchTable } from './lib/bench-table.mjs';
import { buildApp } from './lib/build-app.mjs';
import { findElectron } from './lib/electron-runtime.mjs';
import { ensurePackages } from './lib/ensure-packages.mjs';
import { ensureSystem } from './lib/ensure-system.mjs';
import { cacheFolder } from './lib/paths.mjs';
import { PlainError, runMain } from './lib/run.mjs';
import { withDisplay } from './lib/with-display.mjs';

/** Its suite. */
const PEERS = 'peers';

const say = (/** @type {string} */ line) => process.stderr.write(`${line}\n`);

await runMain(async () => {
  const { quick, only, json, markdown, seed } = readArguments();
  const start = performance.now();
  await ensurePackages();
  await ensureSystem('test');
  const { buildSuites, listSuites, runSuite } = await import('./lib/bench-suites.mjs');
  const builtFolder = await buildSuites();
  const suites = chosen(await listSuites(builtFolder), only);
  const usesProgram = suites.some((suite) => suite.usesProgram);
  if (usesProgram) await buildApp();
  const programEnv = usesProgram ? { ELECTRON_OVERRIDE_DIST_PATH: (await findElectron()).dist } : {};
  const options = { quick, seed, builtFolder, cacheFolder: join(cacheFolder(), 'bench') };
  mkdirSync(options.cacheFolder, { recursive: true });

  /** @type {import('../tests/bench/suite.ts').Figure[]} */
  const figures = [];
  /** @type {string[]} */
  const broken = [];
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...own } = process.env;
  await withDisplay(async ({ env }) => {
    const suiteEnv = { ...env, ...programEnv };
    for (const { name } of suites) {
      const began = performance.now();
      say(`${name} …`);
      const isWhole = await runSuite(name, options, {
        env: suiteEnv,
        say,
        add: (figure) => figures.push(figure),
      });
      if (!isWhole) broken.push(name);
      say(`${name}: ${isWhole ? 'done' : 'BROKEN'} in ${((performance.now() - began) / 1000).toFixed(1)} s`);
    }
  }, own);

  process.stdout.write(`\n${benchTable(figures)}\n`);
  writeFileSync(json, `${JSON.stringify(figures.map(plainFigure), null, 2)}\n`);
  if (markdown !== undefined) fillMarked(markdown, figures, { quick, isPeers: only.includes(PEERS) });
  process.stdout.write(`${json} · ${((performance.now() - start) / 1000).toFixed(0)} s\n`);
  if (broken.length > 0) throw new PlainError(`These suites broke: ${broken.join(', ')}. See above.`);
  return 0;
});

function readArguments() {
  try {
    const { values } = parseArgs({
      options: {
        quick: { type: 'boolean', default: false },
        only: { type: 'string', default: '' },
        peers: { type: 'boolean', default: false },
        json: { type: 'string', default: join(process.cwd(), 'bench.json') },
        markdown: { type: 'string' },
        seed: { type: 'string', default: '1' },
      },
    });
    const seed = Number(values.seed);
    if (!Number.isSafeInteger(seed)) throw new Error('--seed takes a whole number.');
    const only = values.only.split(',').filter((name) => name !== '');
    return { ...values, seed, only: values.peers ? [PEERS] : only };
  } catch (error) {
    throw new PlainError(error instanceof Error ? error.message : String(error));
  }
}

/**
 * @param {import('./lib/bench-suites.mjs').ListedSuite[]} suites
 * @param {string[]} only names of suites or figures; none means all
 */
function chosen(suites, only) {
  const names = suites.flatMap((suite) => [suite.name, ...suite.figures]);
  const unknown = only.filter((name) => !names.includes(name));
  if (unknown.length > 0)
    throw new PlainError(`There is no ${unknown.join(', ')}. There are: ${[...new Set(names)].join(', ')}.`);
  return suites.filter(
    (suite) =>
      (only.length === 0 && !suite.onlyByName) ||
      only.some((name) => name === suite.name || suite.figures.includes(name)),
  );
}

/** @param {import('../tests/bench/suite.ts').Figure} figure */
function plainFigure({ name, value, unit, floor, ratio }) {
  return { name, value, unit, floor: floor ?? null, ratio: ratio ?? null };
}
