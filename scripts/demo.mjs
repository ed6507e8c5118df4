/**
 * `npm run demo`: the whole program against servers of its own on this computer, with a sample mailbox.
 *
 *   npm run demo                 opens the program on its welcome screen, with the demo's address filled in
 *   npm run demo -- --tour DIR   drives it by itself and writes a picture of every step into DIR
 *   npm run demo -- --keep       leaves the run folder (profile, mail, logs) for a look at it afterwards
 *
 * With no display the tour runs by itself, under a virtual one. The profile and, on a headless Linux, the keychain are
 * the demo's own; they live in one run folder under the system's temporary folder, which is removed at the end.
 * On a desktop the desktop's keychain is used, under a name that belongs to this profile; the entries are removed.
 */
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildApp } from './lib/build-app.mjs';
import { findElectron } from './lib/electron-runtime.mjs';
import { ensurePackages } from './lib/ensure-packages.mjs';
import { ensureSystem } from './lib/ensure-system.mjs';
import { projectRoot } from './lib/paths.mjs';
import { PlainError, runMain } from './lib/run.mjs';
import { hasDisplay, withDisplay } from './lib/with-display.mjs';

/**
 * Runs one phase and tells how long it took.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function phase(name, work) {
  const begin = performance.now();
  const result = await work();
  process.stdout.write(`${name}: ${((performance.now() - begin) / 1000).toFixed(1)} s\n`);
  return result;
}

/** @returns {{ keep: boolean, tour: string | undefined }} */
function readOptions() {
  try {
    const { values } = parseArgs({
      options: { keep: { type: 'boolean', default: false }, tour: { type: 'string' } },
    });
    return { keep: values.keep, tour: values.tour === undefined ? undefined : resolve(values.tour) };
  } catch (error) {
    throw new PlainError(
      `${error instanceof Error ? error.message : error}\nnpm run demo -- [--tour DIR] [--keep]`,
    );
  }
}

await runMain(async () => {
  const { keep, tour } = readOptions();
  const isHeadless = !hasDisplay();
  const pictures = tour ?? (isHeadless ? resolve(projectRoot, '.cache/tour') : undefined);
  const electron = await phase('installing', async () => {
    await ensurePackages();
    await ensureSystem('demo');
    return findElectron();
  });
  await phase('building', buildApp);
  // Imported late: it needs the packages.
  const { runDemo } = await import('./lib/run-demo.mjs');
  return withDisplay((display) =>
    phase(pictures ? 'tour' : 'demo', () => runDemo({ electron, display, pictures, keep })),
  );
});
