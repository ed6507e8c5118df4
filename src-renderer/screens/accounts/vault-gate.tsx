import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { VaultState } from '../../../src-shared/model/settings.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Icon, type IconName } from '../../components/icon.tsx';
import { t } from '../../i18n/i18n.ts';
import { CentredPage, Headline } from './centred-page.tsx';
import { CreatePassphrase, OpenPassphrase } from './passphrase.tsx';

type VaultGateProps = { vault: VaultState; onChange: (vault: VaultState) => void };

/**
 * Stands in front of everything while the keys cannot be read, and says what that means. A locked keychain can only be
 * waited for: a session beside it would hide the mail that is already here. A missing one leaves a choice.
 */
export function VaultGate(props: VaultGateProps): ReactNode {
  const [isChoosing, setIsChoosing] = useState(false);
  const { vault, onChange } = props;
  const page = (): ReactNode => {
    if (vault.state === 'locked') {
      return vault.kind === 'passphrase' ? <OpenPassphrase onChange={onChange} /> : <Locked {...props} />;
    }
    return isChoosing ? (
      <CreatePassphrase onChange={onChange} onBack={() => setIsChoosing(false)} />
    ) : (
      <Absent {...props} onPassphrase={() => setIsChoosing(true)} />
    );
  };
  return <CentredPage>{page()}</CentredPage>;
}

type Ask = (name: 'app.checkVault' | 'app.useSessionOnly') => void;

/** One question to the engine at a time; `looked` says that it was asked and nothing has changed. */
function useAsk(onChange: (vault: VaultState) => void): {
  isBusy: boolean;
  hasLooked: boolean;
  failure: Fail | undefined;
  ask: Ask;
} {
  const backend = useBackend();
  const [isBusy, setIsBusy] = useState(false);
  const [looked, setLooked] = useState(0);
  const [failure, setFailure] = useState<Fail>();
  const ask = async (name: Parameters<Ask>[0]): Promise<void> => {
    setIsBusy(true);
    setFailure(undefined);
    const result = await backend.request(name, {});
    setIsBusy(false);
    setLooked((before) => before + 1);
    if (result.ok) onChange(result.value);
    else setFailure(result);
  };
  return {
    isBusy,
    hasLooked: looked > 0 && !isBusy && !failure,
    failure,
    ask: (name) => void ask(name),
  };
}

function Locked({ vault, onChange }: VaultGateProps): ReactNode {
  const { isBusy, hasLooked, failure, ask } = useAsk(onChange);
  const { reason, name: keychain } = vault;
  const isDeleted = reason === 'deleted';
  return (
    <>
      <Headline takesFocus>
        {isDeleted ? t('signIn.vault.deletedTitle') : t('signIn.vault.lockedTitle')}
      </Headline>
      <p className="task-lede">
        {isDeleted ? t('signIn.vault.deletedLede') : t('accounts.vault.lockedLede')}
      </p>
      <p className="task-words">
        {reason === undefined
          ? t('accounts.vault.lockedText', { keychain })
          : t(`signIn.vault.${reason}`, { keychain })}
      </p>
      {failure && <FailureNote failure={failure} takesFocus />}
      <div className="task-actions">
        <Button variant="primary" isDisabled={isBusy} onPress={() => ask('app.checkVault')}>
          {t('accounts.vault.check')}
        </Button>
      </div>
      <p className="task-foot" role="status">
        {hasLooked && !isDeleted ? t('accounts.vault.stillLocked') : ''}
      </p>
    </>
  );
}

const CHOICES: readonly { name: 'Keychain' | 'Passphrase' | 'Session'; icon: IconName }[] = [
  { name: 'Keychain', icon: 'key' },
  { name: 'Passphrase', icon: 'lock' },
  { name: 'Session', icon: 'clock' },
];

function Absent({ onChange, onPassphrase }: VaultGateProps & { onPassphrase: () => void }): ReactNode {
  const { isBusy, hasLooked, failure, ask } = useAsk(onChange);
  return (
    <>
      <Headline takesFocus>{t('accounts.vault.absentTitle')}</Headline>
      <p className="task-lede">{t('signIn.vault.absentLede')}</p>
      <ul className="steps steps-two task-steps">
        {CHOICES.map(({ name, icon }) => (
          <li key={name}>
            <span className="c3">
              <Icon name={icon} size={18} />
            </span>
            <div>
              <div className="med">{t(`signIn.vault.choice${name}`)}</div>
              <div className="step-more">{t(`signIn.vault.choice${name}Text`)}</div>
            </div>
          </li>
        ))}
      </ul>
      {failure && <FailureNote failure={failure} takesFocus />}
      <div className="task-actions">
        <Button variant="primary" isDisabled={isBusy} onPress={() => ask('app.checkVault')}>
          {t('accounts.vault.check')}
        </Button>
        <Button isDisabled={isBusy} onPress={onPassphrase}>
          {t('signIn.vault.usePassphrase')}
        </Button>
        <Button isDisabled={isBusy} onPress={() => ask('app.useSessionOnly')}>
          {t('accounts.vault.sessionOnly')}
        </Button>
      </div>
      <p className="task-foot" role="status">
        {hasLooked ? t('accounts.vault.stillAbsent') : ''}
      </p>
    </>
  );
}
