import type { Draft } from '../../src-shared/model/draft.ts';
import type { AccountId, DraftId, MessageId } from '../../src-shared/model/ids.ts';
import { parseTypedAddress } from '../../src-shared/text/address.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { type AnswerKind, answerDraft, pickIdentity } from '../mime/reply.ts';
import { ownIdentityOf } from '../store/identity-table.ts';
import type { EngineContext } from './context.ts';
import { pickFiles } from './files.ts';
import type { Handlers } from './router.ts';

type ComposeHandlers = Pick<
  Handlers,
  | 'drafts.list'
  | 'drafts.get'
  | 'drafts.create'
  | 'drafts.save'
  | 'drafts.attach'
  | 'drafts.detach'
  | 'drafts.discard'
  | 'outbox.list'
  | 'outbox.send'
  | 'outbox.cancel'
  | 'outbox.retry'
  | 'outbox.sendNow'
  | 'outbox.settle'
>;

export function createComposeHandlers(context: EngineContext): ComposeHandlers {
  function draftOf(draftId: DraftId): Draft {
    const draft = context.rooms().store.drafts.get(draftId);
    if (!draft) throw new MailError('not-found');
    return draft;
  }

  function firstAccount(): AccountId {
    const accounts = context.rooms().store.accounts.list();
    const account = accounts.find((one) => one.signIn === 'active') ?? accounts[0];
    if (!account) throw new MailError('not-found');
    return account.accountId;
  }

  /** An answer with what it quotes and, when it is a forward, with the attachments of what it passes on. */
  async function createAnswer(
    basedOn: { messageId: MessageId; as: AnswerKind },
    signal: AbortSignal,
  ): Promise<Draft> {
    const { store, sync } = context.rooms();
    const message = store.messages.get(basedOn.messageId);
    if (!message) throw new MailError('message-gone');
    const body = store.bodies.get(message.messageId) ?? (await sync.fetchBody(message.messageId, signal));
    const { accountId } = message;
    const identities = store.identities.list();
    const { content, attachmentParts } = answerDraft(
      { message, text: body.text, attachments: body.attachments },
      basedOn.as,
      { accountId, ownAddresses: identities.map((one) => one.address) },
      { texts: context.texts },
    );
    const addressed = pickIdentity(
      message,
      identities.filter((one) => one.accountId === accountId),
    );
    const attachments = [];
    for (const part of attachmentParts) {
      attachments.push(await sync.attachmentContent(message.messageId, part, signal));
    }
    const isOther = addressed !== undefined && addressed.identityId !== ownIdentityOf(accountId);
    const draft = store.drafts.create({ ...content, ...(isOther && { identityId: addressed.identityId }) });
    for (const attachment of attachments) store.drafts.addAttachment(draft.draftId, attachment);
    return draftOf(draft.draftId);
  }

  return {
    'drafts.list': () => context.rooms().store.drafts.list(),
    'drafts.get': ({ draftId }) => draftOf(draftId),
    'drafts.create': ({ accountId, basedOn, to }, signal) => {
      if (basedOn) {
        const { messageId, as } = basedOn;
        if (as === 'reply-list' || as === 'forward-attached' || as === 'new') throw new MailError('internal');
        return createAnswer({ messageId, as }, signal);
      }
      return context.rooms().store.drafts.create({
        accountId: accountId ?? firstAccount(),
        to: (to ?? []).map(parseTypedAddress),
        cc: [],
        bcc: [],
        subject: '',
        text: '',
      });
    },
    'drafts.save': ({ draftId, content }) => context.rooms().store.drafts.save(draftId, content),
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
    'outbox.list': () => context.rooms().store.outbox.list(),
    'outbox.send': ({ draftId, sendAt }) => context.rooms().outbox.send(draftId, sendAt),
    'outbox.cancel': ({ submissionId }) => context.rooms().outbox.cancel(submissionId),
    'outbox.sendNow': ({ submissionId }) => context.rooms().outbox.sendNow(submissionId),
    'outbox.settle': ({ submissionId }) => {
      context.rooms().outbox.settle(submissionId);
      return {};
    },
    'outbox.retry': ({ submissionId }) => context.rooms().outbox.retry(submissionId),
  };
}
