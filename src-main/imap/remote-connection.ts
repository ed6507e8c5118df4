/** A connection that is read in the worker's thread, with the face of one of this thread. */
import { MailError } from '../base/errors.ts';
import type { ImapCapabilities, ImapConnection, MailboxNews } from './imap-connection.ts';
import { type CallName, markFunctions, type Outcome, resultOf, type ToWorker } from './worker-wire.ts';

/** Every method that is a question; the type check fails when one is missing. */
const CALLS: Record<CallName, true> = {
  append: true,
  createMailbox: true,
  deleteMessages: true,
  existingUids: true,
  fetchChanges: true,
  fetchEnvelopes: true,
  fetchFlags: true,
  fetchMessageIds: true,
  fetchNewest: true,
  fetchParts: true,
  fetchPreviews: true,
  fetchSource: true,
  fetchSources: true,
  listMailboxes: true,
  mailboxStatus: true,
  makeMailbox: true,
  moveMessages: true,
  notify: true,
  openMailbox: true,
  probe: true,
  removeMailbox: true,
  renameMailbox: true,
  replace: true,
  search: true,
  searchMessageId: true,
  selectMailbox: true,
  setSubscribed: true,
  storeFlags: true,
  streamEnvelopes: true,
  traffic: true,
};

type AnyFunction = (...values: unknown[]) => unknown;
type Waiting = { settle(outcome: Outcome): void; functions: number[] };

/** The functions that calls of all connections were given, by number. What one throws is thrown by its call as it is. */
export type GivenFunctions = {
  keep(called: AnyFunction): number;
  forget(numbers: readonly number[]): void;
  /** What was thrown by one of these, if one threw. */
  thrownBy(numbers: readonly number[]): { error: unknown } | undefined;
};

export type RemoteConnection = {
  connection: ImapConnection;
  onResult(call: number, outcome: Outcome, openPath: string | undefined): void;
  onNews(): void;
  onMailboxNews(news: MailboxNews): void;
  onClosed(): void;
};

export function createRemoteConnection(
  { id, host, capabilities }: { id: number; host: string; capabilities: ImapCapabilities },
  send: (message: ToWorker) => void,
  functions: GivenFunctions,
): RemoteConnection {
  const waiting = new Map<number, Waiting>();
  const closeListeners = new Set<() => void>();
  const newsListeners = new Set<() => void>();
  const mailboxListeners = new Set<(news: MailboxNews) => void>();
  let lastCall = 0;
  let isOpen = true;
  let path: string | undefined;

  const lost = () => new MailError('connection-lost', { retry: 'later', detail: { host } });

  function onClosed(): void {
    if (!isOpen) return;
    isOpen = false;
    path = undefined;
    for (const { settle } of [...waiting.values()]) settle({ error: { ...lost(), code: 'connection-lost' } });
    for (const listener of closeListeners) listener();
  }

  async function call(name: CallName, values: unknown[]): Promise<unknown> {
    if (!isOpen) {
      // As a connection of this thread: a probe tells, it does not fail.
      if (name === 'probe') return false;
      throw lost();
    }
    lastCall += 1;
    const number = lastCall;
    const given: number[] = [];
    const marked = markFunctions(values, (called) => {
      const kept = functions.keep(called);
      given.push(kept);
      return kept;
    });
    const settled = new Promise<Outcome>((resolve) => {
      waiting.set(number, { settle: resolve, functions: given });
    });
    try {
      send({ kind: 'call', id, call: number, name, values: marked });
      const outcome = await settled;
      const thrown = functions.thrownBy(given);
      if (thrown && 'error' in outcome) throw thrown.error;
      return resultOf(outcome);
    } finally {
      waiting.delete(number);
      functions.forget(given);
    }
  }

  const calls = Object.fromEntries(
    Object.keys(CALLS).map((name) => [name, (...values: unknown[]) => call(name as CallName, values)]),
  ) as Pick<ImapConnection, CallName>;

  return {
    connection: {
      ...calls,
      host,
      capabilities,
      isOpen: () => isOpen,
      openPath: () => path,
      onClose: (listener) => {
        if (isOpen) closeListeners.add(listener);
        else queueMicrotask(listener);
      },
      onNews: (listener) => void newsListeners.add(listener),
      onMailboxNews: (listener) => void mailboxListeners.add(listener),
      idle: () => {
        if (isOpen) send({ kind: 'idle', id });
      },
      close() {
        if (!isOpen) return;
        send({ kind: 'close', id });
        onClosed();
      },
    },
    onResult(number, outcome, openPath) {
      if (isOpen) path = openPath;
      waiting.get(number)?.settle(outcome);
    },
    onNews() {
      for (const listener of newsListeners) listener();
    },
    onMailboxNews(news) {
      for (const listener of mailboxListeners) listener(news);
    },
    onClosed,
  };
}
