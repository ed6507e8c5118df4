/**
 * FETCH and LIST with bounds. A server that answers with more than it was asked for would fill the memory of this process, in which
 * other accounts live too: its connection is closed, which is a `protocol-error`. A server that answers for so many messages only
 * (RFC 9738) is asked again for the rest.
 */
import type { ImapFlow, ListOptions, ListResponse } from 'imapflow';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import type { FetchedSource } from './fetched.ts';
import { bytesOf, runRaw } from './raw-command.ts';
import { type FetchedItems, rawFetch, uidOf } from './raw-fetch.ts';
import { limitReceived } from './receive-limit.ts';
import { chunksOf, formatUidSet } from './uid-set.ts';

/** Beside what was asked for a server may tell of flags that somebody else changed, but not without end. */
const MOST_UNASKED = 10_000;
/** Bytes of whole messages in the answers to one command: one of the largest, or a batch of small ones. */
const MOST_SOURCES = LIMITS.messageSize + 8_000_000;
/** Bytes of a list of mailboxes: more than a hundred thousand of them. */
const MOST_LIST = 16_000_000;

export type OnItems = (items: FetchedItems) => void | Promise<void>;

export type BoundedReader = {
  /** One command; `expected` is how many answers there can be. Answers as `rawFetch` does. */
  fetch(
    query: { set: string; items: string; byUid?: boolean; modifiers?: string; expected: number },
    onItems: OnItems,
  ): Promise<number | undefined>;
  /** These UIDs, in as many commands as the server's limit demands, the last UIDs first. */
  fetchUids(uids: readonly number[], items: string, onItems: OnItems): Promise<void>;
  /** UIDs from..to (`to` may be beyond the last one), however many there are. */
  fetchRange(
    range: { from: number; to: number },
    query: { items: string; modifiers?: string },
    onItems: OnItems,
  ): Promise<void>;
  /** Whole messages, each once, none that was not asked for. */
  fetchSources(uids: readonly number[]): Promise<FetchedSource[]>;
  list(options: ListOptions): Promise<ListResponse[]>;
  /** Another command that tells of all mailboxes, with the same bound. */
  boundedList<T>(task: () => Promise<T>): Promise<T>;
};

/** RFC 9738 §3: MESSAGELIMIT=N. */
export function messageLimitOf({ capabilities }: ImapFlow): number | undefined {
  for (const name of capabilities.keys()) {
    const limit = Number(/^MESSAGELIMIT=(\d{1,9})$/i.exec(name)?.[1] ?? 0);
    if (limit > 0) return limit;
  }
  return undefined;
}

export function createBoundedReader(client: ImapFlow, host: string): BoundedReader {
  function breakOff(): MailError {
    client.close();
    return new MailError('protocol-error', { retry: 'later', detail: { host } });
  }

  const fetch: BoundedReader['fetch'] = ({ expected, ...query }, onItems) => {
    let left = expected + MOST_UNASKED;
    return runRaw(client, (execute) =>
      rawFetch(execute, query, (items) => {
        if (left-- <= 0) throw breakOff();
        return onItems(items);
      }),
    );
  };

  const fetchUids: BoundedReader['fetchUids'] = async (uids, items, onItems) => {
    const ascending = [...uids].sort((a, b) => a - b);
    for (const part of chunksOf(ascending, messageLimitOf(client) ?? ascending.length).reverse()) {
      await fetch({ set: formatUidSet(part), items, expected: part.length }, onItems);
    }
  };

  const boundedList: BoundedReader['boundedList'] = (task) =>
    limitReceived(client, { most: MOST_LIST, host }, task);

  return {
    fetch,
    fetchUids,
    async fetchRange(range, query, onItems) {
      // For all commands together; each that tells nothing costs one, so that a server cannot send us round for ever.
      let expected = client.mailbox === false ? 0 : client.mailbox.exists;
      let { from, to } = range;
      while (from <= to) {
        let lowest = Number.POSITIVE_INFINITY;
        let told = 0;
        const stoppedAt = await fetch({ set: `${from}:${to}`, ...query, expected }, (items) => {
          told += 1;
          lowest = Math.min(lowest, uidOf(items) ?? lowest);
          return onItems(items);
        });
        if (stoppedAt === undefined) return;
        expected -= Math.max(told, 1);
        if (expected + MOST_UNASKED <= 0) throw breakOff();
        // Servers begin with the newest (RFC 9738 §3.1), but nothing is lost with one that does not.
        if (stoppedAt <= lowest) to = Math.min(stoppedAt, to) - 1;
        else from = Math.max(stoppedAt, from) + 1;
      }
    },
    async fetchSources(uids) {
      const asked = new Set(uids);
      const sources = new Map<number, Uint8Array>();
      let left = MOST_SOURCES;
      await fetchUids([...asked], 'UID BODY.PEEK[]', (items) => {
        const uid = uidOf(items);
        const source = bytesOf(items.get('BODY['));
        left -= source?.length ?? 0;
        if (left < 0) throw breakOff();
        if (source && uid !== undefined && asked.has(uid)) sources.set(uid, source);
      });
      return [...sources].map(([uid, source]) => ({ uid, source }));
    },
    list: (options) => boundedList(() => client.list(options)),
    boundedList,
  };
}
