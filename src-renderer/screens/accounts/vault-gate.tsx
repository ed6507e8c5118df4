import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { VaultState } from '../../../src-shared/model/settings.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { t } from '../../i18n/i18n.ts';
import { CentredPage, Headline } from './centred-page.tsx';

/**
 * Stands in front of everything while the keychain is locked or missing, and says what that means. A locked one can only
 * be waited for: a session beside it would hide the mail that is already here. A missing one leaves a choice.
 */
export function VaultGate({
  vault,
  onChange,
}: {
  vault: VaultState;
  onChange: (vault: VaultState) => void;
}): ReactNode {
  const backend = useBackend();
  const [isBusy, setIsBusy] = useState(false);
  const [looked, setLooked] = useState(0);
  const [failure, setFailure] = useState<Fail>();
  const isLocked = vault.state === 'locked';

  const ask = async (name: 'app.checkVault' | 'app.useSessionOnly'): Promise<void> => {
    setIsBusy(true);
    setFailure(undefined);
    const result = await backend.request(name, {});
    setIsBusy(false);
    setLooked((before) => before + 1);
    if (result.ok) onChange(result.value);
    else setFailure(result);
  };

  const still = isLocked ? t('accounts.vault.stillLocked') : t('accounts.vault.stillAbsent');
  return (
    <CentredPage>
      <Headline takesFocus>
        {isLocked ? t('accounts.vault.lockedTitle') : t('accounts.vault.absentTitle')}
      </Headline>
      <p className="task-lede">
        {isLocked ? t('accounts.vault.lockedLede') : t('accounts.vault.absentLede')}
      </p>
      <p className="task-words">
        {isLocked ? t('accounts.vault.lockedText', { keychain: vault.name }) : t('accounts.vault.absentText')}
      </p>
      {failure && <FailureNote failure={failure} takesFocus />}
      <div className="task-actions">
        <Button variant="primary" isDisabled={isBusy} onPress={() => void ask('app.checkVault')}>
          {t('accounts.vault.check')}
        </Button>
        {!isLocked && (
          <Button isDisabled={isBusy} onPress={() => void ask('app.useSessionOnly')}>
            {t('accounts.vault.sessionOnly')}
          </Button>
        )}
      </div>
      <p className="task-foot" role="status">
        {looked > 0 && !isBusy && !failure ? still : ''}
      </p>
    </CentredPage>
  );
}
