/** A search as conditions on one message `m`: what no index streams is asked of each message that another index brought. */
import type { MailboxId } from '../../src-shared/model/ids.ts';
import type { Value } from './database.ts';
import type { StoreTerm, StoreTest } from './search-records.ts';
import { wordsQuery } from './search-terms.ts';

export type Condition = { sql: string; params: Value[] };

type TextTest = Extract<StoreTest, { kind: 'text' }>;

const COLUMNS: Readonly<Record<TextTest['field'], string>> = {
  any: '',
  subject: '{subject} : ',
  from: '{sender} : ',
  to: '{recipients cc} : ',
  cc: '{cc} : ',
  filename: '{files} : ',
};

/** What asks the index of words. Only quoted strings and our own words are in it, so that no text can be read as a command. */
export const matchOf = ({ field, text, isPhrase }: TextTest): string =>
  `(${COLUMNS[field]}${wordsQuery(text, !isPhrase)})`;

/** A message that stands somewhere in view other than these mailboxes. */
export const standsOutside = (outside: MailboxId[]): Condition =>
  somewhere('p.mailbox_id NOT IN (SELECT value FROM json_each(?))', [JSON.stringify(outside)]);

/** `words`: the table that has the words of the message. */
export function conditionOf(clause: StoreTerm[], words: string): Condition {
  const alternatives = clause.map(({ test, isNegated }) => {
    const { sql, params } = conditionOfTest(test, words);
    return { sql: isNegated ? `NOT ${sql}` : sql, params };
  });
  return {
    sql: `(${alternatives.map((one) => one.sql).join(' OR ')})`,
    params: alternatives.flatMap((one) => one.params),
  };
}

function conditionOfTest(test: StoreTest, words: string): Condition {
  switch (test.kind) {
    case 'text':
      return {
        sql: `EXISTS (SELECT 1 FROM ${words} WHERE ${words} MATCH ? AND rowid = m.message_id)`,
        params: [matchOf(test)],
      };
    case 'unread':
      return somewhere('p.is_unread = 1');
    case 'read': {
      const unread = somewhere('p.is_unread = 1');
      return { ...unread, sql: `NOT ${unread.sql}` };
    }
    case 'starred':
      return somewhere('p.is_starred = 1');
    case 'answered':
      return somewhere(HAS_FLAG, ['% \\\\Answered %']);
    case 'keyword':
      return somewhere(HAS_FLAG, [`% ${test.keyword.replace(/[\\%_]/gu, '\\$&')} %`]);
    case 'attachment':
      return { sql: '(m.has_attachments = 1)', params: [] };
    case 'mailbox':
      return somewhere('p.mailbox_id IN (SELECT value FROM json_each(?))', [JSON.stringify(test.mailboxIds)]);
    case 'time':
      return both([
        ['m.internal_date >= ?', test.from],
        ['m.internal_date < ?', test.to],
      ]);
    case 'size':
      return both([
        ['m.size > ?', test.above],
        ['m.size < ?', test.below],
      ]);
  }
}

const HAS_FLAG = "' ' || p.flags || ' ' LIKE ? ESCAPE '\\'";

const somewhere = (sql: string, params: Value[] = []): Condition => ({
  sql: `EXISTS (SELECT 1 FROM placement p WHERE p.message_id = m.message_id AND p.hidden_by IS NULL AND ${sql})`,
  params,
});

function both(limits: [string, number | undefined][]): Condition {
  const given = limits.filter((limit): limit is [string, number] => limit[1] !== undefined);
  return {
    sql: `(${given.map(([sql]) => sql).join(' AND ')})`,
    params: given.map(([, value]) => value),
  };
}
