import { copyFileSync, existsSync, mkdirSync, readdirSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { fileErrorOf } from '../base/errors.ts';
import { stampOf } from '../store/quarantine.ts';
import { PASSPHRASE_FILE } from '../vault/passphrase-file.ts';
import { isLockFile, JOURNAL_LAST, RECOVERY_FILE, SET_ASIDE } from './profile-files.ts';

/**
 * Moves all files of a profile into `unreadable-DATE` inside it and answers with that folder. After a crash on the way the next call goes
 * on with the same folder. `keepRecovery`: the recovery code stays good for what comes, too. Throws disk-full, file-unwritable.
 */
export function putAside(
  directory: string,
  now: number,
  { keepRecovery }: { keepRecovery: boolean },
): string {
  try {
    const names = readdirSync(directory);
    const unfinished = names.find(
      (name) => name.startsWith(SET_ASIDE) && !existsSync(join(directory, name, 'journal.db')),
    );
    const folder = join(directory, unfinished ?? `${SET_ASIDE}${stampOf(now)}`);
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    // The secrets of a passphrase are what the keychain is elsewhere: they belong to what comes, too.
    const isOurs = (name: string) =>
      !name.startsWith(SET_ASIDE) && !isLockFile(name) && name !== PASSPHRASE_FILE;
    const first = names.filter((name) => isOurs(name) && !JOURNAL_LAST.some((last) => last === name));
    for (const name of [...first, ...JOURNAL_LAST.filter((one) => names.includes(one))]) {
      if (name === RECOVERY_FILE && keepRecovery) copyFileSync(join(directory, name), join(folder, name));
      else renameSync(join(directory, name), join(folder, name));
    }
    return folder;
  } catch (error) {
    throw fileErrorOf(error);
  }
}
