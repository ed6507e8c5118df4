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
 */
export function useRequest<N extends RequestName>(
  name: N,
  input: InputOf<N> | undefined,
  options: { refetchOn?: readonly EventName[] } = {},
): RequestState<OutputOf<N>> {
  const backend = useBackend();
  const key = input === undefined ? '' : JSON.stringify(input);
  const [held, setHeld] = useState<Held<OutputOf<N>>>({ key: '', value: undefined, failure: undefined });
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
    void ask();
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
