/**
 * The full-text index: one row a message under its key, so that hits stream out newest first. It keeps terms only, never the text.
 *
 * Words (`words_N`) are parted by half-years of the key. The beginning of a frequent word makes SQLite gather every message that has it
 * before the first is told: 33 ms of a million, 2 ms of a half-year's fifty thousand, and the newest half-year mostly fills the page.
 * What is inside words (`inside_index`) is three letters each, of subject and names only, and streams without gathering.
 */
import type { MessageId } from '../../src-shared/model/ids.ts';
import type { Address } from '../../src-shared/model/message.ts';
import type { Database } from './database.ts';
import { firstKeyOf } from './message-key.ts';
import type { People } from './message-rows.ts';
import { foldedText, indexedText } from './search-terms.ts';

/** What is indexed of a message's head. `to` has the blind copies too. */
export type IndexedHead = { subject: string; from: Address[]; to: Address[]; cc: Address[] };
export type IndexedContent = { text: string; fileNames: string[] };

/** A body beyond this is machine output; its first part is enough to find it by. */
const BODY_LONGEST = 1_000_000;
/** Of a letter to four hundred people the first ones are found by the inside of their names, all by the beginnings. */
const INSIDE_LONGEST = 1000;

const PART_SECONDS = 15_778_800;
const KEYS_PER_PART = PART_SECONDS * 64;
/** Older mail is one part, and so is mail of the far future: a server with wild dates must not make tables without end. */
const FIRST_PART = Math.floor(firstKeyOf(Date.UTC(2000, 0)) / KEYS_PER_PART);
const LAST_PART = Math.floor(firstKeyOf(Date.UTC(2060, 0)) / KEYS_PER_PART);

/** A part of the index of words: keys from `lowest` up to the next part's. */
export type WordPart = { table: string; lowest: number };

/** Indexes messages of which only the head is known. In the order of their keys: another one makes SQLite write its terms out. */
export function indexHeads(mail: Database, heads: ReadonlyMap<MessageId, IndexedHead>): void {
  const tables = new Map<number, string>();
  for (const messageId of [...heads.keys()].sort((a, b) => a - b)) {
    const head = heads.get(messageId);
    if (!head) continue;
    const part = partOf(messageId);
    const table = tables.get(part) ?? partFor(mail, part);
    tables.set(part, table);
    insertWords(mail, table, messageId, head);
    mail.run('INSERT OR REPLACE INTO inside_index(rowid, text) VALUES (?, ?)', [
      messageId,
      foldedText(insideText(head)),
    ]);
  }
}

/** Adds what is found in the message's text to what is indexed of its head. */
export function indexContent(
  mail: Database,
  messageId: MessageId,
  head: IndexedHead,
  content: IndexedContent,
): void {
  insertWords(mail, partFor(mail, partOf(messageId)), messageId, head, content);
}

function insertWords(
  mail: Database,
  table: string,
  messageId: MessageId,
  head: IndexedHead,
  content: IndexedContent = { text: '', fileNames: [] },
): void {
  mail.run(
    `INSERT OR REPLACE INTO ${table}(rowid, subject, sender, recipients, cc, body, files)
     VALUES (?, ?, ?, ?, ?, ?, ?)`,
    [
      messageId,
      indexedText(head.subject),
      peopleText(head.from),
      peopleText(head.to),
      peopleText(head.cc),
      indexedText(content.text.slice(0, BODY_LONGEST)),
      indexedText(content.fileNames.join('\n')),
    ],
  );
}

/** The head of a stored message, for the index. */
export function indexedHead(row: { subject: string; from_list: string; people: string }): IndexedHead {
  const { to, cc, bcc } = JSON.parse(row.people) as People;
  return { subject: row.subject, from: JSON.parse(row.from_list) as Address[], to: [...to, ...bcc], cc };
}

const peopleText = (people: Address[]): string =>
  people.length === 0 ? '' : indexedText(people.map((one) => `${one.name} ${one.address}`).join('\n'));

function insideText({ subject, from, to, cc }: IndexedHead): string {
  let text = subject;
  for (const person of [...from, ...to, ...cc]) {
    if (text.length > INSIDE_LONGEST) break;
    text += ` ${person.name} ${person.address}`;
  }
  return text.slice(0, INSIDE_LONGEST);
}

const partOf = (messageId: number): number =>
  Math.min(Math.max(Math.floor(messageId / KEYS_PER_PART), FIRST_PART), LAST_PART);

/** The table that words of this part belong into; made when they are the first. */
function partFor(mail: Database, part: number): string {
  const table = `words_${part}`;
  if (mail.get('SELECT 1 AS one FROM word_part WHERE part = ?', [part])) return table;
  mail.exec(`CREATE VIRTUAL TABLE ${table} USING fts5(
    subject, sender, recipients, cc, body, files,
    content = '', contentless_delete = 1, prefix = '2', tokenize = 'unicode61 remove_diacritics 2'
  )`);
  mail.run('INSERT INTO word_part(part) VALUES (?)', [part]);
  return table;
}

/** The parts that may hold keys of a range (both ends included), newest first. */
export function wordParts(mail: Database, range: { lowest: number; highest: number }): WordPart[] {
  return mail
    .all<{ part: number }>('SELECT part FROM word_part WHERE part BETWEEN ? AND ? ORDER BY part DESC', [
      partOf(range.lowest),
      partOf(range.highest),
    ])
    .map(({ part }) => ({
      table: `words_${part}`,
      lowest: lowestOfPart(part * KEYS_PER_PART),
    }));
}

/** The lowest key of the part that a message's words are in. */
export function lowestOfPart(messageId: number): number {
  const part = partOf(messageId);
  return part === FIRST_PART ? 0 : part * KEYS_PER_PART;
}

/** The table that has the words of a message, if any has. */
export function wordsOf(mail: Database, messageId: number): string | undefined {
  return wordParts(mail, { lowest: messageId, highest: messageId })[0]?.table;
}

/** Takes messages out of the index. Their terms stay in the file until `purgeDeletedTerms`. */
export function unindexMessages(mail: Database, messageIds: readonly MessageId[]): void {
  const byPart = new Map<string, MessageId[]>();
  for (const messageId of messageIds) {
    const table = wordsOf(mail, messageId);
    if (table === undefined) continue;
    const there = byPart.get(table);
    if (there) there.push(messageId);
    else byPart.set(table, [messageId]);
  }
  for (const [table, ids] of [...byPart, ['inside_index', messageIds] as const]) {
    mail.run(`DELETE FROM ${table} WHERE rowid IN (SELECT value FROM json_each(?))`, [JSON.stringify(ids)]);
  }
}

/** Pages of the index that one step merges: some 20 ms. */
const PAGES_AT_ONCE = 200;

/** Takes deleted messages' terms out of the file, some a step; a delete alone leaves them there until segments happen to be merged. */
export function* purgeDeletedTerms(mail: Database): Generator<void> {
  const changes = () => Number(mail.get<{ n: number }>('SELECT total_changes() AS n')?.n ?? 0);
  const parts = wordParts(mail, { lowest: 0, highest: Number.MAX_SAFE_INTEGER });
  for (const table of [...parts.map((part) => part.table), 'inside_index']) {
    // A negative number begins a merge of everything into one, positive ones go on with it; less than two changes: it is done.
    for (let pages = -PAGES_AT_ONCE; ; pages = PAGES_AT_ONCE) {
      const before = changes();
      mail.run(`INSERT INTO ${table}(${table}, rank) VALUES ('merge', ?)`, [pages]);
      if (changes() - before < 2) break;
      yield;
    }
    yield;
    const isEmpty = mail.get(`SELECT 1 AS one FROM ${table}_docsize LIMIT 1`) === undefined;
    if (isEmpty) mail.exec(`INSERT INTO ${table}(${table}) VALUES ('delete-all')`);
  }
}
