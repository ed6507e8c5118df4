/**
 * A store.db that is damaged is put aside, not deleted: beside the new one, under its name with the time, the last two of them.
 * They are encrypted with the same key; the erasure of an account removes them, because its mail is in them too.
 */
import { existsSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { fileErrorOf, MailError } from '../base/errors.ts';

const KEPT = 2;
/** Two within this time: the disk is what is broken, and making a third would only go round in a circle. */
const RESTLESS = 10 * 60_000;

/**
 * Puts a closed database aside and answers with its new path; without one, does nothing.
 * @throws MailError store-unreadable when it happens too often, disk-full, file-unwritable.
 */
export function quarantine(path: string, now: number): string | undefined {
  if (!existsSync(path)) return undefined;
  const before = damagedFiles(path);
  const recent = before.filter(({ at }) => Math.abs(now - at) < RESTLESS);
  if (recent.length >= KEPT) throw new MailError('store-unreadable', { retry: 'later' });
  const aside = `${path}.damaged-${stampOf(now)}`;
  try {
    // A log without its database is thrown away by SQLite, a database without its log is only older: so the log goes first.
    if (existsSync(`${path}-wal`)) renameSync(`${path}-wal`, `${aside}-wal`);
    renameSync(path, aside);
    rmSync(`${path}-shm`, { force: true });
    for (const old of damagedFiles(path).slice(KEPT)) removeDatabase(old.path);
  } catch (error) {
    throw fileErrorOf(error);
  }
  return aside;
}

/** What was put aside for this path, the newest first. */
function damagedFiles(path: string): { path: string; at: number }[] {
  const prefix = `${basename(path)}.damaged-`;
  return readdirSync(dirname(path))
    .filter((name) => name.startsWith(prefix) && !name.endsWith('-wal') && !name.endsWith('-shm'))
    .map((name) => ({ path: join(dirname(path), name), at: timeOf(name.slice(prefix.length)) }))
    .sort((a, b) => b.at - a.at);
}

/** For the erasure of an account. */
export function removeDamagedFiles(path: string): void {
  for (const one of damagedFiles(path)) removeDatabase(one.path);
}

function removeDatabase(path: string): void {
  for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
}

/** A time as a part of a file's name that every system takes: 2026-11-22T09-15-30.123Z. */
export function stampOf(time: number): string {
  return new Date(time).toISOString().replaceAll(':', '-');
}

function timeOf(stamp: string): number {
  const time = Date.parse(stamp.replace(/T(\d\d)-(\d\d)-/, 'T$1:$2:'));
  return Number.isNaN(time) ? 0 : time;
}
