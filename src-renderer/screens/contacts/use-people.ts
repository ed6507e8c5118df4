import { useCallback, useEffect, useRef, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { Contact } from '../../../src-shared/model/contact.ts';
import { useBackend, useEvent } from '../../backend/backend-context.tsx';

const PAGE = 200;

export type People = {
  total: number;
  /** Undefined while it is not here yet. */
  at: (index: number) => Contact | undefined;
  isLoading: boolean;
  failure: Fail | undefined;
  /** Tells what is on the screen: it is asked for. */
  want: (first: number, last: number) => void;
};

type Held = { query: string; total: number | undefined; pages: ReadonlyMap<number, Contact[]> };

/** The people who fit, page by page as they come on the screen, and again when somebody changed. What is shown stays until the new is here. */
export function usePeople(query: string): People {
  const backend = useBackend();
  const [held, setHeld] = useState<Held>({ query, total: undefined, pages: new Map() });
  const [failure, setFailure] = useState<Fail>();
  const wanted = useRef({ first: 0, last: 0 });
  const turn = useRef(0);

  const load = useCallback(
    async (pages: readonly number[], isFresh: boolean) => {
      const mine = turn.current;
      for (const page of pages) {
        const result = await backend.request('contacts.page', { query, start: page * PAGE, limit: PAGE });
        if (mine !== turn.current) return;
        setFailure(result.ok ? undefined : result);
        if (!result.ok) return;
        const isFirst = isFresh && page === pages[0];
        const { contacts, total } = result.value;
        setHeld((before) => ({
          query,
          total,
          pages: new Map([...(isFirst ? [] : before.pages), [page, contacts]]),
        }));
      }
    },
    [backend, query],
  );

  const pagesWanted = useCallback((): number[] => {
    const { first, last } = wanted.current;
    const [from, to] = [Math.floor(first / PAGE), Math.floor(last / PAGE)];
    return Array.from({ length: to - from + 1 }, (_, index) => from + index);
  }, []);

  const again = useCallback(() => {
    turn.current += 1;
    void load(pagesWanted(), true);
  }, [load, pagesWanted]);

  useEffect(() => {
    wanted.current = { first: 0, last: 0 };
    again();
  }, [again]);
  useEvent('contactsChanged', again);
  useEffect(() => backend.subscribeRenewed(again), [backend, again]);

  return {
    total: held.total ?? 0,
    at: (index) => held.pages.get(Math.floor(index / PAGE))?.[index % PAGE],
    isLoading: held.total === undefined,
    failure,
    want(first, last) {
      wanted.current = { first, last };
      const missing = pagesWanted().filter((page) => !held.pages.has(page));
      if (missing.length > 0 && held.query === query && held.total !== undefined) void load(missing, false);
    },
  };
}
