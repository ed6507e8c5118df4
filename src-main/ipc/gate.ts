/** What stands between the router and the handlers: the lock of the program, asked for every request, every answer and every event. */
import type { RequestName } from '../../src-shared/ipc/contract.ts';
import type { EventName } from '../../src-shared/ipc/events.ts';
import { MailError } from '../base/errors.ts';
import type { AppLock } from '../lock/app-lock.ts';
import type { MailKeeper } from './mail-keeper.ts';
import { OPEN_EVENTS, REQUEST_CLASSES } from './request-classes.ts';
import type { ShellClient } from './shell-client.ts';

export type Gate = {
  /** Resolves when it is known whether the program is locked. */
  ready(): Promise<void>;
  /** Throws app-locked, unlock-needed, or why nobody can know whether it is locked. */
  admit(name: RequestName): void;
  /** What was asked for before the lock closed is not told after. Throws app-locked. */
  admitAnswer(name: RequestName): void;
  admitsEvent(name: EventName): boolean;
};

export function createGate(
  lock: Pick<AppLock, 'load' | 'isKnown' | 'isLocked' | 'needsUnlock'>,
  mail: Pick<MailKeeper, 'busy' | 'problem'>,
): Gate {
  /** Unknown over mail that is open counts as locked; where no mail is open there is nothing to lock, and handlers say why. */
  const isClosed = (): boolean => (lock.isKnown() ? lock.isLocked() : mail.problem() === undefined);

  function admitAnswer(name: RequestName): void {
    if (REQUEST_CLASSES[name] === 'open' || !isClosed()) return;
    throw lock.isKnown() ? new MailError('app-locked') : new MailError('keychain-locked', { retry: 'later' });
  }

  return {
    async ready() {
      await mail.busy();
      // A vault that does not answer leaves it unknown, and the next request asks again.
      if (!lock.isKnown() && !mail.problem()) await lock.load().catch(() => undefined);
    },
    admit(name) {
      admitAnswer(name);
      if (REQUEST_CLASSES[name] === 'step-up' && lock.needsUnlock()) throw new MailError('unlock-needed');
    },
    admitAnswer,
    admitsEvent: (name) => OPEN_EVENTS.has(name) || !isClosed(),
  };
}

/** A dialog of the system stays open over a lock that closes: what is picked in it then is not taken. Throws app-locked. */
export function shellBehindLock(shell: ShellClient, lock: Pick<AppLock, 'isLocked'>): ShellClient {
  return {
    ...shell,
    async request(name, input) {
      const answer = await shell.request(name, input);
      if (name.startsWith('pick') && lock.isLocked()) throw new MailError('app-locked');
      return answer;
    },
  };
}
