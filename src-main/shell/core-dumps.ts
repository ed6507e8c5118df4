import { execFile } from 'node:child_process';
import { app } from 'electron';

/**
 * Keeps the system from writing this program's memory to disk when one of its processes crashes: it holds mail and access tokens.
 * Node has no setrlimit, so util-linux's prlimit (part of every Debian, Fedora, Arch) does it for the processes that exist;
 * those started later inherit it. Electron's own crash reporter is never started. macOS and Windows write no core by default.
 */
export function forbidCoreDumps(): void {
  if (process.platform !== 'linux') return;
  const pids = new Set([process.pid, ...app.getAppMetrics().map((metric) => metric.pid)]);
  for (const pid of pids) {
    // Without prlimit the system's own default stands; there is nothing to tell a person about.
    execFile('prlimit', ['--pid', String(pid), '--core=0:0'], () => undefined);
  }
}
