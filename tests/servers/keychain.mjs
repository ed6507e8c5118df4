// @ts-check
// A real Secret Service (gnome-keyring) in a D-Bus session of its own, with its own home, so that the
// keychain of whoever runs the tests is never touched. Started programs get `env`.
import { execFile, spawn } from 'node:child_process';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { endProcess } from './run-folder.mjs';

const runFile = promisify(execFile);
const SERVICE = 'org.freedesktop.secrets';
const LOGIN_COLLECTION = '/org/freedesktop/secrets/collection/login';
const UNLOCK_OPERATION = 1;
const PASSWORD = 'lab keychain'; // an empty one would make no login keyring

/** @typedef {Awaited<ReturnType<typeof startKeychain>>} Keychain */

/**
 * Starts the session. "locked" has a keychain that cannot be opened (nobody answers the prompt),
 * "no-service" has a bus and nothing behind it. `owner` starts it for another user: a bus talks to its
 * own user only.
 * @param {object} options
 * @param {import("./run-folder.mjs").RunFolder} options.run
 * @param {"unlocked" | "locked" | "no-service"} [options.state]
 * @param {{ uid: number, gid: number }} [options.owner]
 */
export async function startKeychain({ run, state = 'unlocked', owner }) {
  const home = run.folder(`keys${nextNumber()}`, 0o700);
  const folders = {
    XDG_DATA_HOME: join(home, '.local/share'),
    XDG_CONFIG_HOME: join(home, '.config'),
    XDG_CACHE_HOME: join(home, '.cache'),
    XDG_RUNTIME_DIR: join(home, 'run'),
  };
  for (const folder of [join(home, '.local'), ...Object.values(folders)])
    mkdirSync(folder, { recursive: true, mode: 0o700 });
  const config = join(home, 'bus.conf');
  writeFileSync(config, busConfig(join(home, 'run/bus')));
  if (owner) {
    for (const path of [home, join(home, '.local'), config, ...Object.values(folders)])
      chownSync(path, owner.uid, owner.gid);
  }
  const env = { HOME: home, ...folders, DBUS_SESSION_BUS_ADDRESS: `unix:path=${join(home, 'run/bus')}` };
  const spawnOptions = {
    env: { PATH: process.env.PATH ?? '/usr/bin:/bin', LANG: 'C.UTF-8', ...env },
    cwd: home,
    ...(owner && { uid: owner.uid, gid: owner.gid }),
  };

  const bus = spawn(
    'dbus-daemon',
    [`--config-file=${config}`, '--nofork', '--nopidfile', '--print-address'],
    {
      ...spawnOptions,
      stdio: ['ignore', 'pipe', 'ignore'],
    },
  );
  run.own(bus);
  await firstOutput(bus, bus.stdout, 'the D-Bus daemon (package dbus)', () => true);

  /** @type {import("node:child_process").ChildProcess | undefined} */
  let keyring;
  if (state !== 'no-service') keyring = await startKeyring();

  async function startKeyring() {
    // The watcher sees the name being taken; the keychain answers calls only after it has unlocked itself.
    const watcher = spawn(
      'dbus-monitor',
      [
        '--address',
        env.DBUS_SESSION_BUS_ADDRESS,
        `type='signal',member='NameOwnerChanged',arg0='${SERVICE}'`,
      ],
      { ...spawnOptions, stdio: ['ignore', 'pipe', 'ignore'] },
    );
    run.own(watcher);
    await firstOutput(watcher, watcher.stdout, 'dbus-monitor (package dbus-bin)', () => true);
    const taken = firstOutput(watcher, watcher.stdout, 'dbus-monitor', (text) => text.includes(SERVICE));
    const daemon = spawn(
      'gnome-keyring-daemon',
      [
        '--foreground',
        '--unlock',
        '--components=secrets',
        `--control-directory=${join(home, 'run/keyring')}`,
      ],
      { ...spawnOptions, stdio: ['pipe', 'ignore', 'ignore'] },
    );
    run.own(daemon);
    const failed = new Promise((_resolve, reject) => {
      daemon.once('error', () =>
        reject(new Error('gnome-keyring-daemon cannot be started. Is gnome-keyring installed?')),
      );
      daemon.once('exit', (code) => reject(new Error(`gnome-keyring-daemon ended with ${code}`)));
    });
    failed.catch(() => {}); // it also ends when the lab is stopped
    daemon.stdin.end(PASSWORD);
    await Promise.race([taken, failed]);
    await endProcess(watcher);
    await callService('ReadAlias', 'string:default');
    return daemon;
  }

  /**
   * @param {string} method
   * @param {string} argument
   */
  async function callService(method, argument) {
    const { stdout } = await runFile(
      'dbus-send',
      [
        '--session',
        '--print-reply',
        `--dest=${SERVICE}`,
        '/org/freedesktop/secrets',
        `org.freedesktop.Secret.Service.${method}`,
        argument,
      ],
      spawnOptions,
    );
    return stdout;
  }

  const lock = () => callService('Lock', `array:objpath:${LOGIN_COLLECTION}`);
  if (state === 'locked') await lock();

  return {
    /** What a program needs in its environment to find this keychain (and not the real one). */
    env,
    home,
    /** Locks the keychain while programs use it. */
    lock: async () => {
      await lock();
    },
    /** Opens it again with the person's password, as the login screen does; programs that hold a session go on with it. */
    unlock: () => unlockThroughControl(join(home, 'run/keyring/control')),
    /** Ends it and starts it again, as an update or a crash does: programs have to find the new one. */
    restart: async () => {
      if (keyring) await endProcess(keyring);
      keyring = await startKeyring();
    },
    stop: async () => {
      if (keyring) await endProcess(keyring);
      await endProcess(bus);
    },
  };
}

/**
 * gnome-keyring's control socket: a byte that carries who asks, then length, operation and password, each number in 32 bits.
 * @param {string} socketPath
 * @returns {Promise<void>}
 */
function unlockThroughControl(socketPath) {
  const password = Buffer.from(PASSWORD);
  const request = Buffer.alloc(13);
  request.writeUInt32BE(12 + password.length, 1);
  request.writeUInt32BE(UNLOCK_OPERATION, 5);
  request.writeUInt32BE(password.length, 9);
  return new Promise((resolve, reject) => {
    let answer = Buffer.alloc(0);
    const socket = net.connect(socketPath, () => socket.write(Buffer.concat([request, password])));
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk]);
      if (answer.length >= 8) socket.end();
    });
    socket.once('error', reject);
    socket.once('close', () => {
      const isDone = answer.length >= 8 && answer.readUInt32BE(4) === 0;
      if (isDone) resolve();
      else reject(new Error('gnome-keyring did not take the password'));
    });
  });
}

let number = 0;
function nextNumber() {
  number += 1;
  return number;
}

/**
 * A session bus that starts no services by itself: so no prompt appears, and nothing of the desktop wakes up.
 * @param {string} socket
 */
function busConfig(socket) {
  return `<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN" "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig><type>session</type><listen>unix:path=${socket}</listen><auth>EXTERNAL</auth>
<policy context="default"><allow send_destination="*" eavesdrop="true"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
`;
}

/**
 * Resolves when the program's output fits, rejects when it ends before.
 * @param {import("node:child_process").ChildProcess} child
 * @param {import("node:stream").Readable} output
 * @param {string} what
 * @param {(text: string) => boolean} fits
 * @returns {Promise<void>}
 */
function firstOutput(child, output, what, fits) {
  return new Promise((resolve, reject) => {
    let text = '';
    const read = (/** @type {Buffer} */ chunk) => {
      text += chunk.toString('utf8');
      if (!fits(text)) return;
      output.off('data', read);
      resolve();
    };
    output.on('data', read);
    child.once('error', () => reject(new Error(`${what} cannot be started`)));
    child.once('exit', (code) => reject(new Error(`${what} ended with ${code}`)));
  });
}
