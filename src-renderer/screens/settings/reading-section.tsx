import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { Settings } from '../../../src-shared/model/settings.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { Checkbox } from '../../components/checkbox.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { cleanLine } from '../../html/clean-line.ts';
import { formatDate, t } from '../../i18n/i18n.ts';

/** How mail is shown, and whose pictures are loaded without a question. */
export function ReadingSection({
  settings,
  onChange,
}: {
  settings: Settings;
  onChange: (change: Partial<Settings>) => void;
}): ReactNode {
  const backend = useBackend();
  const senders = useRequest('senders.list', {});
  const [failure, setFailure] = useState<Fail>();
  const all = senders.value ?? [];

  const forget = async (address: string): Promise<void> => {
    const result = await backend.request('senders.forget', { address });
    setFailure(result.ok ? undefined : result);
    senders.refetch();
  };

  return (
    <section className="section settings-choice">
      <h2>{t('settings.reading')}</h2>
      <Checkbox isSelected={settings.darkMail} onChange={(darkMail) => onChange({ darkMail })}>
        {t('settings.darkMail')}
      </Checkbox>
      <h3>{t('settings.senders')}</h3>
      <p className="c2">{t(all.length === 0 ? 'settings.sendersNone' : 'settings.sendersText')}</p>
      {failure && <FailureNote failure={failure} />}
      {all.length > 0 && (
        <ul className="settings-list">
          {all.map(({ address, since }) => (
            <li key={address} className="row">
              <span className="grow cut" dir="auto">
                {cleanLine(address)}
              </span>
              <span className="t12 c2">{t('settings.senderSince', { date: formatDate(since) })}</span>
              <Button
                size="small"
                variant="quiet"
                label={t('settings.forgetSender', { address: cleanLine(address) })}
                onPress={() => void forget(address)}
              >
                {t('settings.forget')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <h3>{t('settings.receiptsTitle')}</h3>
      <p className="c2">{t('settings.receipts')}</p>
    </section>
  );
}
