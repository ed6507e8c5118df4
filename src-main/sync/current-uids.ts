import type { MailboxId } from '../../src-shared/model/ids.ts';
import type { Mailbox } from '../../src-shared/model/mailbox.ts';
import { MailError } from '../base/errors.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import type { Target } from '../store/operation-records.ts';
import type { Store } from '../store/store.ts';

export function mailboxOf(mailboxId: MailboxId, store: Store): Mailbox {
  const mailbox = store.mailboxes.get(mailboxId);
  if (!mailbox) throw new MailError('mailbox-missing');
  return mailbox;
}

/** Opens the mailbox and says which UIDs the targets have now; those that are not there any more are left out. */
export async function currentUids(
  connection: ImapConnection,
  mailbox: Mailbox,
  targets: Target[],
): Promise<Map<Target, number>> {
  const opened = await connection.openMailbox(mailbox.path);
  const uids = new Map<Target, number>();
  for (const target of targets) {
    if (target.uidValidity === opened.uidValidity) {
      uids.set(target, target.uid);
      continue;
    }
    // RFC 9051 §2.3.1.1: the UID may be another message's by now.
    const [uid, ...more] = await connection.searchMessageId(target.messageIdHeader);
    if (uid !== undefined && more.length === 0) uids.set(target, uid);
  }
  return uids;
}

/** The same, and without those that are not the messages that were meant. */
export async function checkedUids(
  connection: ImapConnection,
  mailbox: Mailbox,
  targets: Target[],
): Promise<Map<Target, number>> {
  const uids = await currentUids(connection, mailbox, targets);
  if (uids.size === 0) return uids;
  const headers = await connection.fetchMessageIds([...uids.values()]);
  return new Map([...uids].filter(([target, uid]) => headers.get(uid) === target.messageIdHeader));
}
