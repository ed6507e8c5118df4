import type { ReactNode } from 'react';
import './disclosure.css';

/** Something that most people need not see, behind its name. */
export function Disclosure({
  title,
  isOpen = false,
  children,
}: {
  title: string;
  /** How it opens; afterwards the person decides. */
  isOpen?: boolean;
  children: ReactNode;
}): ReactNode {
  return (
    <details className="disclosure" open={isOpen}>
      <summary>{title}</summary>
      <div className="disclosure-inside">{children}</div>
    </details>
  );
}
