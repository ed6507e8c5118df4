/** What a sign-in at a known provider will do, said before it does it, with the words that the person is about to read there. */
import type { ReactNode } from 'react';
import type { ProviderView } from '../../../src-shared/model/provider.ts';
import type { VaultState } from '../../../src-shared/model/settings.ts';
import { Icon, type IconName } from '../../components/icon.tsx';
import { t } from '../../i18n/i18n.ts';
import { sayKeyKept } from './vault-words.ts';

type Item = { icon: IconName; title: string; text: string };

function itemsOf(provider: ProviderView, vault: VaultState): Item[] {
  const name = provider.name;
  const kept: Item = { icon: 'key', ...sayKeyKept(vault) };
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
    ...(provider.needsClientId && !provider.registersItself
      ? [
          {
            icon: 'person' as const,
            title: t('accounts.add.clientId', { provider: name }),
            text: t(
              provider.appPasswordUrl === undefined
                ? 'accounts.add.clientIdText'
                : 'accounts.add.clientIdOrPasswordText',
            ),
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

export function WhatWillHappen({
  provider,
  vault,
}: {
  provider: ProviderView;
  vault: VaultState;
}): ReactNode {
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
