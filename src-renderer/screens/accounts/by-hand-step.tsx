import { type ReactNode, useState } from 'react';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { ProviderView } from '../../../src-shared/model/provider.ts';
import type { VaultState } from '../../../src-shared/model/settings.ts';
import { Button } from '../../components/button.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { RadioGroup } from '../../components/radio-group.tsx';
import { Select } from '../../components/select.tsx';
import { TextField } from '../../components/text-field.tsx';
import { t } from '../../i18n/i18n.ts';
import {
  type ByHandErrors,
  type ByHandField,
  type ByHandFields,
  type ByHandStart,
  changeSecurity,
  checkByHand,
  type ServerFields,
  startByHand,
} from './by-hand-form.ts';
import { Headline, TaskForm } from './centred-page.tsx';
import { SignInFailure } from './sign-in-failure.tsx';
import { sayKeptIn } from './vault-words.ts';

export type ByHandStepProps = {
  address: string;
  provider: ProviderView | undefined;
  /** What is known of the servers already. */
  start: ByHandStart | undefined;
  vault: VaultState;
  failure: Fail | undefined;
  onSubmit: (fields: ByHandFields) => void;
  onBack: () => void;
  /** The same with the browser of another device. */
  onDevice: () => void;
};

/** Everything that the provider file would have known, typed by the person. */
export function ByHandStep({
  address,
  provider,
  start,
  vault,
  failure,
  onSubmit,
  onBack,
  onDevice,
}: ByHandStepProps): ReactNode {
  const [fields, setFields] = useState(() => startByHand(address, start));
  const [errors, setErrors] = useState<ByHandErrors>({});
  const set = (change: Partial<ByHandFields>): void => setFields((before) => ({ ...before, ...change }));
  const errorOf = (field: ByHandField): string | undefined => {
    const key = errors[field];
    return key && t(key);
  };

  const submit = (): void => {
    const found = checkByHand(fields);
    setErrors(found);
    if (Object.keys(found).length === 0) onSubmit(fields);
  };

  return (
    <TaskForm onSubmit={submit}>
      <Headline>{t('accounts.byHand.title')}</Headline>
      <p className="task-lede">{t('accounts.byHand.lede')}</p>
      {failure && (
        <SignInFailure
          failure={failure}
          address={fields.address.trim()}
          providerName={provider?.name}
          provider={provider}
          scopes={fields.scopes.split(/\s+/).filter((scope) => scope !== '')}
          onDevice={onDevice}
        />
      )}
      <div className="task-fields">
        <div className="task-pair">
          <TextField
            label={t('accounts.byHand.address')}
            name="address"
            type="email"
            autoFocus={address === ''}
            isRequired
            value={fields.address}
            onChange={(text) => set({ address: text })}
            error={errorOf('address')}
          />
          <TextField
            label={t('accounts.byHand.displayName')}
            name="display-name"
            autoComplete="name"
            autoFocus={address !== ''}
            value={fields.displayName}
            onChange={(text) => set({ displayName: text })}
            description={t('accounts.byHand.displayNameText')}
          />
        </div>
        <TextField
          label={t('accounts.byHand.userName')}
          name="user-name"
          isRequired
          value={fields.userName}
          onChange={(text) => set({ userName: text })}
          error={errorOf('userName')}
          description={t('accounts.byHand.userNameText')}
        />
        <Server
          kind="imap"
          fields={fields.imap}
          onChange={(imap) => set({ imap, foundBy: undefined })}
          hostError={errorOf('imapHost')}
          portError={errorOf('imapPort')}
        />
        <Server
          kind="smtp"
          fields={fields.smtp}
          onChange={(smtp) => set({ smtp, foundBy: undefined })}
          hostError={errorOf('smtpHost')}
          portError={errorOf('smtpPort')}
        />
        <RadioGroup
          label={t('accounts.byHand.auth')}
          value={fields.auth}
          onChange={(auth) => set({ auth })}
          options={[
            {
              value: 'password',
              label: t('accounts.byHand.authPassword'),
              description: t('accounts.byHand.authPasswordText'),
            },
            {
              value: 'oauth',
              label: t('accounts.byHand.authOauth'),
              description: t('signIn.byHand.authOauthText'),
            },
          ]}
        />
        {fields.auth === 'password' ? (
          <TextField
            label={t('accounts.byHand.password')}
            name="app-password"
            type="password"
            isRequired
            value={fields.password}
            onChange={(text) => set({ password: text })}
            error={errorOf('password')}
            description={sayKeptIn(vault)}
          />
        ) : (
          <OauthFields fields={fields} set={set} errorOf={errorOf} />
        )}
        <Disclosure title={t('signIn.byHand.more')} isOpen={fields.smtpUserName !== ''}>
          <div className="task-pair">
            <TextField
              label={t('signIn.byHand.smtpUserName')}
              name="smtp-user-name"
              value={fields.smtpUserName}
              onChange={(text) => set({ smtpUserName: text })}
              description={t('signIn.byHand.smtpUserNameText')}
            />
            <TextField
              label={t('signIn.byHand.loginAddress')}
              name="login-address"
              type="email"
              value={fields.loginAddress}
              onChange={(text) => set({ loginAddress: text })}
              error={errorOf('loginAddress')}
              description={t('signIn.byHand.loginAddressText')}
            />
          </div>
        </Disclosure>
      </div>
      <div className="task-actions">
        <Button variant="primary" type="submit">
          {fields.auth === 'oauth' ? t('accounts.byHand.submitBrowser') : t('accounts.byHand.submit')}
        </Button>
        <Button variant="quiet" onPress={onBack}>
          {t('accounts.back')}
        </Button>
      </div>
      <p className="task-foot">{t('accounts.byHand.noPlain')}</p>
    </TaskForm>
  );
}

function Server(props: {
  kind: 'imap' | 'smtp';
  fields: ServerFields;
  onChange: (fields: ServerFields) => void;
  hostError: string | undefined;
  portError: string | undefined;
}): ReactNode {
  const { kind, fields, onChange, hostError, portError } = props;
  return (
    <fieldset className="server-fields">
      <legend>{kind === 'imap' ? t('accounts.byHand.incoming') : t('accounts.byHand.outgoing')}</legend>
      <TextField
        label={t('accounts.byHand.host')}
        name={`${kind}-host`}
        isRequired
        value={fields.host}
        onChange={(host) => onChange({ ...fields, host })}
        error={hostError}
      />
      <TextField
        label={t('accounts.byHand.port')}
        name={`${kind}-port`}
        inputMode="numeric"
        isRequired
        value={fields.port}
        onChange={(port) => onChange({ ...fields, port })}
        error={portError}
      />
      <Select
        label={t('accounts.byHand.security')}
        name={`${kind}-security`}
        value={fields.security}
        onChange={(security) => onChange(changeSecurity(kind, fields, security))}
        options={[
          { value: 'tls', label: t('accounts.byHand.tls') },
          { value: 'starttls', label: t('accounts.byHand.starttls') },
        ]}
      />
    </fieldset>
  );
}

function OauthFields(props: {
  fields: ByHandFields;
  set: (change: Partial<ByHandFields>) => void;
  errorOf: (field: ByHandField) => string | undefined;
}): ReactNode {
  const { fields, set, errorOf } = props;
  return (
    <>
      <TextField
        label={t('accounts.byHand.issuer')}
        name="issuer"
        type="url"
        inputMode="url"
        isRequired
        value={fields.issuer}
        onChange={(issuer) => set({ issuer })}
        error={errorOf('issuer')}
        description={t('accounts.byHand.issuerText')}
      />
      <div className="task-pair">
        <TextField
          label={t('accounts.byHand.clientId')}
          name="client-id"
          value={fields.clientId}
          onChange={(clientId) => set({ clientId })}
          description={t('signIn.byHand.clientIdText')}
        />
        <TextField
          label={t('accounts.byHand.secret')}
          name="client-secret"
          type="password"
          value={fields.clientSecret}
          onChange={(clientSecret) => set({ clientSecret })}
          description={t('accounts.byHand.secretText')}
        />
      </div>
      <TextField
        label={t('accounts.byHand.scopes')}
        name="scopes"
        isRequired={fields.clientId.trim() !== ''}
        value={fields.scopes}
        onChange={(scopes) => set({ scopes })}
        error={errorOf('scopes')}
        description={t('signIn.byHand.scopesText')}
      />
    </>
  );
}
