import type { ProviderView } from '../../../src-shared/model/provider.ts';
import { isMessageKey, t } from '../../i18n/i18n.ts';

/** Providers whose way to a client ID is written down in the catalogue, under the name in the second place. */
const WRITTEN: Record<string, string> = {
  google: 'google',
  'microsoft-personal': 'microsoft',
  'microsoft-work': 'microsoft',
  yahoo: 'yahoo',
  aol: 'yahoo',
  yandex: 'yandex',
  'mail-ru': 'mail-ru',
  fastmail: 'fastmail',
};

/** How one gets a client ID of one's own there, step by step; the general way where no other is known. */
export function clientIdSteps({ providerId, name }: ProviderView): string[] {
  const steps: string[] = [];
  const written = WRITTEN[providerId];
  for (let number = 1; written !== undefined; number++) {
    const key = `signIn.clientId.${written}.${number}`;
    if (!isMessageKey(key)) break;
    steps.push(t(key, { provider: name }));
  }
  return steps.length > 0
    ? steps
    : [t('accounts.clientId.step1', { provider: name }), t('accounts.clientId.step2')];
}

/** Whether a redirect URI has to be entered there. Google's desktop clients have none to enter. */
export function wantsRedirectUri({ providerId, redirectUri }: ProviderView): boolean {
  return redirectUri !== undefined && providerId !== 'google';
}
