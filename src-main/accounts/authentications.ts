import type { ServerAccount } from '../../src-shared/model/account.ts';
import type { Grant } from '../../src-shared/model/grant.ts';
import type { AccountId } from '../../src-shared/model/ids.ts';
import type { Provider } from '../autoconfig/provider-file.ts';
import { userNamesOf } from '../autoconfig/providers.ts';
import type { Clock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import type { Authentication, ScramMemory } from '../sasl/authentication.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import type { AccessTokens } from './access-tokens.ts';
import { readGrantSecret } from './grant-secrets.ts';

export type Use = 'imap' | 'smtp';

/** The use of a grant is noted at most so often. */
const NOTED_EVERY = 60_000;

/**
 * How an account proves who it is to its servers. Throws not-found for an unknown account, grant-ended when it has no grant
 * that is in force; asking for the secret throws what the vault and the token endpoint throw.
 */
export function createAuthentications({
  store,
  vault,
  tokens,
  providers,
  clock,
}: {
  store: () => Store;
  vault: Vault;
  tokens: AccessTokens;
  providers: Provider[];
  clock: Clock;
}): (accountId: AccountId, use?: Use) => Authentication {
  function noteUse(grant: Grant, use: Use): void {
    const now = store().grants.get(grant.grantId);
    if (now?.lastUsedFor === use && clock.now() - (now.lastUsedAt ?? 0) < NOTED_EVERY) return;
    store().grants.update(grant.grantId, { lastUsedAt: clock.now(), lastUsedFor: use });
  }

  function scramMemory({ grantId }: Grant): ScramMemory {
    const known = () => store().grants.get(grantId)?.scramHosts ?? [];
    return {
      isKnown: (host) => known().includes(host),
      note(host) {
        if (!known().includes(host)) store().grants.update(grantId, { scramHosts: [...known(), host] });
      },
    };
  }

  async function readPassword({ grantId }: Grant): Promise<string> {
    if (store().grants.get(grantId)?.state !== 'active') throw endedError();
    const secret = await readGrantSecret(vault, grantId);
    if (!secret || !('password' in secret)) throw endedError();
    return secret.password;
  }

  return (accountId, use = 'imap') => {
    const account = store().accounts.server(accountId);
    const grant = store().grants.byAccount(accountId);
    if (!account) throw new MailError('not-found');
    if (grant?.state !== 'active') throw endedError();
    const user = userNameOf(account, providers, use);
    if (grant.kind === 'password') {
      return {
        kind: 'password',
        user,
        async password() {
          const password = await readPassword(grant);
          noteUse(grant, use);
          return password;
        },
        scram: scramMemory(grant),
      };
    }
    const source = tokens.sourceFor(account, grant.grantId);
    return {
      kind: 'oauth',
      user,
      token: {
        async get(signal) {
          const token = await source.get(signal);
          noteUse(grant, use);
          return token;
        },
        invalidate: source.invalidate,
      },
    };
  };
}

/** The login name: of SMTP it may be another one (iCloud). */
function userNameOf(account: ServerAccount, providers: Provider[], use: Use): string {
  if (use === 'smtp' && account.smtpUserName !== undefined) return account.smtpUserName;
  const provider = providers.find(({ id }) => id === account.providerId);
  if (use === 'imap' || provider?.smtpUserName === undefined) return account.userName;
  return userNamesOf(provider, account.address).smtp;
}

function endedError(): MailError {
  return new MailError('grant-ended', { retry: 'after-sign-in' });
}
