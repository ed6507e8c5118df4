import { closeSync, fsyncSync, openSync, renameSync, rmSync, writeSync } from 'node:fs';
import { diskErrorOf, MailError } from './errors.ts';

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
    throw diskErrorOf(error) ?? new MailError('file-unwritable', { cause: error });
  }
}
