import type { CheckItem } from '../../src-shared/model/security-check.ts';
import type { Provider } from '../autoconfig/provider-file.ts';
import type { Store } from '../store/store.ts';

/** What Google says for what OpenID Connect asks for. */
const OTHER_NAMES: Record<string, string> = {
  'https://www.googleapis.com/auth/userinfo.email': 'email',
  'https://www.googleapis.com/auth/userinfo.profile': 'profile',
};

/** R15: no account gave more than its provider's preset asks for. */
export function checkScopes(providers: Provider[], { accounts, grants }: Store): CheckItem {
  const item = (state: CheckItem['state'], outcome: string, facts: CheckItem['facts']): CheckItem => ({
    name: 'scopes',
    state,
    outcome,
    facts,
  });
  const oauthGrants = grants.list().filter(({ kind, state }) => kind === 'oauth' && state !== 'revoked');
  let unlisted: string | undefined;
  for (const { accountId, scopes: granted } of oauthGrants) {
    const account = accounts.server(accountId);
    const asked = providers.find(({ id }) => id === account?.providerId)?.oauth?.scopes;
    const address = account?.address ?? '';
    if (!asked) {
      unlisted ??= address;
      continue;
    }
    const wider = granted.filter(
      (scope) => !asked.includes(scope) && !asked.includes(OTHER_NAMES[scope] ?? scope),
    );
    if (wider.length > 0) return item('bad', 'wide', { address, scopes: wider.join(' ') });
  }
  if (unlisted !== undefined) return item('unknown', 'unlisted', { address: unlisted });
  if (oauthGrants.length === 0) return item('unknown', 'none', {});
  return item('good', 'narrow', { accounts: oauthGrants.length });
}
