import type { ListResponse } from 'imapflow';
import type { SpecialUse } from '../../src-shared/model/mailbox.ts';
import { cleanMailboxName } from './clean.ts';

export type MailboxStatus = {
  messages?: number;
  uidNext?: number;
  uidValidity?: number;
  highestModseq?: bigint;
};

export type ListedMailbox = {
  path: string;
  delimiter: string;
  name: string;
  specialUse?: SpecialUse;
  selectable: boolean;
  /** Absent where the server was not or could not be asked. */
  subscribed?: boolean;
  /** RFC 8474 §4: stays the same when the mailbox is renamed. */
  objectId?: string;
  status?: MailboxStatus;
};

type ToldStatus = {
  messages?: number | undefined;
  uidNext?: number | undefined;
  uidValidity?: number | bigint | undefined;
  highestModseq?: bigint | undefined;
};

/** RFC 6154 §2, and imapflow's \Inbox. */
const SPECIAL_USES: Record<string, SpecialUse> = {
  '\\inbox': 'inbox',
  '\\drafts': 'drafts',
  '\\sent': 'sent',
  '\\archive': 'archive',
  '\\all': 'all',
  '\\junk': 'junk',
  '\\trash': 'trash',
  '\\flagged': 'flagged',
};

/**
 * RFC 9051 §5.1: no mailbox has control characters in its name, but a literal can carry them. imapflow refuses to write such a name
 * into a command, so the mailbox could never be opened, and every attempt would cost the connection.
 */
export function canBeNamed({ path }: { path: string }): boolean {
  return !/[\0\r\n]/.test(path);
}

export function listedMailbox(entry: ListResponse): ListedMailbox {
  const specialUse = SPECIAL_USES[entry.specialUse?.toLowerCase() ?? ''];
  return {
    path: entry.path,
    delimiter: entry.delimiter ?? '',
    name: cleanMailboxName(entry.name),
    ...(specialUse && { specialUse }),
    selectable: !entry.flags.has('\\Noselect') && !entry.flags.has('\\NonExistent'),
    ...(entry.status && { status: statusOf(entry.status) }),
  };
}

/** What a STATUS answer told of what is asked for here. */
export function statusOf({ messages, uidNext, uidValidity, highestModseq }: ToldStatus): MailboxStatus {
  return {
    ...(messages !== undefined && { messages }),
    ...(uidNext !== undefined && { uidNext }),
    ...(uidValidity !== undefined && { uidValidity: Number(uidValidity) }),
    // A mailbox without mod-sequences says 0 (RFC 7162 §3.1.7).
    ...(highestModseq !== undefined && highestModseq > 0n && { highestModseq }),
  };
}
