import { MailError } from '../base/errors.ts';
import type { EngineContext } from './context.ts';
import type { Handlers } from './router.ts';

type TransferHandlers = Pick<
  Handlers,
  | 'transfers.import'
  | 'transfers.export'
  | 'transfers.list'
  | 'transfers.cancel'
  | 'accounts.addLocal'
  | 'accounts.remove'
  | 'accounts.setBodyPolicy'
>;

const notBuilt = (): never => {
  throw new MailError('internal');
};

export function createTransferHandlers(_context: EngineContext): TransferHandlers {
  return {
    'transfers.import': notBuilt,
    'transfers.export': notBuilt,
    'transfers.list': notBuilt,
    'transfers.cancel': notBuilt,
    'accounts.addLocal': notBuilt,
    'accounts.remove': notBuilt,
    'accounts.setBodyPolicy': notBuilt,
  };
}
