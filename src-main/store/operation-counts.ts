import type { AccountId } from '../../src-shared/model/ids.ts';
import { FLAGGED, SEEN } from '../../src-shared/model/message.ts';
import type { Context } from './context.ts';
import { hasFlag } from './flags.ts';
import { mailboxById } from './mailbox-rows.ts';
import type { PendingCounts } from './operation-records.ts';
import { activeOperations } from './operation-rows.ts';

const MOVED_TO: Partial<Record<string, string>> = {
  archive: 'archived',
  all: 'archived',
  trash: 'trashed',
  junk: 'junked',
};

/** See OperationTable.pending. */
export function pendingCounts(context: Context, accountId: AccountId): PendingCounts {
  const counts: PendingCounts = {
    flags: 0,
    move: 0,
    append: 0,
    expunge: 0,
    mailbox: 0,
    refused: 0,
    byChange: {},
  };
  const count = (name: string, messages: number) => {
    counts.byChange[name] = (counts.byChange[name] ?? 0) + messages;
  };
  for (const { change, targets } of activeOperations(context.journal, accountId)) {
    const messages = new Set(targets.map((target) => target.messageId)).size;
    switch (change.kind) {
      case 'flags':
        counts.flags += messages;
        for (const name of flagChanges(change)) count(name, messages);
        break;
      case 'move': {
        counts.move += messages;
        const use = mailboxById(context.mail, change.toMailboxId)?.specialUse;
        count((use && MOVED_TO[use]) ?? 'moved', messages);
        break;
      }
      case 'expunge':
        // What is emptied beyond what is known here cannot be counted, and yet it is to be done.
        counts.expunge += change.upTo ? 1 : messages;
        count('deleted', change.upTo ? 1 : messages);
        break;
      case 'append':
        counts.append += 1;
        count('saved', 1);
        if (change.refusal !== undefined) counts.refused += 1;
        break;
      case 'mailbox':
        counts.mailbox += 1;
        count('mailboxes', 1);
        break;
      case 'lookup':
        break; // no change
    }
  }
  return counts;
}

function flagChanges({ add, remove }: { add: string[]; remove: string[] }): string[] {
  const names = [
    ...(hasFlag(add, SEEN) ? ['read'] : []),
    ...(hasFlag(remove, SEEN) ? ['unread'] : []),
    ...(hasFlag(add, FLAGGED) ? ['starred'] : []),
    ...(hasFlag(remove, FLAGGED) ? ['unstarred'] : []),
  ];
  return names.length > 0 ? names : ['flagged'];
}
