import type { EngineContext } from './context.ts';
import type { Handlers } from './router.ts';

type SearchHandlers = Pick<Handlers, 'search.find' | 'search.coverage' | 'search.onServer'>;

export function createSearchHandlers(context: EngineContext): SearchHandlers {
  return {
    'search.find': (input) => context.rooms().search.find(input),
    'search.coverage': () => context.rooms().search.coverage(),
    'search.onServer': (input, signal) => context.rooms().search.onServer(input, signal),
  };
}
