/**
 * The store of a profile: two encrypted SQLite files. `journal.db` holds what exists only here (accounts, grants, audit log, receipts,
 * settings, drafts, outbox, queued operations) and survives a power cut with its last commit; `store.db` holds what the server has too and
 * is made anew when it is damaged. A transaction cannot span both: an operation is committed in the journal first, then its effect in the
 * store under the same id; `recover` applies on opening what a crash left out. Everything is synchronous; each writing function is one
 * transaction a file, and the feed is told after it.
 */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '../base/clock.ts';
import { createEmitter } from '../base/emitter.ts';
import { MailError } from '../base/errors.ts';
import type { AccountTable, AuditTable, GrantTable, ReceiptTable, SettingsTable } from './account-records.ts';
import { createAccountTable, createGrantTable } from './account-table.ts';
import { createAuditTable } from './audit-table.ts';
import { createBodyTable } from './body-table.ts';
import type { Change, Feed } from './change.ts';
import type { Context } from './context.ts';
import { type Database, openDatabase } from './database.ts';
import { createDraftTable } from './draft-table.ts';
import type { BodyTable, MailboxTable, MessageTable, ThreadTable } from './mail-records.ts';
import { createMailboxTable } from './mailbox-table.ts';
import { createMessageTable } from './message-table.ts';
import { migrate } from './migrate.ts';
import { JOURNAL_MIGRATIONS, MAIL_MIGRATIONS } from './migrations/all.ts';
import type { OperationTable } from './operation-records.ts';
import { createOperationTable } from './operation-table.ts';
import { createOutboxTable } from './outbox-table.ts';
import type { DraftTable, OutboxTable } from './outgoing-records.ts';
import { createReceiptTable } from './receipt-table.ts';
import { recover } from './recover.ts';
import { createSettingsTable } from './settings-table.ts';
import { createThreadTable } from './thread-table.ts';

export type Store = {
  feed: Feed;
  accounts: AccountTable;
  grants: GrantTable;
  audit: AuditTable;
  receipts: ReceiptTable;
  settings: SettingsTable;
  mailboxes: MailboxTable;
  messages: MessageTable;
  threads: ThreadTable;
  bodies: BodyTable;
  operations: OperationTable;
  drafts: DraftTable;
  outbox: OutboxTable;
  close(): void;
};

export type StoreOptions = {
  directory: string;
  /** 32 random bytes. */
  key: Uint8Array;
  clock: Clock;
};

/**
 * Opens the store of a profile, or makes a new one.
 * @throws MailError store-unreadable when the journal does not open with this key (nothing is written then), disk-full, file-unwritable.
 */
export function openStore({ directory, key, clock }: StoreOptions): Store {
  const journal = openDatabase({ path: join(directory, 'journal.db'), key, synchronous: 'FULL' });
  let mail: Database | undefined;
  try {
    migrate(journal, JOURNAL_MIGRATIONS);
    mail = openMail(join(directory, 'store.db'), key);
    const emitter = createEmitter<Change>();
    const context: Context = { journal, mail, clock, emit: (change) => emitter.emit(change) };
    recover(context);
    return tablesOf(context, { subscribe: (listener) => emitter.subscribe(listener) });
  } catch (error) {
    mail?.close();
    journal.close();
    throw error;
  }
}

/** What is in store.db the server has too: a file that cannot be read is put aside for good and filled again by sync. */
function openMail(path: string, key: Uint8Array): Database {
  const open = () => {
    const mail = openDatabase({ path, key, synchronous: 'NORMAL' });
    try {
      migrate(mail, MAIL_MIGRATIONS);
      return mail;
    } catch (error) {
      mail.close();
      throw error;
    }
  };
  try {
    return open();
  } catch (error) {
    if (!(error instanceof MailError) || error.code !== 'store-unreadable') throw error;
    for (const suffix of ['', '-wal', '-shm']) rmSync(`${path}${suffix}`, { force: true });
    return open();
  }
}

function tablesOf(context: Context, feed: Feed): Store {
  return {
    feed,
    accounts: createAccountTable(context),
    grants: createGrantTable(context),
    audit: createAuditTable(context),
    receipts: createReceiptTable(context),
    settings: createSettingsTable(context),
    mailboxes: createMailboxTable(context),
    messages: createMessageTable(context),
    threads: createThreadTable(context),
    bodies: createBodyTable(context),
    operations: createOperationTable(context),
    drafts: createDraftTable(context),
    outbox: createOutboxTable(context),
    close() {
      context.mail.close();
      context.journal.close();
    },
  };
}
