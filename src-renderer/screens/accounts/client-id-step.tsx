import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { ProviderView } from '../../../src-shared/model/provider.ts';
import type { VaultState } from '../../../src-shared/model/settings.ts';
import { Button } from '../../components/button.tsx';
import { TextField } from '../../components/text-field.tsx';
import { type MessageKey, t } from '../../i18n/i18n.ts';
import type { Way } from './address-step.tsx';
import { Headline, TaskForm } from './centred-page.tsx';
import { clientIdSteps, wantsRedirectUri } from './client-id-words.ts';
import { CopyButton } from './copy-button.tsx';
import { OpenPage } from './open-page.tsx';
import { SignInFailure } from './sign-in-failure.tsx';

export type ClientIdStepProps = {
  address: string;
  provider: ProviderView;
  vault: VaultState;
  failure: Fail | undefined;
  onSubmit: (clientId: string, clientSecret: string | undefined) => void;
  onBack: () => void;
  onWay: (way: Way) => void;
  /** The same with the browser of another device, once it was found that there is none here. */
  onDevice: () => void;
};

/** One's own client ID: for providers at which Latchkey has none, and for people who want nobody in between. */
export function ClientIdStep(props: ClientIdStepProps): ReactNode {
  const { address, provider, vault, failure, onSubmit, onBack, onWay, onDevice } = props;
  const [clientId, setClientId] = useState('');
  const [secret, setSecret] = useState('');
  const [errors, setErrors] = useState<{ clientId?: MessageKey; secret?: MessageKey }>({});
  const name = provider.name;

  const submit = (): void => {
    const found: typeof errors = {
      ...(clientId.trim() === '' ? { clientId: 'accounts.invalid.clientId' as const } : {}),
      ...(provider.clientSecret === 'required' && secret.trim() === ''
        ? { secret: 'accounts.invalid.secret' as const }
        : {}),
    };
    setErrors(found);
    if (!found.clientId && !found.secret)
      onSubmit(clientId.trim(), secret.trim() === '' ? undefined : secret.trim());
  };

  return (
    <TaskForm onSubmit={submit}>
      <Headline>{t('accounts.clientId.title')}</Headline>
      <p className="task-lede">{t('accounts.clientId.lede', { provider: name })}</p>
      {failure && (
        <SignInFailure
          failure={failure}
          address={address}
          providerName={name}
          provider={provider}
          scopes={provider.scopes}
          onDevice={onDevice}
        />
      )}
      <h2 className="task-caption task-caption-above">
        {t('signIn.clientId.stepsTitle', { provider: name })}
      </h2>
      <ol className="task-list">
        {clientIdSteps(provider).map((step) => (
          <li key={step}>{step}</li>
        ))}
      </ol>
      {provider.registerUrl !== undefined && (
        <OpenPage url={provider.registerUrl}>{t('accounts.clientId.register', { provider: name })}</OpenPage>
      )}
      {wantsRedirectUri(provider) && provider.redirectUri !== undefined && (
        <div className="redirect-uri">
          <div>
            <span className="field-label">{t('signIn.clientId.redirect')}</span>{' '}
            <code className="selectable">{provider.redirectUri}</code>
            <div className="field-help">{t('signIn.clientId.redirectText')}</div>
          </div>
          <CopyButton text={provider.redirectUri} said={t('signIn.device.pageCopied')}>
            {t('signIn.device.copyPage')}
          </CopyButton>
        </div>
      )}
      <div className="task-fields">
        <TextField
          label={t('accounts.clientId.id')}
          name="client-id"
          autoFocus
          isRequired
          value={clientId}
          onChange={setClientId}
          error={errors.clientId && t(errors.clientId)}
        />
        {provider.clientSecret !== 'none' && (
          <TextField
            label={t('accounts.clientId.secret')}
            name="client-secret"
            type="password"
            isRequired={provider.clientSecret === 'required'}
            value={secret}
            onChange={setSecret}
            error={errors.secret && t(errors.secret)}
            description={t(
              provider.clientSecret === 'required'
                ? 'accounts.clientId.secretRequired'
                : 'accounts.clientId.secretOptional',
              { provider: name, keychain: vault.name },
            )}
          />
        )}
      </div>
      <p className="task-foot">{t('accounts.clientId.unverified', { provider: name })}</p>
      <div className="task-actions">
        <Button variant="primary" type="submit">
          {t('accounts.add.openBrowser')}
        </Button>
        {provider.appPasswordUrl !== undefined && (
          <Button onPress={() => onWay('app-password')}>{t('accounts.add.wayAppPassword')}</Button>
        )}
        <Button variant="quiet" onPress={onBack}>
          {t('accounts.back')}
        </Button>
      </div>
    </TaskForm>
  );
}
