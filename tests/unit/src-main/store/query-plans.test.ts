import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KNOWN_SQL } from '../../../../src-main/store/add-envelopes.ts';
import { MISSING_SQL } from '../../../../src-main/store/body-table.ts';
import { type Database, openDatabase } from '../../../../src-main/store/database.ts';
import { migrate } from '../../../../src-main/store/migrate.ts';
import { MAIL_MIGRATIONS } from '../../../../src-main/store/migrations/all.ts';
import { conditionOf, standsOutside } from '../../../../src-main/store/search-filter.ts';
import { indexHeads, wordParts } from '../../../../src-main/store/search-index.ts';
import type { StoreTerm } from '../../../../src-main/store/search-records.ts';
import { INSIDE_SQL, PLAIN_SQL, wordsSql } from '../../../../src-main/store/search-streams.ts';
import { ABOVE_SQL, siftSql, WITHOUT_TEXT_SQL } from '../../../../src-main/store/search-table.ts';
import { SENT_SQL } from '../../../../src-main/store/sent-table.ts';
import { pageSql, viewParams } from '../../../../src-main/store/thread-table.ts';
import type { MailboxId, MessageId } from '../../../../src-shared/model/ids.ts';
import { parseSearch } from '../../../../src-shared/text/search-text.ts';
import { KEY, temporaryFolder } from './test-store.ts';

/** The steps of a plan, without those that read the few rows of a result made just before. */
function planOf(mail: Database, sql: string, params: (string | number)[]): string[] {
  return mail
    .all<{ detail: string }>(`EXPLAIN QUERY PLAN ${sql}`, params)
    .map((row) => row.detail)
    .filter((detail) => detail !== 'SCAN page');
}

describe('what a window waits for', () => {
  const mail = () => {
    const database = openDatabase({ path: join(temporaryFolder(), 'a.db'), key: KEY, synchronous: 'NORMAL' });
    migrate(database, MAIL_MIGRATIONS);
    return database;
  };

  it('comes out of an index in order: no sorting and no full scan for a page, from either end', () => {
    const database = mail();
    for (const view of [
      { kind: 'mailbox' as const, mailboxId: 1 as MailboxId },
      { kind: 'inboxes' as const },
    ]) {
      for (const order of ['ASC', 'DESC'] as const) {
        const plan = planOf(database, pageSql(view, order), [...(viewParams(view) as number[]), 50, 1000]);
        expect(plan.join('\n')).not.toMatch(/TEMP B-TREE|SCAN (m|t|message)\b/);
        expect(plan.join('\n')).toMatch(/USING COVERING INDEX thread_mailbox_(page|inboxes)/);
      }
    }
    database.close();
  });

  it.each([
    ['bodies that are missing', MISSING_SQL, ['a', 1, 50]],
    ['a thread', 'SELECT subject FROM message WHERE thread_id = ? ORDER BY message_id', [1]],
    ['placements', 'SELECT uid FROM placement WHERE message_id = ?', [1]],
    ['a UID', 'SELECT placement_id FROM placement WHERE mailbox_id = ? AND uid = ?', [1, 2]],
    [
      'known UIDs',
      'SELECT uid FROM placement WHERE mailbox_id = ? AND uid BETWEEN ? AND ? ORDER BY uid',
      [1, 2, 3],
    ],
    ['what was sent', SENT_SQL, [1, 1000, 25]],
    ['a Message-ID', KNOWN_SQL, ['x', 'a', 1]],
    ['the message above it', ABOVE_SQL, ['a', 1]],
    ['moves to be settled', 'SELECT placement_id FROM placement WHERE created_by = ?', ['x']],
  ])('finds %s by an index', (_name, sql, params) => {
    const database = mail();
    const plan = planOf(database, sql, params as (string | number)[]).join('\n');
    expect(plan).toMatch(/SEARCH/);
    // The whole of an account is a scan by another name.
    expect(plan).not.toMatch(/\(account_id=\?\)$/m);
    expect(plan).not.toMatch(/TEMP B-TREE|^SCAN/m);
    database.close();
  });

  it('is searched newest first out of the indexes, and nothing is sorted', () => {
    const database = mail();
    database.transaction(() =>
      indexHeads(database, new Map([[64 as MessageId, { subject: 'Hello', from: [], to: [], cc: [] }]])),
    );
    const [part] = wordParts(database, { lowest: 0, highest: 1000 });
    const plans = [
      [wordsSql(part?.table ?? ''), ['"ab" *', 0, 9, 50]],
      [INSIDE_SQL, ['"abc"', 0, 9, 50]],
      [WITHOUT_TEXT_SQL, ['a']],
      ...Object.values(PLAIN_SQL).map((sql) => [sql, [0, 9, 50]] as const),
    ] as const;
    for (const [sql, params] of plans) {
      const plan = planOf(database, sql, [...params]).join('\n');
      expect(plan).not.toMatch(/TEMP B-TREE|SCAN (placement|m|message)\b/);
      expect(plan).toMatch(/VIRTUAL TABLE INDEX|SEARCH/);
    }
    database.close();
  });

  it('sifts what a search brought by keys', () => {
    const database = mail();
    const clauses = parseSearch('is:unread -is:starred has:attachment larger:1 on:2025 label:x', 0).clauses;
    const conditions = clauses.map((clause) => conditionOf(clause as StoreTerm[], ''));
    const all = [standsOutside([]), ...conditions];
    const params = all.flatMap((one) => one.params) as (string | number)[];
    const plan = planOf(database, siftSql(all), ['[]', ...params]).join('\n');
    expect(plan).not.toMatch(/TEMP B-TREE|SCAN (m|p)\b/);
    database.close();
  });
});
