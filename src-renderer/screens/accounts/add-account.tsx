/**
 * Adding an account, from the address to the saved account. What will happen is said before it happens; whatever fails
 * brings back the form with all that was typed, and there is always another way: one's own client ID, an app password,
 * server settings by hand or from another program.
 */
import { type ReactNode, useRef, useState } from 'react';
import type { OutputOf } from '../../../src-shared/ipc/contract.ts';
import type { AccountView } from '../../../src-shared/model/account.ts';
import type { ImportedAccount } from '../../../src-shared/model/discovery.ts';
import { domainOf, isAddress } from '../../../src-shared/text/address.ts';
import { useEvent } from '../../backend/backend-context.tsx';
import { useRequest } from '../../backend/use-request.ts';
import { Button } from '../../components/button.tsx';
import { Dialog } from '../../components/dialog.tsx';
import { useFocusBack } from '../../components/use-focus-back.ts';
import { t } from '../../i18n/i18n.ts';
import { AddressStep, type Way } from './address-step.tsx';
import { AppPasswordStep } from './app-password-step.tsx';
import type { ByHandStart } from './by-hand-form.ts';
import { ByHandStep } from './by-hand-step.tsx';
import { CentredPage } from './centred-page.tsx';
import { ClientIdStep } from './client-id-step.tsx';
import { startOf } from './discovery-words.ts';
import { ExplainAccess } from './explain-access.tsx';
import { OtherProgramStep } from './other-program.tsx';
import { useAttempts } from './use-attempts.ts';
import { useDiscovery } from './use-discovery.ts';
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

export function AddAccount({ state, hint, onAdded, onCancel, onWithoutAccount }: AddAccountProps): ReactNode {
  const [vault, setVault] = useState(state.vault);
  useEvent('vaultChanged', setVault);
  const [typed, setTyped] = useState(hint ?? state.addressHint ?? '');
  const address = typed.trim();
  const [login, setLogin] = useState('');
  const [way, setWay] = useState<Way>('address');
  const [imported, setImported] = useState<ImportedAccount>();
  const [isExplained, setIsExplained] = useState(false);
  const found = useRequest('accounts.findProvider', isAddress(address) ? { address } : undefined);
  // The answer depends on the domain alone: it stays while the part before the @ changes, so that nothing flickers.
  const [last, setLast] = useState(found.value);
  if (found.value && found.value !== last) setLast(found.value);
  const known = found.value ?? (last?.domain === domainOf(address) ? last : undefined);
  const discovery = useDiscovery(address);
  const provider = known?.provider ?? discovery.chosen?.provider;
  const attempts = useAttempts({ address, loginAddress: login.trim(), provider, onAdded });
  const { signIn, shown } = attempts;
  // After a cancel; a failure takes the focus by itself.
  const form = useRef<HTMLDivElement>(null);
  useFocusBack(signIn.running !== undefined, () => form.current?.querySelector('input')?.focus());

  if (vault.state === 'locked' || vault.state === 'absent')
    return <VaultGate vault={vault} onChange={setVault} />;

  const go = (next: Way): void => {
    signIn.forgetFailure();
    setWay(next);
  };
  const toAddress = (): void => {
    setImported(undefined);
    go('address');
  };

  /** What the form for servers starts with: the other program knows best, then the domain, then our own list. */
  const byHandStart = (): ByHandStart | undefined =>
    imported ?? (provider ? { imap: provider.imap, smtp: provider.smtp } : undefined) ?? fromDomain();
  const fromDomain = (): ByHandStart | undefined => discovery.chosen && startOf(discovery.chosen);

  const takeOver = (account: ImportedAccount): void => {
    setTyped(account.address);
    // A provider of our own list is signed in to in its own way; the rest is what the other program had.
    const isKnown = account.providerId !== undefined;
    setImported(isKnown ? undefined : account);
    go(isKnown ? 'address' : 'by-hand');
  };

  const common = { address, vault, failure: signIn.failure, onBack: toAddress, onDevice: attempts.onDevice };
  const isFirstPage = way === 'address' && !signIn.running;
  return (
    <CentredPage>
      {signIn.running && (
        <Waiting {...shown} running={signIn.running} address={address} onCancel={signIn.cancel} />
      )}
      {/* Kept while it waits, so that nothing typed is lost when it comes back. */}
      <div ref={form} hidden={signIn.running !== undefined}>
        {way === 'address' && (
          <AddressStep
            {...common}
            typed={typed}
            onType={(text) => {
              signIn.forgetFailure();
              setTyped(text);
            }}
            login={login}
            onLogin={setLogin}
            known={known}
            discovery={discovery}
            provider={provider}
            onOpenBrowser={(via) => attempts.inBrowser({ via })}
            onFound={attempts.withFound}
            onWay={go}
          />
        )}
        {way === 'client-id' && provider && (
          <ClientIdStep
            {...common}
            provider={provider}
            onSubmit={(clientId, clientSecret) => attempts.inBrowser({ clientId, clientSecret })}
            onWay={go}
          />
        )}
        {way === 'app-password' && provider && (
          <AppPasswordStep {...common} provider={provider} onSubmit={attempts.withPassword} />
        )}
        {way === 'by-hand' && (
          <ByHandStep
            {...common}
            provider={provider}
            start={byHandStart()}
            onSubmit={(fields) => {
              setTyped(fields.address.trim());
              attempts.byHand(fields);
            }}
          />
        )}
        {way === 'other-program' && <OtherProgramStep onUse={takeOver} onBack={toAddress} />}
      </div>
      {isFirstPage && (
        <div className="page-cancel">
          <Button variant="quiet" onPress={() => setIsExplained(true)}>
            {t('signIn.howItWorks')}
          </Button>
          {onWithoutAccount && (
            <Button variant="quiet" onPress={onWithoutAccount}>
              {t('welcome.withoutAccount')}
            </Button>
          )}
          {onCancel && (
            <Button variant="quiet" onPress={onCancel}>
              {t('accounts.cancel')}
            </Button>
          )}
        </div>
      )}
      <Dialog
        title={t('explain.title')}
        isOpen={isExplained}
        onClose={() => setIsExplained(false)}
        actions={
          <Button variant="primary" onPress={() => setIsExplained(false)}>
            {t('explain.close')}
          </Button>
        }
      >
        <ExplainAccess />
      </Dialog>
    </CentredPage>
  );
}
