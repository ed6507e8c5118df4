import type { MailboxId } from '../../src-shared/model/ids.ts';
import { MailError } from '../base/errors.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import type { LookupChange, Operation } from '../store/operation-records.ts';
import type { Store } from '../store/store.ts';
import { refreshMailboxes } from './mailbox-poll.ts';

/** Servers file a copy some time after they have taken the message: when to look again, after each look. */
const AGAIN_AFTER = [30_000, 90_000];

/**
 * Looks for a message of which nobody knows whether it was sent where servers file what they send. Found: it was. Not found proves
 * nothing, and is told. Answers with the mailbox in which it was found.
 */
export async function runLookup(
  connection: ImapConnection,
  { operationId, accountId, submissionId, messageIdHeader, looks }: Operation & LookupChange,
  store: Store,
  now: number,
): Promise<MailboxId[]> {
  if (store.outbox.get(submissionId)?.state !== 'unknown') {
    store.operations.finish(operationId, {});
    return [];
  }
  const placesFor = () =>
    (['sent', 'all'] as const).flatMap((use) => store.mailboxes.bySpecialUse(accountId, use) ?? []);
  // Right after the first sign-in the list may not have been read yet.
  if (placesFor().length === 0) await refreshMailboxes(connection, accountId, store);
  for (const mailbox of placesFor()) {
    if (!(await isFiledIn(connection, mailbox.path, messageIdHeader))) continue;
    store.outbox.foundSent(submissionId);
    store.operations.finish(operationId, {});
    return [mailbox.mailboxId];
  }
  store.outbox.notFound(submissionId);
  const wait = AGAIN_AFTER[looks];
  if (wait === undefined) store.operations.finish(operationId, {});
  else store.operations.lookAgain(operationId, now + wait);
  return [];
}

async function isFiledIn(
  connection: ImapConnection,
  path: string,
  messageIdHeader: string,
): Promise<boolean> {
  try {
    await connection.selectMailbox(path);
  } catch (error) {
    if (error instanceof MailError && error.code === 'mailbox-missing') return false;
    throw error;
  }
  return (await connection.searchMessageId(messageIdHeader)).length > 0;
}
