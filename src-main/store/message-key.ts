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

export type Keys = {
  /** A free key for a message with this date, inside the caller's transaction. */
  allocate(internalDate: number): MessageId;
};

/** Keys for the messages of one transaction: what is taken around their dates is read once for all of them. */
export function createKeys(mail: Database, internalDates: readonly number[]): Keys {
  const seconds = [...new Set(internalDates.map((date) => firstKeyOf(date) / KEYS_PER_SECOND))];
  const rows = mail.all<{ second: number; last: number | null; next_key: number | null }>(
    `SELECT value AS second, next_key, (SELECT max(message_id) FROM message
       WHERE message_id BETWEEN value * ${KEYS_PER_SECOND} AND value * ${KEYS_PER_SECOND} + ${KEYS_PER_SECOND - 1}) AS last
     FROM json_each(?) LEFT JOIN full_second ON full_second.second = value`,
    [JSON.stringify(seconds)],
  );
  /** By second: the key after the last one taken there. */
  const afterLast = new Map(
    rows.map(({ second, last }) => [second, last === null ? second * KEYS_PER_SECOND : last + 1]),
  );
  const nextKeys = new Map(rows.map(({ second, next_key }) => [second, next_key]));
  const afterLastOf = (second: number): number => {
    const known = afterLast.get(second);
    if (known !== undefined) return known;
    const first = second * KEYS_PER_SECOND;
    const row = mail.get<{ last: number | null }>(
      'SELECT max(message_id) AS last FROM message WHERE message_id BETWEEN ? AND ?',
      [first, lastKeyOf(first)],
    );
    return row?.last == null ? first : row.last + 1;
  };
  return {
    allocate(internalDate) {
      const own = firstKeyOf(internalDate) / KEYS_PER_SECOND;
      let key = nextKeys.get(own) ?? own * KEYS_PER_SECOND;
      let second = Math.floor(key / KEYS_PER_SECOND);
      for (;;) {
        key = Math.max(key, afterLastOf(second));
        if (key <= lastKeyOf(second * KEYS_PER_SECOND)) break;
        second++;
      }
      afterLast.set(second, key + 1);
      if (second !== own) {
        nextKeys.set(own, key);
        mail.run(
          'INSERT INTO full_second(second, next_key) VALUES (?, ?) ON CONFLICT(second) DO UPDATE SET next_key = excluded.next_key',
          [own, key],
        );
      }
      return key as MessageId;
    },
  };
}
