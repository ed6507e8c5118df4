/**
 * `npm run security-check`: verifies an installation without a window, with the same checks as the page of that name.
 *
 *   npm run security-check                    over a demonstration profile: servers, keychain and an account of its own
 *   npm run security-check -- --profile DIR   over a real one, the folder that holds `mail/`; the program must not run meanwhile
 *   npm run security-check -- --json          writes an array of {name, ok, detail, fix}; `ok` is null where it cannot be found out here
 *
 * Exits with 1 when something is not in order.
 */
import { existsSync, readFileSync } from 'node:fs';
import { homedir, tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildApp } from './lib/build-app.mjs';
import { ensurePackages } from './lib/ensure-packages.mjs';
import { ensureSystem } from './lib/ensure-system.mjs';
import { keychainServiceOf } from './lib/keychain-service.mjs';
import { appFolder } from './lib/paths.mjs';
import { PlainError, runMain } from './lib/run.mjs';

/** @typedef {{ name: string, state: 'good' | 'bad' | 'unknown', outcome: string, facts: Record<string, string | number> }} Item */
/** @typedef {{ name: string, title: string, ok: boolean | null, detail: string, fix: string | null }} Line */

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
 * The lab's servers, a keychain and a new profile, in which somebody has signed in.
 * @returns {Promise<Item[]>}
 */
async function checkDemo() {
  const { driveBrowser } = await import('../tests/servers/browser.mjs');
  const { startKeychain } = await import('../tests/servers/keychain.mjs');
  const { startLab } = await import('../tests/servers/lab.mjs');
  const { createRunFolder } = await import('../tests/servers/run-folder.mjs');
  const run = createRunFolder({ prefix: 'lk-check-' });
  try {
    const lab = await startLab({ run });
    const keychain = await startKeychain({ run });
    const [[address = '', password = ''] = []] = Object.entries(lab.users);
    const profile = run.folder('profile', 0o700);
    return await checkProfile({
      profile,
      keychainService: keychainServiceOf(profile),
      temporaryDirectory: run.folder('tmp', 0o700),
      env: { PATH: process.env.PATH, ...keychain.env, ...lab.env },
      async shell(name, input) {
        if (name === 'openExternal')
          await driveBrowser(input.url, { login: address, password, decision: 'allow' });
        return {};
      },
      account: { attemptId: 'security-check', address, providerId: lab.provider.id },
    });
  } finally {
    await run.remove();
  }
}

/**
 * @param {object} options
 * @param {string} options.profile
 * @param {string} options.keychainService
 * @param {string} options.temporaryDirectory
 * @param {NodeJS.ProcessEnv} options.env
 * @param {(name: string, input: any) => Promise<object>} options.shell
 * @param {object} [options.account] to sign in with first
 * @returns {Promise<Item[]>}
 */
async function checkProfile({ account, ...options }) {
  const { startBareEngine } = await import('./lib/bare-engine.mjs');
  const engine = startBareEngine(options);
  try {
    await engine.ask('app.checkVault', {});
    const { problem } = await engine.ask('app.getState', {});
    if (problem !== undefined) throw new PlainError(`The mail of this profile cannot be opened: ${problem}.`);
    if (account) await engine.ask('accounts.signIn', account);
    const { items } = await engine.ask('security.check', {});
    return items;
  } finally {
    await engine.stop();
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

/**
 * @param {Item[]} items
 * @returns {Promise<Line[]>}
 */
async function sayItems(items) {
  const { IntlMessageFormat } = await import('intl-messageformat');
  /** @type {Record<string, string>} */
  const words = JSON.parse(readFileSync(join(appFolder, 'locales', 'en-check.json'), 'utf8'));
  return items.map(({ name, state, outcome, facts }) => {
    const say = (/** @type {string} */ key) => {
      const message = words[key];
      return message === undefined
        ? undefined
        : String(new IntlMessageFormat(message, 'en', undefined, { ignoreTag: true }).format(facts));
    };
    return {
      name,
      title: say(`check.${name}.title`) ?? name,
      ok: state === 'unknown' ? null : state === 'good',
      detail: say(`check.${name}.${outcome}`) ?? outcome,
      fix: state === 'good' ? null : (say(`check.${name}.${outcome}.fix`) ?? null),
    };
  });
}

await runMain(async () => {
  const { json, profile } = readOptions();
  await ensurePackages();
  await ensureSystem('demo');
  await buildApp();
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
