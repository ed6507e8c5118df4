import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { AccountView } from '../../../src-shared/model/account.ts';
import type { Transfer, TransferFormat } from '../../../src-shared/model/transfer.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Select } from '../../components/select.tsx';
import { sayTransfer } from '../../components/transfer-words.ts';
import { cleanLine } from '../../html/clean-line.ts';
import { t } from '../../i18n/i18n.ts';

const MONTHS = ['0', '3', '12', '36', '1200'] as const;
type Months = (typeof MONTHS)[number];

/** The offered span that is nearest to what is set. */
function offeredMonths(months: number): Months {
  return MONTHS.findLast((offered) => Number(offered) <= months) ?? '0';
}

/** What of the mail lies on this computer: how much of each account, and what was brought from elsewhere. */
export function KeptSection(): ReactNode {
  const backend = useBackend();
  const accounts = useRequest('accounts.list', {}, { refetchOn: ['accountsChanged'] });
  const transfers = useRequest('transfers.list', {}, { refetchOn: ['transferChanged'] });
  const [failure, setFailure] = useState<Fail>();
  const all = accounts.value ?? [];
  const local = all.find((account) => account.auth === 'none');

  const setMonths = async ({ accountId }: AccountView, months: Months): Promise<void> => {
    const result = await backend.request('accounts.setBodyPolicy', { accountId, months: Number(months) });
    setFailure(result.ok ? undefined : result);
    accounts.refetch();
  };
  const bringIn = async (format: TransferFormat): Promise<void> => {
    const home = local ?? (await makeLocal());
    if (!home) return;
    const result = await backend.request('transfers.import', { format, accountId: home.accountId });
    setFailure(result.ok ? undefined : result);
  };
  const makeLocal = async (): Promise<AccountView | undefined> => {
    const result = await backend.request('accounts.addLocal', { name: t('transfer.localName') });
    setFailure(result.ok ? undefined : result);
    return result.ok ? result.value : undefined;
  };

  return (
    <>
      {all.some((account) => account.auth !== 'none') && (
        <section className="section settings-choice">
          <h2>{t('settings.kept')}</h2>
          {all
            .filter((account) => account.auth !== 'none')
            .map((account) => (
              <Select
                key={account.accountId}
                label={t('settings.bodies', { account: cleanLine(account.address) })}
                value={offeredMonths(account.bodyMonths)}
                onChange={(months) => void setMonths(account, months)}
                options={MONTHS.map((months) => ({ value: months, label: t(`settings.bodies.${months}`) }))}
              />
            ))}
        </section>
      )}
      <section className="section settings-choice">
        <h2>{t('transfer.title')}</h2>
        <p className="c2">{t('transfer.text')}</p>
        {failure && <FailureNote failure={failure} />}
        <p className="row">
          <Button onPress={() => void bringIn('mbox')}>{t('transfer.importMbox')}</Button>
          <Button onPress={() => void bringIn('eml')}>{t('transfer.importEml')}</Button>
        </p>
        <ul className="transfers">
          {(transfers.value ?? []).map((transfer) => (
            <TransferLine key={transfer.transferId} transfer={transfer} />
          ))}
        </ul>
      </section>
    </>
  );
}

/** How far one import or export is, or how it ended. */
function TransferLine({ transfer }: { transfer: Transfer }): ReactNode {
  const backend = useBackend();
  const words = sayTransfer(transfer);
  const isRunning = transfer.state === 'running';
  return (
    <li className="transfer">
      <div className="row">
        <span className={transfer.state === 'failed' ? 'grow warn' : 'grow'} role="status">
          {words}
        </span>
        {isRunning && (
          <Button
            size="small"
            onPress={() => void backend.request('transfers.cancel', { transferId: transfer.transferId })}
          >
            {t('transfer.cancel')}
          </Button>
        )}
      </div>
      {isRunning && transfer.bytesTotal > 0 && (
        <progress aria-label={words} value={transfer.bytesDone} max={transfer.bytesTotal} />
      )}
      {transfer.skipped > 0 && (
        <div className="t12 c2">{t('transfer.skipped', { count: transfer.skipped })}</div>
      )}
    </li>
  );
}
