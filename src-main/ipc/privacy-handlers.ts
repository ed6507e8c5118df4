import { MailError } from '../base/errors.ts';
import type { EngineContext } from './context.ts';
import type { Handlers } from './router.ts';

type PrivacyHandlers = Pick<
  Handlers,
  'privacy.dataMap' | 'privacy.exportAll' | 'privacy.eraseAll' | 'providers.loadNotice'
>;

export function createPrivacyHandlers(_context: EngineContext): PrivacyHandlers {
  const notYet = (): never => {
    throw new MailError('internal');
  };
  return {
    'privacy.dataMap': notYet,
    'privacy.exportAll': notYet,
    'privacy.eraseAll': notYet,
    'providers.loadNotice': notYet,
  };
}
