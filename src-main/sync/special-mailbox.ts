import type { AccountId, MailboxId } from '../../src-shared/model/ids.ts';
import { MailError } from '../base/errors.ts';
import type { ImapConnection, OpenedMailbox } from '../imap/imap-connection.ts';
import type { Store } from '../store/store.ts';
import { refreshMailboxes } from './mailbox-poll.ts';

export type OpenedPlace = OpenedMailbox & { mailboxId: MailboxId; path: string };

/** Opens the mailbox that is for this use as the server has it now; where there is none it is made, once. */
export async function openForUse(
  connection: ImapConnection,
  accountId: AccountId,
  specialUse: 'sent' | 'drafts',
  store: Store,
): Promise<OpenedPlace> {
  const find = () => store.mailboxes.bySpecialUse(accountId, specialUse);
  const known = find();
  if (known) {
    try {
      return { ...known, ...(await connection.selectMailbox(known.path)) };
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
  return { ...mailbox, ...(await connection.selectMailbox(mailbox.path)) };
}
