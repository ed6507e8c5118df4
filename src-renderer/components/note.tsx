import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

/** A quiet bar with a fact, or an amber one where a person must act. */
export function Note({
  tone = 'quiet',
  icon,
  actions,
  role,
  children,
}: {
  tone?: 'quiet' | 'warn';
  icon?: IconName;
  actions?: ReactNode;
  /** `status` or `alert` when it appears by itself. */
  role?: 'status' | 'alert';
  children: ReactNode;
}): ReactNode {
  return (
    <div className={tone === 'warn' ? 'note note-warn' : 'note'} {...(role === undefined ? {} : { role })}>
      {icon && <Icon name={icon} />}
      <div className="note-words">{children}</div>
      {actions}
    </div>
  );
}
