/**
 * `node scripts/drill.mjs`: the emergency drill of SECURITY.md against servers on this computer. Five accounts are signed in and signed out
 * of at once, with a provider that answers and with one that is down; then the provider is asked about every key that it gave. `--json`
 * answers for programs. Ends with 0 only when no key is alive and nothing is left to be confirmed.
 */
import { join } from 'node:path';
import { buildApp } from './lib/build-app.mjs';
import { ensurePackages } from './lib/ensure-packages.mjs';
import { ensureSystem } from './lib/ensure-system.mjs';
import { projectRoot } from './lib/paths.mjs';
import { runMain } from './lib/run.mjs';

/** @typedef {{ act: string, accounts: number, alive: number, open: number, proved: number, seconds: number }} DrillResult */

await runMain(async () => {
  await ensurePackages();
  await ensureSystem('test');
  await buildApp();
  // The harness is TypeScript, which the oldest Node that is supported does not read by itself.
  const { runnerImport } = await import('vite');
  /** @type {{ module: { drill(tell: (line: string) => void): Promise<DrillResult[]> } }} */
  const { module } = await runnerImport(join(projectRoot, 'tests/drill/run.ts'), {
    configFile: false,
    logLevel: 'error',
  });
  const results = await module.drill((line) => void process.stderr.write(`${line}\n`));
  if (process.argv.includes('--json')) process.stdout.write(`${JSON.stringify(results)}\n`);
  else for (const one of results) process.stdout.write(`${wordsOf(one)}\n`);
  return results.every(
    ({ alive, open, accounts, proved }) => alive === 0 && open === 0 && proved === accounts,
  )
    ? 0
    : 1;
});

/** @param {DrillResult} result */
function wordsOf({ act, accounts, alive, open, proved, seconds }) {
  return `${act}: ${accounts} accounts, ${alive} keys alive, ${open} not confirmed, ${proved} proved dead, ${seconds} s`;
}
