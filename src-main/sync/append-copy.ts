/** Copies of sent messages and drafts into the mailbox for them. */
import type { MailboxId } from '../../src-shared/model/ids.ts';
import type { Mailbox } from '../../src-shared/model/mailbox.ts';
import { MailError } from '../base/errors.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import type { AppendChange, Operation } from '../store/operation-records.ts';
import type { Store } from '../store/store.ts';
import { refreshMailboxes } from './mailbox-poll.ts';

/** Answers with the mailbox in which it was put. */
export async function runAppend(
  connection: ImapConnection,
  operation: Operation & AppendChange,
  store: Store,
): Promise<MailboxId[]> {
  const { operationId, flags, internalDate, messageIdHeader } = operation;
  const mailbox = await openForAppend(connection, operation, store);
  // Providers file a copy of their own, and an earlier try may have come through (THREATS: duplicates in Sent).
  const isThere = (await connection.searchMessageId(messageIdHeader)).length > 0;
  if (!isThere) {
    const source = store.operations.appendSource(operationId);
    await connection.append(mailbox.path, { source, flags, internalDate });
  }
  store.operations.finish(operationId, {});
  return [mailbox.mailboxId];
}

/** Opens the mailbox that is for this use as the server has it now; where there is none it is made, once. */
async function openForAppend(
  connection: ImapConnection,
  { accountId, specialUse }: Operation & AppendChange,
  store: Store,
): Promise<Mailbox> {
  const find = () => store.mailboxes.bySpecialUse(accountId, specialUse);
  const known = find();
  if (known) {
    try {
      await connection.selectMailbox(known.path);
      return known;
    } catch (error) {
      if (!(error instanceof MailError) || error.code !== 'mailbox-missing') throw error;
    }
  }
  // The list here may be older than the mailbox, or than its end.
  await refreshMailboxes(connection, accountId, store);
  if (!find()) {
    await connection.createMailbox(specialUse);
    await refreshMailboxes(connection, accountId, store);
  }
  const mailbox = find();
  if (!mailbox) throw new MailError('mailbox-missing');
  await connection.selectMailbox(mailbox.path);
  return mailbox;
}
