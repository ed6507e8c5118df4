import { MailError } from '../base/errors.ts';
import type { EngineContext } from './context.ts';
import type { Handlers } from './router.ts';

type IdentityHandlers = Pick<
  Handlers,
  'identities.list' | 'identities.save' | 'identities.remove' | 'accounts.readOtherProgram'
>;

export function createIdentityHandlers(_context: EngineContext): IdentityHandlers {
  const notYet = (): never => {
    throw new MailError('internal');
  };
  return {
    'identities.list': notYet,
    'identities.save': notYet,
    'identities.remove': notYet,
    'accounts.readOtherProgram': notYet,
  };
}
