/** What was verified on this installation just now, each with what it means and what to do. */
import { type ReactNode, useEffect, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { CheckItem, SecurityCheck } from '../../../src-shared/model/security-check.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Icon } from '../../components/icon.tsx';
import { Page } from '../../components/page.tsx';
import { formatDateTime, t } from '../../i18n/i18n.ts';
import { inOrder, sayFix, sayItem, saySummary, sayTitle } from './check-words.ts';
import './safety.css';

export function CheckPage(): ReactNode {
  const backend = useBackend();
  const [check, setCheck] = useState<SecurityCheck>();
  const [isRunning, setIsRunning] = useState(false);
  const [failure, setFailure] = useState<Fail>();

  useEffect(() => {
    let isGone = false;
    void backend.request('security.last', {}).then((result) => {
      if (!isGone && result.ok) setCheck(result.value.check);
    });
    return () => {
      isGone = true;
    };
  }, [backend]);

  const run = async (): Promise<void> => {
    if (isRunning) return;
    setIsRunning(true);
    const result = await backend.request('security.check', {});
    setIsRunning(false);
    setFailure(result.ok ? undefined : result);
    if (result.ok) setCheck(result.value);
  };

  const summary = check && saySummary(check);
  return (
    <Page
      title={t('pages.check')}
      lede={
        <p className="lede" role="status">
          <span className={summary?.isWarning && !isRunning ? 'warn' : ''}>
            {isRunning ? t('page.check.running') : (summary?.words ?? t('page.check.never'))}
          </span>
        </p>
      }
      action={
        // Not disabled while it runs: it would lose the focus.
        <Button variant="primary" onPress={() => void run()}>
          {t('page.check.run')}
        </Button>
      }
    >
      {failure && <FailureNote failure={failure} />}
      {check && (
        <>
          <p className="t12 c2 num">{t('page.check.at', { when: formatDateTime(check.checkedAt) })}</p>
          <ul className="check-list">
            {inOrder(check.items).map((item) => (
              <Item key={item.name} item={item} />
            ))}
          </ul>
        </>
      )}
      {!check && <p className="section c2">{t('page.check.lede')}</p>}
    </Page>
  );
}

const ICONS = { good: 'check', bad: 'warning', unknown: 'minus' } as const;

function Item({ item }: { item: CheckItem }): ReactNode {
  const fix = sayFix(item);
  return (
    <li className="check-item">
      <Icon name={ICONS[item.state]} className={item.state === 'bad' ? 'warn' : 'c2'} />
      <div>
        <div className={item.state === 'bad' ? 'med warn' : 'med'}>
          {sayTitle(item)}
          <span className="visually-hidden"> {t(`page.check.state.${item.state}`)}</span>
        </div>
        <div className="c2">{sayItem(item)}</div>
        {fix !== undefined && <div>{fix}</div>}
      </div>
    </li>
  );
}
