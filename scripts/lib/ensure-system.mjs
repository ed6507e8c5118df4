/**
 * The system packages. On Debian and its kin they are looked up and, as root, installed; elsewhere the missing
 * programs are named. Uses nothing but Node's own modules.
 */
import { existsSync, readFileSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ensureCyrus } from './ensure-cyrus.mjs';
import { capture, PlainError, run } from './run.mjs';
import { hasDisplay } from './with-display.mjs';

/** What Electron itself loads, and the keychain's library. */
const electronLibraries = [
  'libnss3',
  'libatk-bridge2.0-0',
  'libgtk-3-0',
  'libgbm1',
  'libasound2',
  'libsecret-1-0',
  'xdg-utils',
  'ca-certificates',
];
const virtualScreen = ['xvfb', 'xauth'];
const keychain = ['gnome-keyring', 'dbus', 'dbus-x11'];
/** Arabic, Devanagari and many more; Japanese (small); emoji. Without them pictures show empty boxes. */
const fonts = ['fonts-noto-core', 'fonts-ipafont-gothic', 'fonts-noto-color-emoji'];
const servers = ['dovecot-imapd', 'openssl'];
/** The checks ask it which files there are. */
const checks = ['git'];

/** @typedef {'run' | 'check' | 'demo' | 'test'} Purpose */

/**
 * What a purpose needs.
 * @param {Purpose} purpose
 * @param {boolean} isHeadless
 * @returns {string[]}
 */
export function packagesFor(purpose, isHeadless) {
  const screen = isHeadless ? [...virtualScreen, ...keychain, ...fonts] : [];
  if (purpose === 'check') return checks;
  if (purpose === 'run') return [...electronLibraries, ...screen];
  // The tour brings its own keychain, also on a desktop.
  if (purpose === 'demo') return [...new Set([...electronLibraries, ...screen, ...keychain, ...servers])];
  // The tests always bring their own screen and keychain, also on a desktop.
  return [...electronLibraries, ...virtualScreen, ...keychain, ...fonts, ...servers, ...checks];
}

/**
 * Installs the missing packages (root on Debian), or says exactly what to do.
 * @param {Purpose} purpose
 * @param {{ say?: (line: string) => void }} [options]
 * @returns {Promise<boolean>} whether something was installed
 * @throws {PlainError} when a person has to act
 */
export async function ensureSystem(purpose, { say = (line) => process.stderr.write(`${line}\n`) } = {}) {
  if (process.platform !== 'linux' || !isDebianLike()) return requirePrograms(purpose);
  const installed = await ensurePackagesOf(purpose, say);
  // Without it the tests with Cyrus fail, and say the same.
  if (purpose === 'test') await ensureCyrus().catch((error) => say(error.message));
  return installed;
}

/**
 * @param {Purpose} purpose
 * @param {(line: string) => void} say
 * @returns {Promise<boolean>}
 */
async function ensurePackagesOf(purpose, say) {
  const missing = findMissing(packagesFor(purpose, !hasDisplay()));
  if (missing.length === 0) return false;
  if (process.getuid?.() !== 0) {
    throw new PlainError(
      `These system packages are missing. Install them and run this again:\n\n${maskLine(missing)}  sudo apt-get install --no-install-recommends ${missing.join(' ')}\n`,
    );
  }
  say(`Installing ${missing.length} system packages …`);
  await install(missing);
  return true;
}

/**
 * @param {string} [osRelease] the text of /etc/os-release
 * @returns {boolean}
 */
export function isDebianLike(
  osRelease = existsSync('/etc/os-release') ? readFileSync('/etc/os-release', 'utf8') : '',
) {
  const ids = [...osRelease.matchAll(/^ID(?:_LIKE)?=(.*)$/gm)].flatMap((match) =>
    (match[1] ?? '').replaceAll('"', '').split(' '),
  );
  return ids.includes('debian') || ids.includes('ubuntu');
}

/**
 * Debian's 64-bit time transition renamed some libraries (libgtk-3-0 became libgtk-3-0t64): either name counts,
 * and apt finds the new package under the old name.
 * @param {readonly string[]} names
 * @returns {string[]}
 */
function findMissing(names) {
  const isInstalled = (/** @type {string} */ name) =>
    capture('dpkg-query', ['-s', name])?.includes('\nStatus: install ok installed\n') ?? false;
  return names.filter((name) => !isInstalled(name) && !isInstalled(`${name}t64`));
}

/**
 * Debian starts a mail server on all interfaces as soon as its package is there; nobody asked for that.
 * @param {readonly string[]} missing
 * @returns {string}
 */
function maskLine(missing) {
  return missing.includes('dovecot-imapd') ? '  sudo systemctl mask dovecot.service dovecot.socket\n' : '';
}

/**
 * @param {readonly string[]} missing
 * @returns {Promise<void>}
 */
async function install(missing) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', LC_ALL: 'C.UTF-8' };
  if (missing.includes('dovecot-imapd') && existsSync('/bin/systemctl')) {
    const code = await run('systemctl', ['mask', 'dovecot.service', 'dovecot.socket'], { env, quiet: true });
    if (code !== 0)
      throw new PlainError('dovecot.service could not be masked, so its package was not installed.');
  }
  const wait = ['-o', 'DPkg::Lock::Timeout=120'];
  if ((await run('apt-get', [...wait, '-qq', 'update'], { env, quiet: true })) !== 0)
    throw new PlainError('apt-get update failed: see above.');
  const options = [...wait, '-o', 'Dpkg::Options::=--force-confold', '-qq', '-y', '--no-install-recommends'];
  if ((await run('apt-get', [...options, 'install', ...missing], { env, quiet: true })) !== 0) {
    throw new PlainError('apt-get install failed: see above.');
  }
}

/**
 * Other systems: names what the servers and the screen need, if it is not there.
 * @param {Purpose} purpose
 * @returns {false}
 */
function requirePrograms(purpose) {
  const needed = {
    run: [],
    check: ['git'],
    demo: ['dovecot', 'openssl'],
    test: ['git', 'dovecot', 'openssl'],
  }[purpose];
  const drawsByItself = purpose === 'test' || (purpose !== 'check' && !hasDisplay());
  const virtual =
    process.platform === 'linux' && drawsByItself ? ['Xvfb', 'dbus-run-session', 'gnome-keyring-daemon'] : [];
  const folders = (process.env.PATH ?? '').split(delimiter);
  folders.push('/usr/sbin', '/usr/local/sbin', '/opt/homebrew/sbin');
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const isThere = (/** @type {string} */ name) =>
    folders.some((folder) => existsSync(join(folder, `${name}${suffix}`)));
  const missing = [...needed, ...virtual].filter((name) => !isThere(name));
  if (missing.length === 0) return false;
  const hint = process.platform === 'darwin' ? ' On macOS: brew install dovecot openssl.' : '';
  throw new PlainError(`These programs are needed and were not found: ${missing.join(', ')}.${hint}`);
}
