import { MailError } from '../base/errors.ts';
import type { Handlers } from './router.ts';

type AnswerHandlers = Pick<Handlers, 'messages.redirect' | 'messages.sendReceipt' | 'invitations.answer'>;

export function createAnswerHandlers(): AnswerHandlers {
  const missing = () => {
    throw new MailError('internal');
  };
  return {
    'messages.redirect': missing,
    'messages.sendReceipt': missing,
    'invitations.answer': missing,
  };
}
