import { MailError } from '../base/errors.ts';
import type { Handlers } from './router.ts';

type ContentHandlers = Pick<Handlers, 'messages.getNested' | 'messages.preview' | 'messages.saveAttachments'>;

export function createContentHandlers(): ContentHandlers {
  const missing = () => {
    throw new MailError('internal');
  };
  return {
    'messages.getNested': missing,
    'messages.preview': missing,
    'messages.saveAttachments': missing,
  };
}
