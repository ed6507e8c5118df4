/** Running other programs, in the two ways that the scripts need. */
import { spawn, spawnSync } from 'node:child_process';

/** An end that was foreseen: its sentence is for a person and is printed without a stack. */
export class PlainError extends Error {}

/**
 * Runs a program with its output on this terminal.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv, timeoutMs?: number, quiet?: boolean, silent?: boolean }} [options] `quiet`
 *   shows the output only when the program fails, `silent` never
 * @returns {Promise<number>} the exit code; 128 when a signal ended it
 */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd,
      env: options.env ?? process.env,
      timeout: options.timeoutMs,
      stdio: options.silent ? 'ignore' : options.quiet ? ['ignore', 'pipe', 'pipe'] : 'inherit',
    });
    // Whoever ends this process means the program too; after that, what was set up for it is taken away.
    const endChild = () => child.kill('SIGTERM');
    // Ctrl-C reaches the program by itself.
    const wait = () => {};
    process.on('SIGTERM', endChild).on('SIGHUP', endChild).on('SIGINT', wait);
    const release = () => process.off('SIGTERM', endChild).off('SIGHUP', endChild).off('SIGINT', wait);
    /** @type {Buffer[]} */
    const held = [];
    child.stdout?.on('data', (chunk) => held.push(chunk));
    child.stderr?.on('data', (chunk) => held.push(chunk));
    child.once('error', (error) => {
      release();
      reject(error);
    });
    child.once('close', (code) => {
      release();
      if (code !== 0) process.stderr.write(Buffer.concat(held));
      resolve(code ?? 128);
    });
  });
}

/**
 * What a short program printed, or undefined when it is missing or failed.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {import('node:child_process').SpawnSyncOptions} [options]
 * @returns {string | undefined}
 */
export function capture(command, args, options = {}) {
  const done = spawnSync(command, args, { ...options, encoding: 'utf8', maxBuffer: 64 * 1024 * 1024 });
  return done.status === 0 ? String(done.stdout) : undefined;
}

/**
 * Runs a script's main function: a PlainError becomes its sentence and exit code 1.
 * @param {() => Promise<number | undefined>} main
 * @returns {Promise<void>}
 */
export async function runMain(main) {
  try {
    process.exitCode = (await main()) ?? 0;
  } catch (error) {
    process.stderr.write(
      error instanceof PlainError
        ? `${error.message}\n`
        : `${String(error instanceof Error ? error.stack : error)}\n`,
    );
    process.exitCode = 1;
  }
}
