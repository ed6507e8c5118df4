import type { Draft } from '../../src-shared/model/draft.ts';
import type { DraftId } from '../../src-shared/model/ids.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { createDraft } from '../writing/create-draft.ts';
import { pickFiles } from './files.ts';
import type { Handlers } from './router.ts';
import type { ShellClient } from './shell-client.ts';
import { type WritingContext, writingParts } from './writing-parts.ts';

type ComposeHandlers = Pick<
  Handlers,
  | 'drafts.list'
  | 'drafts.get'
  | 'drafts.create'
  | 'drafts.save'
  | 'drafts.attach'
  | 'drafts.detach'
  | 'drafts.discard'
>;

export function createComposeHandlers(
  context: WritingContext & { shell: Pick<ShellClient, 'request'> },
): ComposeHandlers {
  function draftOf(draftId: DraftId): Draft {
    const draft = context.rooms().store.drafts.get(draftId);
    if (!draft) throw new MailError('not-found');
    return draft;
  }

  return {
    'drafts.list': () => context.rooms().store.drafts.list(),
    'drafts.get': ({ draftId }) => {
      const draft = draftOf(draftId);
      context.rooms().store.drafts.hold(draftId);
      return draft;
    },
    'drafts.create': (request, signal) => createDraft(writingParts(context), request, signal),
    'drafts.save': ({ draftId, content, isLeft }) => {
      const { drafts } = context.rooms().store;
      const saved = content ? drafts.save(draftId, content) : draftOf(draftId);
      if (isLeft) drafts.leave(draftId);
      else drafts.hold(draftId);
      return saved;
    },
    'drafts.attach': async ({ draftId }) => {
      const held = draftOf(draftId).attachments.reduce((sum, one) => sum + one.size, 0);
      const files = await pickFiles(context.shell, LIMITS.draftAttachments - held);
      for (const file of files) context.rooms().store.drafts.addAttachment(draftId, file);
      return draftOf(draftId);
    },
    'drafts.detach': ({ draftId, part }) => context.rooms().store.drafts.removeAttachment(draftId, part),
    'drafts.discard': ({ draftId }) => {
      context.rooms().store.drafts.remove(draftId);
      return {};
    },
  };
}
