/**
 * Opens the mail of this profile: the key comes from the vault, the two databases from the profile's folder.
 * A locked keychain over an existing profile waits and writes nothing; a lost key never makes a new one over old mail: the recovery code
 * brings it back, or the person decides to begin anew, and then the old files are put aside, none deleted.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { ProfileState } from '../../src-shared/model/profile.ts';
import type { Clock } from '../base/clock.ts';
import { fileErrorOf, MailError } from '../base/errors.ts';
import { lockProfile, type ProfileLock } from '../store/profile-lock.ts';
import { quarantine } from '../store/quarantine.ts';
import { openStore, type Store, type StoreOptions } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import { keepOnlyHere } from './only-here-file.ts';
import { STORE_KEY, sessionPrefix } from './profile-files.ts';
import { putAside } from './put-aside.ts';
import { findRecovery, newRecoveryCode, openRecovery, writeRecovery } from './recovery-code.ts';

export type Profile = {
  /** Another one after `rebuild`. */
  readonly store: Store;
  /** Lives in a temporary folder and goes with the program. */
  readonly isTemporary: boolean;
  readonly directory: string;
  state(): Omit<ProfileState, 'disk'>;
  /** Makes a code that opens this mail, and the one before it worthless. Throws input-invalid over a temporary profile, disk-full. */
  createRecoveryCode(): string;
  putOffRecovery(): void;
  /** Puts a damaged store.db aside and opens a new one. Nobody may use the old store any more. Throws like openProfile; closed then. */
  rebuild(): void;
  /** The key of the store, for those who open it once more; never to be written anywhere. */
  key(): Uint8Array;
  close(): void;
};

export type ProfileOptions = {
  vault: Vault;
  directory: string;
  temporaryDirectory: string;
  clock: Clock;
  onTrouble?: NonNullable<StoreOptions['onTrouble']>;
};

const ASK_AGAIN_AFTER = 7 * 24 * 60 * 60_000;

/**
 * Throws keychain-locked, keychain-absent, store-key-lost, store-unreadable, store-newer, disk-full, file-unwritable, or busy when another
 * engine has this profile; nothing was changed then.
 */
export async function openProfile(options: ProfileOptions): Promise<Profile> {
  const { vault, directory } = options;
  const { state } = vault.state().state === 'session' ? vault.state() : await vault.check();
  if (state === 'session') return openTemporary(options);
  if (state === 'locked') throw new MailError('keychain-locked', { retry: 'later' });
  if (state === 'absent') throw new MailError('keychain-absent', { retry: 'later' });

  makeDirectory(directory);
  const lock = lockProfile(directory);
  let key: Uint8Array | undefined;
  try {
    const saved = await vault.get(STORE_KEY);
    if (saved === undefined && isProfile(directory)) throw new MailError('store-key-lost');
    key = saved === undefined ? randomBytes(32) : Buffer.from(saved, 'base64');
    if (key.length !== 32) throw new MailError('store-key-lost');
    if (saved === undefined) await vault.put(STORE_KEY, Buffer.from(key).toString('base64'));
    return openWith(key, lock, options);
  } catch (error) {
    lock.release();
    throw key && isForAnotherKey(error, directory, key)
      ? new MailError('store-key-lost', { cause: error })
      : error;
  }
}

/** The code was made for another key than the keychain has: the files are whole, and it is the key that is the wrong one. */
function isForAnotherKey(error: unknown, directory: string, key: Uint8Array): boolean {
  return (
    error instanceof MailError &&
    error.code === 'store-unreadable' &&
    existsSync(join(directory, 'journal.db')) &&
    findRecovery(directory, key) === 'other'
  );
}

/** Puts the key that the code opens back into the keychain. Throws recovery-code-wrong, or like the vault; nothing was changed then. */
export async function restoreKey({ vault, directory }: ProfileOptions, code: string): Promise<void> {
  const key = openRecovery(directory, code);
  if (!key) throw new MailError('recovery-code-wrong');
  await vault.put(STORE_KEY, Buffer.from(key).toString('base64'));
}

/**
 * Puts everything of a profile that cannot be opened into a folder inside it, so that a new one can begin. The key in the keychain stays
 * if there is one: the files may be damaged, and it may be theirs. Throws busy, disk-full, file-unwritable.
 */
export async function replaceProfile({ vault, directory, clock }: ProfileOptions): Promise<void> {
  const hasKey = (await vault.get(STORE_KEY)) !== undefined;
  const lock = lockProfile(directory);
  try {
    putAside(directory, clock.now(), { keepRecovery: hasKey });
  } finally {
    lock.release();
  }
}

/** Whether there is mail in this folder already, so that its key has to be somewhere. */
export function isProfile(directory: string): boolean {
  return ['journal.db', 'store.db'].some((name) => existsSync(join(directory, name)));
}

function openWith(key: Uint8Array, lock: ProfileLock, options: ProfileOptions): Profile {
  const { directory, clock } = options;
  const open = () =>
    openStore({ directory, key, clock, ...(options.onTrouble && { onTrouble: options.onTrouble }) });
  let store = open();
  let onlyHere = keepOnlyHere({ store, directory, clock });
  const closeStore = () => {
    try {
      onlyHere.stop();
    } finally {
      store.close();
    }
  };
  return {
    get store() {
      return store;
    },
    isTemporary: false,
    directory,
    key: () => key,
    state() {
      const rebuiltAt = store.notes.get('rebuilt-at');
      return { recoveryCode: recoveryState(), ...(rebuiltAt !== undefined && { rebuiltAt }) };
    },
    createRecoveryCode() {
      const code = newRecoveryCode();
      writeRecovery(directory, key, code);
      return code;
    },
    putOffRecovery: () => store.notes.set('recovery-put-off-at', clock.now()),
    rebuild() {
      try {
        try {
          closeStore();
        } catch {
          // What is damaged may not even be counted; the counts of before stand.
        }
        quarantine(join(directory, 'store.db'), clock.now());
        store = open();
        onlyHere = keepOnlyHere({ store, directory, clock });
      } catch (error) {
        lock.release();
        throw error;
      }
    },
    close() {
      try {
        closeStore();
      } finally {
        lock.release();
      }
    },
  };

  function recoveryState(): ProfileState['recoveryCode'] {
    if (findRecovery(directory, key) === 'this') return 'set';
    const putOffAt = store.notes.get('recovery-put-off-at');
    if (putOffAt === undefined) return 'unset';
    return clock.now() - putOffAt < ASK_AGAIN_AFTER ? 'later' : 'skipped';
  }
}

function openTemporary({ temporaryDirectory, clock, onTrouble }: ProfileOptions): Profile {
  const directory = mkdtempSync(join(temporaryDirectory, sessionPrefix()));
  const key = randomBytes(32);
  const open = () => openStore({ directory, key, clock, ...(onTrouble && { onTrouble }) });
  let store = open();
  return {
    get store() {
      return store;
    },
    isTemporary: true,
    directory,
    key: () => key,
    // There is nothing to recover: the mail goes with the program.
    state: () => ({ recoveryCode: 'later' }),
    createRecoveryCode() {
      throw new MailError('input-invalid');
    },
    putOffRecovery: () => undefined,
    rebuild() {
      store.close();
      quarantine(join(directory, 'store.db'), clock.now());
      store = open();
    },
    close() {
      store.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

function makeDirectory(directory: string): void {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw fileErrorOf(error);
  }
}
