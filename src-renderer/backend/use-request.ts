import { useCallback, useEffect, useRef, useState } from 'react';
import type { InputOf, OutputOf, RequestName } from '../../src-shared/ipc/contract.ts';
import type { EventName } from '../../src-shared/ipc/events.ts';
import type { Fail } from '../../src-shared/ipc/result.ts';
import { useBackend } from './backend-context.tsx';

export type RequestState<T> = {
  /** The newest value; kept while it is asked for again, dropped when the input changed. */
  value: T | undefined;
  failure: Fail | undefined;
  isLoading: boolean;
  /** Asks again now. */
  refetch: () => void;
};

type Held<T> = { key: string; value: T | undefined; failure: Fail | undefined };

/**
 * Asks the engine for something and keeps it fresh: again when the input changes, after each of the events, and
 * when the engine was started anew.
 * With `undefined` as input nothing is asked. Answers that come too late are dropped.
 * What `held` gives at first, and still gives when it is shown, is the answer: it is asked for only when something changes.
 */
export function useRequest<N extends RequestName>(
  name: N,
  input: InputOf<N> | undefined,
  options: { refetchOn?: readonly EventName[]; held?: () => OutputOf<N> | undefined } = {},
): RequestState<OutputOf<N>> {
  const backend = useBackend();
  const key = input === undefined ? '' : JSON.stringify(input);
  const [held, setHeld] = useState<Held<OutputOf<N>>>(() => {
    const value = options.held?.();
    return { key: value === undefined ? '' : key, value, failure: undefined };
  });
  const known = useRef(held.value);
  const { held: readHeld } = options;
  const newestHeld = useRef(readHeld);
  useEffect(() => {
    newestHeld.current = readHeld;
  });
  const turn = useRef(0);

  const ask = useCallback(async () => {
    turn.current += 1;
    if (key === '') return;
    const mine = turn.current;
    const result = await backend.request(name, JSON.parse(key) as InputOf<N>);
    if (mine !== turn.current) return;
    setHeld((before) =>
      result.ok
        ? { key, value: result.value, failure: undefined }
        : { key, value: before.key === key ? before.value : undefined, failure: result },
    );
  }, [backend, name, key]);

  useEffect(() => {
    const isKnown = known.current !== undefined && newestHeld.current?.() === known.current;
    known.current = undefined;
    if (!isKnown) void ask();
    return () => {
      turn.current += 1;
    };
  }, [ask]);

  useEffect(() => backend.subscribeRenewed(() => void ask()), [backend, ask]);
  const eventNames = (options.refetchOn ?? []).join(' ');
  useEffect(() => {
    const names = eventNames.split(' ').filter((each) => each !== '') as EventName[];
    const stops = names.map((each) => backend.subscribe(each, () => void ask()));
    return () => {
      for (const stop of stops) stop();
    };
  }, [backend, eventNames, ask]);

  const isCurrent = held.key === key && key !== '';
  return {
    value: isCurrent ? held.value : undefined,
    failure: isCurrent ? held.failure : undefined,
    isLoading: key !== '' && !isCurrent,
    refetch: () => void ask(),
  };
}
