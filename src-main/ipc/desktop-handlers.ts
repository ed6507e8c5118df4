import { MailError } from '../base/errors.ts';
import type { Handlers } from './router.ts';

type DesktopHandlers = Pick<Handlers, 'app.getMailHandler' | 'app.becomeMailHandler'>;

export function createDesktopHandlers(): DesktopHandlers {
  const missing = () => {
    throw new MailError('internal');
  };
  return {
    'app.getMailHandler': missing,
    'app.becomeMailHandler': missing,
  };
}
