import type { ReactNode } from 'react';
import { t } from '../../i18n/i18n.ts';
import { type OnlyHere, sayChanges, saySubjects } from './sign-out-words.ts';

/** What is only on this computer and would be lost, counted by kind. */
export function OnlyHereList({ onlyHere, provider }: { onlyHere: OnlyHere; provider: string }): ReactNode {
  const { waiting, drafts, changes, changeCount } = onlyHere;
  return (
    <>
      <h2 className="sign-out-heading">{t('signOut.onlyHere', { count: onlyHere.things })}</h2>
      <ul className="lost">
        <Lost
          count={waiting.length}
          words={t('signOut.waiting', { count: waiting.length })}
          more={saySubjects(waiting)}
        />
        <Lost
          count={drafts.length}
          words={t('signOut.drafts', { count: drafts.length, provider })}
          more={saySubjects(drafts)}
        />
        <Lost
          count={changeCount}
          words={t('signOut.changes', { count: changeCount, provider })}
          more={sayChanges(changes)}
        />
      </ul>
    </>
  );
}

/** One line of what would be lost; nothing when there is none of it. */
function Lost({ count, words, more }: { count: number; words: string; more: string }): ReactNode {
  if (count === 0) return null;
  return (
    <li>
      <b className="num">{count}</b>
      <span className="lost-words">
        <span>{words}</span>
        <span className="c3 cut" dir="auto">
          {more}
        </span>
      </span>
    </li>
  );
}
