import { MailError } from '../base/errors.ts';
import type { Handlers } from './router.ts';

type SpellingHandlers = Pick<
  Handlers,
  | 'spelling.list'
  | 'spelling.setOn'
  | 'spelling.addFile'
  | 'spelling.load'
  | 'spelling.words'
  | 'spelling.learn'
>;

export function createSpellingHandlers(): SpellingHandlers {
  const missing = () => {
    throw new MailError('internal');
  };
  return {
    'spelling.list': missing,
    'spelling.setOn': missing,
    'spelling.addFile': missing,
    'spelling.load': missing,
    'spelling.words': missing,
    'spelling.learn': missing,
  };
}
