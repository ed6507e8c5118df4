import { MailError } from '../base/errors.ts';
import type { EngineContext } from './context.ts';
import type { Handlers } from './router.ts';

type LockHandlers = Pick<
  Handlers,
  | 'lock.getState'
  | 'lock.set'
  | 'lock.remove'
  | 'lock.lock'
  | 'lock.unlock'
  | 'app.createPassphrase'
  | 'app.openPassphrase'
>;

export function createLockHandlers(_context: EngineContext): LockHandlers {
  const notYet = (): never => {
    throw new MailError('internal');
  };
  return {
    'lock.getState': notYet,
    'lock.set': notYet,
    'lock.remove': notYet,
    'lock.lock': notYet,
    'lock.unlock': notYet,
    'app.createPassphrase': notYet,
    'app.openPassphrase': notYet,
  };
}
