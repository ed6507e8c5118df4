import type { ServerAccount } from '../../src-shared/model/account.ts';
import type { Grant } from '../../src-shared/model/grant.ts';
import type { Clock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import { errorFacts, type Log } from '../base/log.ts';
import { hostOf } from '../oauth/http.ts';
import { refreshTokens, type TokenAnswer } from '../oauth/token-endpoint.ts';
import type { AccessToken } from '../sasl/authentication.ts';
import type { Store } from '../store/store.ts';
import type { Vault } from '../vault/vault.ts';
import type { AuthorizationServers } from './authorization-servers.ts';
import type { GrantLock } from './grant-lock.ts';
import { readClient } from './grant-secrets.ts';
import type { RotatedTokens } from './rotated-tokens.ts';

export type RenewalContext = {
  store: () => Store;
  vault: Vault;
  servers: AuthorizationServers;
  rotated: RotatedTokens;
  lock: GrantLock;
  clock: Clock;
  log: Log;
};

/**
 * One renewal, from the refresh token in the vault to the entry in the audit log. Throws grant-ended only when the server itself said so, or
 * when the vault has no key for the grant (`because: key-missing`); and busy when another program is too long about the same.
 */
export async function renewGrant(
  account: ServerAccount,
  grant: Grant,
  { store, vault, servers, rotated, lock, clock, log }: RenewalContext,
): Promise<AccessToken> {
  const { grantId } = grant;
  // Before the lock is taken: nobody waits there for what needs none.
  const known = await servers.ofGrant(account, grant);
  const client = await readClient(vault, grantId, grant.clientId ?? '');
  const host = hostOf(known);

  const answer = await lock(grantId, async () => {
    // The person may have signed out while this waited for the lock.
    if (store().grants.get(grantId)?.state !== 'active')
      throw new MailError('grant-ended', { detail: { host } });
    const refreshToken = await rotated.read(grantId);
    if (refreshToken === undefined) {
      throw new MailError('grant-ended', { detail: { host, because: 'key-missing' } });
    }
    const { answer, used } = await ask(refreshToken);
    if (answer.refreshToken !== undefined && answer.refreshToken !== used) {
      await rotated.save(grantId, answer.refreshToken, used);
    }
    return answer;
  });

  async function ask(refreshToken: string): Promise<{ answer: TokenAnswer; used: string }> {
    try {
      return { answer: await refreshTokens(known, client, refreshToken, clock.now()), used: refreshToken };
    } catch (error) {
      if (!(error instanceof MailError) || error.code !== 'grant-ended') throw error;
      // A program that could not have the lock may have rotated it all the same; then theirs counts.
      const now = await rotated.read(grantId);
      if (now === undefined || now === refreshToken) throw error;
      log.warn('refresh token rotated elsewhere', errorFacts(error));
      return { answer: await refreshTokens(known, client, now, clock.now()), used: now };
    }
  }

  const { accessToken, expiresAt, scopes } = answer;
  const { accountId } = account;
  const before = store().grants.get(grantId)?.scopes ?? grant.scopes;
  store().grants.update(grantId, {
    refreshedAt: clock.now(),
    ...(expiresAt !== undefined && { accessTokenEndsAt: expiresAt }),
    ...(scopes && { scopes }),
  });
  // With the token's life a later look at the log can tell many renewals from too many.
  const seconds = expiresAt === undefined ? 0 : Math.round((expiresAt - clock.now()) / 1_000);
  store().audit.append({ accountId, kind: 'refreshed', host, detail: { seconds } });
  if (scopes && !isSameSet(scopes, before)) {
    const detail = { scopes: scopes.join(' '), before: before.join(' ') };
    store().audit.append({ accountId, kind: 'scopes-changed', host, detail });
  }
  return { accessToken, expiresAt };
}

function isSameSet(some: string[], others: string[]): boolean {
  return some.every((one) => others.includes(one)) && others.every((one) => some.includes(one));
}
