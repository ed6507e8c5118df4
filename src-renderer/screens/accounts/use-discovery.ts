/** What was found about an address by asking its domain; nothing is asked before `ask`. */
import { useEffect, useRef, useState } from 'react';
import type { OutputOf } from '../../../src-shared/ipc/contract.ts';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { Discovered } from '../../../src-shared/model/discovery.ts';
import { useBackend } from '../../backend/backend-context.tsx';

export type Discovery = {
  state: 'idle' | 'asking' | 'done';
  answer: OutputOf<'accounts.discover'> | undefined;
  failure: Fail | undefined;
  /** What is used of what was found: the best, until the person picks another. */
  chosen: Discovered | undefined;
  ask: (askIspdb: boolean) => void;
  choose: (found: Discovered) => void;
};

type Held = Pick<Discovery, 'state' | 'answer' | 'failure' | 'chosen'> & { address: string };

const NOTHING: Held = {
  address: '',
  state: 'idle',
  answer: undefined,
  failure: undefined,
  chosen: undefined,
};

/** An answer counts for the address it was asked for, to the letter: user names are made of it. */
export function useDiscovery(address: string): Discovery {
  const backend = useBackend();
  const [held, setHeld] = useState(NOTHING);
  const turn = useRef(0);
  useEffect(
    () => () => {
      turn.current += 1;
    },
    [],
  );

  const ask = async (askIspdb: boolean): Promise<void> => {
    turn.current += 1;
    const mine = turn.current;
    setHeld({ ...NOTHING, address, state: 'asking' });
    const result = await backend.request('accounts.discover', { address, askIspdb });
    if (mine !== turn.current) return;
    setHeld(
      result.ok
        ? { ...NOTHING, address, state: 'done', answer: result.value, chosen: result.value.found[0] }
        : { ...NOTHING, address, state: 'done', failure: result },
    );
  };

  const { state, answer, failure, chosen } = held.address === address ? held : NOTHING;
  return {
    state,
    answer,
    failure,
    chosen,
    ask: (askIspdb) => void ask(askIspdb),
    choose: (found) => setHeld((before) => ({ ...before, chosen: found })),
  };
}
