import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { MailError } from '../../../../src-main/base/errors.ts';
import { openDatabase, type Value } from '../../../../src-main/store/database.ts';
import { migrate } from '../../../../src-main/store/migrate.ts';
import { JOURNAL_MIGRATIONS, MAIL_MIGRATIONS } from '../../../../src-main/store/migrations/all.ts';
import { KEY, temporaryFolder } from './test-store.ts';

function open() {
  return openDatabase({ path: join(temporaryFolder(), 'a.db'), key: KEY, synchronous: 'FULL' });
}

describe('the database', () => {
  it('gives values back as they were given: whole numbers as integers, bytes as Uint8Array, text without NUL', () => {
    const database = open();
    database.exec('CREATE TABLE t(a INTEGER, b REAL, c BLOB, d TEXT, e) STRICT'.replace(', e) STRICT', ')'));
    database.run('INSERT INTO t VALUES (?, ?, ?, ?)', [5, 0.5, Buffer.from([0, 1]).subarray(1), 'x\0y']);
    const row = { a: 5, b: 0.5, c: new Uint8Array([1]), d: 'x\uFFFDy' };
    expect(database.get('SELECT * FROM t')).toEqual(row);
    expect(database.all('SELECT * FROM t')).toEqual([row]);
    expect(database.get('SELECT typeof(?) AS t', [5])).toEqual({ t: 'integer' });
    expect(database.get('SELECT * FROM t WHERE a = 6')).toBeUndefined();
    expect(database.run('UPDATE t SET d = ?', [null])).toBe(1);
    database.close();
  });

  it('refuses in time what would abort the process', () => {
    const database = open();
    const bad: unknown[] = [new Date(), {}, true, undefined, Number.NaN, [1]];
    for (const value of bad) {
      expect(() => database.get('SELECT ? AS x', [value as Value])).toThrow('internal');
    }
    expect(database.get('SELECT ? AS x', [1])).toEqual({ x: 1 });
    database.close();
  });

  it('does all of a transaction or nothing, and takes an inner one as part of it', () => {
    const database = open();
    database.exec('CREATE TABLE t(a INTEGER PRIMARY KEY)');
    expect(() =>
      database.transaction(() => {
        database.transaction(() => database.run('INSERT INTO t VALUES (1)'));
        database.run('INSERT INTO t VALUES (1)');
      }),
    ).toThrow('internal');
    expect(database.all('SELECT * FROM t')).toEqual([]);
    database.transaction(() => database.run('INSERT INTO t VALUES (1)'));
    expect(database.all('SELECT * FROM t')).toHaveLength(1);
    database.close();
  });

  it('says of a damaged first page that the file cannot be read, wherever the damage is', () => {
    const path = join(temporaryFolder(), 'a.db');
    const whole = { path, key: KEY, synchronous: 'FULL' as const };
    const database = openDatabase(whole);
    database.exec('CREATE TABLE t(a INTEGER)');
    database.close();
    const before = readFileSync(path);
    const seen = new Set<string>();
    for (let at = 0; at < 512; at += 8) {
      const damaged = Buffer.from(before);
      damaged.write('damage', at);
      writeFileSync(path, damaged);
      try {
        openDatabase(whole).close();
        seen.add('opens');
      } catch (error) {
        seen.add(error instanceof MailError ? error.code : String(error));
      }
    }
    expect(seen).toContain('store-unreadable');
    expect([...seen].filter((one) => one !== 'opens')).toEqual(['store-unreadable']);
  });

  it('says that the disk is full as such, and goes on after it', () => {
    const database = open();
    database.exec('CREATE TABLE t(a BLOB)');
    database.all('PRAGMA max_page_count = 20');
    expect(() => database.run('INSERT INTO t VALUES (?)', [new Uint8Array(500_000)])).toThrow('disk-full');
    expect(() =>
      database.transaction(() => database.run('INSERT INTO t VALUES (?)', [new Uint8Array(500_000)])),
    ).toThrow('disk-full');
    expect(database.all('SELECT * FROM t')).toEqual([]);
    database.close();
  });

  it('is set up so that nothing is lost, left over or written in clear', () => {
    const database = open();
    const pragma = (name: string) => Object.values(database.get(`PRAGMA ${name}`) ?? {})[0];
    expect(
      ['journal_mode', 'synchronous', 'foreign_keys', 'secure_delete', 'auto_vacuum', 'temp_store'].map(
        pragma,
      ),
    ).toEqual(['wal', 2, 1, 1, 2, 2]);
    database.close();
  });
});

describe('migrations', () => {
  const schemaOf = (migrations: string[]) => {
    const database = open();
    migrate(database, migrations);
    migrate(database, migrations);
    const schema = database
      .all<{ sql: string }>('SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY type DESC, name')
      .map((row) => row.sql);
    database.close();
    return schema.join(';\n\n');
  };

  it('make the schema of the journal as it is written down', async () => {
    await expect(schemaOf(JOURNAL_MIGRATIONS)).toMatchFileSnapshot('./schema/journal.sql');
  });

  it('make the schema of the store as it is written down', async () => {
    await expect(schemaOf(MAIL_MIGRATIONS)).toMatchFileSnapshot('./schema/store.sql');
  });

  it('are done once each, and a failing one leaves the step before it', () => {
    const database = open();
    const first = 'CREATE TABLE a(x)';
    expect(() => migrate(database, [first, 'CREATE TABLE b(x); CREATE TABLE a(x)'])).toThrow('internal');
    expect(database.get('PRAGMA user_version')).toEqual({ user_version: 1 });
    migrate(database, [first, 'CREATE TABLE b(x)']);
    expect(database.all('SELECT name FROM sqlite_master')).toHaveLength(2);
    database.close();
  });
});
