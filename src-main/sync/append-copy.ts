/** Copies of sent messages and drafts into the mailbox for them. */
import type { MailboxId } from '../../src-shared/model/ids.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import type { AppendChange, Operation } from '../store/operation-records.ts';
import type { Store } from '../store/store.ts';
import { openForUse } from './special-mailbox.ts';

/** Answers with the mailbox in which it was put. */
export async function runAppend(
  connection: ImapConnection,
  operation: Operation & AppendChange,
  store: Store,
): Promise<MailboxId[]> {
  const { operationId, accountId, specialUse, flags, internalDate, messageIdHeader } = operation;
  const mailbox = await openForUse(connection, accountId, specialUse, store);
  // Providers file a copy of their own, and an earlier try may have come through (THREATS: duplicates in Sent).
  const isThere = (await connection.searchMessageId(messageIdHeader)).length > 0;
  if (!isThere) {
    const source = store.operations.appendSource(operationId);
    await connection.append(mailbox.path, { source, flags, internalDate });
  }
  store.operations.finish(operationId, {});
  return [mailbox.mailboxId];
}
