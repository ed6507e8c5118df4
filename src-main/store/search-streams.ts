/** Where the messages of a search come from: keys out of one index, newest first, so many at a time. */
import type { MailboxId, MessageId } from '../../src-shared/model/ids.ts';
import type { Database } from './database.ts';
import { firstKeyOf } from './message-key.ts';
import { matchOf } from './search-filter.ts';
import { lowestOfPart, wordParts } from './search-index.ts';
import type { StoreTerm, StoreTest } from './search-records.ts';
import { foldedText, insideQuery } from './search-terms.ts';

/** Keys below `before`, descending, at most `count`. `reached`: all keys from here on up have been told; 0 at the end. */
export type Stream = (before: number, count: number) => { ids: MessageId[]; reached: number };

type TextTest = Extract<StoreTest, { kind: 'text' }>;
export type TextTerm = StoreTerm & { test: TextTest };

/** Both ends included. */
export type KeyRange = { lowest: number; highest: number };

export const isText = (term: StoreTerm): term is TextTerm => term.test.kind === 'text';

/** A clause that the index of words answers by itself, without a negation. */
export const isWords = (clause: StoreTerm[]): clause is TextTerm[] =>
  clause.every((term) => isText(term) && !term.isNegated);

/** One call of a stream goes through parts for so long, in milliseconds. */
const PARTS_TIME = 5;

const matchAll = (clauses: TextTerm[][]): string =>
  clauses.map((clause) => `(${clause.map(({ test }) => matchOf(test)).join(' OR ')})`).join(' AND ');

/** Messages that have the words of these clauses, out of the parts of the index one after the other. */
export function wordStream(mail: Database, clauses: TextTerm[][], range: KeyRange): Stream {
  const query = matchAll(clauses);
  return (before, count) => {
    const ids: MessageId[] = [];
    const started = performance.now();
    const parts = wordParts(mail, { lowest: range.lowest, highest: Math.min(range.highest, before - 1) });
    for (const { table, lowest } of parts) {
      const found = mail.all<{ rowid: MessageId }>(wordsSql(table), [
        query,
        Math.max(range.lowest, lowest),
        Math.min(range.highest, before - 1),
        count - ids.length,
      ]);
      for (const { rowid } of found) ids.push(rowid);
      if (ids.length >= count) return { ids, reached: ids.at(-1) ?? 0 };
      if (performance.now() - started > PARTS_TIME && lowest > range.lowest) return { ids, reached: lowest };
    }
    return { ids, reached: 0 };
  };
}

/** Those of these messages that have the words of the clauses. */
export function wordsAmong(mail: Database, clauses: TextTerm[][], ids: MessageId[]): MessageId[] {
  const range = { lowest: Math.min(...ids), highest: Math.max(...ids) };
  if (ids.length === 0) return [];
  // The plus sign: asked for key by key, the index would gather the words anew for each.
  return wordParts(mail, range).flatMap(({ table }) =>
    mail
      .all<{ rowid: MessageId }>(
        `SELECT rowid FROM ${table} WHERE ${table} MATCH ? AND rowid BETWEEN ? AND ?
           AND +rowid IN (SELECT value FROM json_each(?))`,
        [matchAll(clauses), range.lowest, range.highest, JSON.stringify(ids)],
      )
      .map((row) => row.rowid),
  );
}

/** Exported for the test of its plan. */
export const wordsSql = (table: string): string =>
  `SELECT rowid FROM ${table} WHERE ${table} MATCH ? AND rowid >= ? AND rowid <= ? ORDER BY rowid DESC LIMIT ?`;

export const INSIDE_SQL =
  'SELECT rowid FROM inside_index WHERE inside_index MATCH ? AND rowid >= ? AND rowid <= ? ORDER BY rowid DESC LIMIT ?';

/**
 * Messages whose subject or names may have the text of every clause inside. Undefined where that asks for nothing new: a field that is
 * not there, phrases, which mean whole words, and texts of less than three letters only.
 */
export function insideStream(mail: Database, clauses: TextTerm[][], range: KeyRange): Stream | undefined {
  const isHere = clauses.every((clause) => clause.every(({ test }) => test.field !== 'filename'));
  if (!isHere || clauses.flat().every(({ test }) => test.isPhrase)) return undefined;
  const queries = clauses.flatMap((clause) => {
    const words = clause.flatMap(({ test }) => insideQuery(foldedText(test.text)) ?? []);
    return words.length === clause.length ? [`(${words.map((word) => `(${word})`).join(' OR ')})`] : [];
  });
  if (queries.length === 0) return undefined;
  return rows(mail, INSIDE_SQL, 'rowid', (before, count) => [
    queries.join(' AND '),
    range.lowest,
    Math.min(range.highest, before - 1),
    count,
  ]);
}

function rows(
  mail: Database,
  sql: string,
  column: 'rowid' | 'message_id',
  params: (before: number, count: number) => (string | number)[],
): Stream {
  return (before, count) => {
    const found = mail.all<Record<string, MessageId>>(sql, params(before, count));
    const ids = found.flatMap((row) => row[column] ?? []);
    return { ids, reached: ids.length < count ? 0 : (ids.at(-1) ?? 0) };
  };
}

/** By the cheapest index: a mailbox with few messages, what is unread or starred, else all messages. */
export const PLAIN_SQL = {
  unread: `SELECT DISTINCT message_id FROM placement WHERE is_unread = 1 AND message_id BETWEEN ? AND ?
    ORDER BY message_id DESC LIMIT ?`,
  starred: `SELECT DISTINCT message_id FROM placement WHERE is_starred = 1 AND message_id BETWEEN ? AND ?
    ORDER BY message_id DESC LIMIT ?`,
  all: 'SELECT message_id FROM message WHERE message_id BETWEEN ? AND ? ORDER BY message_id DESC LIMIT ?',
};

/** So many messages are sorted in a millisecond or two. */
const SMALL_MAILBOX = 2000;

export function plainStream(mail: Database, clauses: StoreTerm[][], range: KeyRange): Stream {
  const certain = certainTests(clauses);
  for (const test of certain) {
    if (test.kind === 'mailbox' && isSmall(mail, test.mailboxIds))
      return mailboxStream(mail, test.mailboxIds, range);
  }
  for (const kind of ['starred', 'unread'] as const) {
    if (!certain.some((test) => test.kind === kind)) continue;
    return rows(mail, PLAIN_SQL[kind], 'message_id', (before, count) => [
      range.lowest,
      Math.min(range.highest, before - 1),
      count,
    ]);
  }
  return rows(mail, PLAIN_SQL.all, 'message_id', (before, count) => [
    range.lowest,
    Math.min(range.highest, before - 1),
    count,
  ]);
}

/**
 * What is certain of every hit and fits few messages: then they are asked for their words, and a frequent word is not gone through for
 * them. A call stays within a part of the index of words, because for each part the word is looked up once.
 */
export function fewStream(mail: Database, clauses: StoreTerm[][], range: KeyRange): Stream | undefined {
  for (const test of certainTests(clauses)) {
    const isFew =
      test.kind === 'starred' || test.kind === 'unread'
        ? areFew(mail, test.kind)
        : test.kind === 'mailbox' && isSmall(mail, test.mailboxIds);
    if (!isFew) continue;
    const stream = plainStream(mail, [[{ test, isNegated: false }]], range);
    return (before, count) => {
      const told = stream(before, count);
      const lowest = lowestOfPart(told.ids[0] ?? 0);
      const ids = told.ids.filter((id) => id >= lowest);
      return ids.length === told.ids.length ? told : { ids, reached: lowest };
    };
  }
  return undefined;
}

function areFew(mail: Database, kind: 'starred' | 'unread'): boolean {
  const row = mail.get<{ n: number }>(
    `SELECT count(*) AS n FROM (SELECT 1 FROM placement WHERE is_${kind} = 1 LIMIT ?)`,
    [SMALL_MAILBOX + 1],
  );
  return (row?.n ?? 0) <= SMALL_MAILBOX;
}

function isSmall(mail: Database, mailboxIds: MailboxId[]): boolean {
  const row = mail.get<{ n: number | null }>(
    'SELECT sum(total) AS n FROM mailbox WHERE mailbox_id IN (SELECT value FROM json_each(?))',
    [JSON.stringify(mailboxIds)],
  );
  return (row?.n ?? 0) <= SMALL_MAILBOX;
}

function mailboxStream(mail: Database, mailboxIds: MailboxId[], range: KeyRange): Stream {
  const keys = mail
    .all<{ message_id: MessageId }>(
      `SELECT message_id FROM placement WHERE mailbox_id IN (SELECT value FROM json_each(?))
         AND message_id BETWEEN ? AND ?`,
      [JSON.stringify(mailboxIds), range.lowest, range.highest],
    )
    .map((row) => row.message_id);
  const sorted = [...new Set(keys)].sort((a, b) => b - a);
  return (before, count) => {
    const ids = sorted.filter((key) => key < before).slice(0, count);
    return { ids, reached: ids.length < count ? 0 : (ids.at(-1) ?? 0) };
  };
}

/** Tests that every hit passes. */
const certainTests = (clauses: StoreTerm[][]): StoreTest[] =>
  clauses.flatMap(([only, ...others]) => (only && others.length === 0 && !only.isNegated ? [only.test] : []));

/** The keys that can fit, as far as time and what is unread or starred tell. */
export function keyRangeOf(mail: Database, clauses: StoreTerm[][]): KeyRange {
  let lowest = 0;
  let highest = Number.MAX_SAFE_INTEGER;
  for (const test of certainTests(clauses)) {
    if (test.kind === 'time') {
      // A second with more than 64 messages lends keys of those that follow: only the lower end is sure.
      if (test.from !== undefined) lowest = Math.max(lowest, firstKeyOf(test.from));
      if (test.to !== undefined) highest = Math.min(highest, firstKeyOf(test.to) + LENT_KEYS);
    }
    if (test.kind === 'unread' || test.kind === 'starred') {
      const column = test.kind === 'unread' ? 'is_unread' : 'is_starred';
      const edge = (which: 'min' | 'max') =>
        mail.get<{ key: number | null }>(
          `SELECT ${which}(message_id) AS key FROM placement WHERE ${column} = 1`,
        )?.key;
      lowest = Math.max(lowest, edge('min') ?? Number.MAX_SAFE_INTEGER);
      highest = Math.min(highest, edge('max') ?? 0);
    }
  }
  return { lowest, highest };
}

/** A day of keys: a whole mailbox that was copied in one second fits into it. */
const LENT_KEYS = 86_400 * 64;
