import { MailError } from '../base/errors.ts';
import type { EngineContext } from './context.ts';
import type { Handlers } from './router.ts';

type SearchHandlers = Pick<Handlers, 'search.find' | 'search.coverage' | 'search.onServer'>;

const notBuilt = (): never => {
  throw new MailError('internal');
};

export function createSearchHandlers(_context: EngineContext): SearchHandlers {
  return {
    'search.find': notBuilt,
    'search.coverage': notBuilt,
    'search.onServer': notBuilt,
  };
}
