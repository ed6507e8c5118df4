import type { EngineContext } from './context.ts';
import type { Handlers } from './router.ts';

type LockHandlers = Pick<
  Handlers,
  'lock.getState' | 'lock.set' | 'lock.remove' | 'lock.lock' | 'lock.unlock'
>;

export function createLockHandlers({ accounts, lock, shell }: EngineContext): LockHandlers {
  return {
    'lock.getState': () => lock.state(),
    'lock.set': async ({ passphrase, current, afterMinutes }) => {
      // A page that somebody took over must not lock the person out.
      if (!lock.state().isSet) await shell.request('requirePress', {});
      return lock.set({
        ...(passphrase !== undefined && { passphrase: accounts.takeCredential(passphrase) }),
        ...(current !== undefined && { current: accounts.takeCredential(current) }),
        afterMinutes,
      });
    },
    'lock.remove': ({ current }) => lock.remove(accounts.takeCredential(current)),
    'lock.lock': () => lock.lock(),
    'lock.unlock': ({ passphrase }) => lock.unlock(accounts.takeCredential(passphrase)),
  };
}
