/** Where the processes of a program are connected to, as the kernel lists it (Linux): also what is reached without any name. */
import { readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { processesOf } from './processes.ts';

/** A look costs some milliseconds of a process that the lab's servers run in too. A connection that is gone between two looks is not seen. */
const EVERY_MS = 60;
/** As in the kernel's table of TCP. */
const LISTENS = '0A';
/** New processes are looked for less often than new connections. */
const LOOKS_A_FAMILY = 20;

export type Connections = {
  /** Each other end that was seen so far, `ADDRESS:PORT`; of both protocols. */
  seen(): string[];
  stop(): void;
};

/** Looks from now on until it is stopped. */
export function watchConnections(pid: number): Connections {
  const ends = new Set<string>();
  /** Ports at which the program waits for the browser: who comes there was not called. */
  const doors = new Set<string>();
  let looks = 0;
  let family: number[] = [];
  const look = (): void => {
    if (looks % LOOKS_A_FAMILY === 0) family = processesOf(pid).map((one) => one.pid);
    looks += 1;
    for (const end of endsOf(family, doors)) ends.add(end);
  };
  const timer = setInterval(look, EVERY_MS);
  look();
  return { seen: () => [...ends].sort(), stop: () => clearInterval(timer) };
}

/** Where the family is connected to, but for whoever drives it: these tests call the program, not it them. */
function endsOf(family: readonly number[], doors: Set<string>): string[] {
  const all = socketsIn(family);
  for (const { here, state } of all) if (state === LISTENS) doors.add(portOf(here));
  const driver = socketsIn([process.pid]);
  const servers = new Set(driver.filter(({ state }) => state === LISTENS).map(({ here }) => portOf(here)));
  const callers = new Set(driver.map(({ here }) => portOf(here)).filter((port) => !servers.has(port)));
  return all
    .filter(({ here, there }) => !callers.has(portOf(there)) && !doors.has(portOf(here)))
    .flatMap(({ there }) => readEnd(there) ?? []);
}

const portOf = (end: string): string => end.split(':')[1] ?? '';

/** The tables list every socket of the network, whoever has it: those of these processes are taken out. */
function socketsIn(family: readonly number[]): { here: string; there: string; state: string | undefined }[] {
  const own = new Set(family.flatMap((one) => [...socketsOf(one)]));
  return ['tcp', 'tcp6', 'udp', 'udp6'].flatMap((table) =>
    read(`/proc/net/${table}`)
      .split('\n')
      .slice(1)
      .map((line) => line.trim().split(/\s+/))
      .filter((columns) => own.has(columns[9] ?? ''))
      .map(([, here = '', there = '', state]) => ({ here, there, state })),
  );
}

/** The inodes of a process's sockets; none of one that has just ended. */
function socketsOf(pid: number): Set<string> {
  const folder = `/proc/${pid}/fd`;
  const names = attempt(() => readdirSync(folder)) ?? [];
  const links = names.map((name) => attempt(() => readlinkSync(`${folder}/${name}`)) ?? '');
  return new Set(links.flatMap((link) => /^socket:\[(\d+)\]$/.exec(link)?.[1] ?? []));
}

/** `0100007F:01BB` in the kernel's byte order; undefined for one that listens or is connected to nobody. */
function readEnd(text: string): string | undefined {
  const [address = '', port = ''] = text.split(':');
  if (port === '' || Number.parseInt(port, 16) === 0) return undefined;
  // An IPv4 address inside an IPv6 one (RFC 4291 §2.5.5.2) is its last word.
  const words = address.match(/.{8}/g) ?? [];
  const isMapped = words.length === 1 || address.startsWith('0000000000000000FFFF0000');
  const host = isMapped ? dotted(words.at(-1) ?? '') : `[${words.map(swap).join('')}]`;
  return `${host}:${Number.parseInt(port, 16)}`;
}

const swap = (word: string): string => (word.match(/../g) ?? []).reverse().join('').toLowerCase();
const dotted = (word: string): string =>
  (swap(word).match(/../g) ?? []).map((byte) => Number.parseInt(byte, 16)).join('.');

const read = (path: string): string => attempt(() => readFileSync(path, 'utf8')) ?? '';

function attempt<T>(act: () => T): T | undefined {
  try {
    return act();
  } catch {
    return undefined;
  }
}
