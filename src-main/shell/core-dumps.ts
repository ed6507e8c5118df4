import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/**
 * Keeps the system from writing this program's memory to disk when one of its processes crashes: it holds mail and access tokens.
 * Node has no setrlimit, so util-linux's prlimit (part of every Debian, Fedora, Arch) does it for the processes that exist: this one
 * and Chromium's zygotes, of which renderers are forked later. To be called before anything else is started, so that all inherit it.
 * Electron's own crash reporter is never started. macOS and Windows write no core by default.
 */
export function forbidCoreDumps(): void {
  if (process.platform !== 'linux') return;
  for (const pid of [process.pid, ...descendantsOf(process.pid)]) {
    try {
      execFileSync('prlimit', ['--pid', String(pid), '--core=0:0'], { stdio: 'ignore', timeout: 2_000 });
    } catch {
      // Without prlimit the system's own default stands; there is nothing to tell a person about.
    }
  }
}

function descendantsOf(pid: number): number[] {
  const parents = readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .map((name) => [Number(name), parentOf(name)] as const);
  const childrenOf = (one: number): number[] =>
    parents.filter(([, parent]) => parent === one).flatMap(([child]) => [child, ...childrenOf(child)]);
  return childrenOf(pid);
}

/** The fourth field of /proc/PID/stat; the second is a name in brackets that may hold anything. */
function parentOf(pid: string): number | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return Number(stat.slice(stat.lastIndexOf(')') + 2).split(' ')[1]);
  } catch {
    return undefined; // it has ended since
  }
}
