import type { ReactNode } from 'react';

/** A key as it stands on the keyboard. Silent: the control names its key by aria-keyshortcuts. */
export function Kbd({ children }: { children: ReactNode }): ReactNode {
  return (
    <span className="kbd" aria-hidden="true">
      {children}
    </span>
  );
}
