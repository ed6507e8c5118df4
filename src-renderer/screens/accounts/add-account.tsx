/**
 * Adding an account, from the address to the saved account. What will happen is said before it happens; whatever fails
 * brings back the form with all that was typed, and there is always another way: one's own client ID, an app password,
 * server settings by hand.
 */
import { type ReactNode, useState } from 'react';
import type { OutputOf } from '../../../src-shared/ipc/contract.ts';
import type { AccountView } from '../../../src-shared/model/account.ts';
import { domainOf, isAddress } from '../../../src-shared/text/address.ts';
import { useBackend, useEvent } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { t } from '../../i18n/i18n.ts';
import { AddressStep, type Way } from './address-step.tsx';
import { AppPasswordStep } from './app-password-step.tsx';
import type { ByHandFields } from './by-hand-form.ts';
import { secretOf, toHandSettings } from './by-hand-form.ts';
import { ByHandStep } from './by-hand-step.tsx';
import { CentredPage } from './centred-page.tsx';
import { ClientIdStep } from './client-id-step.tsx';
import { submitSecret, useSignIn } from './use-sign-in.ts';
import { VaultGate } from './vault-gate.tsx';
import { Waiting } from './waiting.tsx';

export type AddAccountProps = {
  state: OutputOf<'app.getState'>;
  /** The address to fill in. */
  hint?: string | undefined;
  onAdded: (account: AccountView) => void;
  /** Only where there is something to go back to. */
  onCancel?: (() => void) | undefined;
  /** Mail on this computer only; offered where there is no account yet. */
  onWithoutAccount?: (() => void) | undefined;
};

type Running = { auth: 'oauth' | 'password'; host: string | undefined; consentWords: string | undefined };

function hostOf(url: string): string | undefined {
  return URL.canParse(url) ? new URL(url).host : undefined;
}

export function AddAccount({ state, hint, onAdded, onCancel, onWithoutAccount }: AddAccountProps): ReactNode {
  const backend = useBackend();
  const [vault, setVault] = useState(state.vault);
  useEvent('vaultChanged', setVault);
  const [typed, setTyped] = useState(hint ?? state.addressHint ?? '');
  const address = typed.trim();
  const [way, setWay] = useState<Way>('address');
  const [shown, setShown] = useState<Running>({ auth: 'oauth', host: undefined, consentWords: undefined });
  const found = useRequest('accounts.findProvider', isAddress(address) ? { address } : undefined);
  // The answer depends on the domain alone: it stays while the part before the @ changes, so that nothing flickers.
  const [last, setLast] = useState(found.value);
  if (found.value && found.value !== last) setLast(found.value);
  const known = found.value ?? (last?.domain === domainOf(address) ? last : undefined);
  const provider = known?.provider;
  const signIn = useSignIn(onAdded);

  if (vault.state === 'locked' || vault.state === 'absent')
    return <VaultGate vault={vault} onChange={setVault} />;

  const go = (next: Way): void => {
    signIn.forgetFailure();
    setWay(next);
  };

  const inBrowser = (clientId?: string, clientSecret?: string): void => {
    if (!provider) return;
    setShown({ auth: 'oauth', host: provider.authorizationHost, consentWords: provider.consentWords });
    signIn.start(async (attemptId) => {
      const secret = clientSecret ? await submitSecret(backend, clientSecret) : undefined;
      if (secret && !secret.ok) return secret;
      return backend.request('accounts.signIn', {
        attemptId,
        address,
        providerId: provider.providerId,
        ...(clientId === undefined ? {} : { clientId }),
        ...(secret ? { clientSecret: secret.value } : {}),
      });
    });
  };

  const withPassword = (password: string): void => {
    if (!provider) return;
    setShown({ auth: 'password', host: undefined, consentWords: undefined });
    signIn.start(async (attemptId) => {
      const secret = await submitSecret(backend, password);
      if (!secret.ok) return secret;
      return backend.request('accounts.signIn', {
        attemptId,
        address,
        providerId: provider.providerId,
        password: secret.value,
      });
    });
  };

  const byHand = (fields: ByHandFields): void => {
    setTyped(fields.address.trim());
    setShown({ auth: fields.auth, host: hostOf(fields.issuer.trim()), consentWords: undefined });
    signIn.start(async (attemptId) => {
      const text = secretOf(fields);
      const secret = text === '' ? undefined : await submitSecret(backend, text);
      if (secret && !secret.ok) return secret;
      const settings = toHandSettings(fields, secret?.value);
      if (!settings) return { ok: false, code: 'input-invalid', retry: 'never' };
      return backend.request('accounts.addByHand', { attemptId, settings });
    });
  };

  const common = { address, vault, failure: signIn.failure, onBack: () => go('address') };
  return (
    <CentredPage>
      {signIn.running && (
        <Waiting {...shown} running={signIn.running} address={address} onCancel={signIn.cancel} />
      )}
      {/* Kept while it waits, so that nothing typed is lost when it comes back. */}
      <div hidden={signIn.running !== undefined}>
        {way === 'address' && (
          <AddressStep
            {...common}
            typed={typed}
            onType={(text) => {
              signIn.forgetFailure();
              setTyped(text);
            }}
            found={known}
            onOpenBrowser={() => inBrowser()}
            onWay={go}
          />
        )}
        {way === 'client-id' && provider && (
          <ClientIdStep {...common} provider={provider} onSubmit={inBrowser} onWay={go} />
        )}
        {way === 'app-password' && provider && (
          <AppPasswordStep {...common} provider={provider} onSubmit={withPassword} />
        )}
        {way === 'by-hand' && <ByHandStep {...common} provider={provider} onSubmit={byHand} />}
      </div>
      {onWithoutAccount && way === 'address' && !signIn.running && (
        <div className="page-cancel">
          <Button variant="quiet" onPress={onWithoutAccount}>
            {t('welcome.withoutAccount')}
          </Button>
        </div>
      )}
      {onCancel && way === 'address' && !signIn.running && (
        <div className="page-cancel">
          <Button variant="quiet" onPress={onCancel}>
            {t('accounts.cancel')}
          </Button>
        </div>
      )}
    </CentredPage>
  );
}
