import { MailError } from '../base/errors.ts';
import type { Handlers } from './router.ts';

type ContactHandlers = Pick<
  Handlers,
  | 'contacts.page'
  | 'contacts.save'
  | 'contacts.remove'
  | 'contacts.complete'
  | 'contacts.lookalikes'
  | 'contacts.import'
  | 'contacts.importPart'
  | 'contacts.export'
  | 'groups.list'
  | 'groups.save'
  | 'groups.remove'
>;

export function createContactHandlers(): ContactHandlers {
  const missing = () => {
    throw new MailError('internal');
  };
  return {
    'contacts.page': missing,
    'contacts.save': missing,
    'contacts.remove': missing,
    'contacts.complete': missing,
    'contacts.lookalikes': missing,
    'contacts.import': missing,
    'contacts.importPart': missing,
    'contacts.export': missing,
    'groups.list': missing,
    'groups.save': missing,
    'groups.remove': missing,
  };
}
