/** `npm run check`: the quick part of the tests: types, lint and format, layers, sources, unit tests. */
import { ensurePackages } from './lib/ensure-packages.mjs';
import { ensureSystem } from './lib/ensure-system.mjs';
import { runMain } from './lib/run.mjs';

await runMain(async () => {
  await ensurePackages();
  await ensureSystem('check');
  const { addTallies, runChecks, runLane } = await import('./lib/checks.mjs');
  const total = addTallies([await runChecks(), await runLane('unit')]);
  process.stdout.write(`${total.passed} passed, ${total.failed} failed\n`);
  return total.failed === 0 ? 0 : 1;
});
