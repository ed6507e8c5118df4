/**
 * Keeps two engines off one profile. The lock is the system's own on a file that is opened as an empty SQLite database: it goes with the
 * process, however that ends, and holds between processes and within one, on every system.
 */
import { join } from 'node:path';
import { MailError } from '../base/errors.ts';
import { openLock } from './database.ts';

export type ProfileLock = { release(): void };

/** @throws MailError busy when another engine has this profile open, disk-full, file-unwritable. */
export function lockProfile(directory: string): ProfileLock {
  const lock = openLock(join(directory, 'profile.lock'));
  if (!lock) throw new MailError('busy', { retry: 'later' });
  return { release: lock };
}

/** The same kind of lock on a file of its own; undefined while somebody has it. @throws MailError disk-full, file-unwritable. */
export function tryLockFile(path: string): (() => void) | undefined {
  return openLock(path);
}
