/**
 * Keys of messages. They follow the INTERNALDATE of the first placement, so that "newest first" in a list and in a search streams out
 * of an index and never sorts: key = seconds since 1970 * 64 + n. Of one second (a mailbox that was imported in one go) the order is that
 * of the UIDs: what a back-fill brings goes below what is there, everything else above. What has no room in its second takes the free
 * keys of the seconds beside it; `full_second` remembers where to look, so that thousands of them cost no search.
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
  /** Whether a message had a key of this second before. */
  isUsed(internalDate: number): boolean;
  /** A free key for a message with this date, above those of the same second, inside the caller's transaction. */
  above(internalDate: number): MessageId;
  /** The same, below those of the same second. */
  below(internalDate: number): MessageId;
};

type Second = { lowest: number | undefined; highest: number | undefined };

const BOUNDS_SQL = `SELECT min(message_id) AS lowest, max(message_id) AS highest FROM message
  WHERE message_id BETWEEN ? AND ?`;

/** Keys for the messages of one transaction: what is taken around their dates is read once for all of them. */
export function createKeys(mail: Database, internalDates: readonly number[]): Keys {
  const wanted = [...new Set(internalDates.map((date) => firstKeyOf(date) / KEYS_PER_SECOND))];
  const rows = mail.all<{
    second: number;
    lowest: number | null;
    highest: number | null;
    next_key: number | null;
    prev_key: number | null;
  }>(
    `SELECT value AS second, next_key, prev_key,
       (SELECT min(message_id) FROM message
        WHERE message_id BETWEEN value * ${KEYS_PER_SECOND} AND value * ${KEYS_PER_SECOND} + ${KEYS_PER_SECOND - 1}) AS lowest,
       (SELECT max(message_id) FROM message
        WHERE message_id BETWEEN value * ${KEYS_PER_SECOND} AND value * ${KEYS_PER_SECOND} + ${KEYS_PER_SECOND - 1}) AS highest
     FROM json_each(?) LEFT JOIN full_second ON full_second.second = value`,
    [JSON.stringify(wanted)],
  );
  const seconds = new Map<number, Second>(
    rows.map(({ second, lowest, highest }) => [
      second,
      { lowest: lowest ?? undefined, highest: highest ?? undefined },
    ]),
  );
  const nextKeys = new Map(rows.map(({ second, next_key }) => [second, next_key ?? undefined]));
  const prevKeys = new Map(rows.map(({ second, prev_key }) => [second, prev_key ?? undefined]));

  /** Given in this transaction, and not in the table yet. */
  const given = new Set<number>();

  function secondAt(second: number): Second {
    const known = seconds.get(second);
    if (known) return known;
    const first = second * KEYS_PER_SECOND;
    const row = mail.get<{ lowest: number | null; highest: number | null }>(BOUNDS_SQL, [
      first,
      lastKeyOf(first),
    ]);
    const read = { lowest: row?.lowest ?? undefined, highest: row?.highest ?? undefined };
    seconds.set(second, read);
    return read;
  }

  function take(second: number, key: number): MessageId {
    const { lowest = key, highest = key } = secondAt(second);
    seconds.set(second, { lowest: Math.min(lowest, key), highest: Math.max(highest, key) });
    given.add(key);
    return key as MessageId;
  }

  function above(internalDate: number): MessageId {
    const own = firstKeyOf(internalDate) / KEYS_PER_SECOND;
    let key = nextKeys.get(own) ?? own * KEYS_PER_SECOND;
    let second = Math.floor(key / KEYS_PER_SECOND);
    for (;;) {
      key = Math.max(key, (secondAt(second).highest ?? second * KEYS_PER_SECOND - 1) + 1);
      if (key <= lastKeyOf(second * KEYS_PER_SECOND)) break;
      second++;
    }
    if (second !== own) {
      nextKeys.set(own, key);
      mail.run(
        'INSERT INTO full_second(second, next_key) VALUES (?, ?) ON CONFLICT(second) DO UPDATE SET next_key = excluded.next_key',
        [own, key],
      );
    }
    return take(second, key);
  }

  /** Downwards from the beginning of its second, as far as the end of the second before is free, then from the end of the one before that. */
  function below(internalDate: number): MessageId {
    const own = firstKeyOf(internalDate) / KEYS_PER_SECOND;
    const inOwn = (secondAt(own).lowest ?? lastKeyOf(own * KEYS_PER_SECOND) + 1) - 1;
    if (inOwn >= own * KEYS_PER_SECOND) return take(own, inOwn);
    let key = (prevKeys.get(own) ?? own * KEYS_PER_SECOND) - 1;
    while (isTaken(key)) key = Math.floor(key / KEYS_PER_SECOND) * KEYS_PER_SECOND - 1;
    // Before time began there is no room: better out of order than without a key.
    if (key < KEYS_PER_SECOND) return above(internalDate);
    prevKeys.set(own, key);
    mail.run(
      'INSERT INTO full_second(second, prev_key) VALUES (?, ?) ON CONFLICT(second) DO UPDATE SET prev_key = excluded.prev_key',
      [own, key],
    );
    return take(Math.floor(key / KEYS_PER_SECOND), key);
  }

  const isTaken = (key: number): boolean =>
    given.has(key) || mail.get('SELECT 1 AS one FROM message WHERE message_id = ?', [key]) !== undefined;

  const used = new Set(
    [...seconds].filter(([, { lowest }]) => lowest !== undefined).map(([second]) => second),
  );
  return {
    isUsed: (internalDate) => used.has(firstKeyOf(internalDate) / KEYS_PER_SECOND),
    above,
    below,
  };
}
