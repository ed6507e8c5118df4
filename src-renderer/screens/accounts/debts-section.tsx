/** Accesses that were given back here and that a provider has not confirmed. Asked again by itself until it has. */
import { type ReactNode, useState } from 'react';
import type { ErrorCode } from '../../../src-shared/ipc/error-codes.ts';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { Debt } from '../../../src-shared/model/debt.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { ConfirmDialog } from '../../components/confirm-dialog.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Icon } from '../../components/icon.tsx';
import { formatDateTime, t } from '../../i18n/i18n.ts';
import { sayWhen } from './access-words.ts';
import { OpenPage } from './open-page.tsx';

export function DebtsSection({ now }: { now: number }): ReactNode {
  const debts = useRequest('debts.list', {}, { refetchOn: ['debtsChanged'] });
  if (!debts.value || debts.value.length === 0) return null;
  return (
    <section className="section" aria-labelledby="debts-heading">
      <h2 id="debts-heading">{t('debts.title')}</h2>
      <p className="c2">{t('debts.lede')}</p>
      <ul className="receipt-list">
        {debts.value.map((debt) => (
          <Owed key={debt.debtId} debt={debt} now={now} onChange={debts.refetch} />
        ))}
      </ul>
    </section>
  );
}

/** Its usual words are those of a sign-in: here the provider was asked to take something back. */
const sayLastError = (code: ErrorCode): string =>
  code === 'token-endpoint-down' ? t('debts.notTaken') : t(`error.${code}.title`);

function Owed({ debt, now, onChange }: { debt: Debt; now: number; onChange: () => void }): ReactNode {
  const backend = useBackend();
  const [isBusy, setIsBusy] = useState(false);
  const [isAsking, setIsAsking] = useState(false);
  const [failure, setFailure] = useState<Fail>();
  const { debtId, address, providerName: provider, since, attempts, nextTryAt, lastError, manageUrl } = debt;

  const run = async (name: 'debts.retry' | 'debts.giveUp'): Promise<void> => {
    setIsBusy(true);
    const result = await backend.request(name, { debtId });
    setIsBusy(false);
    setIsAsking(false);
    setFailure(result.ok ? undefined : result);
    onChange();
  };
  return (
    <li className="debt">
      <Icon name="clock" className="warn" />
      <div className="grow">
        <div className="cut med" dir="auto">
          {address}
        </div>
        <div className="warn">{t('debts.open', { provider, when: sayWhen(since, now) })}</div>
        <div className="c2 num">
          {t('debts.tries', {
            count: attempts,
            next: nextTryAt === undefined ? '' : formatDateTime(nextTryAt),
            isPlanned: nextTryAt === undefined ? 'no' : 'yes',
          })}{' '}
          {lastError !== undefined && sayLastError(lastError)}
        </div>
        {failure && <FailureNote failure={failure} />}
      </div>
      <div className="access-buttons">
        {manageUrl !== undefined && <OpenPage url={manageUrl}>{t('access.ownPage', { provider })}</OpenPage>}
        <Button
          isDisabled={isBusy}
          label={t('debts.retryOf', { address })}
          onPress={() => void run('debts.retry')}
        >
          {t('debts.retry')}
        </Button>
        <Button variant="quiet" isDisabled={isBusy} onPress={() => setIsAsking(true)}>
          {t('debts.giveUp')}
        </Button>
      </div>
      {isAsking && (
        <ConfirmDialog
          title={t('debts.giveUpTitle', { provider })}
          lede={t('debts.giveUpLede', { provider })}
          confirm={t('debts.giveUpDo')}
          onConfirm={() => void run('debts.giveUp')}
          onClose={() => setIsAsking(false)}
        />
      )}
    </li>
  );
}
