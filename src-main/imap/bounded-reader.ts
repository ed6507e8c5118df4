/**
 * What imapflow reads without a bound of its own. A server that answers with more than it was asked for would fill the memory of
 * this process, in which other accounts live too: its connection is closed, which is a `protocol-error`.
 */
import type {
  FetchMessageObject,
  FetchOptions,
  FetchQueryObject,
  ImapFlow,
  ListOptions,
  ListResponse,
  MessageRange,
} from 'imapflow';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import type { FetchedSource } from './fetched.ts';
import { limitReceived } from './receive-limit.ts';
import { formatUidSet } from './uid-set.ts';

/** Beside what was asked for a server may tell of flags that somebody else changed, but not without end. */
const MOST_UNASKED = 10_000;
/** Bytes of whole messages in the answers to one command: one of the largest, or a batch of small ones. */
const MOST_SOURCES = LIMITS.messageSize + 8_000_000;
/** Bytes of a list of mailboxes: more than a hundred thousand of them. */
const MOST_LIST = 16_000_000;

export type BoundedReader = {
  /** FETCH answers as they come. `expected` is how many there can be: by default one a message of the open mailbox. */
  fetch(
    range: MessageRange,
    query: FetchQueryObject,
    options: FetchOptions,
    expected?: number,
  ): AsyncGenerator<FetchMessageObject, void>;
  /** Whole messages, each once, none that was not asked for. */
  fetchSources(uids: readonly number[]): Promise<FetchedSource[]>;
  list(options: ListOptions): Promise<ListResponse[]>;
};

export function createBoundedReader(client: ImapFlow, host: string): BoundedReader {
  function breakOff(): MailError {
    client.close();
    return new MailError('protocol-error', { retry: 'later', detail: { host } });
  }

  const messagesThere = (): number => (client.mailbox === false ? 0 : client.mailbox.exists);

  async function* fetch(
    range: MessageRange,
    query: FetchQueryObject,
    options: FetchOptions,
    expected = messagesThere(),
  ): AsyncGenerator<FetchMessageObject, void> {
    let left = expected + MOST_UNASKED;
    for await (const message of client.fetch(range, query, options)) {
      if (left-- <= 0) throw breakOff();
      yield message;
    }
  }

  return {
    fetch,
    async fetchSources(uids) {
      const asked = new Set(uids);
      const sources = new Map<number, Uint8Array>();
      let left = MOST_SOURCES;
      const query = { uid: true, source: true };
      for await (const { uid, source } of fetch(formatUidSet(uids), query, { uid: true }, uids.length)) {
        left -= source?.length ?? 0;
        if (left < 0) throw breakOff();
        if (source && asked.has(uid)) sources.set(uid, source);
      }
      return [...sources].map(([uid, source]) => ({ uid, source }));
    },
    list: (options) => limitReceived(client, { most: MOST_LIST, host }, () => client.list(options)),
  };
}
