import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { OutputOf } from '../../../src-shared/ipc/contract.ts';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { Discovered } from '../../../src-shared/model/discovery.ts';
import type { ProviderView } from '../../../src-shared/model/provider.ts';
import type { VaultState } from '../../../src-shared/model/settings.ts';
import { domainOf, isAddress } from '../../../src-shared/text/address.ts';
import { Button } from '../../components/button.tsx';
import { Disclosure } from '../../components/disclosure.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Icon } from '../../components/icon.tsx';
import { Menu, type MenuItem } from '../../components/menu.tsx';
import { Note } from '../../components/note.tsx';
import { TextField } from '../../components/text-field.tsx';
import { useFocusBack } from '../../components/use-focus-back.ts';
import { type MessageKey, t } from '../../i18n/i18n.ts';
import { Headline, TaskForm } from './centred-page.tsx';
import { type NextStep, nextStep, sayFoundFrom } from './discovery-words.ts';
import { AskIspdb, Found, FoundConfirm, FoundMore, NothingFound } from './found-step.tsx';
import { SignInFailure } from './sign-in-failure.tsx';
import type { Discovery } from './use-discovery.ts';
import { WhatWillHappen } from './what-will-happen.tsx';

export type Way = 'address' | 'client-id' | 'app-password' | 'by-hand' | 'other-program';

export type AddressStepProps = {
  typed: string;
  onType: (text: string) => void;
  address: string;
  /** A shared mailbox: who signs in; empty for the address itself. */
  login: string;
  onLogin: (text: string) => void;
  vault: VaultState;
  /** What this computer knows of the address; undefined while it is not an address or not looked up. */
  known: OutputOf<'accounts.findProvider'> | undefined;
  discovery: Discovery;
  /** Who runs the mail, from this computer's list or by what the domain said. */
  provider: ProviderView | undefined;
  failure: Fail | undefined;
  onOpenBrowser: (via?: 'device') => void;
  onFound: (found: Discovered, password: string | undefined, via?: 'device') => void;
  onDevice: () => void;
  onWay: (way: Way) => void;
};

/** Half a domain is no reason to say "unknown": people are told when they have stopped typing. */
const SETTLED_MS = 500;

function useSettled(text: string): boolean {
  const [settled, setSettled] = useState(text);
  useEffect(() => {
    const timer = setTimeout(() => setSettled(text), SETTLED_MS);
    return () => clearTimeout(timer);
  }, [text]);
  return settled === text;
}

/** The ways besides the first one that are left. */
function otherWays(next: NextStep, props: AddressStepProps): MenuItem[] {
  const { provider, discovery, onWay, onOpenBrowser, onFound } = props;
  const { chosen } = discovery;
  const items: MenuItem[] = [];
  if (next === 'browser') {
    items.push({ id: 'device', label: t('signIn.wayDevice'), onAction: () => onOpenBrowser('device') });
  }
  if (next === 'found-browser' && chosen) {
    const onAction = (): void => onFound(chosen, undefined, 'device');
    items.push({ id: 'device', label: t('signIn.wayDevice'), onAction });
  }
  // Where an app password is the way that works for everybody, whoever has a client ID of one's own may still use it.
  if (provider && (provider.auth === 'oauth' || provider.needsClientId)) {
    items.push({ id: 'client-id', label: t('accounts.add.wayClientId'), onAction: () => onWay('client-id') });
  }
  if (provider && (provider.auth === 'password' || provider.appPasswordUrl !== undefined)) {
    items.push({
      id: 'app-password',
      label: t('accounts.add.wayAppPassword'),
      onAction: () => onWay('app-password'),
    });
  }
  items.push({ id: 'by-hand', label: t('accounts.add.wayByHand'), onAction: () => onWay('by-hand') });
  items.push({
    id: 'other-program',
    label: t('signIn.wayOtherProgram'),
    onAction: () => onWay('other-program'),
  });
  return items;
}

const BUTTON_WORDS: Record<NextStep, MessageKey> = {
  type: 'accounts.add.continue',
  ask: 'accounts.add.continue',
  asking: 'accounts.add.continue',
  browser: 'accounts.add.openBrowser',
  'client-id': 'accounts.add.continue',
  'app-password': 'accounts.add.continue',
  'by-hand': 'accounts.add.enterSettings',
  'found-browser': 'accounts.add.openBrowser',
  'found-client-id': 'accounts.add.continue',
  'found-password': 'accounts.byHand.submit',
};

export function AddressStep(props: AddressStepProps): ReactNode {
  const { typed, onType, address, login, vault, known, discovery, provider, failure } = props;
  const { onOpenBrowser, onFound, onDevice, onWay } = props;
  const [isRefused, setIsRefused] = useState(false);
  const [isPending, setIsPending] = useState(false);
  const [hasTried, setHasTried] = useState(false);
  const [password, setPassword] = useState('');
  const isSettled = useSettled(address);
  const { chosen, answer } = discovery;
  const domain = known?.domain ?? domainOf(address);
  const next = nextStep(known !== undefined, provider, discovery.state, chosen);
  const isLoginWrong = login.trim() !== '' && !isAddress(login.trim());
  const isPasswordMissing = next === 'found-password' && password === '';

  const goOn = (): void => {
    setIsPending(false);
    setHasTried(true);
    if (isLoginWrong || isPasswordMissing) return;
    if (next === 'browser') onOpenBrowser();
    else if (next === 'ask') {
      setHasTried(false);
      discovery.ask(false);
    } else if (next === 'found-client-id') onWay('by-hand');
    else if (chosen && (next === 'found-browser' || next === 'found-password'))
      onFound(chosen, next === 'found-password' ? password : undefined);
    else if (next === 'client-id' || next === 'app-password' || next === 'by-hand') onWay(next);
  };
  const submit = (): void => {
    if (!isAddress(address)) setIsRefused(true);
    else if (known) goOn();
    else setIsPending(true);
  };
  // Enter pressed before the answer was here: it counts as soon as it is.
  const newest = useRef(goOn);
  useEffect(() => {
    newest.current = goOn;
  });
  useEffect(() => {
    if (isPending && known) newest.current();
  }, [isPending, known]);

  // The button that asked cannot be pressed meanwhile and loses the focus: it goes to the answer, before anything is agreed to.
  const answerPlace = useRef<HTMLDivElement>(null);
  useFocusBack(discovery.state === 'asking', () => answerPlace.current?.focus());

  return (
    <TaskForm onSubmit={submit} isSteady>
      <Headline>{t('accounts.add.title')}</Headline>
      {failure && (
        <SignInFailure
          failure={failure}
          address={address}
          providerName={provider?.name ?? chosen?.name}
          provider={provider}
          scopes={provider?.scopes ?? chosen?.oauth?.scopes}
          onDevice={onDevice}
        />
      )}
      <div className="address-field">
        <TextField
          label={t('accounts.add.address')}
          isLabelHidden
          type="email"
          inputMode="email"
          name="address"
          autoComplete="email"
          size="large"
          autoFocus
          value={typed}
          onChange={(text) => {
            setIsRefused(false);
            setIsPending(false);
            setHasTried(false);
            onType(text);
          }}
          error={
            isRefused ? `${t('error.address-invalid.title')} ${t('error.address-invalid.next')}` : undefined
          }
          suffix={
            provider && (
              <span className="address-provider">
                <Icon name="check" size={14} />
                <span>{t('accounts.add.runsThisMail', { provider: provider.name })}</span>
              </span>
            )
          }
        />
      </div>
      <div role="status" ref={answerPlace} tabIndex={-1} className="address-answer">
        {next === 'ask' && isSettled && (
          <div className="task-note">
            <Note>
              <div className="med">{t('signIn.mayAsk', { domain })}</div>
              <div>{t('signIn.mayAskText', { domain })}</div>
            </Note>
          </div>
        )}
        {next === 'asking' && <p className="task-words">{t('signIn.asking', { domain })}</p>}
        {provider && chosen && <p className="task-words">{sayFoundFrom(chosen, domain)}.</p>}
        {provider && <WhatWillHappen provider={provider} vault={vault} />}
        {!provider && chosen && <Found found={chosen} address={address} domain={domain} />}
        {answer && !chosen && <NothingFound domain={domain} />}
      </div>
      {discovery.failure && <FailureNote failure={discovery.failure} />}
      {!provider && chosen && (
        <FoundConfirm
          found={chosen}
          vault={vault}
          password={password}
          onPassword={setPassword}
          error={hasTried && isPasswordMissing ? t('signIn.passwordMissing') : undefined}
        />
      )}
      {answer?.ispdbHost !== undefined && !chosen && (
        <AskIspdb domain={domain} host={answer.ispdbHost} onAsk={() => discovery.ask(true)} />
      )}
      <div className="task-actions">
        <Button variant="primary" size="large" type="submit" isDisabled={next === 'asking'}>
          {t(BUTTON_WORDS[next])}
        </Button>
        <Menu label={t('accounts.add.anotherWay')} items={otherWays(next, props)} variant="quiet">
          {t('accounts.add.anotherWay')}
          <Icon name="chevron-down" size={14} />
        </Menu>
      </div>
      {discovery.state === 'idle' && !failure && (
        <p className="task-foot">
          {provider ? t('accounts.add.soFar', { domain: domainOf(address) }) : t('accounts.add.notAsked')}
        </p>
      )}
      <FoundMore discovery={discovery} domain={domain} />
      {(provider || chosen) && <SharedMailbox {...props} isWrong={hasTried && isLoginWrong} />}
    </TaskForm>
  );
}

/** Whose mailbox it is and who signs in may differ: rare, and therefore behind its name. */
function SharedMailbox({ login, onLogin, isWrong }: AddressStepProps & { isWrong: boolean }): ReactNode {
  return (
    <Disclosure title={t('signIn.shared')} isOpen={login !== ''}>
      <TextField
        label={t('signIn.sharedLogin')}
        type="email"
        inputMode="email"
        name="login-address"
        value={login}
        onChange={onLogin}
        error={isWrong ? t('accounts.invalid.address') : undefined}
        description={t('signIn.sharedText')}
      />
    </Disclosure>
  );
}
