/**
 * The program as it is given to people: packed once here, and started without any help. Its fuses are blown, so nobody can look
 * into it with a debugger, and that is one of the things tested; it is looked at from outside instead: by the picture on the
 * screen, by what it writes, by what the kernel knows of its processes.
 */
import { execFileSync, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { FuseV1Options, getCurrentFuseWire } from '@electron/fuses';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { sourceRules } from '../../scripts/checks/sources.mjs';
import { readClientIds } from '../../scripts/lib/client-ids.mjs';
import { electronFlags } from '../../scripts/lib/electron-runtime.mjs';
import { appFolder, projectRoot } from '../../scripts/lib/paths.mjs';
import { freePort, isListening } from '../servers/net.mjs';
import { processesOf } from './processes.ts';
import { POLL } from './walks.ts';
import { startWorld, type World } from './world.ts';

const packed = join(projectRoot, 'dist', 'linux-unpacked');
const program = join(packed, 'latchkey-mail');
const archive = join(packed, 'resources', 'app.asar');

let world: World;
let screenFolder: string;
let screenName: string;

beforeAll(async () => {
  execFileSync(process.execPath, [join(projectRoot, 'scripts', 'package.mjs'), '--as-built'], {
    stdio: 'ignore',
  });
  world = await startWorld();
  screenFolder = world.run.folder('screen');
  screenName = await startScreen();
});

afterAll(() => world?.stop());

/** A virtual screen whose picture is a file. */
async function startScreen(): Promise<string> {
  const server = spawn(
    'Xvfb',
    [
      '-displayfd',
      '3',
      '-screen',
      '0',
      '1280x800x24',
      '-nolisten',
      'tcp',
      '-noreset',
      '-fbdir',
      screenFolder,
    ],
    { stdio: ['ignore', 'ignore', 'ignore', 'pipe'] },
  );
  world.run.own(server);
  return new Promise((resolve, reject) => {
    server.stdio[3]?.once('data', (number: Buffer) => resolve(`:${number.toString().trim()}`));
    server.once('exit', () => reject(new Error('Xvfb ended at once')));
  });
}

/** The pixels of the screen: what follows the header and the colour map of the X window dump. */
function picture(): Buffer {
  const dump = readFileSync(join(screenFolder, 'Xvfb_screen0'));
  return Buffer.from(dump.subarray(dump.readUInt32BE(0) + dump.readUInt32BE(76) * 12));
}

/** The share of pixels in which two pictures are the same. */
function likeness(one: Buffer, other: Buffer): number {
  let same = 0;
  for (let at = 0; at + 4 <= one.length; at += 4) {
    if (one.readUInt32BE(at) === other.readUInt32BE(at)) same += 1;
  }
  return same / (one.length / 4);
}

const coloursOf = (pixels: Buffer) => new Set(new Uint32Array(new Uint8Array(pixels).buffer)).size;

type Started = { pid: number; profile: string; log: () => string; stop: () => Promise<void> };

/** Starts a program on that screen, unseen by Playwright. */
function startOnScreen(
  name: string,
  executable: string,
  args: string[],
  env: Record<string, string>,
): Started {
  const profile = world.run.folder(name, 0o700);
  const child = spawn(
    executable,
    [
      ...electronFlags({ isVirtualDisplay: true }),
      ...args,
      `--user-data-dir=${profile}`,
      `--address=${world.address}`,
    ],
    {
      cwd: profile,
      stdio: ['ignore', 'ignore', 'pipe'],
      env: {
        PATH: process.env.PATH,
        LANG: 'C.UTF-8',
        ...world.keychain?.env,
        DISPLAY: screenName,
        NODE_EXTRA_CA_CERTS: world.lab.caFile,
        ...env,
      },
    },
  );
  world.run.own(child);
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  return {
    pid: child.pid ?? 0,
    profile,
    log: () => log,
    stop: () =>
      new Promise((resolve) => {
        child.once('exit', () => resolve());
        child.kill('SIGTERM');
      }),
  };
}

/** The picture once it no longer changes and shows more than an empty window. */
async function settledPicture(): Promise<Buffer> {
  let last = picture();
  await expect
    .poll(
      () => {
        const now = picture();
        const isStill = coloursOf(now) > 50 && likeness(last, now) > 0.9995;
        last = now;
        return isStill;
      },
      { timeout: 15_000, interval: 700 },
    )
    .toBe(true);
  return last;
}

const asar = createRequire(createRequire(import.meta.url).resolve('app-builder-lib/package.json'))(
  '@electron/asar',
) as {
  listPackage(file: string, options: { isPack: boolean }): string[];
  extractFile(file: string, name: string): Buffer;
};

function readArchived(name: string): string {
  return asar.extractFile(archive, name.slice(1)).toString('utf8');
}

function listArchive(): string[] {
  return asar.listPackage(archive, { isPack: false }).map((name) => name.replaceAll('\\', '/'));
}

test('the package holds what runs and nothing else', () => {
  const own = listArchive().filter((name) => !name.startsWith('/node_modules'));
  expect(own).toEqual(
    expect.arrayContaining([
      '/package.json',
      '/dist/providers.json',
      '/locales/en.json',
      '/dist/main/main.js',
      '/dist/main/engine.js',
      '/dist/preload/preload.cjs',
      '/dist/renderer/index.html',
    ]),
  );
  expect(own.filter((name) => !/^\/(dist|locales)(\/|$)|^\/(package|providers)\.json$/.test(name))).toEqual(
    [],
  );
  expect(
    listArchive().filter((name) =>
      /\.map$|\.tsx?$|electron-loader|\/(__tests__|example|examples)\//.test(name),
    ),
  ).toEqual([]);
  // A folder of that name would be run instead of the archive.
  expect(existsSync(join(packed, 'resources', 'app'))).toBe(false);
  expect(readdirSync(join(packed, 'resources')).sort()).toEqual([
    'LICENSE.txt',
    'app.asar',
    'app.asar.unpacked',
  ]);
});

test('no secret is in the package: every client ID and what goes with it came from the configuration of this build', () => {
  const secret = sourceRules.find(({ name }) => name === 'no-secret')?.pattern;
  if (!secret) throw new Error('the rule has gone');
  const own = listArchive().filter((name) => /^\/(dist|locales)\/.*\.(js|cjs|json|html|css)$/.test(name));
  expect(own.length).toBeGreaterThan(10);
  for (const name of own) expect(secret.test(readArchived(name)), name).toBe(false);
  const { providers } = JSON.parse(readArchived('/dist/providers.json')) as {
    providers: { oauth?: { clientId: string; publicClientSecret?: string } }[];
  };
  const { clientIds = {}, clientSecrets = {} } = readClientIds();
  for (const { oauth } of providers) {
    expect(['', ...Object.values(clientIds)]).toContain(oauth?.clientId ?? '');
    expect([undefined, ...Object.values(clientSecrets)]).toContain(oauth?.publicClientSecret);
  }
});

test('the fuses are set as a release needs them', async () => {
  const wire = await getCurrentFuseWire(program);
  // The wire holds the digit 1 for on, 0 for off.
  const isOn = (fuse: FuseV1Options) => wire[fuse] === '1'.charCodeAt(0);
  expect(isOn(FuseV1Options.RunAsNode)).toBe(false);
  expect(isOn(FuseV1Options.EnableNodeOptionsEnvironmentVariable)).toBe(false);
  expect(isOn(FuseV1Options.EnableNodeCliInspectArguments)).toBe(false);
  expect(isOn(FuseV1Options.EnableCookieEncryption)).toBe(true);
  expect(isOn(FuseV1Options.OnlyLoadAppFromAsar)).toBe(true);
  expect(isOn(FuseV1Options.GrantFileProtocolExtraPrivileges)).toBe(false);
});

test('the packed program paints its page, runs its engine with keychain and store, and takes no orders from its environment', async () => {
  const marker = join(world.run.path, 'node-options-ran');
  const planted = join(world.run.path, 'planted.cjs');
  writeFileSync(planted, `require('node:fs').writeFileSync(${JSON.stringify(marker)}, '');`);
  const inspectPort = await freePort();
  const packaged = startOnScreen('packed', program, [`--inspect=127.0.0.1:${inspectPort}`], {
    ELECTRON_RUN_AS_NODE: '1',
    NODE_OPTIONS: `--require ${planted}`,
    LATCHKEY_PROVIDERS: world.lab.providersFile,
  });
  const seen = await settledPicture();
  // The engine: its databases, encrypted, and both native libraries, loaded from this package.
  await expect.poll(() => existsSync(join(packaged.profile, 'mail', 'store.db')), POLL).toBe(true);
  const head = readFileSync(join(packaged.profile, 'mail', 'store.db'))
    .subarray(0, 15)
    .toString('latin1');
  expect(head).not.toBe('SQLite format 3');
  const maps = processesOf(packaged.pid)
    .map(({ pid }) => readFileSync(`/proc/${pid}/maps`, 'utf8'))
    .join('');
  expect(maps).toContain(`${archive}.unpacked/node_modules/keytar`);
  expect(maps).toContain(`${archive}.unpacked/node_modules/@libsql`);
  const entries = execFileSync(
    'dbus-send',
    [
      '--session',
      '--print-reply',
      '--dest=org.freedesktop.secrets',
      '/org/freedesktop/secrets/collection/login',
      'org.freedesktop.DBus.Properties.Get',
      'string:org.freedesktop.Secret.Collection',
      'string:Items',
    ],
    { env: { ...process.env, ...world.keychain?.env }, encoding: 'utf8' },
  );
  expect(entries).toContain('/org/freedesktop/secrets/collection/login/');
  expect(await isListening(inspectPort)).toBe(false);
  expect(existsSync(marker)).toBe(false);
  await packaged.stop();

  // The same page as the unpackaged program paints that was told of no provider file; one that was told paints another.
  const plain = startOnScreen('plain', world.electron.executable, [appFolder], {});
  const withoutFile = await settledPicture();
  await plain.stop();
  const told = startOnScreen('told', world.electron.executable, [appFolder], {
    LATCHKEY_PROVIDERS: world.lab.providersFile,
  });
  const withFile = await settledPicture();
  await told.stop();
  expect(likeness(seen, withoutFile)).toBeGreaterThan(0.999);
  expect(likeness(withFile, withoutFile)).toBeLessThan(0.998);
});
