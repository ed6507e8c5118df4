import { type ReactNode, useState } from 'react';
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
  const [startsOpen] = useState(isOpen);
  return (
    <details className="disclosure" open={startsOpen}>
      <summary>{title}</summary>
      <div className="disclosure-inside">{children}</div>
    </details>
  );
}
