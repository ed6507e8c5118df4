import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { AccountView } from '../../../src-shared/model/account.ts';
import type { GrantView } from '../../../src-shared/model/grant.ts';
import { useBackend } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { t } from '../../i18n/i18n.ts';
import { PasswordForm } from './app-password-step.tsx';
import { CentredPage, Headline } from './centred-page.tsx';
import { SignInFailure } from './sign-in-failure.tsx';
import { submitSecret, useSignIn } from './use-sign-in.ts';
import { Waiting } from './waiting.tsx';

export type SignInAgainProps = {
  account: AccountView;
  onDone: (account: AccountView) => void;
  onCancel: () => void;
};

function hostOf(issuer: string | undefined): string | undefined {
  return issuer !== undefined && URL.canParse(issuer) ? new URL(issuer).host : undefined;
}

/**
 * Renews the grant of an account that is here. It stands where the person pressed "Sign in again", which is why the
 * browser may open at once; an app password is asked for first.
 */
export function SignInAgain({ account, onDone, onCancel }: SignInAgainProps): ReactNode {
  const backend = useBackend();
  const signIn = useSignIn(onDone);
  const grants = useRequest('grants.list', {});
  const grant: GrantView | undefined = grants.value?.find((each) => each.accountId === account.accountId);
  const { accountId, auth, address } = account;
  // From this computer's own list: for the pages on which a person can do something.
  const provider = useRequest('accounts.findProvider', { address }).value?.provider;
  const [via, setVia] = useState<'device'>();

  const begin = (password?: string, by?: 'device'): void => {
    setVia(by);
    signIn.start(async (attemptId) => {
      const secret = password === undefined ? undefined : await submitSecret(backend, password);
      if (secret && !secret.ok) return secret;
      return backend.request('accounts.signInAgain', {
        attemptId,
        accountId,
        ...(secret ? { password: secret.value } : {}),
        ...(by ? { via: by } : {}),
      });
    });
  };

  const newest = useRef(begin);
  useEffect(() => {
    newest.current = begin;
  });
  useEffect(() => {
    if (auth !== 'oauth') return;
    const timer = setTimeout(() => newest.current(), 0);
    return () => clearTimeout(timer);
  }, [auth]);

  const cancel = (): void => {
    signIn.cancel();
    if (auth === 'oauth') onCancel();
  };

  return (
    <CentredPage>
      {signIn.running && auth !== 'none' && (
        <Waiting
          running={signIn.running}
          address={address}
          auth={auth}
          via={via}
          host={hostOf(grant?.issuer)}
          consentWords={grant?.consentWords}
          onCancel={cancel}
        />
      )}
      <div hidden={signIn.running !== undefined}>
        {auth === 'password' && (
          <>
            <Headline>{t('accounts.again.passwordTitle', { address })}</Headline>
            <p className="task-lede">
              {t('accounts.again.passwordLede', { provider: account.providerName })}
            </p>
            {signIn.failure && (
              <SignInFailure
                failure={signIn.failure}
                address={address}
                providerName={account.providerName}
                provider={provider}
              />
            )}
            <PasswordForm
              keptIn={
                grant?.keptIn === 'session'
                  ? t('accounts.appPassword.keptSession')
                  : t('accounts.appPassword.kept', {
                      keychain: grant?.keychainName ?? t('accounts.again.keychain'),
                    })
              }
              onSubmit={(password) => begin(password)}
              onBack={onCancel}
              backLabel={t('accounts.cancel')}
            />
          </>
        )}
        {auth === 'oauth' && signIn.failure && (
          <>
            <Headline>{t('accounts.again.title', { address })}</Headline>
            <SignInFailure
              failure={signIn.failure}
              address={address}
              providerName={account.providerName}
              provider={provider}
              scopes={grant?.scopes}
              onDevice={() => begin(undefined, 'device')}
            />
            <div className="task-actions">
              <Button variant="primary" onPress={() => begin()}>
                {t('accounts.add.openBrowser')}
              </Button>
              <Button variant="quiet" onPress={onCancel}>
                {t('accounts.cancel')}
              </Button>
            </div>
          </>
        )}
      </div>
    </CentredPage>
  );
}
