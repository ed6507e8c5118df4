import type { ReactNode } from 'react';
import { Icon, type IconName } from './icon.tsx';

/** A quiet bar with a fact, an amber one where a person must act, or a red one where somebody deceives them. */
export function Note({
  tone = 'quiet',
  icon,
  actions,
  role,
  children,
}: {
  tone?: 'quiet' | 'warn' | 'danger';
  icon?: IconName;
  actions?: ReactNode;
  /** `status` or `alert` when it appears by itself. */
  role?: 'status' | 'alert';
  children: ReactNode;
}): ReactNode {
  return (
    <div
      className={tone === 'quiet' ? 'note' : `note note-${tone}`}
      {...(role === undefined ? {} : { role })}
    >
      {icon && <Icon name={icon} />}
      <div className="note-words">{children}</div>
      {actions}
    </div>
  );
}
