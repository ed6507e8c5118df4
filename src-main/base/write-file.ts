/** Files that are there whole or not at all: written beside their place, then put there. */
import { closeSync, constants, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { open, rename, rm } from 'node:fs/promises';
import { fileErrorOf, MailError } from './errors.ts';
import type { Write } from './pieces.ts';

/**
 * Writes a small file of the profile so that after a crash or on a full disk there is the old one or the new one, never a part of it.
 * Only its owner may read it. @throws MailError disk-full, file-unwritable
 */
export function writeFileWhole(path: string, content: string): void {
  const beside = `${path}.part`;
  try {
    const file = openSync(beside, 'w', 0o600);
    try {
      writeSync(file, content);
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(beside, path);
  } catch (error) {
    rmSync(beside, { force: true });
    throw fileErrorOf(error);
  }
}

/**
 * Writes a file where the person wants it, however large: a full disk, a broken link or an end of `content` leaves what was there before.
 * @throws MailError disk-full, file-unwritable; or what `content` throws.
 */
export async function writeFileBeside(path: string, content: (write: Write) => Promise<void>): Promise<void> {
  const beside = `${path}.${process.pid}.part`;
  await inFileWords(async () => {
    // `wx` follows no link and overwrites nothing that somebody put there meanwhile.
    const file = await open(beside, 'wx', 0o600);
    try {
      try {
        await content((piece) => file.writeFile(piece));
        await file.sync();
      } finally {
        await file.close();
      }
      await rename(beside, path);
    } catch (error) {
      // Ours: one that was there before has made `open` fail.
      await rm(beside, { force: true });
      throw error;
    }
  });
}

/**
 * Writes a file where nothing is yet; what was begun is taken away again when it fails. Throws what the file system throws (EEXIST when
 * something is there, a link too), or what `content` throws.
 */
export async function writeNewFile(path: string, content: (write: Write) => Promise<void>): Promise<void> {
  const { O_CREAT, O_EXCL, O_NOFOLLOW, O_WRONLY } = constants;
  // Windows knows no O_NOFOLLOW; O_EXCL alone follows no link either (POSIX open).
  const file = await open(path, O_CREAT | O_EXCL | O_WRONLY | (O_NOFOLLOW ?? 0), 0o600);
  try {
    try {
      await content((piece) => file.writeFile(piece));
      await file.sync();
    } finally {
      await file.close();
    }
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
}

/** Runs a task that writes files; failures of the file system come out as disk-full or file-unwritable, others as they are. */
export async function inFileWords(task: () => Promise<void>): Promise<void> {
  try {
    await task();
  } catch (error) {
    if (error instanceof MailError || !(error instanceof Error && 'syscall' in error)) throw error;
    throw fileErrorOf(error);
  }
}
