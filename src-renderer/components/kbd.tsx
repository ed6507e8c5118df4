import type { ReactNode } from 'react';
import { sayKeys } from '../i18n/key-words.ts';

/** Keys, as `Mod Shift L`, as they stand on the keyboard. Silent: the control names its key by aria-keyshortcuts. */
export function Kbd({ children }: { children: string }): ReactNode {
  return (
    <span className="kbd" aria-hidden="true">
      {sayKeys(children)}
    </span>
  );
}

/** The same in a list of keys, each by itself, and said. */
export function KeyList({ keys }: { keys: string }): ReactNode {
  return (
    <>
      <span className="visually-hidden">{sayKeys(keys)}</span>
      {keys.split(' ').map((key) => (
        <Kbd key={key}>{key}</Kbd>
      ))}
    </>
  );
}
