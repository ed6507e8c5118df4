/**
 * `npm run torture`: ends the engine at random moments and cuts its connections at every byte, and looks whether anything was
 * lost, sent twice or damaged. `--kills N`, `--cuts`, `--seed S`, `--json`; without any it does 100 kills and the cuts.
 * Ends with 0 only when nothing was found.
 */
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { buildApp } from './lib/build-app.mjs';
import { ensurePackages } from './lib/ensure-packages.mjs';
import { ensureSystem } from './lib/ensure-system.mjs';
import { projectRoot } from './lib/paths.mjs';
import { PlainError, runMain } from './lib/run.mjs';

await runMain(async () => {
  const { kills, cuts, seed, json } = readArguments();
  await ensurePackages();
  await ensureSystem('test');
  await buildApp();
  // The harness is TypeScript, which the oldest Node that is supported does not read by itself.
  const { runnerImport } = await import('vite');
  /** @type {{ module: { torture(options: object): Promise<Record<string, number>> } }} */
  const { module } = await runnerImport(join(projectRoot, 'tests/torture/run.ts'), {
    configFile: false,
    logLevel: 'error',
  });
  const tell = (/** @type {string} */ line) => void process.stderr.write(`${line}\n`);
  const tally = await module.torture({ kills, cuts, seed, tell });
  const words = Object.entries(tally).map(([name, count]) => `${count} ${name}`);
  if (json) process.stdout.write(`${JSON.stringify(tally)}\n`);
  else process.stdout.write(`${words.join(', ')}\n`);
  const { rounds: _, ...findings } = tally;
  return Object.values(findings).every((count) => count === 0) ? 0 : 1;
});

function readArguments() {
  const { values } = parseArgs({
    options: {
      kills: { type: 'string' },
      cuts: { type: 'boolean' },
      seed: { type: 'string', default: '1' },
      json: { type: 'boolean', default: false },
    },
  });
  const isPlain = values.kills === undefined && values.cuts === undefined;
  return {
    kills: wholeNumber('--kills', values.kills ?? (isPlain ? '100' : '0')),
    cuts: values.cuts ?? isPlain,
    seed: wholeNumber('--seed', values.seed),
    json: values.json,
  };
}

/**
 * @param {string} name
 * @param {string} text
 */
function wholeNumber(name, text) {
  if (!/^\d{1,9}$/.test(text)) throw new PlainError(`${name} wants a whole number, not "${text}".`);
  return Number(text);
}
