/** What can be said and done about a failed sign-in beyond the sentences of its code. No screen in here. */
import type { Fail } from '../../../src-shared/ipc/result.ts';
import type { ProviderView } from '../../../src-shared/model/provider.ts';
import { refusalReason } from '../../../src-shared/model/refusal.ts';
import { domainOf } from '../../../src-shared/text/address.ts';
import { t } from '../../i18n/i18n.ts';

function detailOf(failure: Fail, name: string): string | undefined {
  const fact = failure.detail?.[name];
  return fact === undefined || fact === '' ? undefined : String(fact);
}

/** The provider's known reason, as a sentence; undefined where none is known. */
export function sayReason(failure: Fail, providerName: string | undefined): string | undefined {
  const { data: reason } = refusalReason.safeParse(detailOf(failure, 'reason'));
  return reason && t(`signIn.reason.${reason}`, { provider: providerName ?? t('signIn.thisProvider') });
}

/** The page at the provider on which a person can do something about it. */
export function pageFor(
  failure: Fail,
  provider: Pick<ProviderView, 'appPasswordUrl' | 'mailProgramsUrl'> | undefined,
): { url: string; isForAppPassword: boolean } | undefined {
  const isRefusal = ['password-refused', 'login-refused'].includes(failure.code);
  const wantsAppPassword = detailOf(failure, 'reason') === 'app-password' || isRefusal;
  if (wantsAppPassword && provider?.appPasswordUrl !== undefined) {
    return { url: provider.appPasswordUrl, isForAppPassword: true };
  }
  const isSwitchedOff = ['imap-not-allowed', 'smtp-not-allowed'].includes(failure.code);
  return isSwitchedOff && provider?.mailProgramsUrl !== undefined
    ? { url: provider.mailProgramsUrl, isForAppPassword: false }
    : undefined;
}

/** The permissions that were not given, as the provider writes them. */
export function missingScopes(failure: Fail): string[] {
  if (failure.code !== 'scope-missing') return [];
  return (detailOf(failure, 'missing') ?? '').split(' ').filter((scope) => scope !== '');
}

/** What a permission is good for. */
export function sayScope(scope: string): string {
  if (scope === 'offline_access') return t('signIn.scope.offline');
  if (['openid', 'email', 'profile', 'userinfo'].includes(scope)) return t('signIn.scope.identity');
  if (/imap/i.test(scope) && !/smtp/i.test(scope)) return t('signIn.scope.imap');
  if (/smtp/i.test(scope) && !/imap/i.test(scope)) return t('signIn.scope.smtp');
  return /mail/i.test(scope) ? t('signIn.scope.mail') : t('signIn.scope.other');
}

/**
 * What a person can send to whoever has to allow the program: subject and text.
 * It holds what the administrator has to know and nothing that opens anything.
 */
export function adminMessage(
  failure: Fail,
  { address, providerName, scopes }: { address: string; providerName: string; scopes: readonly string[] },
): { subject: string; body: string } {
  return {
    subject: t('signIn.admin.subject', { domain: domainOf(address) }),
    body: t('signIn.admin.body', {
      address,
      provider: providerName,
      clientId: detailOf(failure, 'clientId') ?? t('signIn.admin.unknownClientId'),
      host: detailOf(failure, 'host') ?? providerName,
      scopes: scopes.length === 0 ? t('signIn.admin.unknownScopes') : scopes.join('\n'),
    }),
  };
}
