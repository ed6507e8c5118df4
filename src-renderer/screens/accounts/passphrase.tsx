/** The passphrase that stands in for a keychain: choosing one, and typing it at each start. */
import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { VaultState } from '../../../src-shared/model/settings.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { LOWEST_LEVEL, measureStrength } from '../../components/strength.ts';
import { StrengthMeter } from '../../components/strength-meter.tsx';
import { TextField } from '../../components/text-field.tsx';
import { type MessageKey, t } from '../../i18n/i18n.ts';
import { Headline, TaskForm } from './centred-page.tsx';
import { checkNewPassphrase, type PassphraseErrors } from './passphrase-form.ts';
import { submitSecret } from './use-sign-in.ts';

type Asked = { isBusy: boolean; failure: Fail | undefined };

/** Sends the passphrase to the engine, once at a time; the field keeps it when it was refused. */
function usePassphrase(
  name: 'app.createPassphrase' | 'app.openPassphrase',
  onChange: (vault: VaultState) => void,
): Asked & { send: (passphrase: string) => Promise<void> } {
  const backend = useBackend();
  const [asked, setAsked] = useState<Asked>({ isBusy: false, failure: undefined });
  const send = async (passphrase: string): Promise<void> => {
    setAsked({ isBusy: true, failure: undefined });
    const held = await submitSecret(backend, passphrase);
    const result = held.ok ? await backend.request(name, { passphrase: held.value }) : held;
    setAsked({ isBusy: false, failure: result.ok ? undefined : result });
    if (result.ok) onChange(result.value);
  };
  return { ...asked, send };
}

export function CreatePassphrase({
  onChange,
  onBack,
}: {
  onChange: (vault: VaultState) => void;
  onBack: () => void;
}): ReactNode {
  const { isBusy, failure, send } = usePassphrase('app.createPassphrase', onChange);
  const [passphrase, setPassphrase] = useState('');
  const [again, setAgain] = useState('');
  const [errors, setErrors] = useState<PassphraseErrors>({});
  const said = (key: MessageKey | undefined): string | undefined => key && t(key);

  const submit = async (): Promise<void> => {
    // Measured once more: the meter may still be at the letter before.
    const { level } = await measureStrength(passphrase, []);
    const found = checkNewPassphrase(passphrase, again, level >= LOWEST_LEVEL);
    setErrors(found);
    if (!found.passphrase && !found.again) await send(passphrase);
  };
  return (
    <TaskForm onSubmit={() => void submit()}>
      <Headline>{t('signIn.passphrase.title')}</Headline>
      <p className="task-lede">{t('signIn.passphrase.lede')}</p>
      {failure && <FailureNote failure={failure} takesFocus />}
      <div className="task-fields">
        <TextField
          label={t('signIn.passphrase.label')}
          name="passphrase"
          type="password"
          autoComplete="new-password"
          autoFocus
          isRequired
          value={passphrase}
          onChange={(text) => {
            setErrors({});
            setPassphrase(text);
          }}
          error={said(errors.passphrase)}
          description={t('signIn.passphrase.help')}
        />
        <StrengthMeter passphrase={passphrase} />
        <TextField
          label={t('signIn.passphrase.again')}
          name="passphrase-again"
          type="password"
          autoComplete="new-password"
          isRequired
          value={again}
          onChange={(text) => {
            setErrors({});
            setAgain(text);
          }}
          error={said(errors.again)}
        />
      </div>
      <div className="task-actions">
        <Button variant="primary" type="submit" isDisabled={isBusy}>
          {t('signIn.passphrase.create')}
        </Button>
        <Button variant="quiet" isDisabled={isBusy} onPress={onBack}>
          {t('accounts.back')}
        </Button>
      </div>
      <p className="task-foot" role="status">
        {isBusy ? t('signIn.passphrase.working') : ''}
      </p>
    </TaskForm>
  );
}

type OpenProps = { onChange: (vault: VaultState) => void };

export function OpenPassphrase({ onChange }: OpenProps): ReactNode {
  const [isForgotten, setIsForgotten] = useState(false);
  return isForgotten ? (
    <Forgotten onChange={onChange} onBack={() => setIsForgotten(false)} />
  ) : (
    <Open onChange={onChange} onForgotten={() => setIsForgotten(true)} />
  );
}

/** What is lost and what is not, before the file is put aside. */
function Forgotten({ onChange, onBack }: OpenProps & { onBack: () => void }): ReactNode {
  const backend = useBackend();
  const [failure, setFailure] = useState<Fail>();
  const forget = async (): Promise<void> => {
    const result = await backend.request('app.forgetPassphrase', {});
    setFailure(result.ok ? undefined : result);
    if (result.ok) onChange(result.value);
  };
  return (
    <>
      <Headline takesFocus>{t('signIn.passphrase.forgottenTitle')}</Headline>
      <p className="task-lede">{t('signIn.passphrase.forgottenLede')}</p>
      {failure && <FailureNote failure={failure} takesFocus />}
      <div className="task-actions">
        <Button variant="primary" onPress={onBack}>
          {t('accounts.back')}
        </Button>
        <Button variant="danger" onPress={() => void forget()}>
          {t('signIn.passphrase.forgottenDo')}
        </Button>
      </div>
    </>
  );
}

function Open({ onChange, onForgotten }: OpenProps & { onForgotten: () => void }): ReactNode {
  const { isBusy, failure, send } = usePassphrase('app.openPassphrase', onChange);
  const [passphrase, setPassphrase] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const submit = (): void => {
    setIsMissing(passphrase === '');
    if (passphrase !== '' && !isBusy) void send(passphrase);
  };
  return (
    <TaskForm onSubmit={submit}>
      <Headline>{t('signIn.passphrase.openTitle')}</Headline>
      <p className="task-lede">{t('signIn.passphrase.openLede')}</p>
      {failure && <FailureNote failure={failure} />}
      <div className="task-fields">
        <TextField
          label={t('signIn.passphrase.label')}
          name="passphrase"
          type="password"
          autoComplete="current-password"
          autoFocus
          isRequired
          value={passphrase}
          onChange={setPassphrase}
          error={isMissing && passphrase === '' ? t('signIn.passphrase.missing') : undefined}
        />
      </div>
      <div className="task-actions">
        <Button variant="primary" type="submit" isDisabled={isBusy}>
          {t('signIn.passphrase.open')}
        </Button>
        <Button variant="quiet" isDisabled={isBusy} onPress={onForgotten}>
          {t('signIn.passphrase.forgotten')}
        </Button>
      </div>
      <p className="task-foot" role="status">
        {isBusy
          ? t('signIn.passphrase.opening')
          : failure?.code === 'busy'
            ? t('signIn.passphrase.waiting')
            : ''}
      </p>
    </TaskForm>
  );
}
