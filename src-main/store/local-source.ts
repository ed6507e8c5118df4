/**
 * Sources of mail that exists only here, in the journal: content-addressed, in deflated parts of half a megabyte, so that no single step of
 * reading or writing is long. The store's own `source` row of such a message is empty and leads here: nothing is kept twice.
 */
import { createHash } from 'node:crypto';
import type { AccountId } from '../../src-shared/model/ids.ts';
import { pack, unpack } from '../base/packed.ts';
import type { Database } from './database.ts';

const PART = 500_000;

export function sha256Of(source: Uint8Array): Uint8Array {
  return createHash('sha256').update(source).digest();
}

/** A message in more parts is written a part a step. */
export const isLarge = (source: Uint8Array): boolean => source.byteLength > PART;

function hasLocalSource(journal: Database, sha256: Uint8Array): boolean {
  return (
    journal.get('SELECT 1 AS one FROM local_source WHERE sha256 = ? AND part = 0', [sha256]) !== undefined
  );
}

/** Bytes on disk of a source that this account, one without a server, has in the journal; 0 when it has none there. */
export function sizeOfLocalSource(journal: Database, accountId: AccountId, sha256: Uint8Array): number {
  const row = journal.get<{ bytes: number | null }>(
    `SELECT sum(length(content)) AS bytes FROM local_source WHERE sha256 = ? AND EXISTS (SELECT 1 FROM local_message m
       JOIN local_mailbox b ON b.local_mailbox_id = m.local_mailbox_id WHERE m.sha256 = ? AND b.account_id = ?)`,
    [sha256, sha256, accountId],
  );
  return row?.bytes ?? 0;
}

/** A part a step, each on disk at once; until a message refers to them they are unfinished and go at the next start. */
export function* writeLargeSource(
  journal: Database,
  sha256: Uint8Array,
  source: Uint8Array,
): Generator<void> {
  const isReferred = journal.get('SELECT 1 AS one FROM local_message WHERE sha256 = ? LIMIT 1', [sha256]);
  if (isReferred) return;
  journal.run('INSERT OR IGNORE INTO local_unfinished(sha256) VALUES (?)', [sha256]);
  for (let part = 0; part * PART < source.byteLength; part++) {
    writePart(journal, sha256, part, source);
    yield;
  }
}

/** Inside the caller's transaction. What `writeLargeSource` has written is not written again. */
export function keepLocalSource(journal: Database, sha256: Uint8Array, source: Uint8Array): void {
  const isUnfinished = journal.run('DELETE FROM local_unfinished WHERE sha256 = ?', [sha256]) > 0;
  if (!isUnfinished && hasLocalSource(journal, sha256)) return;
  const there = journal.get<{ n: number }>('SELECT count(*) AS n FROM local_source WHERE sha256 = ?', [
    sha256,
  ]);
  for (let part = there?.n ?? 0; part === 0 || part * PART < source.byteLength; part++) {
    writePart(journal, sha256, part, source);
  }
}

function writePart(journal: Database, sha256: Uint8Array, part: number, source: Uint8Array): void {
  journal.run('INSERT OR IGNORE INTO local_source(sha256, part, content) VALUES (?, ?, ?)', [
    sha256,
    part,
    pack(source.subarray(part * PART, (part + 1) * PART)),
  ]);
}

export function readLocalSource(journal: Database, sha256: Uint8Array): Uint8Array | undefined {
  const parts = journal
    .all<{ content: Uint8Array }>('SELECT content FROM local_source WHERE sha256 = ? ORDER BY part', [sha256])
    .map((row) => unpack(row.content));
  const [first] = parts;
  return parts.length > 1 ? new Uint8Array(Buffer.concat(parts)) : first;
}

/** Takes away those of these sources that no message has any more. */
export function dropSources(journal: Database, all: Uint8Array[]): void {
  for (const sha256 of all) {
    journal.run(
      `DELETE FROM local_source WHERE sha256 = ?
         AND NOT EXISTS (SELECT 1 FROM local_message m WHERE m.sha256 = local_source.sha256)`,
      [sha256],
    );
  }
}

/** What a crash or a cancelled import left of large sources. */
export function dropUnfinished(journal: Database): void {
  const left = journal
    .all<{ sha256: Uint8Array }>('SELECT sha256 FROM local_unfinished')
    .map((row) => row.sha256);
  if (left.length === 0) return;
  journal.transaction(() => {
    dropSources(journal, left);
    journal.run('DELETE FROM local_unfinished');
  });
}
