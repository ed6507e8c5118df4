import type { EngineContext } from './context.ts';
import type { Handlers } from './router.ts';

export function createDiscoveryHandlers({ accounts }: EngineContext): Pick<Handlers, 'accounts.discover'> {
  return { 'accounts.discover': (input, signal) => accounts.discover(input, signal) };
}
