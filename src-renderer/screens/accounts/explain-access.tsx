import type { ReactNode } from 'react';
import { t } from '../../i18n/i18n.ts';

const PARTS = ['oauth', 'password', 'browser', 'stored', 'risks', 'back'] as const;

/** What signing in is, what is stored where, what can go wrong, how it is taken back: read without any connection. */
export function ExplainAccess(): ReactNode {
  return (
    <div className="explain">
      {PARTS.map((part) => (
        <section key={part}>
          <h2>{t(`explain.${part}`)}</h2>
          <p>{t(`explain.${part}Text`)}</p>
        </section>
      ))}
    </div>
  );
}
