import type { Grant, GrantView } from '../../src-shared/model/grant.ts';
import type { VaultState } from '../../src-shared/model/settings.ts';
import type { Provider } from '../autoconfig/provider-file.ts';
import { canRevoke } from '../oauth/revoke.ts';
import type { Store } from '../store/store.ts';
import type { AuthorizationServers } from './authorization-servers.ts';

/** What this computer may do with each account, for the screen Accounts and access. */
export function viewGrants(
  store: Store,
  vault: VaultState,
  providers: Provider[],
  servers: AuthorizationServers,
): GrantView[] {
  return store.accounts.list().flatMap((account) => {
    const grant = store.grants.byAccount(account.accountId);
    if (!grant) return [];
    const provider = providers.find(({ id }) => id === account.providerId);
    const page =
      grant.kind === 'password' ? (provider?.appPasswordUrl ?? provider?.manageUrl) : provider?.manageUrl;
    return [
      {
        ...grant,
        providerName: account.providerName,
        ...(provider?.consentWords !== undefined && { consentWords: provider.consentWords }),
        ...(page !== undefined && { manageUrl: page }),
        revocation: revocationOf(grant, provider, servers),
        revokesWholeGrant: grant.kind === 'oauth' && provider?.revokesWholeGrant === true,
        keptIn: vault.kind,
        keychainName: vault.name,
      } satisfies GrantView,
    ];
  });
}

/** For settings by hand the server's metadata tells; until it has been read, RFC 7009 is what to expect. */
function revocationOf(
  grant: Grant,
  provider: Provider | undefined,
  servers: AuthorizationServers,
): GrantView['revocation'] {
  if (grant.kind === 'password') return 'not-needed';
  if (provider) return provider.revocation;
  const known = grant.issuer === undefined ? undefined : servers.peek(grant.issuer);
  return known && !canRevoke(known) ? 'none' : 'endpoint';
}
