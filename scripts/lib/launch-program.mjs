/**
 * Starts the real program under Playwright, for the tour and for the end-to-end tests.
 * The program knows nothing of it: what is passed in is what any starter could pass.
 */
import { join } from 'node:path';
import { _electron } from 'playwright-core';
import { electronFlags } from './electron-runtime.mjs';
import { appFolder } from './paths.mjs';

const readyGate = join(import.meta.dirname, 'ready-gate.cjs');
/** A start takes one or two seconds; on a busy machine ten. */
const START_MS = 60_000;

/**
 * @typedef {object} Program
 * @property {import('playwright-core').ElectronApplication} app
 * @property {import('playwright-core').Page} page the main window's page
 * @property {() => string} log what the program wrote to its standard error so far
 * @property {() => Promise<void>} close quits as a person would, and waits for the process to end
 */

/**
 * @param {object} options
 * @param {import('./electron-runtime.mjs').ElectronRuntime} options.electron
 * @param {import('./with-display.mjs').Display} options.display
 * @param {string} options.profile the folder of this run's profile
 * @param {Record<string, string | undefined>} [options.env] added to the display's environment; undefined takes a name away
 * @param {string[]} [options.args] the program's own arguments
 * @param {{ width: number, height: number }} [options.size] of the page inside the window
 * @returns {Promise<Program>}
 */
export async function launchProgram({ electron, display, profile, env = {}, args = [], size }) {
  const flags = electronFlags({ isVirtualDisplay: display.isVirtual });
  const app = await _electron.launch({
    executablePath: electron.executable,
    args: ['-r', readyGate, ...flags, appFolder, `--user-data-dir=${profile}`, ...args],
    // Who drives it reads English, whatever the language of this computer is.
    env: cleanEnvironment({ ...display.env, LC_ALL: 'C.UTF-8', LANGUAGE: 'en', ...env }),
    cwd: profile,
    timeout: START_MS,
    // Playwright would switch the sandbox off for everybody; the flags above do it only where it cannot be.
    chromiumSandbox: true,
  });
  let log = '';
  app.process().stderr?.on('data', (chunk) => {
    log += chunk;
  });
  const page = await app.firstWindow();
  // The driver is there before the page: until it has loaded, its frame may still be swapped for another.
  await page.waitForURL(/^app:/);
  if (size) {
    await app.evaluate(({ BrowserWindow }, { width, height }) => {
      BrowserWindow.getAllWindows()[0]?.setContentSize(width, height);
    }, size);
  }
  return { app, page, log: () => log, close: () => app.close() };
}

/**
 * @param {Record<string, string | undefined>} env
 * @returns {Record<string, string>}
 */
function cleanEnvironment(env) {
  return Object.fromEntries(
    Object.entries(env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
}
