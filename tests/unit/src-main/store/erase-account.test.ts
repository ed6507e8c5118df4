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

/** All pages of a database as they lie in the file and in its log, decrypted: also those that are free. */
function pagesOf(database: Database): string {
  return database
    .all<{ data: Uint8Array }>('SELECT data FROM sqlite_dbpage')
    .map(({ data }) => Buffer.from(data).toString('latin1'))
    .join('');
}

/** Ends of all blobs: sources and parsed content lie deflated, so their words are looked for as what they were deflated to. */
function blobEnds(database: Database): string[] {
  const names = ['source', 'body', 'submission', 'operation_source', 'draft_attachment'];
  return database
    .all<{ name: string }>(`SELECT name FROM sqlite_master WHERE name IN ('${names.join("','")}')`)
    .flatMap(({ name }) => database.all(`SELECT * FROM ${name}`).flatMap((row) => Object.values(row)))
    .filter((value): value is Uint8Array => value instanceof Uint8Array && value.length >= 24)
    .map((blob) => Buffer.from(blob.subarray(-20)).toString('latin1'));
}

function traces(pages: string, word: string): string[] {
  const found = pages.toLowerCase().match(new RegExp(`.{0,8}${word}.{0,8}`, 'g')) ?? [];
  // The full-text index keeps what a term has in common with the one before it only once.
  const terms = pages.toLowerCase().match(/quo[a-z]*/g) ?? [];
  return [...found, ...terms];
}

describe('the pages of both files after an erasure', () => {
  it('hold no word of the mail: not in free pages, not in the log, and not in the index', async () => {
    const { store, directory } = openTestStore();
    fill(store, OTHER, 'wombat');
    fill(store, ACCOUNT, 'quokka');
    // Pages that were freed before, and words of messages that have moved and gone.
    const [inbox] = store.mailboxes.list(ACCOUNT).filter(({ specialUse }) => specialUse === 'inbox');
    if (!inbox) throw new Error('no inbox');
    store.messages.removeUids(inbox.mailboxId, [1, 2, 3]);
    const before = withFiles(directory, (journal, mail) => [pagesOf(journal), pagesOf(mail)]);
    for (const pages of before) expect(traces(pages, 'quokka')).not.toEqual([]);
    const blobs = withFiles(directory, (journal, mail) => [...blobEnds(journal), ...blobEnds(mail)]);
    for (const end of blobs) expect(before.some((pages) => pages.includes(end))).toBe(true);
    await store.accounts.erase(ACCOUNT);
    const wal = readdirSync(directory).filter((name) => name.endsWith('-wal'));
    for (const name of wal) expect(readFileSync(join(directory, name)).length, name).toBe(0);
    withFiles(directory, (journal, mail) => {
      const kept = new Set([...blobEnds(journal), ...blobEnds(mail)]);
      const gone = blobs.filter((end) => !kept.has(end));
      expect(gone.length).toBeGreaterThan(15);
      for (const database of [journal, mail]) {
        const pages = pagesOf(database);
        expect(traces(pages, 'quokka')).toEqual([]);
        expect(gone.filter((end) => pages.includes(end))).toEqual([]);
        expect(pages).toContain('wombat');
        expect(Object.values(database.get('PRAGMA freelist_count') ?? {})).toEqual([0]);
      }
      expect(mail.all('PRAGMA integrity_check')).toEqual([{ integrity_check: 'ok' }]);
    });
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
