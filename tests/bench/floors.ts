/**
 * The least that any client pays for the same mail on the same machine at the same time: a bare socket that counts bytes, imapflow
 * with nothing done with what it parsed, SQLite with one bare table. All answer with milliseconds.
 */
import { connect } from 'node:net';
import { openDatabase } from '../../src-main/store/database.ts';
import { BENCH_PASSWORD, BENCH_USER, imapFlow, THREE_HEADERS } from './mail-server.ts';
import { timed, timedAsync } from './measure.ts';

const ENVELOPE_ITEMS = `(UID FLAGS INTERNALDATE RFC822.SIZE ENVELOPE BODYSTRUCTURE BODY.PEEK[HEADER.FIELDS (${THREE_HEADERS.join(' ').toUpperCase()})])`;

const LINE_MOST = 4_000;

/** Envelope, body structure, flags and three headers of all messages over a bare socket. */
export async function rawEnvelopes(port: number): Promise<number> {
  const socket = connect(port, '127.0.0.1');
  let tail = '';
  let waiting: { tag: string; resolve: () => void } | undefined;
  socket.on('data', (bytes: Buffer) => {
    // The end of what came is enough to see the tagged line, however many capabilities it names.
    tail = (tail + bytes.toString('latin1', Math.max(0, bytes.length - LINE_MOST))).slice(-LINE_MOST);
    if (waiting && new RegExp(`(^|\n)${waiting.tag} OK`).test(tail)) waiting.resolve();
  });
  const command = (tag: string, line: string) =>
    new Promise<void>((resolve, reject) => {
      waiting = { tag, resolve };
      socket.once('error', reject);
      socket.write(`${tag} ${line}\r\n`);
    });
  try {
    await command('a1', `LOGIN ${BENCH_USER} ${BENCH_PASSWORD}`);
    await command('a2', 'EXAMINE INBOX');
    return await timedAsync(() => command('a3', `FETCH 1:* ${ENVELOPE_ITEMS}`));
  } finally {
    socket.destroy();
  }
}

/** The same items through imapflow, thrown away. */
export async function imapflowEnvelopes(port: number, range = '1:*'): Promise<number> {
  const query = {
    uid: true,
    envelope: true,
    bodyStructure: true,
    flags: true,
    size: true,
    internalDate: true,
  };
  return imapflowFetch(port, range, { ...query, headers: THREE_HEADERS });
}

/** Whole messages through imapflow, thrown away. */
export async function imapflowSources(port: number, range = '1:*'): Promise<number> {
  return imapflowFetch(port, range, { uid: true, source: true });
}

async function imapflowFetch(
  port: number,
  range: string,
  query: Parameters<ReturnType<typeof imapFlow>['fetch']>[1],
): Promise<number> {
  const client = imapFlow(port);
  await client.connect();
  try {
    await client.mailboxOpen('INBOX', { readOnly: true });
    return await timedAsync(async () => {
      for await (const _ of client.fetch(range, query)) {
        // Parsed and forgotten.
      }
    });
  } finally {
    await client.logout();
  }
}

/** Rows of these texts and blobs into one table of an encrypted file: one statement a row, 1,000 rows a transaction. */
export function bareInsert(path: string, rows: readonly (string | Uint8Array)[]): number {
  const database = openDatabase({ path, key: new Uint8Array(32).fill(1), synchronous: 'NORMAL' });
  try {
    database.exec('CREATE TABLE bare(id INTEGER PRIMARY KEY, content ANY) STRICT');
    return timed(() => {
      for (let start = 0; start < rows.length; start += 1_000) {
        database.transaction(() => {
          for (const row of rows.slice(start, start + 1_000)) {
            database.run('INSERT INTO bare(content) VALUES (?)', [row]);
          }
        });
      }
    });
  } finally {
    database.close();
  }
}
