import { MailError } from '../base/errors.ts';
import type { Handlers } from './router.ts';

type ReadingHandlers = Pick<
  Handlers,
  | 'messages.getTrust'
  | 'messages.checkSignature'
  | 'messages.loadPictures'
  | 'senders.list'
  | 'senders.forget'
  | 'messages.unsubscribe'
>;

export function createReadingHandlers(): ReadingHandlers {
  const missing = () => {
    throw new MailError('internal');
  };
  return {
    'messages.getTrust': missing,
    'messages.checkSignature': missing,
    'messages.loadPictures': missing,
    'senders.list': missing,
    'senders.forget': missing,
    'messages.unsubscribe': missing,
  };
}
