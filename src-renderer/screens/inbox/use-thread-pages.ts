import { useCallback, useEffect, useMemo, useRef, useState } from 'react';
import type { ThreadView } from '../../../src-shared/ipc/contract.ts';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { ThreadId } from '../../../src-shared/model/ids.ts';
import { useBackend, useEvent } from '../../backend/backend-context.tsx';
import {
  changeRows,
  NO_PAGES,
  PAGE_SIZE,
  type RowChange,
  type ShownRows,
  settleRows,
  showRows,
  takePages,
} from './thread-pages.ts';

export type ThreadPagesState = {
  shown: ShownRows;
  isLoading: boolean;
  failure: Fail | undefined;
  /** These places are on the screen; what is missing of them is asked for. */
  showRange: (first: number, last: number) => void;
  /** Shows a change at once. */
  change: (threadIds: readonly ThreadId[], change: RowChange) => void;
  /** Asks again for what is on the screen, then forgets the changes that were shown in advance. */
  settle: (threadIds: readonly ThreadId[]) => Promise<void>;
};

/** The threads of one view, loaded in pages where the person looks, and kept fresh. */
export function useThreadPages(view: ThreadView): ThreadPagesState {
  const backend = useBackend();
  const key = JSON.stringify(view);
  const [held, setHeld] = useState({ key, pages: NO_PAGES, failure: undefined as Fail | undefined });
  const visible = useRef<readonly number[]>([0]);
  const asked = useRef(new Set<number>());
  const running = useRef<Promise<void> | undefined>(undefined);
  const isStale = useRef(false);
  const newestKey = useRef(key);

  const load = useCallback(
    async (indexes: readonly number[], isFresh: boolean) => {
      if (isFresh) asked.current = new Set(indexes);
      for (const index of indexes) asked.current.add(index);
      const wanted = JSON.parse(key) as ThreadView;
      const results = await Promise.all(
        indexes.map((index) =>
          backend.request('threads.page', { view: wanted, start: index * PAGE_SIZE, limit: PAGE_SIZE }),
        ),
      );
      if (newestKey.current !== key) return;
      const failure = results.find((result) => !result.ok);
      const pages = results.flatMap((result) => (result.ok ? [result.value] : []));
      setHeld((before) => ({
        key,
        pages: takePages(before.key === key ? before.pages : NO_PAGES, pages, isFresh),
        failure: failure?.ok === false ? failure : undefined,
      }));
    },
    [backend, key],
  );

  // Changes come in bursts: while one refresh runs, the rest of the burst becomes a single next one.
  const refresh = useCallback((): Promise<void> => {
    isStale.current = true;
    running.current ??= (async () => {
      while (isStale.current) {
        isStale.current = false;
        await load(visible.current, true);
      }
      running.current = undefined;
    })();
    return running.current;
  }, [load]);

  useEffect(() => {
    newestKey.current = key;
    visible.current = [0];
    running.current = undefined;
    void refresh();
  }, [key, refresh]);
  useEvent('messagesChanged', () => void refresh());
  useEffect(() => backend.subscribeRenewed(() => void refresh()), [backend, refresh]);

  const showRange = useCallback(
    (first: number, last: number) => {
      const from = Math.floor(first / PAGE_SIZE);
      const to = Math.floor(last / PAGE_SIZE);
      visible.current = Array.from({ length: to - from + 1 }, (_, index) => from + index);
      const missing = visible.current.filter((index) => !asked.current.has(index));
      if (missing.length > 0) void load(missing, false);
    },
    [load],
  );

  const change = useCallback((threadIds: readonly ThreadId[], what: RowChange) => {
    setHeld((before) => ({ ...before, pages: changeRows(before.pages, threadIds, what) }));
  }, []);
  const settle = useCallback(
    async (threadIds: readonly ThreadId[]) => {
      await refresh();
      setHeld((before) => ({ ...before, pages: settleRows(before.pages, threadIds) }));
    },
    [refresh],
  );

  const isCurrent = held.key === key;
  const pages = isCurrent ? held.pages : NO_PAGES;
  const shown = useMemo(() => showRows(pages), [pages]);
  return {
    shown,
    isLoading: pages.total === undefined && held.failure === undefined,
    failure: isCurrent ? held.failure : undefined,
    showRange,
    change,
    settle,
  };
}
