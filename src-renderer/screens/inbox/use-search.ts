import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { MessageId, ThreadId } from '../../../src-shared/model/ids.ts';
import { FLAGGED, type MessageSummary, SEEN } from '../../../src-shared/model/message.ts';
import type { SearchProblem } from '../../../src-shared/model/search.ts';
import type { ThreadRow } from '../../../src-shared/model/thread.ts';
import { useBackend, useEvent } from '../../backend/backend-context.tsx';
import { changeRows, NO_PAGES, settleRows, showRows, type ThreadPages } from './thread-pages.ts';
import type { ThreadPagesState } from './use-thread-pages.ts';

const PAGE = 50;

/** What the servers said beside what is here. */
export type ServerSearch =
  | { state: 'not-asked' }
  | { state: 'asking' }
  | { state: 'answered'; found: number; failed: number };

export type SearchState = ThreadPagesState & {
  /** There is more than what is loaded. */
  hasMore: boolean;
  problems: readonly SearchProblem[];
  server: ServerSearch;
  askServer: () => void;
  /** The newest message of a thread that fits. */
  hitOf: (threadId: ThreadId) => MessageSummary | undefined;
};

type Held = {
  query: string;
  hits: readonly MessageSummary[];
  fromServer: readonly MessageSummary[];
  next: MessageId | undefined;
  problems: readonly SearchProblem[];
  failure: Fail | undefined;
  server: ServerSearch;
};

const NOTHING: Held = {
  query: '',
  hits: [],
  fromServer: [],
  next: undefined,
  problems: [],
  failure: undefined,
  server: { state: 'not-asked' },
};

/** The row of a thread of which this message fits. */
function rowOf(hit: MessageSummary): ThreadRow {
  return {
    threadId: hit.threadId,
    accountId: hit.accountId,
    messageId: hit.messageId,
    participants: hit.from,
    recipients: hit.to,
    subject: hit.subject,
    preview: hit.preview,
    date: hit.date,
    count: 1,
    isUnread: !hit.flags.includes(SEEN),
    isStarred: hit.flags.includes(FLAGGED),
    hasAttachments: hit.hasAttachments,
  };
}

/** The newest hit of each thread, newest first; hits of the servers stand among those that are here. */
function newestOfThreads(held: Held): Map<ThreadId, MessageSummary> {
  const byThread = new Map<ThreadId, MessageSummary>();
  const all = [...held.hits, ...held.fromServer].sort((one, other) => other.messageId - one.messageId);
  for (const hit of all) if (!byThread.has(hit.threadId)) byThread.set(hit.threadId, hit);
  return byThread;
}

/**
 * The threads that fit a query, found as it is typed and kept fresh. `undefined`: nothing is searched.
 * Answers to an older query are dropped; what is shown stays until the newer answer is there, so that nothing flickers.
 */
export function useSearch(query: string | undefined): SearchState {
  const backend = useBackend();
  const [held, setHeld] = useState<Held>(NOTHING);
  const [changes, setChanges] = useState<ThreadPages['changes']>(new Map());
  const wanted = useRef(query);
  const loaded = useRef(PAGE);
  const isLoadingMore = useRef(false);

  const run = useCallback(
    async (asked: string, isNew: boolean): Promise<void> => {
      const hits: MessageSummary[] = [];
      let next: MessageId | undefined;
      let last: { problems: readonly SearchProblem[] } | undefined;
      do {
        const limit = Math.min(200, loaded.current - hits.length);
        const result = await backend.request('search.find', {
          query: asked,
          limit,
          ...(next !== undefined && { next }),
        });
        if (wanted.current !== asked) return;
        if (!result.ok) {
          setHeld((before) => ({ ...before, query: asked, failure: result }));
          return;
        }
        last = result.value;
        hits.push(...result.value.hits);
        next = result.value.next;
      } while (next !== undefined && hits.length < loaded.current);
      const problems = last.problems;
      setHeld((before) => ({
        query: asked,
        hits,
        next,
        problems,
        failure: undefined,
        fromServer: isNew ? [] : before.fromServer,
        server: isNew ? { state: 'not-asked' } : before.server,
      }));
    },
    [backend],
  );

  useEffect(() => {
    wanted.current = query;
    loaded.current = PAGE;
    setChanges(new Map());
    if (query === undefined || query === '') setHeld({ ...NOTHING, query: query ?? '' });
    else void run(query, true);
  }, [query, run]);

  const refresh = useCallback(async (): Promise<void> => {
    if (wanted.current !== undefined && wanted.current !== '') await run(wanted.current, false);
  }, [run]);
  useEvent('messagesChanged', () => void refresh());
  useEffect(() => backend.subscribeRenewed(() => void refresh()), [backend, refresh]);

  const byThread = useMemo(() => newestOfThreads(held), [held]);
  const pages = useMemo((): ThreadPages => {
    const rows = new Map([...byThread.values()].map((hit, index) => [index, rowOf(hit)]));
    const unread = [...rows.values()].filter((row) => row.isUnread).length;
    return { ...NO_PAGES, total: rows.size, unread, rows, changes };
  }, [byThread, changes]);
  const shown = useMemo(() => showRows(pages), [pages]);
  const hasMore = held.next !== undefined;

  const showRange = useCallback(
    (_first: number, last: number) => {
      if (!hasMore || isLoadingMore.current || last < shown.count - PAGE / 2) return;
      isLoadingMore.current = true;
      loaded.current += PAGE;
      void refresh().finally(() => {
        isLoadingMore.current = false;
      });
    },
    [hasMore, refresh, shown.count],
  );
  const change = useCallback<ThreadPagesState['change']>((threadIds, what) => {
    setChanges((before) => changeRows({ ...NO_PAGES, changes: before }, threadIds, what).changes);
  }, []);
  const settle = useCallback<ThreadPagesState['settle']>(
    async (threadIds) => {
      await refresh();
      setChanges((before) => settleRows({ ...NO_PAGES, changes: before }, threadIds).changes);
    },
    [refresh],
  );

  const askServer = (): void => {
    const asked = wanted.current;
    if (asked === undefined || asked === '') return;
    setHeld((before) => ({ ...before, server: { state: 'asking' } }));
    void backend.request('search.onServer', { query: asked }).then((result) => {
      if (wanted.current !== asked) return;
      setHeld((before) => {
        if (!result.ok) return { ...before, failure: result, server: { state: 'not-asked' } };
        const known = new Set(before.hits.map((hit) => hit.messageId));
        const fromServer = result.value.hits.filter((hit) => !known.has(hit.messageId));
        const failed = result.value.failed.length;
        return { ...before, fromServer, server: { state: 'answered', found: fromServer.length, failed } };
      });
    });
  };

  return {
    shown,
    isLoading: query !== undefined && query !== '' && held.query === '' && held.failure === undefined,
    failure: held.failure,
    showRange,
    change,
    settle,
    hasMore,
    problems: held.problems,
    server: held.server,
    askServer,
    hitOf: (threadId) => byThread.get(threadId),
  };
}
