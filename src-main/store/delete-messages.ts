import type { MessageId, ThreadId } from '../../src-shared/model/ids.ts';
import type { Touched } from './context.ts';
import type { Database } from './database.ts';
import { unindexMessages } from './search-index.ts';

/** Deletes those of these messages that stand nowhere any more, with body, source, index terms and emptied threads. */
export function deleteOrphans(mail: Database, candidates: MessageId[], touched?: Touched): number {
  const orphans = mail.all<{ message_id: MessageId; thread_id: ThreadId }>(
    `SELECT message_id, thread_id FROM message WHERE message_id IN (SELECT value FROM json_each(?))
       AND NOT EXISTS (SELECT 1 FROM placement p WHERE p.message_id = message.message_id)`,
    [JSON.stringify(candidates)],
  );
  if (orphans.length === 0) return 0;
  const ids = JSON.stringify(orphans.map((row) => row.message_id));
  const threads = [...new Set(orphans.map((row) => row.thread_id))];
  for (const threadId of threads) touched?.otherThreads.add(threadId);
  unindexMessages(
    mail,
    orphans.map((row) => row.message_id),
  );
  deleteBodies(mail, ids);
  mail.run('DELETE FROM message WHERE message_id IN (SELECT value FROM json_each(?))', [ids]);
  deleteEmptyThreads(mail, threads);
  return orphans.length;
}

/** Bodies of these messages (keys as a JSON list), and sources that no other message has. */
export function deleteBodies(mail: Database, ids: string): void {
  const sources = mail.all<{ source_id: number }>(
    'DELETE FROM body WHERE message_id IN (SELECT value FROM json_each(?)) RETURNING source_id',
    [ids],
  );
  if (sources.length === 0) return;
  mail.run(
    `DELETE FROM source WHERE source_id IN (SELECT value FROM json_each(?))
       AND NOT EXISTS (SELECT 1 FROM body WHERE body.source_id = source.source_id)`,
    [JSON.stringify(sources.map((row) => row.source_id))],
  );
}

function deleteEmptyThreads(mail: Database, threads: ThreadId[]): void {
  const empty = mail.all<{ thread_id: ThreadId }>(
    `DELETE FROM thread WHERE thread_id IN (SELECT value FROM json_each(?))
       AND NOT EXISTS (SELECT 1 FROM message m WHERE m.thread_id = thread.thread_id) RETURNING thread_id`,
    [JSON.stringify(threads)],
  );
  mail.run('DELETE FROM thread_link WHERE thread_id IN (SELECT value FROM json_each(?))', [
    JSON.stringify(empty.map((row) => row.thread_id)),
  ]);
}
