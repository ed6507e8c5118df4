import { MailError } from '../base/errors.ts';
import type { EngineContext } from './context.ts';
import type { Handlers } from './router.ts';

type MailboxHandlers = Pick<
  Handlers,
  | 'mailboxes.create'
  | 'mailboxes.rename'
  | 'mailboxes.delete'
  | 'mailboxes.setSubscribed'
  | 'mailboxes.empty'
  | 'messages.delete'
>;

const notBuilt = (): never => {
  throw new MailError('internal');
};

export function createMailboxHandlers(_context: EngineContext): MailboxHandlers {
  return {
    'mailboxes.create': notBuilt,
    'mailboxes.rename': notBuilt,
    'mailboxes.delete': notBuilt,
    'mailboxes.setSubscribed': notBuilt,
    'mailboxes.empty': notBuilt,
    'messages.delete': notBuilt,
  };
}
