import type { Submission } from '../../src-shared/model/submission.ts';
import { MailError } from '../base/errors.ts';
import type { Store } from '../store/store.ts';

/** Where the conversation that a message answers goes. Throws mailbox-missing when there is no archive: before anything is queued. */
export function requireArchive(store: Store, accountId: Submission['accountId']): void {
  if (!store.mailboxes.bySpecialUse(accountId, 'archive')) {
    throw new MailError('mailbox-missing', { detail: { use: 'archive' } });
  }
}

/**
 * Moves what stands in the inbox of the conversation that this submission answers to the archive. An ordinary change, which is undone when
 * the submission is taken back. Nothing happens for one that answers nothing.
 */
export function archiveAnswered(store: Store, { submissionId, accountId }: Submission): void {
  const answered = store.outbox.get(submissionId)?.inReplyTo;
  const threadId = answered === undefined ? undefined : store.messages.get(answered)?.threadId;
  const inbox = store.mailboxes.bySpecialUse(accountId, 'inbox')?.mailboxId;
  const archive = store.mailboxes.bySpecialUse(accountId, 'archive')?.mailboxId;
  if (threadId === undefined || inbox === undefined || archive === undefined) return;
  const messageIds = store.threads
    .messages(threadId)
    .filter((one) => one.mailboxIds.includes(inbox))
    .map(({ messageId }) => messageId);
  const operationIds = store.operations.enqueueMove({
    messageIds,
    from: { kind: 'mailbox', mailboxId: inbox },
    to: archive,
  });
  store.outbox.noteOperations(submissionId, operationIds);
}
