/**
 * The only file that knows the SQLite binding (libsql, encrypted with AES-256). It is narrow on purpose: the binding aborts the
 * whole process when an object, Date or boolean reaches it as the only argument, so values are checked here and always go as an array.
 * Integers are bound as BigInt (a JavaScript number would be stored as REAL), blobs come back as Uint8Array, and text loses NUL,
 * because the binding cuts a text at the first one when it reads it.
 */
import { accessSync, chmodSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname } from 'node:path';
import { pathToFileURL } from 'node:url';
import Libsql from 'libsql';
import { diskErrorOf, MailError, nodeErrorCode } from '../base/errors.ts';

export type Value = string | number | bigint | Uint8Array | null;
export type Row = Record<string, unknown>;

export type Database = {
  /** Answers with the number of rows changed. */
  run(sql: string, params?: Value[]): number;
  /** One row; answers with its key. Half the price of RETURNING, which the binding reads as it reads any rows. */
  insert(sql: string, params?: Value[]): number;
  get<T extends Row>(sql: string, params?: Value[]): T | undefined;
  all<T extends Row>(sql: string, params?: Value[]): T[];
  /** Several statements without parameters. */
  exec(sql: string): void;
  /** All or nothing. Inside another transaction it is part of that one. */
  transaction<T>(task: () => T): T;
  close(): void;
};

export type DatabaseOptions = {
  path: string;
  /** 32 bytes. */
  key: Uint8Array;
  /** FULL survives a power cut with the last commit (fsync each time), NORMAL may lose the last ones but is never damaged. */
  synchronous: 'FULL' | 'NORMAL';
  /** Told of every failure of a query once the database is open, before the query throws it. Must not use the database. */
  onError?: (error: MailError) => void;
  /** Told after each commit, and after each statement without a transaction that may have written. */
  onWrite?: () => void;
};

const MOST_MIGRATIONS = 65_535;

/**
 * Opens or creates an encrypted database.
 * @throws MailError store-unreadable when the key does not fit or the file is damaged, disk-full, file-unwritable.
 */
export function openDatabase(options: DatabaseOptions): Database {
  prepareFile(options.path);
  readVersion(options);
  let onError: DatabaseOptions['onError'];
  const connection = guard(() => connect(options.path, options.key));
  const database = wrap(connection, (error) => onError?.(error), options.onWrite);
  try {
    // The constructor takes any key: the first query that reads a page decides.
    database.get('SELECT count(*) AS n FROM sqlite_master');
    // Only works before the first table; later it is the mode that the file has.
    database.all('PRAGMA auto_vacuum = INCREMENTAL');
    database.all('PRAGMA journal_mode = WAL');
    database.all(`PRAGMA synchronous = ${options.synchronous}`);
    database.all('PRAGMA foreign_keys = ON');
    // What is deleted is overwritten: erased mail must not be read out of free pages by who gets the key later.
    database.all('PRAGMA secure_delete = ON');
    // Sorting and temporary tables never touch a file that is not encrypted.
    database.all('PRAGMA temp_store = MEMORY');
    database.all('PRAGMA cache_size = -32768');
    // So that the size of the log tells how much is in it (checkpoint.ts).
    database.all('PRAGMA journal_size_limit = 4194304');
    chmodSync(options.path, 0o600);
  } catch (error) {
    database.close();
    throw openErrorOf(error);
  }
  onError = options.onError;
  return database;
}

/**
 * The number of the last migration in a file, 0 for one that is not there. Writes nothing and looks at no log beside it: a connection
 * with a wrong key to a database whose program was killed would write that log into it on closing, and so destroy it.
 * @throws MailError store-unreadable when the key does not fit the first page.
 */
export function readVersion({ path, key }: Pick<DatabaseOptions, 'path' | 'key'>): number {
  if (!existsSync(path) || statSync(path).size === 0) return 0;
  const connection = guard(() => connect(`${pathToFileURL(path).href}?immutable=1`, key));
  try {
    const [row] = guard(() => connection.prepare('PRAGMA user_version').all()) as { user_version: number }[];
    const version = Number(row?.user_version ?? 0);
    // The number of no program there will ever be: the page is damaged, and nobody is to look for a newer version.
    if (version < 0 || version > MOST_MIGRATIONS) throw new MailError('store-unreadable');
    return version;
  } catch (error) {
    // Without its log the file may be shorter than its first page says. Whether it is damaged is found out with it.
    if (nodeErrorCode(error)?.startsWith('SQLITE_CORRUPT')) return 0;
    throw openErrorOf(error);
  } finally {
    connection.close();
  }
}

/**
 * Reads a whole database that is in use and answers whether it is sound: `quick` looks at the pages, `full` at the indices and the full-text
 * index too. Takes as long as reading the file does: for a thread of its own.
 */
export function checkDatabase(
  { path, key }: Pick<DatabaseOptions, 'path' | 'key'>,
  depth: 'quick' | 'full',
): boolean {
  // Not through `readVersion`: closing a file takes the locks away that this process has on it (POSIX), unless SQLite does it.
  const connection = guard(() => connect(path, key));
  try {
    connection.exec('PRAGMA query_only = ON');
    const rows = connection
      .prepare(depth === 'full' ? 'PRAGMA integrity_check(1)' : 'PRAGMA quick_check(1)')
      .all();
    return Object.values(rows[0] as Row).includes('ok');
  } catch (error) {
    const translated = storeErrorOf(error);
    if (translated.code === 'store-unreadable') return false;
    throw translated;
  } finally {
    connection.close();
  }
}

/**
 * Whether a database of ours that is open opens for who has no key. Only over one that is open: the last connection to close would try to
 * bring the log into the file, with the wrong key. Without prepared statements, see `close` below.
 */
export function opensWithoutKey(path: string): boolean {
  const connection = guard(() => new Libsql(path, { timeout: 5_000 }));
  try {
    connection.exec('SELECT count(*) FROM sqlite_master');
    return true;
  } catch (error) {
    const translated = storeErrorOf(error);
    if (translated.code === 'store-unreadable') return false;
    throw translated;
  } finally {
    connection.close();
  }
}

/**
 * A connection that does nothing but bring the write-ahead log into the database (`PASSIVE` in nobody's way, `RESTART` with the writer
 * waiting, after which the log begins anew). Without prepared statements: closing it closes it, see `close` below.
 */
export function openLogWriter({ path, key }: Pick<DatabaseOptions, 'path' | 'key'>): {
  write(how: 'PASSIVE' | 'RESTART'): void;
  close(): void;
} {
  const connection = guard(() => connect(path, key));
  return {
    write: (how) => guard(() => connection.exec(`PRAGMA wal_checkpoint(${how})`)),
    close: () => void connection.close(),
  };
}

/** Takes the system's lock on a file, which is made when it is missing; undefined when somebody has it. The answer gives it back. */
export function openLock(path: string): (() => void) | undefined {
  prepareFile(path);
  const connection = guard(() => new Libsql(path, { timeout: 0 }));
  try {
    guard(() => connection.exec('BEGIN EXCLUSIVE'));
    return () => connection.close();
  } catch (error) {
    connection.close();
    if (error instanceof MailError && error.code === 'busy') return undefined;
    throw error;
  }
}

function connect(path: string, key: Uint8Array): Libsql.Database {
  // The binding's own types leave the encryption options out.
  const settings: Libsql.Options & { encryptionKey: string } = {
    encryptionKey: Buffer.from(key).toString('hex'),
    timeout: 5_000,
  };
  return new Libsql(path, settings);
}

function prepareFile(path: string): void {
  try {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    // The binding reports "cannot open" without a code: who may write is found out here.
    accessSync(dirname(path), constants.W_OK | constants.X_OK);
    if (existsSync(path)) accessSync(path, constants.R_OK | constants.W_OK);
  } catch (error) {
    throw diskErrorOf(error) ?? new MailError('file-unwritable', { cause: error });
  }
}

function wrap(
  connection: Libsql.Database,
  onError: (error: MailError) => void,
  onWrite: () => void = () => {},
): Database {
  const statements = new Map<string, Libsql.Statement>();
  let depth = 0;
  const told = <T>(task: () => T): T => {
    try {
      return task();
    } catch (error) {
      const translated = storeErrorOf(error);
      onError(translated);
      throw translated;
    }
  };
  const prepare = (sql: string): Libsql.Statement => {
    const there = statements.get(sql);
    if (there) return there;
    const made = connection.prepare(sql);
    statements.set(sql, made);
    return made;
  };
  const ran = (sql: string, params: Value[]) => {
    const result = told(() => prepare(sql).run(params.map(bindable)));
    if (depth === 0) onWrite();
    return result;
  };
  const rollBack = () => {
    try {
      // A full disk has rolled back already.
      if (connection.inTransaction) connection.exec('ROLLBACK');
    } catch {
      // What made the transaction fail is what the caller has to hear.
    }
  };
  return {
    run: (sql, params = []) => ran(sql, params).changes,
    insert: (sql, params = []) => Number(ran(sql, params).lastInsertRowid),
    get: (sql, params = []) =>
      told(() => prepare(sql).all(params.map(bindable)).map(normalised).at(0)) as never,
    all: (sql, params = []) => told(() => prepare(sql).all(params.map(bindable)).map(normalised)) as never,
    exec(sql) {
      told(() => void connection.exec(sql));
      if (depth === 0) onWrite();
    },
    transaction(task) {
      if (depth > 0) return task();
      told(() => connection.exec('BEGIN IMMEDIATE'));
      depth++;
      try {
        const result = task();
        told(() => connection.exec('COMMIT'));
        onWrite();
        return result;
      } catch (error) {
        rollBack();
        throw error;
      } finally {
        depth--;
      }
    },
    close() {
      statements.clear();
      try {
        // The binding keeps a closed connection alive until its statements are collected as garbage; with a write-ahead log it would
        // then remove the log of whoever has opened the file, or another one in its place, meanwhile. Without one it has nothing to do.
        connection.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = DELETE');
      } catch {
        // Somebody else has it open, and goes on with the log; or it cannot be read, and there is nothing to be written back.
      }
      connection.close();
    },
  };
}

/** A value in the form that the binding takes without harm. Throws on everything that would abort the process or be stored as something else. */
function bindable(value: Value): string | number | bigint | Uint8Array | null {
  if (typeof value === 'string') return value.includes('\0') ? value.replaceAll('\0', '\uFFFD') : value;
  if (typeof value === 'number') {
    if (Number.isSafeInteger(value)) return BigInt(value);
    if (Number.isFinite(value)) return value;
  } else if (value === null || typeof value === 'bigint' || value instanceof Uint8Array) return value;
  throw new TypeError('not a value for the database');
}

/** Blobs as Uint8Array, whatever the binding made of them. */
function normalised(row: unknown): Row {
  const values = row as Row;
  for (const name in values) {
    const value = values[name];
    if (value instanceof ArrayBuffer) values[name] = new Uint8Array(value);
  }
  return values;
}

function guard<T>(task: () => T): T {
  try {
    return task();
  } catch (error) {
    throw storeErrorOf(error);
  }
}

/**
 * An error while a file is opened. The statements are always the same and right, so when SQLite cannot make sense of one, it is the first
 * page that makes none: a format it does not know, a schema that cannot be read.
 */
function openErrorOf(error: unknown): MailError {
  const translated = storeErrorOf(error);
  return nodeErrorCode(translated.cause) === 'SQLITE_ERROR'
    ? new MailError('store-unreadable', { cause: translated.cause })
    : translated;
}

/** An error of SQLite as a MailError. Its text stays in `cause`. */
function storeErrorOf(error: unknown): MailError {
  if (error instanceof MailError) return error;
  const code = nodeErrorCode(error) ?? '';
  if (code.startsWith('SQLITE_NOTADB') || code.startsWith('SQLITE_CORRUPT')) {
    return new MailError('store-unreadable', { cause: error });
  }
  if (code.startsWith('SQLITE_BUSY') || code.startsWith('SQLITE_LOCKED')) {
    return new MailError('busy', { retry: 'later', cause: error });
  }
  const onDisk = diskErrorOf(error);
  if (onDisk) return onDisk;
  if (/^SQLITE_(CANTOPEN|IOERR|READONLY|PERM)/.test(code)) {
    return new MailError('file-unwritable', { retry: 'later', cause: error });
  }
  return new MailError('internal', { cause: error });
}
