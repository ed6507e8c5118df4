import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { ImportedAccount } from '../../../src-shared/model/discovery.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { t } from '../../i18n/i18n.ts';
import { Headline } from './centred-page.tsx';
import { sayHosts } from './discovery-words.ts';

/** Settings of another mail program: the person picks a folder or a file, then the account. */
export function OtherProgramStep({
  onUse,
  onBack,
}: {
  onUse: (account: ImportedAccount) => void;
  onBack: () => void;
}): ReactNode {
  const backend = useBackend();
  const [accounts, setAccounts] = useState<readonly ImportedAccount[]>();
  const [failure, setFailure] = useState<Fail>();
  const [isBusy, setIsBusy] = useState(false);

  const read = async (program: 'thunderbird' | 'k9'): Promise<void> => {
    setIsBusy(true);
    const result = await backend.request('accounts.readOtherProgram', { program });
    setIsBusy(false);
    setFailure(result.ok ? undefined : result);
    if (result.ok && !result.value.isCancelled) setAccounts(result.value.accounts);
  };

  return (
    <>
      <Headline takesFocus>{t('signIn.other.title')}</Headline>
      <p className="task-lede">{t('signIn.other.lede')}</p>
      {failure && <FailureNote failure={failure} takesFocus />}
      <ul className="other-programs">
        {(['thunderbird', 'k9'] as const).map((program) => (
          <li key={program}>
            <Button isDisabled={isBusy} onPress={() => void read(program)}>
              {t(`signIn.other.${program}`)}
            </Button>
            <p className="field-help">{t(`signIn.other.${program}Text`)}</p>
          </li>
        ))}
      </ul>
      <div role="status">
        {accounts && (
          <p className="med task-words">
            {accounts.length === 0
              ? t('signIn.other.none')
              : t('signIn.other.found', { count: accounts.length })}
          </p>
        )}
      </div>
      {accounts && accounts.length > 0 && (
        <ul className="other-accounts">
          {accounts.map((account) => (
            <li key={`${account.address} ${account.imap.host} ${account.userName}`}>
              <div className="other-account">
                <div className="med" dir="auto">
                  {account.address}
                </div>
                <div className="field-help">{sayHosts(account)}</div>
              </div>
              <Button
                label={t('signIn.other.useOf', { address: account.address })}
                onPress={() => onUse(account)}
              >
                {t('signIn.other.use')}
              </Button>
            </li>
          ))}
        </ul>
      )}
      <div className="task-actions">
        <Button variant="quiet" onPress={onBack}>
          {t('accounts.back')}
        </Button>
      </div>
    </>
  );
}
