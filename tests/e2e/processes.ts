/** The processes of a running program, as the kernel knows them (Linux). */
import { readdirSync, readFileSync } from 'node:fs';

export type ProcessFacts = {
  pid: number;
  /** The arguments, joined by blanks. */
  argv: string;
  environment: string;
  /** Lines of /proc/PID/status by name. */
  status: ReadonlyMap<string, string>;
  /** Soft and hard limit of core files, as words: "0 0". */
  coreLimit: string;
};

/** `pid` and all its descendants that are still there. A process that ends while it is looked at is left out. */
export function processesOf(pid: number): ProcessFacts[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc')) {
    if (!/^\d+$/.test(name)) continue;
    const parent = attempt(() => Number(statusOf(Number(name)).get('PPid')));
    if (parent !== undefined) parents.set(Number(name), parent);
  }
  const family = new Set([pid]);
  for (let size = 0; size !== family.size; ) {
    size = family.size;
    for (const [child, parent] of parents) if (family.has(parent)) family.add(child);
  }
  return [...family].flatMap((one) => attempt(() => factsOf(one)) ?? []);
}

function factsOf(pid: number): ProcessFacts {
  const read = (name: string) => readFileSync(`/proc/${pid}/${name}`, 'utf8').replaceAll('\0', ' ');
  const core = /^Max core file size\s+(\S+)\s+(\S+)/m.exec(read('limits'));
  return {
    pid,
    argv: read('cmdline'),
    environment: read('environ'),
    status: statusOf(pid),
    coreLimit: `${core?.[1]} ${core?.[2]}`,
  };
}

function statusOf(pid: number): Map<string, string> {
  const lines = readFileSync(`/proc/${pid}/status`, 'utf8').split('\n');
  return new Map(lines.map((line) => [line.split(':')[0] ?? '', line.slice(line.indexOf(':') + 1).trim()]));
}

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
