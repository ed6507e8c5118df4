import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { KNOWN_SQL } from '../../../../src-main/store/add-envelopes.ts';
import { MISSING_SQL } from '../../../../src-main/store/body-table.ts';
import { type Database, openDatabase } from '../../../../src-main/store/database.ts';
import { migrate } from '../../../../src-main/store/migrate.ts';
import { MAIL_MIGRATIONS } from '../../../../src-main/store/migrations/all.ts';
import { pageSql, viewParams } from '../../../../src-main/store/thread-table.ts';
import type { MailboxId } from '../../../../src-shared/model/ids.ts';
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
    ['a Message-ID', KNOWN_SQL, ['x', 'a', 1]],
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

  it('searches stream newest first, by prefix and without accents', () => {
    const database = mail();
    const sql = 'SELECT rowid FROM message_index WHERE message_index MATCH ? ORDER BY rowid DESC LIMIT 50';
    expect(planOf(database, sql, ['ab*']).join('\n')).not.toMatch(/TEMP B-TREE/);
    for (const [rowid, subject] of [
      [64, 'Résumé'],
      [128, 'resume again'],
    ] as const) {
      database.run("INSERT INTO message_index(rowid, subject, people, body) VALUES (?, ?, '', '')", [
        rowid,
        subject,
      ]);
    }
    expect(database.all(sql, ['re*'])).toEqual([{ rowid: 128 }, { rowid: 64 }]);
    database.close();
  });
});
