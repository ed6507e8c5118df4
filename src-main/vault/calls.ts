/**
 * Calls into a keychain, one entry each. A call may wait for a person at a prompt and holds one of libuv's four threads meanwhile: each has
 * a time limit, and while one hangs no other is made. The system's keychains throw without codes, so the place of an error tells what it is.
 */
import type { Clock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import type { Keychain } from './keychain.ts';

/** Every method throws keychain-locked, keychain-absent or keychain-failed, or the MailError of a keychain of our own. */
export type Calls = {
  read(entry: string): Promise<string | null>;
  write(entry: string, value: string): Promise<void>;
  erase(entry: string): Promise<boolean>;
};

/** Its error says why the keychain is locked, where that is known. */
export function lockedError(reason?: 'slow' | 'dismissed', cause?: unknown): MailError {
  return new MailError('keychain-locked', { retry: 'later', cause, ...(reason && { detail: { reason } }) });
}

export function createCalls({
  service,
  keychain,
  timeoutMs,
  clock,
  platform,
  isUnlocked,
  onAnswered,
}: {
  service: string;
  /** Throws when there is none. */
  keychain: () => Keychain;
  timeoutMs: number;
  clock: Clock;
  platform: NodeJS.Platform;
  /** Asked after a write was refused, to tell a locked keychain from one that did not want this value. */
  isUnlocked(): Promise<boolean>;
  /** A call that had hung came back after all. */
  onAnswered(): void;
}): Calls {
  let hanging = false;

  function call<T>(run: (keychain: Keychain) => Promise<T>): Promise<T> {
    if (hanging) return Promise.reject(lockedError('slow'));
    let running: Promise<T>;
    try {
      running = run(keychain());
    } catch (error) {
      return Promise.reject(error instanceof MailError ? error : absentError(error));
    }
    return new Promise((resolve, reject) => {
      const cancel = clock.after(timeoutMs, () => {
        hanging = true;
        reject(lockedError('slow'));
        const settled = () => {
          hanging = false;
          onAnswered();
        };
        running.then(settled, settled);
      });
      running.then(resolve, reject).finally(cancel);
    });
  }

  /** Reading what is not there is no error, so a failing read or delete means that nothing can be read now. */
  function unreadable(error: unknown): never {
    if (error instanceof MailError) throw error;
    if (platform === 'linux') throw absentError(error);
    // macOS and Windows always have a keychain. macOS says in words that its prompt was dismissed (errSecUserCanceled); libsecret
    // does not tell: there a dismissed prompt looks like a locked keyring.
    const isDismissed = error instanceof Error && /\bcancell?ed\b/i.test(error.message);
    throw lockedError(isDismissed ? 'dismissed' : undefined, error);
  }

  return {
    read: (entry) => call((keychain) => keychain.get(service, entry)).catch(unreadable),
    erase: (entry) => call((keychain) => keychain.delete(service, entry)).catch(unreadable),
    write: (entry, value) =>
      call((keychain) => keychain.set(service, entry, value)).catch(async (error: unknown) => {
        if (error instanceof MailError) throw error;
        if (!(await isUnlocked())) throw lockedError(undefined, error);
        throw new MailError('keychain-failed', { retry: 'later', cause: error });
      }),
  };
}

function absentError(cause: unknown): MailError {
  return new MailError('keychain-absent', { retry: 'later', cause });
}
