/** The list of mailboxes, and which of them have news. */
import type { AccountId, MailboxId } from '../../src-shared/model/ids.ts';
import type { Mailbox, SpecialUse } from '../../src-shared/model/mailbox.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import type { MailboxStatus } from '../imap/mailbox-list.ts';
import type { SyncState } from '../store/mail-records.ts';
import type { Store } from '../store/store.ts';

/** After INBOX, mailboxes are filled in the order in which people look for mail. */
const ORDER: (SpecialUse | undefined)[] = [
  'inbox',
  'sent',
  'archive',
  'all',
  undefined,
  'drafts',
  'flagged',
  'trash',
  'junk',
];

export const rankOf = ({ specialUse }: Mailbox): number => ORDER.indexOf(specialUse);

/** Reads the list and stores it; answers with the status of each mailbox, where the server told it. */
export async function refreshMailboxes(
  connection: ImapConnection,
  accountId: AccountId,
  store: Store,
): Promise<Map<MailboxId, MailboxStatus>> {
  const listed = await connection.listMailboxes();
  store.mailboxes.replaceList(accountId, listed);
  const byPath = new Map(listed.map(({ path, status }) => [path, status]));
  const states = new Map<MailboxId, MailboxStatus>();
  for (const { mailboxId, path } of store.mailboxes.list(accountId)) {
    const status = byPath.get(path);
    if (status) states.set(mailboxId, status);
  }
  return states;
}

/**
 * Whether the server's counters say that something is not as it is here. `unknown`: they cannot. `count` answers with how many messages
 * are here, where they have to be counted.
 */
export function hasNews(
  status: MailboxStatus,
  known: SyncState,
  count: () => number | undefined,
): 'yes' | 'no' | 'unknown' {
  if (known.uidValidity === undefined || status.uidValidity !== known.uidValidity) return 'yes';
  if (status.uidNext !== known.uidNext) return 'yes';
  if (status.highestModseq !== undefined && status.highestModseq !== known.highestModseq) return 'yes';
  if (known.backfilledTo === 1 && status.messages !== undefined) {
    const here = count();
    if (here !== undefined && status.messages !== here) return 'yes';
  }
  // Without mod-sequences a changed flag leaves no trace: the mailbox has to be read (RFC 4549 §4.3.1).
  return status.highestModseq === undefined ? 'unknown' : 'no';
}
