/** Which files a profile has on this computer, its leftovers among them; and how large they are. */
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';

/** Folders of mail of sessions without a keychain; the number is that of the process. */
const SESSION = /^latchkey-session-(\d+)-/;
/** What no other program may take from us while we work in the folder; see store/profile-lock.ts. */
const LOCK = 'profile.lock';

/** The name in the vault of the key that opens the mail. */
export const STORE_KEY = 'store-key';
/** How the folders begin into which put-aside.ts moves what does not open. */
export const SET_ASIDE = 'unreadable-';
export const RECOVERY_FILE = 'recovery.json';
/** By them the next start sees that there is a profile: so they go last, whoever empties the folder. */
export const JOURNAL_LAST = ['journal.db-wal', 'journal.db'] as const;

/** Whether a file is the lock, or belongs to it. */
export function isLockFile(name: string): boolean {
  return name.startsWith(LOCK);
}

/** The names in a folder; none when it is not there. */
export function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory).sort();
  } catch {
    return [];
  }
}

/** Bytes of a file, or of all files in a folder; 0 for what is not there. A link is as large as it is, wherever it leads. */
export function bytesOf(path: string): number {
  const about = lstatSync(path, { throwIfNoEntry: false });
  if (!about?.isDirectory()) return about?.size ?? 0;
  return namesIn(path).reduce((sum, name) => sum + bytesOf(join(path, name)), 0);
}

/** A database with its logs. */
export function bytesOfDatabase(path: string): number {
  return ['', '-wal', '-shm'].reduce((sum, suffix) => sum + bytesOf(`${path}${suffix}`), 0);
}

/** The folder of a session, to be made in a temporary folder. */
export function sessionPrefix(pid: number = process.pid): string {
  return `latchkey-session-${pid}-`;
}

/**
 * The folders of sessions whose program has ended without taking them along. The temporary folder may be everybody's: what another person
 * put there under such a name could be a link, or become one while it is deleted.
 */
export function leftSessions(temporaryDirectory: string): string[] {
  return namesIn(temporaryDirectory)
    .filter((name) => {
      const pid = Number(SESSION.exec(name)?.[1] ?? Number.NaN);
      return pid === process.pid || (Number.isInteger(pid) && !isRunning(pid));
    })
    .map((name) => join(temporaryDirectory, name))
    .filter(isOwnFolder);
}

function isOwnFolder(path: string): boolean {
  const about = lstatSync(path, { throwIfNoEntry: false });
  const own = process.getuid?.();
  return about?.isDirectory() === true && (own === undefined || about.uid === own);
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Somebody else's process: it is there, and not ours to ask.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/** Deletes everything in the folder of a profile but its lock, the names in `last` at the end and in that order. */
export function emptyProfile(directory: string, last: readonly string[]): void {
  const names = namesIn(directory).filter((name) => !isLockFile(name));
  const first = names.filter((name) => !last.includes(name));
  for (const name of [...first, ...last]) rmSync(join(directory, name), { recursive: true, force: true });
}
