import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Database, openDatabase } from '../../../../src-main/store/database.ts';
import type { Store } from '../../../../src-main/store/store.ts';
import type { AccountId, ReceiptId } from '../../../../src-shared/model/ids.ts';
import { ACCOUNT, addMailboxes, envelope, KEY, openTestStore, START } from './test-store.ts';

const OTHER = 'account-2' as AccountId;
const text = (word: string) => new TextEncoder().encode(`Subject: ${word}\r\n\r\n${word} in the source`);

/** Puts one word of its own into everything that can hold words of an account. */
function fill(store: Store, accountId: AccountId, word: string) {
  const { inbox, archive } = addMailboxes(store, accountId);
  const { added } = store.messages.addEnvelopes(
    inbox,
    Array.from({ length: 20 }, (_, index) =>
      envelope(index + 1, {
        subject: `${word}subject`,
        from: [{ name: `${word}name`, address: `${word}@x.org` }],
        messageIdHeader: `<${word}${index}@x.org>`,
        references: [`<${word}reference@x.org>`],
        preview: `${word}preview`,
      }),
    ),
  );
  for (const id of added) {
    store.bodies.put(id, {
      text: `${word}text`,
      attachments: [],
      inlineImages: {},
      isSource: false,
      preview: `${word}preview`,
      searchText: `${word}body`,
      source: text(`${word}${id}`),
    });
  }
  store.operations.enqueueFlags({ messageIds: added, add: [`${word}keyword`], remove: [] });
  store.operations.enqueueMove({
    messageIds: added.slice(3),
    from: { kind: 'mailbox', mailboxId: inbox },
    to: archive,
  });
  store.operations.enqueueAppend({
    accountId,
    specialUse: 'sent',
    flags: [],
    source: text(`${word}sent`),
    messageIdHeader: `<${word}sent@x>`,
  });
  const content = { accountId, to: [], cc: [], bcc: [], subject: `${word}draft`, text: `${word}draft` };
  store.drafts.create(content);
  const draft = store.drafts.create(content);
  store.drafts.addAttachment(draft.draftId, {
    filename: `${word}.txt`,
    contentType: 'a/b',
    content: text(word),
  });
  store.outbox.add({
    accountId,
    draft,
    source: text(word),
    smtpEnvelope: { from: `${word}@x.org`, to: [`${word}@y.org`] },
    messageIdHeader: `<${word}@x>`,
    notBefore: START,
  });
}

/** Every value of every table, those of the full-text index included, as one text. */
function dump(database: Database): string {
  const tables = database.all<{ name: string; sql: string }>(
    "SELECT name, sql FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE 'CREATE VIRTUAL%'",
  );
  return tables
    .flatMap(({ name }) => database.all(`SELECT * FROM "${name}"`).flatMap((row) => Object.values(row)))
    .map((value) => (value instanceof Uint8Array ? Buffer.from(value).toString('latin1') : String(value)))
    .join('\n');
}

function terms(database: Database): string[] {
  const indexes = database.all<{ name: string }>(
    "SELECT name FROM sqlite_master WHERE sql LIKE 'CREATE VIRTUAL%'",
  );
  return indexes.flatMap(({ name }) => {
    database.exec(`CREATE VIRTUAL TABLE temp.vocabulary_${name} USING fts5vocab('main', '${name}', 'row')`);
    const rows = database.all<{ term: string }>(`SELECT term FROM temp.vocabulary_${name}`);
    database.exec(`DROP TABLE temp.vocabulary_${name}`);
    return rows.map((row) => row.term);
  });
}

function withFiles<T>(directory: string, read: (journal: Database, mail: Database) => T): T {
  const journal = openDatabase({ path: join(directory, 'journal.db'), key: KEY, synchronous: 'FULL' });
  const mail = openDatabase({ path: join(directory, 'store.db'), key: KEY, synchronous: 'NORMAL' });
  try {
    return read(journal, mail);
  } finally {
    journal.close();
    mail.close();
  }
}

describe('erasing an account', () => {
  it('leaves none of its words in any table or index, and all of another account', async () => {
    const { store, directory } = openTestStore();
    fill(store, ACCOUNT, 'quokka');
    fill(store, OTHER, 'wombat');
    store.audit.append({ accountId: ACCOUNT, kind: 'account-erased', detail: { messages: 20 } });
    expect(
      withFiles(directory, (_journal, mail) => terms(mail).filter((term) => /quokka/.test(term))),
    ).not.toEqual([]);
    expect(await store.accounts.erase(ACCOUNT)).toEqual({ messages: 20 });
    withFiles(directory, (journal, mail) => {
      const all = dump(journal) + dump(mail);
      expect(all).not.toMatch(/quokka/i);
      expect(all).toMatch(/wombat/);
      expect(terms(mail).filter((term) => /quo/.test(term))).toEqual([]);
      expect(terms(mail)).toContain('wombatbody');
      for (const database of [journal, mail]) {
        expect(database.get<{ n: number }>('SELECT freelist_count AS n FROM pragma_freelist_count')?.n).toBe(
          0,
        );
        expect(database.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
        expect(database.all('PRAGMA foreign_key_check')).toEqual([]);
      }
    });
    expect(store.accounts.list().map((account) => account.accountId)).toEqual([OTHER]);
    expect(store.accounts.size(OTHER).messages).toBe(20);
    expect(store.audit.list({ accountId: ACCOUNT, limit: 9 }).map((entry) => entry.kind)).toEqual([
      'account-erased',
      'signed-in',
    ]);
    expect(store.operations.due(ACCOUNT)).toEqual([]);
    expect(store.drafts.list()).toHaveLength(1);
    expect(store.outbox.list()).toHaveLength(1);
  });

  it('of the last account leaves no mail at all, and keeps the receipts', async () => {
    const { store, directory } = openTestStore();
    fill(store, ACCOUNT, 'quokka');
    store.receipts.add({
      receiptId: 'r' as ReceiptId,
      accountId: ACCOUNT,
      address: 'ada@example.org',
      providerName: 'Example',
      answer: 'no',
      steps: [],
      grantedAt: 0,
      finishedAt: 1,
    });
    await store.accounts.erase(ACCOUNT);
    withFiles(directory, (journal, mail) => {
      expect(dump(journal) + dump(mail)).not.toMatch(/quokka/i);
      expect(terms(mail)).toEqual([]);
    });
    expect(store.receipts.list()).toHaveLength(1);
    expect(await store.accounts.erase(ACCOUNT)).toEqual({ messages: 0 });
  });
});

describe('the files of a profile', () => {
  it('hold no word of the mail in clear, open or closed, before and after an erasure', async () => {
    const { store, directory } = openTestStore();
    fill(store, ACCOUNT, 'quokka');
    const clear = () =>
      readdirSync(directory).filter((name) => {
        const bytes = readFileSync(join(directory, name)).toString('latin1').toLowerCase();
        return /quokka|example\.org|create table|sqlite format/.test(bytes);
      });
    expect(readdirSync(directory)).toContain('store.db-wal');
    expect(clear()).toEqual([]);
    await store.accounts.erase(ACCOUNT);
    expect(clear()).toEqual([]);
    store.close();
    expect(clear()).toEqual([]);
  });
});
