/**
 * `npm run security-check`: verifies an installation without a window, with the same checks as the page of that name.
 *
 *   npm run security-check                    over a demonstration profile: servers, keychain and an account of its own
 *   npm run security-check -- --profile DIR   over a real one, the folder that holds `mail/`; the program must not run meanwhile
 *   npm run security-check -- --json          writes an array of {name, ok, detail, fix}; `ok` is null where it cannot be found out here
 *
 * Exits with 1 when something is not in order.
 */
import { existsSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildApp } from './lib/build-app.mjs';
import { ensurePackages } from './lib/ensure-packages.mjs';
import { ensureSystem } from './lib/ensure-system.mjs';
import { keychainServiceOf } from './lib/keychain-service.mjs';
import { PlainError, runMain } from './lib/run.mjs';

/** @typedef {import('./lib/check-installation.mjs').Item} Item */

/** @returns {{ json: boolean, profile: string | undefined }} */
function readOptions() {
  try {
    const { values } = parseArgs({
      options: { json: { type: 'boolean', default: false }, profile: { type: 'string' } },
    });
    return {
      json: values.json,
      profile: values.profile === undefined ? undefined : resolve(values.profile),
    };
  } catch (error) {
    throw new PlainError(
      `${error instanceof Error ? error.message : error}\nnpm run security-check -- [--json] [--profile DIR]`,
    );
  }
}

/**
 * @param {string} profile
 * @returns {Promise<Item[]>}
 */
async function checkReal(profile) {
  if (!existsSync(join(profile, 'mail', 'journal.db'))) {
    throw new PlainError(`There is no profile in ${profile}: it would hold mail/journal.db.`);
  }
  const { checkProfile } = await import('./lib/check-installation.mjs');
  return checkProfile({
    profile,
    keychainService: profile === usualProfile() ? 'Latchkey Mail' : keychainServiceOf(profile),
    temporaryDirectory: tmpdir(),
    env: process.env,
    shell: async () => ({}),
  });
}

/** Where the program keeps its profile when nobody says otherwise. */
function usualProfile() {
  const name = 'Latchkey Mail';
  if (process.platform === 'darwin') return join(homedir(), 'Library', 'Application Support', name);
  if (process.platform === 'win32')
    return join(process.env.APPDATA ?? join(homedir(), 'AppData', 'Roaming'), name);
  return join(process.env.XDG_CONFIG_HOME ?? join(homedir(), '.config'), name);
}

await runMain(async () => {
  const { json, profile } = readOptions();
  await ensurePackages();
  await ensureSystem('demo');
  await buildApp();
  const { checkDemo, sayItems } = await import('./lib/check-installation.mjs');
  const lines = await sayItems(await (profile === undefined ? checkDemo() : checkReal(profile)));
  if (json) {
    const answers = lines.map(({ name, ok, detail, fix }) => ({ name, ok, detail, fix }));
    process.stdout.write(`${JSON.stringify(answers, undefined, 2)}\n`);
  } else {
    for (const { title, ok, detail, fix } of lines) {
      const mark = ok === null ? '  ?   ' : ok ? '  ok  ' : '  BAD ';
      process.stdout.write(`${mark}${title}\n        ${detail}\n${fix === null ? '' : `        ${fix}\n`}`);
    }
    const count = (/** @type {boolean | null} */ wanted) => lines.filter(({ ok }) => ok === wanted).length;
    process.stdout.write(
      `${count(true)} in order, ${count(false)} not in order, ${count(null)} could not be found out here\n`,
    );
  }
  return lines.some(({ ok }) => ok === false) ? 1 : 0;
});
