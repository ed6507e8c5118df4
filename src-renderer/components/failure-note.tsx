import { type ReactNode, useEffect, useRef } from 'react';
import type { Fail } from '../../src-shared/ipc/result.ts';
import { t } from '../i18n/i18n.ts';
import { Note } from './note.tsx';
import './failure-note.css';

/** What failed, what to do next, and details to copy. Stands where the thing is that failed. */
export function FailureNote({
  failure,
  actions,
  takesFocus = false,
}: {
  failure: Fail;
  actions?: ReactNode;
  /** Where the failure took away what had the focus. */
  takesFocus?: boolean;
}): ReactNode {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    if (takesFocus) place.current?.focus();
  }, [takesFocus]);
  const facts = Object.entries(failure.detail ?? {}).map(([name, fact]) => `${name}=${fact}`);
  return (
    <div className="failure-note" ref={place} tabIndex={-1}>
      <Note tone="warn" icon="warning" role="alert" actions={actions}>
        <div className="med">{t(`error.${failure.code}.title`)}</div>
        <div>{t(`error.${failure.code}.next`)}</div>
        {facts.length > 0 && (
          <details className="failure-details">
            <summary>{t('error.details')}</summary>
            <code className="selectable">{[failure.code, ...facts].join('\n')}</code>
          </details>
        )}
      </Note>
    </div>
  );
}
