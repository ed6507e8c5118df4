import { MailError } from '../base/errors.ts';
import type { EngineContext } from './context.ts';
import type { Handlers } from './router.ts';

type RecoveryHandlers = Pick<
  Handlers,
  | 'recovery.create'
  | 'recovery.save'
  | 'recovery.putOff'
  | 'recovery.open'
  | 'recovery.previewReplace'
  | 'recovery.replace'
>;

const notBuilt = (): never => {
  throw new MailError('internal');
};

export function createRecoveryHandlers(_context: EngineContext): RecoveryHandlers {
  return {
    'recovery.create': notBuilt,
    'recovery.save': notBuilt,
    'recovery.putOff': notBuilt,
    'recovery.open': notBuilt,
    'recovery.previewReplace': notBuilt,
    'recovery.replace': notBuilt,
  };
}
