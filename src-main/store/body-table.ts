/**
 * Bodies: the raw source of a message, deflated and kept once for each content (signed mail must stay verifiable), and the parsed parts.
 * Both are in the store database: one key encrypts them, and they come and go in the transaction of their message.
 */
import { createHash } from 'node:crypto';
import type { AccountId, MessageId, ThreadId } from '../../src-shared/model/ids.ts';
import { DICTIONARY_LONGEST, pack, packJson, unpack, unpackJson } from '../base/packed.ts';
import { type Context, type Touched, touchThread, writeMail } from './context.ts';
import type { Database } from './database.ts';
import { deleteBodies } from './delete-messages.ts';
import { readLocalSource, sizeOfLocalSource } from './local-source.ts';
import type { BodyTable, MissingBody, NewBody, Omitted, StoredBody } from './mail-records.ts';
import { firstKeyOf } from './message-key.ts';
import { placementsOf } from './placement.ts';
import { indexContent, indexedHead } from './search-index.ts';

export function createBodyTable(context: Context): BodyTable {
  const { mail, journal } = context;
  const write = createWriter(context);
  return {
    has: (messageId) => mail.get('SELECT 1 AS one FROM body WHERE message_id = ?', [messageId]) !== undefined,
    get(messageId) {
      const row = mail.get<{ content: Uint8Array; source: Uint8Array | null; sha256: Uint8Array }>(
        `SELECT b.content, s.sha256, CASE WHEN s.size <= ${DICTIONARY_LONGEST} THEN s.content END AS source
         FROM body b JOIN source s ON s.source_id = b.source_id WHERE b.message_id = ?`,
        [messageId],
      );
      if (!row) return undefined;
      const source = row.source === null ? new Uint8Array() : wholeSource(journal, row.source, row.sha256);
      return source && { ...unpackJson<Omit<StoredBody, 'searchText'>>(row.content, source), searchText: '' };
    },
    put: (messageId, body) => void write([{ messageId, body }]),
    putSome: write,
    source(messageId) {
      const row = mail.get<{ content: Uint8Array; sha256: Uint8Array }>(
        `SELECT s.content, s.sha256 FROM body b JOIN source s ON s.source_id = b.source_id
         WHERE b.message_id = ? AND b.omitted IS NULL`,
        [messageId],
      );
      return row && wholeSource(journal, row.content, row.sha256);
    },
    partialSource(messageId) {
      const row = mail.get<{ content: Uint8Array }>(
        `SELECT s.content FROM body b JOIN source s ON s.source_id = b.source_id
         WHERE b.message_id = ? AND b.omitted IS NOT NULL`,
        [messageId],
      );
      return row && unpack(row.content);
    },
    omitted(messageId) {
      const row = mail.get<{ omitted: string | null }>('SELECT omitted FROM body WHERE message_id = ?', [
        messageId,
      ]);
      return row?.omitted ? (JSON.parse(row.omitted) as Omitted[]) : [];
    },
    missingCount: (accountId, since) =>
      mail.get<{ n: number }>(
        'SELECT count(*) AS n FROM message WHERE account_id = ? AND has_body = 0 AND message_id >= ?',
        [accountId, firstKeyOf(since)],
      )?.n ?? 0,
    missing: (accountId, { since, limit }) =>
      mail.all<MissingBody>(MISSING_SQL, [accountId, firstKeyOf(since), limit]),
  };
}

/** Empty: what exists only here is kept in the journal, and once. */
function wholeSource(journal: Database, content: Uint8Array, sha256: Uint8Array): Uint8Array | undefined {
  return content.byteLength === 0 ? readLocalSource(journal, sha256) : unpack(content);
}

/** Exported for the test of its plan. */
export const MISSING_SQL = `SELECT m.message_id AS messageId, p.mailbox_id AS mailboxId, p.uid, m.size
  FROM message m CROSS JOIN placement p ON p.placement_id =
    (SELECT placement_id FROM placement WHERE message_id = m.message_id AND uid IS NOT NULL LIMIT 1)
  WHERE m.account_id = ? AND m.has_body = 0 AND m.message_id >= ? ORDER BY m.message_id DESC LIMIT ?`;

/** A transaction is as long as this, in milliseconds: a click waits no longer, but for a body that is huge by itself. */
const STEP = 25;
const MOST = 50;

type Entry = { messageId: MessageId; body: NewBody };
type MessageHead = {
  account_id: AccountId;
  thread_id: ThreadId;
  subject: string;
  from_list: string;
  people: string;
};

/** How many bodies fit into a step is learned from the one before: much of the work is done by the commit, too late to stop. */
function createWriter(context: Context): (entries: readonly Entry[]) => number {
  const { mail } = context;
  let fitting = 5;
  return (entries) => {
    // Ascending keys cost the index of words least.
    const step = entries.slice(0, fitting).sort((a, b) => a.messageId - b.messageId);
    const start = performance.now();
    const heads = step.map(({ messageId }) =>
      mail.get<MessageHead>(
        'SELECT account_id, thread_id, subject, from_list, people FROM message WHERE message_id = ?',
        [messageId],
      ),
    );
    const accountId = heads.find((head) => head !== undefined)?.account_id;
    if (accountId !== undefined) {
      writeMail(context, accountId, (touched) => {
        // One that has gone meanwhile needs no body.
        const known = step.flatMap((entry, index) => {
          const head = heads[index];
          return head ? [{ entry, head }] : [];
        });
        for (const { entry, head } of known) putBody(context, entry, head, touched);
        // The words of all of them at the end: a statement on several rows in between makes the index write out what it has gathered.
        for (const { entry, head } of known) indexBody(mail, entry, head);
      });
    }
    const learned = (step.length * STEP) / Math.max(performance.now() - start, 0.1);
    fitting = Math.ceil(Math.min(Math.max(learned, 1), 2 * fitting, MOST));
    return step.length;
  };
}

function putBody(context: Context, { messageId, body }: Entry, head: MessageHead, touched: Touched): void {
  const { mail } = context;
  const { source: _, sha256: __, packed, searchText: ___, omitted, ...parsed } = body;
  const isWhole = omitted === undefined || omitted.length === 0;
  // The parser saw the attachments that were left out as empty ones.
  const content = packed && isWhole ? packed.content : packJson(parsed, body.source);
  deleteBodies(mail, JSON.stringify([messageId]));
  const kept = keepSource(context, head.account_id, body);
  mail.run('INSERT INTO body(message_id, source_id, stored_bytes, omitted, content) VALUES (?, ?, ?, ?, ?)', [
    messageId,
    kept.sourceId,
    kept.bytes + content.byteLength,
    isWhole ? null : JSON.stringify(omitted),
    content,
  ]);
  mail.run('UPDATE message SET has_body = 1, preview = ?, has_attachments = ? WHERE message_id = ?', [
    body.preview,
    hasFiles(body) ? 1 : 0,
    messageId,
  ]);
  for (const row of placementsOf(mail, messageId)) touchThread(touched, row.mailbox_id, head.thread_id);
}

/** Whether there is a file that a person would look for: what the reader tells in words, a bounce or an invitation, is none. */
function hasFiles({ attachments, invitations, report }: StoredBody): boolean {
  const told = new Set(invitations?.map(({ part }) => part));
  return report === undefined && attachments.some(({ part }) => !told.has(part));
}

function indexBody(mail: Database, { messageId, body }: Entry, head: MessageHead): void {
  indexContent(mail, messageId, indexedHead(head), {
    text: body.searchText,
    fileNames: body.attachments.map((attachment) => attachment.filename),
  });
}

function keepSource(
  { mail, journal }: Context,
  accountId: AccountId,
  { source, packed, sha256 = packed?.sha256 ?? createHash('sha256').update(source).digest() }: NewBody,
): { sourceId: number; bytes: number } {
  const inJournal = sizeOfLocalSource(journal, accountId, sha256);
  const there = mail.get<{ source_id: number; bytes: number }>(
    'SELECT source_id, length(content) AS bytes FROM source WHERE sha256 = ?',
    [sha256],
  );
  if (there && (there.bytes > 0 || inJournal > 0)) {
    return { sourceId: there.source_id, bytes: there.bytes || inJournal };
  }
  const content = inJournal > 0 ? new Uint8Array() : (packed?.source ?? pack(source));
  const made = mail.get<{ source_id: number }>(
    `INSERT INTO source(sha256, size, content) VALUES (?, ?, ?)
     ON CONFLICT(sha256) DO UPDATE SET content = excluded.content RETURNING source_id`,
    [sha256, source.byteLength, content],
  );
  if (!made) throw new Error('no source key');
  return { sourceId: made.source_id, bytes: content.byteLength || inJournal };
}
