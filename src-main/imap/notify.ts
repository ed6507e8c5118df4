/**
 * NOTIFY (RFC 5465): one connection is told of changes in all mailboxes, where IDLE alone watches the open one. Other mailboxes'
 * changes come as untagged STATUS while the connection idles.
 */
import type { ImapFlow } from 'imapflow';
import { decodePath } from 'imapflow/lib/tools.js';
import type { MailboxNews } from './imap-connection.ts';
import { canBeNamed, type MailboxStatus, statusOf } from './mailbox-list.ts';
import { isRefusal, listOf, rawOf, runRaw, type Token, textOf } from './raw-command.ts';
import { modseqOf, numberOf } from './raw-fetch.ts';

const EVENTS = '(MessageNew MessageExpunge FlagChange)';

/** Answers false when the server refuses; throws imapflow's errors when the connection is lost. */
export async function setNotify(client: ImapFlow): Promise<boolean> {
  if (!client.capabilities.has('NOTIFY')) return false;
  try {
    await runRaw(client, (execute) => execute('NOTIFY', `SET (SELECTED ${EVENTS}) (PERSONAL ${EVENTS})`));
    return true;
  } catch (error) {
    if (isRefusal(error)) return false;
    throw error;
  }
}

/** Hears what NOTIFY tells, beside the answers to commands. */
export function hearNotify(client: ImapFlow, tell: (news: MailboxNews) => void): void {
  const raw = rawOf(client);
  raw.untaggedHandlers.STATUS = async ({ attributes }) => {
    const name = textOf(attributes?.[0]);
    if (name === undefined) return;
    const path = decodePath(client, name);
    if (canBeNamed({ path })) tell({ kind: 'status', path, status: readStatus(attributes?.[1]) });
  };
  // RFC 5465 §5.8: from now on the server tells nothing more.
  raw.sectionHandlers.NOTIFICATIONOVERFLOW = async () => tell({ kind: 'overflow' });
}

/** The items of a STATUS answer (RFC 9051 §7.3.4). */
function readStatus(token: Token | undefined): MailboxStatus {
  const list = listOf(token);
  const items = new Map<string, Token>();
  for (let at = 0; at + 1 < list.length; at += 2) {
    const name = textOf(list[at])?.toUpperCase();
    const value = list[at + 1];
    if (name !== undefined && value !== undefined) items.set(name, value);
  }
  return statusOf({
    messages: numberOf(items.get('MESSAGES')),
    uidNext: numberOf(items.get('UIDNEXT')),
    uidValidity: numberOf(items.get('UIDVALIDITY')),
    highestModseq: modseqOf(items.get('HIGHESTMODSEQ')),
  });
}
