/**
 * Whether store.db is the one that this journal was written beside. Each store has a number of its own, the journal notes it; when
 * they differ (it was damaged and made anew, somebody deleted it, a backup brought another) what the journal says of mailboxes and
 * messages by their ids is about others now. Then the ids are taken off the operations, and `rebind` finds them again by path and Message-ID.
 */
import { randomInt } from 'node:crypto';
import type { Context } from './context.ts';
import type { Database } from './database.ts';
import { readNote, writeNote } from './note-table.ts';
import { unbindOperations } from './rebind.ts';

export function pair({ journal, mail, clock }: Pick<Context, 'journal' | 'mail' | 'clock'>): void {
  const known = readNote(journal, 'store-id');
  const found = storeIdOf(mail);
  if (found !== 0 && found === known) return;
  const hasAccounts = journal.get('SELECT 1 AS x FROM account LIMIT 1') !== undefined;
  const isRebuilt = known !== undefined || hasAccounts;
  const storeId = found === 0 ? randomInt(1, 2 ** 31 - 1) : found;
  if (found === 0) {
    mail.transaction(() => {
      if (isRebuilt) {
        // No id of before is given again: a window or a draft that still holds one finds nothing instead of something else.
        for (const table of ['mailbox', 'thread'])
          mail.run('INSERT INTO sqlite_sequence(name, seq) VALUES (?, ?)', [table, clock.now()]);
      }
      mail.exec(`PRAGMA application_id = ${storeId}`);
    });
  }
  journal.transaction(() => {
    writeNote(journal, 'store-id', storeId);
    if (!isRebuilt) return;
    writeNote(journal, 'rebuilt-at', clock.now());
    unbindOperations(journal);
  });
}

function storeIdOf(mail: Database): number {
  return Number(mail.get<{ application_id: number }>('PRAGMA application_id')?.application_id ?? 0);
}
