import type { ReactNode } from 'react';
import { initialsOf } from './initials.ts';

/** The initials of somebody (round) or of an organisation (square). Always grey, never a remote picture. */
export function Avatar({
  name,
  shape = 'round',
  size = 32,
}: {
  name: string;
  shape?: 'round' | 'square';
  size?: 24 | 32 | 40;
}): ReactNode {
  const names = ['avatar', shape === 'square' ? 'avatar-square' : '', size === 32 ? '' : `avatar-${size}`];
  return (
    <span className={names.filter((each) => each !== '').join(' ')} aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}
