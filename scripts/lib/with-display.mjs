/** A screen to draw on: the one there is, or on a headless Linux a virtual one for as long as it is needed. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { PlainError } from './run.mjs';

const xvfbStartMs = 15_000;

/** Says of DISPLAY that it is ours, so that a program started by a program of ours knows it too. */
const virtualMark = 'LATCHKEY_VIRTUAL_DISPLAY';

/**
 * @typedef {object} Display
 * @property {NodeJS.ProcessEnv} env the environment for programs that draw
 * @property {boolean} isVirtual
 * @property {() => Promise<void>} stop ends it, if it was started for this
 */

/**
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {boolean} whether windows can be seen here
 */
export function hasDisplay(env = process.env) {
  return process.platform !== 'linux' || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}

/**
 * The display that there is, or a virtual one, which the caller stops.
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<Display>}
 * @throws {PlainError} when Xvfb is missing or does not start
 */
export async function startDisplay(env = process.env) {
  if (hasDisplay(env)) {
    const isVirtual = env[virtualMark] !== undefined && env[virtualMark] === env.DISPLAY;
    return { env, isVirtual, stop: async () => {} };
  }
  const { display, stop } = await startXvfb();
  // Electron would look for Wayland first if the session says so.
  return {
    env: { ...env, DISPLAY: display, XDG_SESSION_TYPE: 'x11', [virtualMark]: display },
    isVirtual: true,
    stop,
  };
}

/**
 * Runs `use` with a display, and ends the virtual one after it, whatever happened.
 * @template T
 * @param {(display: Display) => Promise<T>} use
 * @param {NodeJS.ProcessEnv} [env]
 * @returns {Promise<T>}
 */
export async function withDisplay(use, env = process.env) {
  const display = await startDisplay(env);
  try {
    return await use(display);
  } finally {
    await display.stop();
  }
}

/**
 * Xvfb picks a free display itself and tells it on descriptor 3 once it is ready.
 * @returns {Promise<{ display: string, stop: () => Promise<void> }>}
 */
async function startXvfb() {
  const args = ['-displayfd', '3', '-screen', '0', '1600x1200x24', '-nolisten', 'tcp', '-noreset'];
  const server = spawn('Xvfb', args, { stdio: ['ignore', 'ignore', 'pipe', 'pipe'] });
  let words = '';
  server.stderr?.on('data', (chunk) => {
    words += chunk;
  });
  const number = await new Promise((resolve, reject) => {
    const timer = setTimeout(() => {
      server.kill('SIGKILL');
      reject(new PlainError(`Xvfb was not ready within ${xvfbStartMs / 1000} s. ${words}`));
    }, xvfbStartMs);
    let told = '';
    server.stdio[3]?.on('data', (chunk) => {
      told += chunk;
      if (!told.includes('\n')) return;
      clearTimeout(timer);
      resolve(told.trim());
    });
    server.once('error', (error) => {
      clearTimeout(timer);
      reject(
        new PlainError(
          `Xvfb could not be started (${error.message}): install the package xvfb, or set DISPLAY.`,
        ),
      );
    });
    server.once('exit', () => {
      clearTimeout(timer);
      reject(new PlainError(`Xvfb ended at once. ${words}`));
    });
  });
  // A virtual display that nobody ends would stay for ever.
  const endWithUs = (/** @type {NodeJS.Signals} */ signal) => {
    server.kill('SIGTERM');
    process.kill(process.pid, signal);
  };
  process.once('SIGTERM', endWithUs).once('SIGHUP', endWithUs);
  return {
    display: `:${number}`,
    stop: async () => {
      process.off('SIGTERM', endWithUs).off('SIGHUP', endWithUs);
      if (server.exitCode !== null || server.signalCode !== null) return;
      const ended = once(server, 'exit');
      server.kill('SIGTERM');
      await ended;
    },
  };
}
