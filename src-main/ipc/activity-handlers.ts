import { MailError } from '../base/errors.ts';
import type { EngineContext } from './context.ts';
import type { Handlers } from './router.ts';

type ActivityHandlers = Pick<
  Handlers,
  | 'activity.page'
  | 'activity.check'
  | 'activity.findings'
  | 'activity.export'
  | 'security.check'
  | 'security.last'
>;

export function createActivityHandlers(_context: EngineContext): ActivityHandlers {
  const notYet = (): never => {
    throw new MailError('internal');
  };
  return {
    'activity.page': notYet,
    'activity.check': notYet,
    'activity.findings': notYet,
    'activity.export': notYet,
    'security.check': notYet,
    'security.last': notYet,
  };
}
