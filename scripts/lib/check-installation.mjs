/** The Security check without a window, over the built engine, and its results in words. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { startBareEngine } from './bare-engine.mjs';
import { keychainServiceOf } from './keychain-service.mjs';
import { appFolder } from './paths.mjs';
import { PlainError } from './run.mjs';

/** @typedef {{ name: string, state: 'good' | 'bad' | 'unknown', outcome: string, facts: Record<string, string | number> }} Item */
/** @typedef {{ name: string, title: string, ok: boolean | null, detail: string, fix: string | null }} Line */

/**
 * The lab's servers, a keychain and a new profile, in which somebody has signed in.
 * @returns {Promise<Item[]>}
 */
export async function checkDemo() {
  const { driveBrowser } = await import('../../tests/servers/browser.mjs');
  const { startKeychain } = await import('../../tests/servers/keychain.mjs');
  const { startLab } = await import('../../tests/servers/lab.mjs');
  const { createRunFolder } = await import('../../tests/servers/run-folder.mjs');
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
export async function checkProfile({ account, ...options }) {
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
 * @param {Item[]} items
 * @returns {Promise<Line[]>}
 */
export async function sayItems(items) {
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
