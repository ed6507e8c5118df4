/**
 * Leaves nothing of a profile: first the key of its mail goes, which makes all of it worthless at once, then every other secret, then every
 * file, what was put aside and left over among them. A file in the folder says that this was begun: whatever ends the program in between,
 * the next start goes on with it. Old bytes are not overwritten: what a disk keeps of them is encrypted with a key that is no more.
 */
import { existsSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileErrorOf, MailError } from '../base/errors.ts';
import { writeFileWhole } from '../base/write-file.ts';
import { lockProfile } from '../store/profile-lock.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import {
  emptyProfile,
  JOURNAL_LAST,
  leftSessions,
  namesIn,
  RECOVERY_FILE,
  SET_ASIDE,
  STORE_KEY,
} from './profile-files.ts';

const MARK = 'erasing';
/** The mark goes after everything: while it is there, the next start goes on. */
const LAST = [...JOURNAL_LAST, MARK];

/**
 * Throws input-invalid with `because: signed-in` while an account has access, busy with `because: debts` while a provider has not confirmed
 * that one is given back: with the keys would go the only means to give it back.
 */
export function requireNothingOwed(store: Store): void {
  const signedIn = store.accounts
    .list()
    .filter(({ auth, signIn }) => auth !== 'none' && signIn !== 'signed-out');
  if (signedIn.length > 0)
    throw new MailError('input-invalid', { detail: { because: 'signed-in', count: signedIn.length } });
  const debts = store.debts.list().length + store.signOuts.list().length;
  if (debts > 0) throw new MailError('busy', { retry: 'later', detail: { because: 'debts', count: debts } });
}

/** Whether an erasure was begun and not finished. */
export function isErasing(directory: string): boolean {
  return existsSync(join(directory, MARK));
}

/**
 * The profile has to be closed. Throws busy when another engine has it, keychain-locked, file-unwritable: what is left is still marked, and
 * the next call goes on.
 */
export async function eraseProfile({
  vault,
  directory,
  temporaryDirectory,
}: {
  vault: Pick<Vault, 'check' | 'delete' | 'clear'>;
  directory: string;
  temporaryDirectory: string;
}): Promise<void> {
  const lock = lockProfile(directory);
  try {
    const { state } = await vault.check();
    if (state === 'locked') throw new MailError('keychain-locked', { retry: 'later' });
    // Without a keychain there are no secrets left to delete: either the first half is done, or the passphrase's file was all there was.
    if (state === 'absent' && !isErasing(directory))
      throw new MailError('keychain-absent', { retry: 'later' });
    writeFileWhole(join(directory, MARK), '');
    // The other way to the key, of mail that was set aside too.
    for (const folder of ['.', ...namesIn(directory).filter((name) => name.startsWith(SET_ASIDE))])
      rmSync(join(directory, folder, RECOVERY_FILE), { force: true });
    if (state !== 'absent') {
      await vault.delete(STORE_KEY);
      await vault.clear();
    }
    for (const session of leftSessions(temporaryDirectory)) rmSync(session, { recursive: true, force: true });
    emptyProfile(directory, LAST);
  } catch (error) {
    throw error instanceof MailError ? error : fileErrorOf(error);
  } finally {
    lock.release();
  }
}
