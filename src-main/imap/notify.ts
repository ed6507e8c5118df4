/**
 * NOTIFY (RFC 5465): one connection is told of changes in all mailboxes, where IDLE alone watches the open one. Other mailboxes'
 * changes come as untagged STATUS while the connection idles.
 */
import type { ImapFlow } from 'imapflow';
import { decodePath } from 'imapflow/lib/tools.js';
import type { MailboxNews } from './imap-connection.ts';
import { canBeNamed, type MailboxStatus } from './mailbox-list.ts';
import { listOf, rawOf, runRaw, type Token, textOf } from './raw-command.ts';
import { numberOf } from './raw-fetch.ts';

const EVENTS = '(MessageNew MessageExpunge FlagChange)';

/** Answers false when the server refuses; throws imapflow's errors when the connection is lost. */
export async function setNotify(client: ImapFlow): Promise<boolean> {
  if (!client.capabilities.has('NOTIFY')) return false;
  try {
    await runRaw(client, (execute) => execute('NOTIFY', `SET (SELECTED ${EVENTS}) (PERSONAL ${EVENTS})`));
    return true;
  } catch (error) {
    if (error instanceof Error && 'responseStatus' in error) return false;
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
export function readStatus(token: Token | undefined): MailboxStatus {
  const list = listOf(token);
  const items = new Map<string, Token>();
  for (let at = 0; at + 1 < list.length; at += 2) {
    const name = textOf(list[at])?.toUpperCase();
    const value = list[at + 1];
    if (name !== undefined && value !== undefined) items.set(name, value);
  }
  const messages = numberOf(items.get('MESSAGES'));
  const uidNext = numberOf(items.get('UIDNEXT'));
  const uidValidity = numberOf(items.get('UIDVALIDITY'));
  const modseq = textOf(items.get('HIGHESTMODSEQ'));
  const highestModseq = modseq !== undefined && /^\d{1,19}$/.test(modseq) ? BigInt(modseq) : 0n;
  return {
    ...(messages !== undefined && { messages }),
    ...(uidNext !== undefined && { uidNext }),
    ...(uidValidity !== undefined && { uidValidity }),
    // A mailbox without mod-sequences says 0 (RFC 7162 §3.1.7).
    ...(highestModseq > 0n && { highestModseq }),
  };
}
