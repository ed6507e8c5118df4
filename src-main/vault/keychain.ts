import { createRequire } from 'node:module';

/** What the vault needs of the system's keychain. There is no way to list entries: keytar's crashes on a locked keyring. */
export type Keychain = {
  get(service: string, entry: string): Promise<string | null>;
  set(service: string, entry: string, value: string): Promise<void>;
  /** Whether there was an entry; also false while the keychain is locked. */
  delete(service: string, entry: string): Promise<boolean>;
};

type Keytar = Pick<typeof import('keytar'), 'getPassword' | 'setPassword' | 'deletePassword'>;

/**
 * The system's keychain through keytar. Loaded when first needed: on a Linux without libsecret loading throws,
 * and the program has to start all the same.
 */
export function loadSystemKeychain(): Keychain {
  const keytar: Keytar = createRequire(import.meta.url)('keytar');
  return {
    get: (service, entry) => keytar.getPassword(service, entry),
    set: (service, entry, value) => keytar.setPassword(service, entry, value),
    delete: (service, entry) => keytar.deletePassword(service, entry),
  };
}

/** The name by which people know the keychain of their system. */
export function keychainName(
  platform: NodeJS.Platform = process.platform,
  desktop: string = process.env.XDG_CURRENT_DESKTOP ?? '',
): string {
  if (platform === 'darwin') return 'macOS Keychain';
  if (platform === 'win32') return 'Windows Credential Manager';
  return /kde/i.test(desktop) ? 'KWallet' : 'GNOME Keyring';
}
