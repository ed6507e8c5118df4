// @ts-check
// One run folder holds everything that the test servers write, and knows every process that they
// start. A small guard process holds the other end of a pipe: when this process ends in whatever
// way (also by SIGKILL), the pipe closes, the guard ends the processes and removes the folder.
// So nothing is left behind, and no signal handlers are needed here.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/**
 * @typedef {object} RunFolder
 * @property {string} path
 * @property {(name: string, mode?: number) => string} folder makes a folder inside and answers its path
 * @property {(child: import("node:child_process").ChildProcess) => void} own the process ends when the run ends
 * @property {(clean: () => Promise<void>) => void} onRemove run before the folder goes; last in, first out
 * @property {() => Promise<void>} remove stops what is owned, removes the folder; may be called twice
 */

// Reads "+PID" and "-PID" lines; at the end of input it ends what is left and removes the folder.
const GUARD = `
pids=
while read -r line; do
  case $line in
    +*) pids="$pids \${line#+}" ;;
    -*) kept=; for p in $pids; do [ "$p" = "\${line#-}" ] || kept="$kept $p"; done; pids=$kept ;;
  esac
done
[ -z "$pids" ] || kill -TERM $pids 2>/dev/null
tries=0
for p in $pids; do
  while kill -0 "$p" 2>/dev/null && [ $tries -lt 50 ]; do tries=$((tries + 1)); sleep 0.1; done
  kill -KILL "$p" 2>/dev/null
done
rm -rf -- "$1"
`;

/**
 * Makes a run folder under the system's folder for temporary files. Its path is short, because a
 * Unix socket's path may have about 100 characters; others may enter but not list it, because
 * Dovecot's mail user has to reach the mail inside.
 * @param {{ prefix?: string }} [options]
 * @returns {RunFolder}
 */
export function createRunFolder({ prefix = 'lk-' } = {}) {
  const base = tmpdir().length <= 40 ? tmpdir() : '/tmp';
  const path = mkdtempSync(join(base, prefix));
  chmodSync(path, 0o711);

  // `detached`: Ctrl-C in the terminal reaches the whole process group and would end the guard too early.
  const guard = spawn('/bin/sh', ['-c', GUARD, 'latchkey-lab-guard', path], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  });
  guard.unref();
  const pipe = guard.stdin;
  if ('unref' in pipe && typeof pipe.unref === 'function') pipe.unref();
  pipe.on('error', () => {}); // the guard is gone: someone removed it, nothing to tell

  /** @type {Set<import("node:child_process").ChildProcess>} */
  const children = new Set();
  /** @type {(() => Promise<void>)[]} */
  const cleaners = [];
  /** @type {Promise<void> | undefined} */
  let removal;

  async function removeAll() {
    for (const clean of cleaners.reverse()) await clean();
    await Promise.all([...children].map((child) => endProcess(child)));
    rmSync(path, { recursive: true, force: true, maxRetries: 3 });
    pipe.end();
    guard.ref(); // else Node may end before the guard has
    if (guard.exitCode === null && guard.signalCode === null) await once(guard, 'exit');
  }

  return {
    path,
    folder(name, mode = 0o755) {
      const folder = join(path, name);
      mkdirSync(folder, { recursive: true });
      chmodSync(folder, mode); // mkdir's mode passes through the umask
      return folder;
    },
    own(child) {
      if (child.pid === undefined) return;
      children.add(child);
      pipe.write(`+${child.pid}\n`);
      child.once('exit', () => {
        children.delete(child);
        if (!pipe.writableEnded) pipe.write(`-${child.pid}\n`);
      });
    },
    onRemove(clean) {
      cleaners.push(clean);
    },
    remove() {
      removal ??= removeAll();
      return removal;
    },
  };
}

/**
 * Ends a child process with SIGTERM (SIGKILL after 5 s) and waits until it has exited.
 * @param {import("node:child_process").ChildProcess} child
 * @returns {Promise<void>}
 */
export async function endProcess(child) {
  if (child.pid === undefined || child.exitCode !== null || child.signalCode !== null) return;
  const exited = once(child, 'exit');
  child.kill('SIGTERM');
  const killer = setTimeout(() => child.kill('SIGKILL'), 5_000);
  await exited;
  clearTimeout(killer);
}
