/** R22: the age of what the program is made of. What comes with the release is asked, never a server of ours. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { CheckItem } from '../../src-shared/model/security-check.ts';

/** `app/support.json`: until when each major version of Electron gets fixes, by its published plan. */
const supportFile = z.object({ electron: z.record(z.string().regex(/^\d+$/), z.iso.date()) });

/** `app/advisories.json`, made at the release. */
const advisoriesFile = z.object({
  checkedAt: z.iso.date(),
  packages: z.number().int().positive(),
  advisories: z.array(z.object({ package: z.string(), id: z.string() })),
});

/** A list that is older tells nothing any more. */
const LIST_LASTS = 90 * 24 * 60 * 60_000;

export function checkElectron(path: string | undefined, version: string | undefined, now: number): CheckItem {
  const item = (state: CheckItem['state'], outcome: string, facts: CheckItem['facts']): CheckItem => ({
    name: 'electron',
    state,
    outcome,
    facts,
  });
  if (version === undefined) return item('unknown', 'no-electron', {});
  const major = Number.parseInt(version, 10);
  const table = readJson(supportFile, path)?.electron ?? {};
  const end = table[major];
  if (end === undefined) {
    const isOlder = Object.keys(table).some((listed) => Number(listed) > major);
    return isOlder ? item('bad', 'ended', { version }) : item('unknown', 'unlisted', { version });
  }
  const until = Date.parse(end);
  return now < until ? item('good', 'supported', { version, until }) : item('bad', 'ended', { version });
}

export function checkDependencies(path: string | undefined, now: number): CheckItem {
  const item = (state: CheckItem['state'], outcome: string, facts: CheckItem['facts']): CheckItem => ({
    name: 'dependencies',
    state,
    outcome,
    facts,
  });
  const list = readJson(advisoriesFile, path);
  if (!list) return item('unknown', 'no-list', {});
  const checked = Date.parse(list.checkedAt);
  const names = [...new Set(list.advisories.map((one) => one.package))];
  if (names.length > 0) return item('bad', 'known', { count: names.length, names: names.join(', ') });
  if (now - checked > LIST_LASTS) return item('bad', 'old', { checked });
  return item('good', 'none-known', { packages: list.packages, checked });
}

/** No release is signed yet, so there is nothing that could be verified. */
export function checkSignature(): CheckItem {
  return { name: 'program-signature', state: 'unknown', outcome: 'unsigned', facts: {} };
}

/** Undefined when there is no such file, or none that can be understood. */
function readJson<T>(schema: z.ZodType<T>, path: string | undefined): T | undefined {
  if (path === undefined) return undefined;
  try {
    return schema.safeParse(JSON.parse(readFileSync(path, 'utf8'))).data;
  } catch {
    return undefined;
  }
}
