import { MailError } from '../base/errors.ts';
import type { EngineContext } from './context.ts';
import type { Handlers } from './router.ts';

type AccessHandlers = Pick<
  Handlers,
  'debts.list' | 'debts.retry' | 'debts.giveUp' | 'grants.signOutEverything' | 'receipts.saveAll'
>;

export function createAccessHandlers(_context: EngineContext): AccessHandlers {
  const notYet = (): never => {
    throw new MailError('internal');
  };
  return {
    'debts.list': notYet,
    'debts.retry': notYet,
    'debts.giveUp': notYet,
    'grants.signOutEverything': notYet,
    'receipts.saveAll': notYet,
  };
}
