import type { AccountId, MailboxId, MessageId, OperationId } from '../../src-shared/model/ids.ts';
import type { Mailbox, SpecialUse } from '../../src-shared/model/mailbox.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { isBelow } from '../store/mailbox-path.ts';
import type { EngineContext } from './context.ts';
import { enqueueMany } from './enqueue-many.ts';
import type { Handlers } from './router.ts';

type MailboxHandlers = Pick<
  Handlers,
  | 'mailboxes.create'
  | 'mailboxes.rename'
  | 'mailboxes.delete'
  | 'mailboxes.setSubscribed'
  | 'mailboxes.empty'
  | 'messages.delete'
>;

/** Where deleting means for good; elsewhere it is a move to Trash. */
const FOR_GOOD: (SpecialUse | undefined)[] = ['trash', 'junk', 'drafts'];

export function createMailboxHandlers(context: EngineContext): MailboxHandlers {
  const isLocal = (accountId: AccountId) => context.rooms().store.accounts.get(accountId)?.auth === 'none';

  function mailboxOf(mailboxId: MailboxId): Mailbox {
    const mailbox = context
      .rooms()
      .store.mailboxes.shown()
      .find((one) => one.mailboxId === mailboxId);
    if (!mailbox) throw new MailError('mailbox-missing');
    return mailbox;
  }

  function deleteForGood(messageIds: MessageId[], mailboxId: MailboxId): Promise<OperationId[]> {
    const { operations } = context.rooms().store;
    const delay = LIMITS.undoWindow;
    return enqueueMany(messageIds, (part) =>
      operations.enqueueExpunge({ messageIds: part, mailboxId, delay }),
    );
  }

  /** Its messages go to Trash; where there is none (an account without a server) they go for good. */
  async function clear({ mailboxId, accountId }: Mailbox): Promise<OperationId[]> {
    const { mailboxes, operations } = context.rooms().store;
    const messageIds = mailboxes.messageIds(mailboxId);
    const trash = mailboxes.bySpecialUse(accountId, 'trash');
    if (!trash) return deleteForGood(messageIds, mailboxId);
    const from = { kind: 'mailbox' as const, mailboxId };
    return enqueueMany(messageIds, (part) =>
      operations.enqueueMove({ messageIds: part, from, to: trash.mailboxId }),
    );
  }

  return {
    'mailboxes.create': ({ accountId, parentId, name }) => {
      const { accounts, operations } = context.rooms().store;
      if (!accounts.get(accountId)) throw new MailError('not-found');
      const request = { accountId, name, ...(parentId !== undefined && { parentId }) };
      return { operationIds: operations.enqueueCreateMailbox(request) };
    },
    'mailboxes.rename': ({ mailboxId, name }) => ({
      operationIds: context.rooms().store.operations.enqueueRenameMailbox(mailboxId, name),
    }),
    'mailboxes.delete': async ({ mailboxId }) => {
      const { mailboxes, operations } = context.rooms().store;
      const mailbox = mailboxOf(mailboxId);
      const { accountId } = mailbox;
      // What is below goes too, the deepest first: a server refuses to delete a mailbox with others below it (RFC 9051 §6.3.5).
      const doomed = mailboxes
        .shown(accountId)
        .filter((one) => one.mailboxId === mailboxId || isBelow(one.path, mailbox))
        .sort((a, b) => b.path.length - a.path.length);
      if (doomed.some(({ specialUse }) => specialUse !== undefined)) throw new MailError('change-refused');
      const hasTrash = isLocal(accountId) || mailboxes.bySpecialUse(accountId, 'trash') !== undefined;
      if (!hasTrash && doomed.some(({ total }) => total > 0)) {
        throw new MailError('mailbox-missing', { detail: { use: 'trash' } });
      }
      const operationIds: OperationId[] = [];
      for (const one of doomed) {
        operationIds.push(...(await clear(one)));
        operationIds.push(...operations.enqueueDeleteMailbox(one.mailboxId, LIMITS.undoWindow));
      }
      return { operationIds };
    },
    'mailboxes.setSubscribed': ({ mailboxId, subscribed }) => ({
      operationIds: context.rooms().store.operations.enqueueSubscribe(mailboxId, subscribed),
    }),
    'mailboxes.empty': async ({ mailboxId }) => {
      const { mailboxes, operations } = context.rooms().store;
      const { specialUse } = mailboxOf(mailboxId);
      if (specialUse !== 'trash' && specialUse !== 'junk') throw new MailError('change-refused');
      const known = await deleteForGood(mailboxes.messageIds(mailboxId), mailboxId);
      return { operationIds: [...known, ...operations.enqueueEmptying(mailboxId, LIMITS.undoWindow)] };
    },
    'messages.delete': async ({ messageIds, from }) => {
      if (from.kind !== 'mailbox') throw new MailError('change-refused');
      const { accountId, specialUse } = mailboxOf(from.mailboxId);
      if (!FOR_GOOD.includes(specialUse) && !isLocal(accountId)) throw new MailError('change-refused');
      return { operationIds: await deleteForGood(messageIds, from.mailboxId) };
    },
  };
}
