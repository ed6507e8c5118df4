import { MailError } from '../base/errors.ts';
import type { EngineContext } from './context.ts';
import type { Handlers } from './router.ts';

type DraftHandlers = Pick<
  Handlers,
  | 'drafts.edit'
  | 'drafts.attachContent'
  | 'drafts.getPicture'
  | 'drafts.check'
  | 'drafts.getLimits'
  | 'templates.list'
  | 'templates.save'
  | 'templates.remove'
>;

export function createDraftHandlers(context: EngineContext): DraftHandlers {
  const missing = () => {
    throw new MailError('internal');
  };
  return {
    'drafts.edit': missing,
    'drafts.attachContent': missing,
    'drafts.getPicture': missing,
    'drafts.check': missing,
    'drafts.getLimits': missing,
    'templates.list': () => context.rooms().store.templates.list(),
    'templates.save': (content) => context.rooms().store.templates.save(content),
    'templates.remove': ({ templateId }) => {
      context.rooms().store.templates.remove(templateId);
      return {};
    },
  };
}
