/**
 * `npm test`: installs what the tests need, builds, and runs all checks and all lanes. Its last line is
 * `N passed, N failed`. Lanes can be named: `npm test -- integration e2e`.
 */
import { buildApp } from './lib/build-app.mjs';
import { findElectron } from './lib/electron-runtime.mjs';
import { ensurePackages } from './lib/ensure-packages.mjs';
import { ensureSystem } from './lib/ensure-system.mjs';
import { PlainError, runMain } from './lib/run.mjs';

/** @type {readonly ('unit' | 'integration' | 'hostile' | 'e2e')[]} */
const lanes = ['unit', 'integration', 'hostile', 'e2e'];

await runMain(async () => {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((name) => name !== 'checks' && !lanes.some((lane) => lane === name));
  if (unknown.length > 0)
    throw new PlainError(`There is no lane ${unknown.join(', ')}. There are: checks, ${lanes.join(', ')}.`);
  const isAsked = (/** @type {string} */ name) => asked.length === 0 || asked.includes(name);

  await ensurePackages();
  await ensureSystem('test');
  const electron = await findElectron();
  const { addTallies, runChecks, runLane } = await import('./lib/checks.mjs');
  const tallies = [await tallyBuild()];
  const isBuilt = tallies.every((tally) => tally.failed === 0);
  if (isAsked('checks')) tallies.push(await runChecks());
  // The tests never draw on the screen of whoever runs them, unless they are asked to: each starts a display of its own.
  const { DISPLAY: _display, WAYLAND_DISPLAY: _wayland, ...own } = process.env;
  const shown = process.env.LATCHKEY_SHOW_TESTS ? process.env : own;
  const env = { ...shown, ELECTRON_OVERRIDE_DIST_PATH: electron.dist };
  // Without a build only the unit tests mean something.
  for (const lane of lanes.filter((name) => isAsked(name) && (isBuilt || name === 'unit'))) {
    tallies.push(await runLane(lane, { env }));
  }
  const total = addTallies(tallies);
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 ? 0 : 1;
});

/**
 * The build counts as one test.
 * @returns {Promise<import('./lib/checks.mjs').Tally>}
 */
async function tallyBuild() {
  try {
    await buildApp();
    process.stdout.write('ok   build\n');
    return { passed: 1, failed: 0, skipped: 0 };
  } catch (error) {
    if (!(error instanceof PlainError)) throw error;
    process.stdout.write(`FAIL build: ${error.message}\n`);
    return { passed: 0, failed: 1, skipped: 0 };
  }
}
