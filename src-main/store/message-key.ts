/**
 * Keys of messages. They follow the INTERNALDATE of the first placement, so that "newest first" in a list and in a search streams out
 * of an index and never sorts: key = seconds since 1970 * 64 + n. The 65th message of one second (a mailbox that was imported in one go)
 * takes the next free key of the seconds that follow; `full_second` remembers where to look, so that thousands of them cost no search.
 */
import type { MessageId } from '../../src-shared/model/ids.ts';
import type { Database } from './database.ts';

const KEYS_PER_SECOND = 64;
const LAST_SECOND = 253_402_300_799; // the year 9999

/** The lowest key of a message with this date, in milliseconds since 1970. */
export function firstKeyOf(internalDate: number): MessageId {
  const second = Number.isFinite(internalDate) ? Math.floor(internalDate / 1000) : 1;
  return (Math.min(Math.max(second, 1), LAST_SECOND) * KEYS_PER_SECOND) as MessageId;
}

/** The last key of the second that a key lies in. */
export function lastKeyOf(key: number): number {
  return (Math.floor(key / KEYS_PER_SECOND) + 1) * KEYS_PER_SECOND - 1;
}

/** A free key for a message with this date, inside the caller's transaction. */
export function allocateKey(mail: Database, internalDate: number): MessageId {
  const first = firstKeyOf(internalDate);
  const second = first / KEYS_PER_SECOND;
  const full = mail.get<{ next_key: number }>('SELECT next_key FROM full_second WHERE second = ?', [second]);
  let key = full?.next_key ?? first;
  for (;;) {
    const end = lastKeyOf(key);
    const taken = mail.get<{ last: number | null }>(
      'SELECT max(message_id) AS last FROM message WHERE message_id BETWEEN ? AND ?',
      [key, end],
    );
    if (taken === undefined || taken.last === null) break;
    key = taken.last + 1;
    if (key <= end) break;
  }
  if (key > lastKeyOf(first)) {
    mail.run(
      'INSERT INTO full_second(second, next_key) VALUES (?, ?) ON CONFLICT(second) DO UPDATE SET next_key = excluded.next_key',
      [second, key],
    );
  }
  return key as MessageId;
}
