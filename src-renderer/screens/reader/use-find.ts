import { useCallback, useMemo, useState } from 'react';
import type { MessageId } from '../../../src-shared/model/ids.ts';
import type { Find } from './found-in-page.ts';

export type Finding = {
  isOpen: boolean;
  query: string;
  at: number;
  count: number;
  turn: number;
  open: () => void;
  close: () => void;
  setQuery: (query: string) => void;
  step: (by: number) => void;
  /** What is looked for in one message. */
  of: (messageId: MessageId) => Find | undefined;
  /** How often it was found there. */
  report: (messageId: MessageId, count: number) => void;
};

/** Where the n-th of all places is: in which message, and which of its own it is. */
export function locate(
  counts: readonly (readonly [MessageId, number])[],
  at: number,
): { messageId: MessageId; at: number } | undefined {
  let rest = at;
  for (const [messageId, count] of counts) {
    if (rest < count) return { messageId, at: rest };
    rest -= count;
  }
  return undefined;
}

/** Finds words in the open messages of a thread, in the order in which they stand. */
export function useFind(openIds: readonly MessageId[]): Finding {
  const [held, setHeld] = useState({ isOpen: false, query: '', at: 0, turn: 0 });
  const [counts, setCounts] = useState<ReadonlyMap<MessageId, number>>(new Map());
  const inOrder = openIds.map((id) => [id, counts.get(id) ?? 0] as const);
  const count = inOrder.reduce((sum, [, each]) => sum + each, 0);
  const at = count === 0 ? 0 : held.at % count;
  const now = locate(inOrder, at);
  const nowId = now?.messageId;
  const nowAt = now?.at ?? -1;
  const { isOpen, query } = held;
  const isLooking = isOpen && query.trim() !== '';
  const finds = useMemo(() => {
    const elsewhere: Find = { query, at: -1 };
    return { here: { query, at: nowAt } satisfies Find, elsewhere };
  }, [query, nowAt]);
  const report = useCallback((messageId: MessageId, found: number): void => {
    setCounts((before) => (before.get(messageId) === found ? before : new Map(before).set(messageId, found)));
  }, []);
  return {
    isOpen,
    query,
    at,
    count: isLooking ? count : 0,
    turn: held.turn,
    open: () => setHeld((before) => ({ ...before, isOpen: true, turn: before.turn + 1 })),
    close: () => setHeld((before) => ({ ...before, isOpen: false })),
    setQuery: (next) => {
      setHeld((before) => ({ ...before, query: next, at: 0 }));
      if (next.trim() === '') setCounts(new Map());
    },
    step: (by) => setHeld((before) => ({ ...before, at: count === 0 ? 0 : (at + by + count) % count })),
    of: (messageId) => (isLooking ? (messageId === nowId ? finds.here : finds.elsewhere) : undefined),
    report,
  };
}
