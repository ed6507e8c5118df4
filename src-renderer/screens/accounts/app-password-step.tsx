import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { ProviderView } from '../../../src-shared/model/provider.ts';
import type { VaultState } from '../../../src-shared/model/settings.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/text-field.tsx';
import { t } from '../../i18n/i18n.ts';
import { Headline, TaskForm } from './centred-page.tsx';
import { OpenPage } from './open-page.tsx';
import { SignInFailure } from './sign-in-failure.tsx';
import { sayKeptIn } from './vault-words.ts';

export type AppPasswordStepProps = {
  address: string;
  provider: ProviderView;
  vault: VaultState;
  failure: Fail | undefined;
  onSubmit: (password: string) => void;
  onBack: () => void;
};

/** An app password of a known provider, with the page on which it is made. */
export function AppPasswordStep(props: AppPasswordStepProps): ReactNode {
  const { address, provider, vault, failure, onSubmit, onBack } = props;
  return (
    <>
      <Headline>{t('accounts.appPassword.title')}</Headline>
      <p className="task-lede">{t('accounts.appPassword.lede', { provider: provider.name })}</p>
      {failure && (
        <SignInFailure
          failure={failure}
          address={address}
          providerName={provider.name}
          // The way to an app password stands below anyway.
          provider={
            provider.mailProgramsUrl === undefined ? {} : { mailProgramsUrl: provider.mailProgramsUrl }
          }
        />
      )}
      <dl className="facts task-facts">
        <dt>{t('accounts.wait.account')}</dt>
        <dd dir="auto">{address}</dd>
      </dl>
      {provider.appPasswordUrl !== undefined && (
        <OpenPage url={provider.appPasswordUrl}>
          {t('accounts.appPassword.page', { provider: provider.name })}
        </OpenPage>
      )}
      <PasswordForm
        keptIn={sayKeptIn(vault)}
        onSubmit={onSubmit}
        onBack={onBack}
        backLabel={t('accounts.back')}
      />
    </>
  );
}

/** The field itself; also for an account whose password was changed. */
export function PasswordForm(props: {
  keptIn: string;
  onSubmit: (password: string) => void;
  onBack: () => void;
  backLabel: string;
}): ReactNode {
  const { keptIn, onSubmit, onBack, backLabel } = props;
  const [password, setPassword] = useState('');
  const [isMissing, setIsMissing] = useState(false);
  const submit = (): void => {
    setIsMissing(password === '');
    if (password !== '') onSubmit(password);
  };
  return (
    <TaskForm onSubmit={submit}>
      <div className="task-fields">
        <TextField
          label={t('accounts.appPassword.label')}
          name="app-password"
          type="password"
          autoFocus
          isRequired
          value={password}
          onChange={setPassword}
          error={isMissing ? t('accounts.appPassword.missing') : undefined}
          description={keptIn}
        />
      </div>
      <div className="task-actions">
        <Button variant="primary" type="submit">
          {t('accounts.appPassword.signIn')}
        </Button>
        <Button variant="quiet" onPress={onBack}>
          {backLabel}
        </Button>
      </div>
    </TaskForm>
  );
}
