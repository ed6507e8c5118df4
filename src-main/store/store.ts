/**
 * The store of a profile: two encrypted SQLite files. `journal.db` holds what exists only here (accounts, grants, audit log, receipts,
 * settings, drafts, outbox, queued operations) and survives a power cut with its last commit; `store.db` holds what the server has too and
 * is made anew when it is damaged. A transaction cannot span both: an operation is committed in the journal first, then its effect in the
 * store under the same id; `recover` applies on opening what a crash left out. Everything is synchronous; each writing function is one
 * transaction a file, and the feed is told after it.
 */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { AccountId, DraftId } from '../../src-shared/model/ids.ts';
import type { Clock } from '../base/clock.ts';
import { createEmitter } from '../base/emitter.ts';
import { MailError } from '../base/errors.ts';
import type { AccountTable, AuditTable, GrantTable, ReceiptTable, SettingsTable } from './account-records.ts';
import { createAccountTable, createGrantTable } from './account-table.ts';
import { createAuditTable } from './audit-table.ts';
import { createBodyTable } from './body-table.ts';
import type { Change, Feed } from './change.ts';
import { type Checkpoints, keepCheckpointing } from './checkpoint.ts';
import { type ContactTable, createContactTable } from './contact-table.ts';
import type { Context } from './context.ts';
import { type Database, openDatabase, readVersion } from './database.ts';
import type { DebtTable, SignOutTable } from './debt-records.ts';
import { createDebtTable, createSignOutTable } from './debt-table.ts';
import { createDraftCopyTable } from './draft-copy-table.ts';
import type { DraftCopyTable, DraftTable } from './draft-records.ts';
import { createDraftTable } from './draft-table.ts';
import { createIdentityTable, type IdentityTable } from './identity-table.ts';
import type { LocalTable } from './local-records.ts';
import { createLocalTable } from './local-table.ts';
import type { BodyTable, MailboxTable, MessageTable, ThreadTable } from './mail-records.ts';
import { createMailboxContents, type MailboxContents } from './mailbox-contents.ts';
import { accountOfMailbox, isDrafts } from './mailbox-rows.ts';
import { createMailboxTable } from './mailbox-table.ts';
import { createMessageTable } from './message-table.ts';
import { migrate, refuseNewer } from './migrate.ts';
import { JOURNAL_MIGRATIONS, MAIL_MIGRATIONS } from './migrations/all.ts';
import { createNoteTable, type NoteTable, readNote, writeNote } from './note-table.ts';
import { countOnlyHere, type OnlyHereCounts } from './only-here-counts.ts';
import type { OperationTable } from './operation-records.ts';
import { createOperationTable } from './operation-table.ts';
import { createOutboxTable } from './outbox-table.ts';
import type { OutboxTable } from './outgoing-records.ts';
import { pair } from './pair.ts';
import { createPictureTable, type PictureTable } from './picture-table.ts';
import { quarantine, removeDamagedFiles } from './quarantine.ts';
import { rebindOperations } from './rebind.ts';
import { createReceiptTable } from './receipt-table.ts';
import { recover } from './recover.ts';
import type { SearchTable } from './search-records.ts';
import { createSearchTable } from './search-table.ts';
import { createSenderTable, type SenderTable } from './sender-table.ts';
import { createSentTable, type SentTable } from './sent-table.ts';
import { createSettingsTable } from './settings-table.ts';
import { createSpellingTable, type SpellingTable } from './spelling-table.ts';
import { createTemplateTable, type TemplateTable } from './template-table.ts';
import { createThreadTable } from './thread-table.ts';

export type Store = {
  feed: Feed;
  accounts: AccountTable;
  grants: GrantTable;
  audit: AuditTable;
  receipts: ReceiptTable;
  debts: DebtTable;
  signOuts: SignOutTable;
  identities: IdentityTable;
  settings: SettingsTable;
  notes: NoteTable;
  mailboxes: MailboxTable;
  messages: MessageTable;
  threads: ThreadTable;
  bodies: BodyTable;
  senders: SenderTable;
  sent: SentTable;
  pictures: PictureTable;
  search: SearchTable;
  contents: MailboxContents;
  local: LocalTable;
  operations: OperationTable;
  drafts: DraftTable;
  draftCopies: DraftCopyTable;
  templates: TemplateTable;
  contacts: ContactTable;
  spelling: SpellingTable;
  outbox: OutboxTable;
  /** How much of the profile exists on this computer only. */
  onlyHere(): OnlyHereCounts;
  /** Tells everybody to look again: what they could not write while the disk was full they do now. */
  tellAgain(): void;
  /** From now on a thread brings the write-ahead log of store.db into it, until the store is closed: no commit waits for that. */
  checkpointIn(workerPath: string): void;
  close(): void;
};

/** What a query ran into: `store-unreadable` says that this file is damaged, `disk-full` that nothing can be written. */
export type StoreTrouble = { file: 'journal' | 'store'; error: MailError };

export type StoreOptions = {
  directory: string;
  /** 32 random bytes. */
  key: Uint8Array;
  clock: Clock;
  /** Told of each failure of a query and of a listener, in the middle of it: it must not use the store. */
  onTrouble?: (trouble: StoreTrouble) => void;
};

/**
 * Opens the store of a profile, or makes a new one. A store.db that cannot be read is put aside and made anew.
 * @throws MailError store-unreadable when the journal does not open with this key, or is not there beside a store; store-newer when a
 * newer program wrote one of them (nothing is written then, in both cases); disk-full, file-unwritable.
 */
export function openStore(options: StoreOptions): Store {
  const { directory, key, clock, onTrouble } = options;
  const [journalPath, mailPath] = [join(directory, 'journal.db'), join(directory, 'store.db')];
  refuseUnreadable(journalPath, mailPath, key);
  const journal = openDatabase({
    path: journalPath,
    key,
    synchronous: 'FULL',
    onError: (error) => onTrouble?.({ file: 'journal', error }),
  });
  try {
    migrate(journal, JOURNAL_MIGRATIONS);
    try {
      return openBeside(journal, mailPath, options);
    } catch (error) {
      if (!(error instanceof DamagedMail)) throw error;
      quarantine(mailPath, clock.now());
      return openBeside(journal, mailPath, options);
    }
  } catch (error) {
    journal.close();
    throw error instanceof DamagedMail ? error.error : error;
  }
}

/** Before anything is written. */
function refuseUnreadable(journalPath: string, mailPath: string, key: Uint8Array): void {
  refuseNewer(readVersion({ path: journalPath, key }), JOURNAL_MIGRATIONS);
  // Mail without its journal: whose it is nobody knows, and beside an empty journal it would be erased as nobody's.
  if (!existsSync(journalPath) && existsSync(mailPath)) throw new MailError('store-unreadable');
  let version = 0;
  try {
    version = readVersion({ path: mailPath, key });
  } catch (error) {
    if (!(error instanceof MailError) || error.code !== 'store-unreadable') throw error;
  }
  refuseNewer(version, MAIL_MIGRATIONS);
}

/** It is store.db that cannot be read, and not the journal. */
class DamagedMail extends Error {
  readonly error: MailError;
  constructor(error: MailError) {
    super(error.message);
    this.error = error;
  }
}

/** @throws DamagedMail, or what openStore throws */
function openBeside(journal: Database, path: string, { key, clock, onTrouble }: StoreOptions): Store {
  let damage: MailError | undefined;
  let mail: Database | undefined;
  let checkpoints: Checkpoints | undefined;
  try {
    try {
      mail = openDatabase({
        path,
        key,
        synchronous: 'NORMAL',
        onWrite: () => checkpoints?.written(),
        onError(error) {
          if (error.code === 'store-unreadable') damage = error;
          onTrouble?.({ file: 'store', error });
        },
      });
    } catch (error) {
      if (error instanceof MailError && error.code === 'store-unreadable') damage = error;
      throw error;
    }
    migrate(mail, MAIL_MIGRATIONS);
    const emitter = createEmitter<Change>((error) => {
      // A listener could not write what it wanted to: whoever told the change has done its part. Anything else is a fault of ours.
      if (!(error instanceof MailError) || error.code === 'internal')
        queueMicrotask(() => {
          throw error;
        });
    });
    const context: Context = { journal, mail, clock, emit: (change) => emitter.emit(change) };
    pair(context);
    recover(context);
    const opened = mail;
    return {
      ...tablesOf(context, { subscribe: (listener) => emitter.subscribe(listener) }, path),
      checkpointIn(workerPath) {
        const byItself = (pages: number) => opened.exec(`PRAGMA wal_autocheckpoint = ${pages}`);
        checkpoints ??= keepCheckpointing({ path, key, workerPath, onFailed: () => byItself(1_000) });
        byItself(0);
      },
      close() {
        checkpoints?.stop();
        opened.close();
        journal.close();
      },
    };
  } catch (error) {
    mail?.close();
    throw damage ? new DamagedMail(damage) : error;
  }
}

/**
 * What a store that was rebuilt still has to do whenever mail has come: operations find their messages again, and when every
 * mailbox is filled the rebuild is over.
 */
function goOnRebuilding(context: Context, accountId: AccountId | undefined): void {
  const { journal, mail, emit } = context;
  if (accountId !== undefined) rebindOperations(context, accountId);
  if (readNote(journal, 'rebuilt-at') === undefined) return;
  const accounts = journal.all<{ account_id: string }>(
    "SELECT account_id FROM account WHERE sign_in = 'active' AND account ->> 'auth' <> 'none'",
  );
  const isFilled = accounts.every(({ account_id }) => {
    const row = mail.get<{ known: number; unfilled: number }>(
      `SELECT count(*) AS known, count(*) FILTER (WHERE is_selectable = 1 AND backfilled_to IS NOT 1) AS unfilled
       FROM mailbox WHERE account_id = ?`,
      [account_id],
    );
    return row !== undefined && row.known > 0 && row.unfilled === 0;
  });
  if (!isFilled) return;
  writeNote(journal, 'rebuilt-at', undefined);
  emit({ kind: 'profile' });
}

function tablesOf(context: Context, feed: Feed, mailPath: string): Omit<Store, 'checkpointIn' | 'close'> {
  const { journal, mail, emit } = context;
  const accounts = createAccountTable(context);
  const mailboxes = createMailboxTable(context);
  const messages = createMessageTable(context);
  const bodies = createBodyTable(context);
  const held = new Set<DraftId>();
  const draftCopies = createDraftCopyTable(context, held);
  for (const { account_id } of journal.all<{ account_id: AccountId }>(
    'SELECT DISTINCT account_id FROM draft_copy',
  )) {
    draftCopies.showRest(account_id);
  }
  const local = createLocalTable(context, bodies, (accountId) => goOnRebuilding(context, accountId));
  return {
    feed,
    accounts: {
      ...accounts,
      async erase(accountId) {
        const erased = await accounts.erase(accountId);
        removeDamagedFiles(mailPath);
        return erased;
      },
    },
    grants: createGrantTable(context),
    audit: createAuditTable(context),
    receipts: createReceiptTable(context),
    debts: createDebtTable(context),
    signOuts: createSignOutTable(context),
    identities: createIdentityTable(context, {
      list: () => accounts.list().filter((account) => account.auth !== 'none'),
      get: accounts.server,
    }),
    settings: createSettingsTable(context),
    notes: createNoteTable(context),
    mailboxes: {
      ...mailboxes,
      replaceList(accountId, listed) {
        mailboxes.replaceList(accountId, listed);
        goOnRebuilding(context, accountId);
      },
      setSyncState(mailboxId, change) {
        mailboxes.setSyncState(mailboxId, change);
        if (change.backfilledTo === 1) goOnRebuilding(context, accountOfMailbox(mail, mailboxId));
      },
    },
    messages: {
      ...messages,
      addEnvelopes(mailboxId, envelopes) {
        const added = messages.addEnvelopes(mailboxId, envelopes);
        const accountId = accountOfMailbox(mail, mailboxId);
        if (accountId !== undefined) rebindOperations(context, accountId);
        if (accountId !== undefined && isDrafts(mail, mailboxId)) draftCopies.showRest(accountId);
        return added;
      },
    },
    threads: createThreadTable(context),
    bodies,
    senders: createSenderTable(context),
    sent: createSentTable(context),
    pictures: createPictureTable(context),
    contents: createMailboxContents(mail),
    search: createSearchTable(context),
    local,
    operations: createOperationTable(context),
    drafts: createDraftTable(context, held),
    draftCopies,
    templates: createTemplateTable(context),
    contacts: createContactTable(context),
    spelling: createSpellingTable(context),
    outbox: createOutboxTable(context),
    onlyHere: () => ({ ...countOnlyHere(journal), imported: local.count() }),
    tellAgain() {
      emit({ kind: 'accounts' });
      emit({ kind: 'profile' });
    },
  };
}
