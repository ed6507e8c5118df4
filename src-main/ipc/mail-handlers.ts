import type { AccountId, MailboxId, MessageId, OperationId } from '../../src-shared/model/ids.ts';
import type { SpecialUse } from '../../src-shared/model/mailbox.ts';
import { MailError } from '../base/errors.ts';
import { beginningOf } from '../base/pieces.ts';
import { turn } from '../base/turn.ts';
import { harmlessFileName } from '../mime/file-name.ts';
import type { EngineContext } from './context.ts';
import { enqueueMany } from './enqueue-many.ts';
import { saveForeignFile } from './files.ts';
import { openPart, savedNameOf } from './message-parts.ts';
import type { Handlers } from './router.ts';

type MailHandlers = Pick<
  Handlers,
  | 'mailboxes.list'
  | 'threads.page'
  | 'threads.messages'
  | 'messages.getBody'
  | 'messages.getSource'
  | 'messages.saveSource'
  | 'messages.saveAttachment'
  | 'messages.setFlags'
  | 'messages.move'
  | 'operations.undo'
  | 'links.open'
>;

/** Bytes: of a message with large attachments no more is fetched. */
const SOURCE_SHOWN = 1_000_000;

export function createMailHandlers(context: EngineContext): MailHandlers {
  const { shell } = context;

  /** The mailbox that serves this use in an account; mail of several accounts goes to each account's own. */
  function targetOf(
    accountId: AccountId,
    to: { specialUse: SpecialUse } | { mailboxId: MailboxId },
  ): MailboxId {
    const { mailboxes } = context.rooms().store;
    const target =
      'mailboxId' in to ? mailboxes.get(to.mailboxId) : mailboxes.bySpecialUse(accountId, to.specialUse);
    if (!target) {
      throw new MailError('mailbox-missing', { detail: 'specialUse' in to ? { use: to.specialUse } : {} });
    }
    if (target.accountId !== accountId) throw new MailError('input-invalid');
    return target.mailboxId;
  }

  function byAccount(messageIds: MessageId[]): Map<AccountId, MessageId[]> {
    const groups = new Map<AccountId, MessageId[]>();
    for (const { messageId, accountId } of context.rooms().store.messages.many(messageIds)) {
      const group = groups.get(accountId);
      if (group) group.push(messageId);
      else groups.set(accountId, [messageId]);
    }
    return groups;
  }

  return {
    'mailboxes.list': () => context.rooms().store.mailboxes.shown(),
    'threads.page': ({ view, start, limit }) => context.rooms().store.threads.page(view, start, limit),
    'threads.messages': ({ threadId }) => context.rooms().store.threads.messages(threadId),
    'messages.getBody': async ({ messageId }, signal) => {
      const body = await context.rooms().sync.fetchBody(messageId, signal);
      return { ...body, messageId };
    },
    'messages.getSource': async ({ messageId }, signal) => {
      const { store, sync } = context.rooms();
      if (!store.bodies.has(messageId)) await sync.fetchBody(messageId, signal);
      const { content, isCut } = await beginningOf(
        (write) => sync.streamSource(messageId, write, signal),
        SOURCE_SHOWN,
      );
      return { source: content.toString('utf8'), truncated: isCut };
    },
    'messages.saveSource': async ({ messageId }, signal) => {
      const { store, sync } = context.rooms();
      if (!store.bodies.has(messageId)) await sync.fetchBody(messageId, signal);
      const subject = store.messages.many([messageId])[0]?.subject ?? '';
      const name = harmlessFileName(`${subject.trim() || 'message'}.eml`, 'message/rfc822', 1);
      return {
        saved: await saveForeignFile(shell, name, (write) => sync.streamSource(messageId, write, signal)),
      };
    },
    'messages.saveAttachment': async (place, signal) => {
      const { filename, writeTo } = await openPart(context.rooms(), place, signal);
      return { saved: await saveForeignFile(shell, savedNameOf(filename, context.texts), writeTo) };
    },
    'messages.setFlags': async ({ messageIds, add, remove }) => {
      const { operations } = context.rooms().store;
      return {
        operationIds: await enqueueMany(messageIds, (part) =>
          operations.enqueueFlags({ messageIds: part, add, remove }),
        ),
      };
    },
    'messages.move': async ({ messageIds, from, to }) => {
      // Every target is looked up before the first move is queued: either all go or none.
      const moves = [...byAccount(messageIds)].map(([accountId, ids]) => ({
        ids,
        target: targetOf(accountId, to),
      }));
      const { operations } = context.rooms().store;
      const operationIds: OperationId[] = [];
      for (const { ids, target } of moves) {
        operationIds.push(
          ...(await enqueueMany(ids, (part) =>
            operations.enqueueMove({ messageIds: part, from, to: target }),
          )),
        );
      }
      return { operationIds };
    },
    'operations.undo': async ({ operationIds }) => {
      // The last one first, each with a turn for others after it.
      for (const operationId of [...operationIds].reverse()) {
        context.rooms().store.operations.undo([operationId]);
        await turn();
      }
      return {};
    },
    'links.open': ({ url }) => shell.request('openLink', { url: openableLink(url) }),
  };
}

/** The link in the form in which it will be opened; only http and https, and never with a user name that hides the true host. */
function openableLink(text: string): string {
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    throw new MailError('input-invalid');
  }
  const isWeb = url.protocol === 'https:' || url.protocol === 'http:';
  if (!isWeb || url.username !== '' || url.password !== '' || url.hostname === '')
    throw new MailError('input-invalid');
  return url.href;
}
