import { type ReactNode, useEffect, useRef, useState } from 'react';
import type { OutputOf } from '../../../src-shared/ipc/contract.ts';
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { ProviderView } from '../../../src-shared/model/provider.ts';
import type { VaultState } from '../../../src-shared/model/settings.ts';
import { domainOf, isAddress } from '../../../src-shared/text/address.ts';
import { Button } from '../../components/button.tsx';
import { FailureNote } from '../../components/failure-note.tsx';
import { Icon, type IconName } from '../../components/icon.tsx';
import { Menu, type MenuItem } from '../../components/menu.tsx';
import { Note } from '../../components/note.tsx';
import { TextField } from '../../components/text-field.tsx';
import { t } from '../../i18n/i18n.ts';
import { Headline, TaskForm } from './centred-page.tsx';

export type Way = 'address' | 'client-id' | 'app-password' | 'by-hand';

export type AddressStepProps = {
  typed: string;
  onType: (text: string) => void;
  address: string;
  vault: VaultState;
  /** What this computer knows of the address; undefined while it is not an address or not looked up. */
  found: OutputOf<'accounts.findProvider'> | undefined;
  failure: Fail | undefined;
  onOpenBrowser: () => void;
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

/** The ways besides the first one that this provider leaves. */
function otherWays(provider: ProviderView | undefined, onWay: (way: Way) => void): MenuItem[] {
  const items: MenuItem[] = [];
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
  return items;
}

export function AddressStep(props: AddressStepProps): ReactNode {
  const { typed, onType, address, vault, found, failure, onOpenBrowser, onWay } = props;
  const [isRefused, setIsRefused] = useState(false);
  const [isPending, setIsPending] = useState(false);
  const isSettled = useSettled(address);
  const provider = found?.provider;
  const isUnknown = found !== undefined && !provider && isSettled;
  const nextWay: Way = !provider
    ? 'by-hand'
    : provider.auth === 'password'
      ? 'app-password'
      : provider.needsClientId
        ? 'client-id'
        : 'address';

  const goOn = (): void => {
    setIsPending(false);
    if (nextWay === 'address') onOpenBrowser();
    else onWay(nextWay);
  };
  const submit = (): void => {
    if (!isAddress(address)) setIsRefused(true);
    else if (found) goOn();
    else setIsPending(true);
  };
  // Enter pressed before the answer was here: it counts as soon as it is.
  const newest = useRef(goOn);
  useEffect(() => {
    newest.current = goOn;
  });
  useEffect(() => {
    if (isPending && found) newest.current();
  }, [isPending, found]);

  return (
    <TaskForm onSubmit={submit} isSteady>
      <Headline>{t('accounts.add.title')}</Headline>
      {failure && <FailureNote failure={failure} takesFocus />}
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
      <div role="status">
        {isUnknown && (
          <div className="task-note">
            <Note>
              <div className="med">{t('accounts.add.unknown', { domain: found.domain })}</div>
              <div>{t('accounts.add.unknownText', { domain: found.domain })}</div>
            </Note>
          </div>
        )}
        {provider && <WhatWillHappen provider={provider} vault={vault} />}
      </div>
      <div className="task-actions">
        <Button variant="primary" size="large" type="submit">
          {nextWay === 'address'
            ? t('accounts.add.openBrowser')
            : isUnknown
              ? t('accounts.add.enterSettings')
              : t('accounts.add.continue')}
        </Button>
        <Menu label={t('accounts.add.anotherWay')} items={otherWays(provider, onWay)} variant="quiet">
          {t('accounts.add.anotherWay')}
          <Icon name="chevron-down" size={14} />
        </Menu>
      </div>
      <p className="task-foot">
        {found
          ? provider
            ? t('accounts.add.soFar', { domain: domainOf(address) })
            : ''
          : t('accounts.add.notAsked')}
      </p>
    </TaskForm>
  );
}

type Item = { icon: IconName; title: string; text: string };

function itemsOf(provider: ProviderView, vault: VaultState): Item[] {
  const name = provider.name;
  const kept: Item =
    vault.state === 'session'
      ? { icon: 'key', title: t('accounts.add.keptSession'), text: t('accounts.add.keptSessionText') }
      : {
          icon: 'key',
          title: t('accounts.add.kept', { keychain: vault.name }),
          text: t('accounts.add.keptText'),
        };
  if (provider.auth === 'password') {
    return [
      {
        icon: 'lock',
        title: t('accounts.add.password', { provider: name }),
        text: t('accounts.add.passwordText', { provider: name }),
      },
      { icon: 'plug', title: t('accounts.add.check'), text: t('accounts.add.checkText') },
      kept,
    ];
  }
  const { authorizationHost: host, consentWords: words } = provider;
  return [
    ...(provider.needsClientId
      ? [
          {
            icon: 'person' as const,
            title: t('accounts.add.clientId', { provider: name }),
            text: t('accounts.add.clientIdText'),
          },
        ]
      : []),
    {
      icon: 'external',
      title:
        host === undefined
          ? t('accounts.add.browserAnywhere', { provider: name })
          : t('accounts.add.browser', { host }),
      text: t('accounts.add.browserText'),
    },
    {
      icon: 'shield',
      title:
        words === undefined
          ? t('accounts.add.consentUnknown', { provider: name })
          : t('accounts.add.consent', { provider: name, words }),
      text: t('accounts.add.consentText'),
    },
    kept,
  ];
}

function WhatWillHappen({ provider, vault }: { provider: ProviderView; vault: VaultState }): ReactNode {
  return (
    <section className="task-steps">
      <h2 className="task-caption">{t('accounts.add.whatWillHappen')}</h2>
      <ol className="steps steps-two">
        {itemsOf(provider, vault).map((item) => (
          <li key={item.title}>
            <span className="c3">
              <Icon name={item.icon} size={18} />
            </span>
            <div>
              <div className="med">{item.title}</div>
              <div className="step-more">{item.text}</div>
            </div>
          </li>
        ))}
      </ol>
    </section>
  );
}
