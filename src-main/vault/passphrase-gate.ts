/** The file of a passphrase as the vault uses it: whether it is the place of the secrets, opened once, and guarded against guessing. */
import { renameSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { fileErrorOf, MailError } from '../base/errors.ts';
import { createMutex } from '../base/mutex.ts';
import { isWeakPassphrase } from '../base/passphrase.ts';
import {
  createPassphraseFile,
  hasPassphraseFile,
  openPassphraseFile,
  PASSPHRASE_FILE,
  type PassphraseFile,
} from './passphrase-file.ts';

export type PassphraseGate = {
  /** The name of the file, which people may find in the profile's folder. */
  readonly name: string;
  isUsed(): boolean;
  /** Undefined until it was opened. */
  keychain(): PassphraseFile | undefined;
  /** Throws input-invalid, passphrase-weak, disk-full, file-unwritable. */
  create(passphrase: string): Promise<void>;
  /** Throws input-invalid, passphrase-wrong, busy, secrets-unreadable. */
  open(passphrase: string): Promise<void>;
  /** Puts a file that nobody can open aside, under another name, so that another one can be made. Throws input-invalid, file-unwritable. */
  putAside(): void;
  /** Removes the file, if it is open. */
  remove(): void;
};

/** So many wrong tries are free; then each waits twice as long as the one before. */
const FREE_TRIES = 5;
const LONGEST_WAIT = 5 * 60;
/** Nothing is deleted: the passphrase may come back to mind. */
const FORGOTTEN = 'forgotten-';

export function createPassphraseGate(path: string | undefined, clock: Clock): PassphraseGate {
  const inTurn = createMutex();
  let isUsed = path !== undefined && hasPassphraseFile(path);
  let opened: PassphraseFile | undefined;
  let wrong = 0;
  let waitUntil = 0;

  return {
    name: path === undefined ? PASSPHRASE_FILE : basename(path),
    isUsed: () => isUsed,
    keychain: () => opened,
    create: (passphrase) =>
      inTurn(async () => {
        if (path === undefined || isUsed || hasPassphraseFile(path)) throw new MailError('input-invalid');
        if (isWeakPassphrase(passphrase)) throw new MailError('passphrase-weak');
        opened = await createPassphraseFile(path, passphrase);
        isUsed = true;
      }),
    open: (passphrase) =>
      inTurn(async () => {
        if (path === undefined || !isUsed) throw new MailError('input-invalid');
        if (opened) return;
        const seconds = Math.min(LONGEST_WAIT, Math.ceil((waitUntil - clock.now()) / 1_000));
        if (seconds > 0) throw new MailError('busy', { retry: 'later', detail: { seconds } });
        try {
          opened = await openPassphraseFile(path, passphrase);
        } catch (error) {
          if (error instanceof MailError && error.code === 'passphrase-wrong') {
            wrong += 1;
            const wait = wrong < FREE_TRIES ? 0 : Math.min(LONGEST_WAIT, 2 ** (wrong - FREE_TRIES + 1));
            waitUntil = clock.now() + wait * 1_000;
          }
          throw error;
        }
        wrong = 0;
        waitUntil = 0;
      }),
    putAside() {
      if (path === undefined || !isUsed || opened) throw new MailError('input-invalid');
      try {
        renameSync(path, join(dirname(path), `${FORGOTTEN}${clock.now()}-${basename(path)}`));
      } catch (error) {
        throw fileErrorOf(error);
      }
      isUsed = false;
    },
    remove() {
      opened?.remove();
      if (opened) isUsed = false;
      opened = undefined;
    },
  };
}
