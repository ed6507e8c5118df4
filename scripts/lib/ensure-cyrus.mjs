/**
 * Cyrus, the second real IMAP server of the tests. Debian's package conflicts with dovecot-imapd, so it is never installed:
 * its files are unpacked into the cache folder and run from there. Uses nothing but Node's own modules.
 */
import { existsSync, readdirSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { cacheFolder } from './paths.mjs';
import { capture, PlainError } from './run.mjs';

const PROGRAMS = ['cyrus-common', 'cyrus-imapd', 'sasl2-bin'];
/** What they load that a Debian 12 does not always have: only what is missing is fetched. */
const LIBRARIES = [
  'libical3',
  'libicu72',
  'libjansson4',
  'libldap-2.5-0',
  'libnsl2',
  'libpcre3',
  'libpq5',
  'libsasl2-2',
  'libsasl2-modules-db',
  'libsqlite3-0',
  'libtirpc3',
  'libwrap0',
  'libxapian30',
  'libxml2',
];
const COMPLETE = '.complete';

/**
 * The folder in which Cyrus is unpacked; fetched where it is not there yet.
 * @param {{ cache?: string }} [options]
 * @returns {Promise<string>}
 * @throws {PlainError} with a sentence for people, when this machine cannot have it
 */
export async function ensureCyrus({ cache = cacheFolder() } = {}) {
  const unpacked = await findUnpacked(cache);
  if (unpacked !== undefined) return unpacked;
  if (process.platform !== 'linux' || capture('dpkg', ['--version']) === undefined) {
    throw new PlainError('The tests with Cyrus need a Debian 12: its packages are unpacked for them.');
  }
  await mkdir(cache, { recursive: true });
  const work = await mkdtemp(join(cache, 'cyrus-new-'));
  try {
    const version = await fetchInto(work);
    const target = join(cache, `cyrus-${version}`);
    // Another run may have been quicker.
    await rename(join(work, 'root'), target).catch(() => undefined);
    if (!existsSync(join(target, COMPLETE))) throw new PlainError(`Cyrus could not be put into ${target}.`);
    return target;
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/**
 * @param {string} cache
 * @returns {Promise<string | undefined>}
 */
async function findUnpacked(cache) {
  const names = existsSync(cache) ? await readdir(cache) : [];
  const found = names.filter((name) => name.startsWith('cyrus-') && existsSync(join(cache, name, COMPLETE)));
  const newest = found.sort().at(-1);
  return newest === undefined ? undefined : join(cache, newest);
}

/**
 * Fetches and unpacks into `work`/root; answers with the version.
 * @param {string} work
 * @returns {Promise<string>}
 */
async function fetchInto(work) {
  const isInstalled = (/** @type {string} */ name) =>
    capture('dpkg-query', ['-s', name])?.includes('\nStatus: install ok installed\n') ?? false;
  const wanted = [...PROGRAMS, ...LIBRARIES.filter((name) => !isInstalled(name))];
  const packages = join(work, 'packages');
  const root = join(work, 'root');
  await mkdir(packages);
  await mkdir(root);
  const download = () =>
    capture('apt-get', ['-qq', 'download', ...wanted], { cwd: packages, timeout: 120_000 });
  if (download() === undefined) {
    // The lists of packages may be missing or old.
    capture('apt-get', ['-o', 'DPkg::Lock::Timeout=120', '-qq', 'update'], { timeout: 120_000 });
    if (download() === undefined) {
      throw new PlainError(
        `Cyrus could not be fetched for the tests: "apt-get download ${wanted.join(' ')}" failed. It needs the packages of Debian 12.`,
      );
    }
  }
  const files = (await readdir(packages)).filter((name) => name.endsWith('.deb'));
  for (const file of files) {
    if (capture('dpkg', ['-x', join(packages, file), root]) === undefined) {
      throw new PlainError(`Cyrus could not be unpacked for the tests: dpkg -x ${file} failed.`);
    }
  }
  const missing = missingLibraries(root);
  if (missing.length > 0) {
    throw new PlainError(`Cyrus cannot run on this machine: it misses ${missing.join(', ')}.`);
  }
  await writeFile(join(root, COMPLETE), '');
  const named = files.find((name) => name.startsWith('cyrus-imapd_')) ?? '';
  return decodeURIComponent(named.split('_')[1] ?? 'unknown').replaceAll(':', '.');
}

/**
 * @param {string} root
 * @returns {string[]}
 */
function missingLibraries(root) {
  const programs = ['master', 'imapd', 'idled', 'ctl_cyrusdb'].map((name) =>
    join(root, 'usr/lib/cyrus/bin', name),
  );
  const said = capture('ldd', [...programs, join(root, 'usr/sbin/saslpasswd2')], {
    env: { ...process.env, ...cyrusEnvironment(root) },
  });
  if (said === undefined) return ['its programs'];
  return [...new Set([...said.matchAll(/^\s*(\S+) => not found/gm)].map((match) => match[1] ?? ''))];
}

/**
 * What its programs need in their environment, unpacked in `root`.
 * @param {string} root
 * @returns {Record<string, string>}
 */
export function cyrusEnvironment(root) {
  const folders = ['usr/lib', 'lib'].flatMap((above) => {
    const names = existsSync(join(root, above)) ? readdirSync(join(root, above)) : [];
    return names.filter((name) => name.endsWith('-linux-gnu')).map((name) => join(root, above, name));
  });
  const plugins = folders.map((folder) => join(folder, 'sasl2')).filter((folder) => existsSync(folder));
  return {
    LD_LIBRARY_PATH: folders.join(':'),
    // Only where the system has none of its own.
    ...(plugins.length > 0 && { SASL_PATH: plugins.join(':') }),
  };
}
