/**
 * Opens the mail of this profile: the key comes from the vault, the two databases from the profile's folder.
 * A locked keychain over an existing profile waits and writes nothing; a lost key never makes a new one over old mail.
 */
import { randomBytes } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import { openStore, type Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';

export type Profile = {
  store: Store;
  /** Lives in a temporary folder and goes with the program. */
  isTemporary: boolean;
  close(): void;
};

const KEY_NAME = 'store-key';

/** Throws keychain-locked, keychain-absent, store-unreadable, disk-full or file-unwritable; nothing was changed then. */
export async function openProfile(options: {
  vault: Vault;
  directory: string;
  temporaryDirectory: string;
  clock: Clock;
}): Promise<Profile> {
  const { vault, directory, clock } = options;
  const { state } = vault.state().state === 'session' ? vault.state() : await vault.check();
  if (state === 'session') return openTemporary(options.temporaryDirectory, clock);
  if (state === 'locked') throw new MailError('keychain-locked', { retry: 'later' });
  if (state === 'absent') throw new MailError('keychain-absent', { retry: 'later' });

  const saved = await vault.get(KEY_NAME);
  if (saved === undefined && existsSync(join(directory, 'journal.db')))
    throw new MailError('store-unreadable');
  const key = saved === undefined ? randomBytes(32) : Buffer.from(saved, 'base64');
  if (key.length !== 32) throw new MailError('store-unreadable');
  if (saved === undefined) await vault.put(KEY_NAME, key.toString('base64'));
  makeDirectory(directory);
  const store = openStore({ directory, key, clock });
  return { store, isTemporary: false, close: () => store.close() };
}

function openTemporary(parent: string, clock: Clock): Profile {
  const directory = mkdtempSync(join(parent, 'latchkey-session-'));
  const store = openStore({ directory, key: randomBytes(32), clock });
  return {
    store,
    isTemporary: true,
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
    throw new MailError('file-unwritable', { cause: error });
  }
}
