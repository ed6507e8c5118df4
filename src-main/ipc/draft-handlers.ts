import type { Draft } from '../../src-shared/model/draft.ts';
import type { DraftId, MessageId } from '../../src-shared/model/ids.ts';
import { MailError } from '../base/errors.ts';
import { createSingleFlight } from '../base/mutex.ts';
import { untilAborted } from '../base/until-aborted.ts';
import { lookalikesOf } from '../contacts/lookalikes.ts';
import { sendLimitsOf } from '../outbox/send-limits.ts';
import { addressesOf, checkDraft } from '../writing/check-draft.ts';
import { attachContent, pictureOf } from '../writing/draft-pictures.ts';
import { editMessage } from '../writing/edit-message.ts';
import type { EngineContext } from './context.ts';
import type { Handlers } from './router.ts';
import { writingParts } from './writing-parts.ts';

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
  const oneEdit = createSingleFlight<MessageId, Draft>();

  function draftOf(draftId: DraftId): Draft {
    const draft = context.rooms().store.drafts.get(draftId);
    if (!draft) throw new MailError('not-found');
    return draft;
  }

  return {
    'drafts.edit': ({ messageId }, signal) => {
      const parts = writingParts(context);
      // A second press is the same draft, and not another of the same message.
      const edited = oneEdit(messageId, () => editMessage(parts, messageId, new AbortController().signal));
      return untilAborted(edited, signal);
    },
    'drafts.attachContent': (dropped) => attachContent(context.rooms().store, dropped),
    'drafts.getPicture': ({ draftId, part }) => pictureOf(context.rooms().store, draftId, part),
    'drafts.check': ({ draftId }) => {
      const { store } = context.rooms();
      const draft = draftOf(draftId);
      const alike = lookalikesOf(store, addressesOf(draft));
      return [
        ...checkDraft(draft, store.settings.get()),
        ...alike.map((one) => ({ kind: 'lookalike' as const, ...one })),
      ];
    },
    'drafts.getLimits': ({ draftId }) => sendLimitsOf(context.rooms().store, draftOf(draftId)),
    'templates.list': () => context.rooms().store.templates.list(),
    'templates.save': (content) => context.rooms().store.templates.save(content),
    'templates.remove': ({ templateId }) => {
      context.rooms().store.templates.remove(templateId);
      return {};
    },
  };
}
