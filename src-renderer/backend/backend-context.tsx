import { createContext, type ReactNode, useContext, useEffect, useRef } from 'react';
import type { EventName, PayloadOf } from '../../src-shared/ipc/events.ts';
import type { Backend } from './backend.ts';

const BackendContext = createContext<Backend | undefined>(undefined);

export function BackendProvider({ backend, children }: { backend: Backend; children: ReactNode }): ReactNode {
  return <BackendContext value={backend}>{children}</BackendContext>;
}

/** The backend of this window. */
export function useBackend(): Backend {
  const backend = useContext(BackendContext);
  if (!backend) throw new Error('useBackend stands outside BackendProvider');
  return backend;
}

/** Calls `listener` for each event while the component is there; always the newest listener. */
export function useEvent<N extends EventName>(name: N, listener: (payload: PayloadOf<N>) => void): void {
  const backend = useBackend();
  const newest = useRef(listener);
  useEffect(() => {
    newest.current = listener;
  });
  useEffect(() => backend.subscribe(name, (payload) => newest.current(payload)), [backend, name]);
}
