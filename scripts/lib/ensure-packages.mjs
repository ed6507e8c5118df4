/** Node itself and the npm packages. Uses nothing but Node's own modules: it runs before there are packages. */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from './paths.mjs';
import { PlainError, run } from './run.mjs';

/** The oldest Node that is known to do, also the one inside the oldest supported Electron. */
const oldestNode = { major: 20, minor: 18 };

/**
 * Installs the packages of the lock file, when node_modules is missing or was made from another lock file.
 * @param {{ root?: string, say?: (line: string) => void }} [options]
 * @returns {Promise<boolean>} whether something was installed
 * @throws {PlainError} when Node is too old, or npm failed (its output was shown)
 */
export async function ensurePackages({
  root = projectRoot,
  say = (line) => process.stderr.write(`${line}\n`),
} = {}) {
  checkNode();
  const modules = join(root, 'node_modules');
  const stamp = join(modules, '.latchkey-lock-hash');
  const wanted = hashLock(root);
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return false;
  if (!existsSync(stamp) && isInstalledFrom(root)) {
    // Somebody ran `npm ci` by hand.
    writeFileSync(stamp, wanted);
    return false;
  }
  say('Installing npm packages …');
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  // Development tools are needed whatever NODE_ENV says: the program is built here.
  const code = await run(npm, ['ci', '--include=dev', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    quiet: true,
  });
  if (code !== 0) throw new PlainError('npm could not install the packages: see its words above.');
  writeFileSync(stamp, wanted);
  return true;
}

/**
 * @param {string} [version] as in process.versions.node
 * @throws {PlainError} with a sentence for people
 */
export function checkNode(version = process.versions.node) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  if (major > oldestNode.major || (major === oldestNode.major && minor >= oldestNode.minor)) return;
  throw new PlainError(
    `Latchkey Mail is built with Node ${oldestNode.major}.${oldestNode.minor} or newer; this is Node ${version}. ` +
      'Get a newer one from https://nodejs.org or your package manager.',
  );
}

/**
 * @param {string} root
 * @returns {string}
 */
function hashLock(root) {
  return createHash('sha256')
    .update(readFileSync(join(root, 'package-lock.json')))
    .digest('hex');
}

/**
 * Whether npm's own note of what it installed says the same as the lock file.
 * @param {string} root
 * @returns {boolean}
 */
function isInstalledFrom(root) {
  const note = join(root, 'node_modules', '.package-lock.json');
  if (!existsSync(note)) return false;
  const installed = JSON.parse(readFileSync(note, 'utf8')).packages;
  const locked = JSON.parse(readFileSync(join(root, 'package-lock.json'), 'utf8')).packages;
  return Object.entries(locked).every(
    ([path, wanted]) => path === '' || wanted.optional || installed[path]?.version === wanted.version,
  );
}
