/**
 * R6: looks for every secret of this profile in files where none may be, and in the environment of this process. Not in the databases and
 * their logs, which are encrypted (store-check.ts) and open: a program that opens such a file once more and closes it would lose SQLite's
 * locks on it.
 */
import { open, readdir } from 'node:fs/promises';
import { join, relative } from 'node:path';
import type { CheckItem } from '../../src-shared/model/security-check.ts';
import { MailError } from '../base/errors.ts';
import type { Vault } from '../vault/vault.ts';

const MOST_FILES = 2_000;
const MOST_BYTES = 50_000_000;
const PIECE = 1_000_000;
/** Shorter ones are found everywhere. */
const SHORTEST = 8;
const OPEN_FILES = /(^|\/)(journal\.db|store\.db|profile\.lock)(-wal|-shm|-journal)?$/;
/** What the vault holds that opens nothing. */
const PUBLIC_NAMES = new Set(['activity-head']);

export async function searchSecrets(
  vault: Vault,
  folders: readonly string[],
  surroundings: readonly string[] = [...process.argv, ...Object.values(process.env).map((one) => one ?? '')],
): Promise<CheckItem> {
  const item = (state: CheckItem['state'], outcome: string, facts: CheckItem['facts']): CheckItem => ({
    name: 'secrets-on-disk',
    state,
    outcome,
    facts,
  });
  let secrets: string[];
  try {
    secrets = await readSecrets(vault);
  } catch (error) {
    if (!(error instanceof MailError)) throw error;
    return item('unknown', 'locked', {});
  }
  const forms = secrets.flatMap(formsOf);
  if (surroundings.some((text) => forms.some((form) => Buffer.from(text).includes(form))))
    return item('bad', 'found', { file: 'environment' });

  let files = 0;
  let bytes = 0;
  for (const folder of folders) {
    for await (const path of filesIn(folder)) {
      if (files >= MOST_FILES || bytes >= MOST_BYTES)
        return item('good', 'part', { secrets: secrets.length, files });
      files += 1;
      const searched = await searchFile(path, forms, MOST_BYTES - bytes);
      if (searched.isFound) return item('bad', 'found', { file: relative(folder, path) });
      bytes += searched.bytes;
    }
  }
  return item('good', 'none', { secrets: secrets.length, files });
}

/** Every text that stands in a secret of the vault: some are JSON. */
async function readSecrets(vault: Vault): Promise<string[]> {
  const found = new Set<string>();
  for (const name of await vault.names()) {
    if (PUBLIC_NAMES.has(name)) continue;
    const secret = await vault.get(name);
    if (secret !== undefined) for (const text of textsIn(secret)) found.add(text);
  }
  return [...found].filter((text) => text.length >= SHORTEST);
}

function textsIn(secret: string): string[] {
  let value: unknown;
  try {
    value = JSON.parse(secret);
  } catch {
    return [secret];
  }
  const texts: string[] = [];
  const collect = (one: unknown): void => {
    if (typeof one === 'string') texts.push(one);
    else if (typeof one === 'object' && one !== null) Object.values(one).forEach(collect);
  };
  collect(value);
  return texts;
}

/** As it is, as UTF-16, in base64 and hexadecimal, and what it stands for when it is base64 itself. */
function formsOf(secret: string): Buffer[] {
  const bytes = Buffer.from(secret, 'utf8');
  const meant = Buffer.from(secret, 'base64');
  return [
    bytes,
    Buffer.from(secret, 'utf16le'),
    Buffer.from(bytes.toString('base64').replace(/=+$/, '')),
    Buffer.from(bytes.toString('hex')),
    ...(meant.length === 32 && meant.toString('base64') === secret
      ? [meant, Buffer.from(meant.toString('hex'))]
      : []),
  ];
}

async function* filesIn(folder: string): AsyncGenerator<string> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) yield* filesIn(path);
    else if (entry.isFile() && !OPEN_FILES.test(path.replaceAll('\\', '/'))) yield path;
  }
}

/** A file that goes away meanwhile, or is not ours to read, has nothing of ours. */
async function searchFile(
  path: string,
  forms: readonly Buffer[],
  most: number,
): Promise<{ isFound: boolean; bytes: number }> {
  const overlap = Math.max(0, ...forms.map((form) => form.length - 1));
  const file = await open(path, 'r').catch(() => undefined);
  if (!file) return { isFound: false, bytes: 0 };
  try {
    let bytes = 0;
    let rest = Buffer.alloc(0);
    while (bytes < most) {
      const piece = Buffer.alloc(PIECE);
      const { bytesRead } = await file.read(piece, 0, PIECE, bytes);
      if (bytesRead === 0) break;
      bytes += bytesRead;
      const all = Buffer.concat([rest, piece.subarray(0, bytesRead)]);
      if (forms.some((form) => all.includes(form))) return { isFound: true, bytes };
      rest = all.subarray(Math.max(0, all.length - overlap));
    }
    return { isFound: false, bytes };
  } finally {
    await file.close();
  }
}
