import { ANSWERED, DELETED, DRAFT, FLAGGED, SEEN } from '../../src-shared/model/message.ts';

/** System flags are case-insensitive (RFC 9051 §2.3.2); one spelling of each is kept. */
const SYSTEM = new Map([SEEN, ANSWERED, FLAGGED, DELETED, DRAFT].map((flag) => [flag.toLowerCase(), flag]));

/** Flags as they are stored: one spelling, each once, without \Recent (which belongs to a session) and without what is no flag. */
export function cleanFlags(flags: string[]): string[] {
  const clean = new Map<string, string>();
  for (const flag of flags) {
    const key = flag.toLowerCase();
    if (flag === '' || key === '\\recent' || /\s/u.test(flag)) continue;
    if (!clean.has(key)) clean.set(key, SYSTEM.get(key) ?? flag);
  }
  return [...clean.values()];
}

export function hasFlag(flags: string[], flag: string): boolean {
  return flags.some((one) => one.toLowerCase() === flag.toLowerCase());
}

/** What is left of flags after a change: a flag that is both added and removed is removed. */
export function changeFlags(flags: string[], change: { add: string[]; remove: string[] }): string[] {
  return cleanFlags([...flags, ...change.add]).filter((flag) => !hasFlag(change.remove, flag));
}

export function writeFlags(flags: string[]): string {
  return flags.join(' ');
}

export function readFlags(text: string): string[] {
  return text === '' ? [] : text.split(' ');
}
