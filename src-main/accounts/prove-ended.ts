/** The proof that an access is gone: what is still in hand is tried once, and no key is made for the purpose. */
import type { ServerAccount } from '../../src-shared/model/account.ts';
import type { Grant } from '../../src-shared/model/grant.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import type { OauthClient } from '../oauth/client.ts';
import { introspectToken } from '../oauth/introspect.ts';
import type { KnownServer } from '../oauth/known-server.ts';
import { canRevoke, revokeToken } from '../oauth/revoke.ts';
import { refreshTokens } from '../oauth/token-endpoint.ts';
import type { AccessToken } from '../sasl/authentication.ts';
import { type CheckServer, fixedAuthentication } from './check-servers.ts';
import { isConfirmed, type Keys, type SignOutContext, type StepEnd } from './sign-out-context.ts';

/** `refused`: the server said no to this very key. `opens`: it still works. `unknown`: nobody could be asked. */
export type Proof = 'refused' | 'opens' | 'unknown';

/**
 * Tries the refresh token once. A server that hands out tokens after it has confirmed the revocation gets them back at once:
 * none is ever used. `newest` is the refresh token that counts from now on.
 */
export async function tryRefreshToken(
  known: KnownServer,
  client: OauthClient,
  refreshToken: string,
  now: number,
): Promise<{ proof: Proof; newest: string }> {
  const bound = () => AbortSignal.timeout(LIMITS.revokeTimeout);
  try {
    const answer = await refreshTokens(known, client, refreshToken, now, bound());
    const newest = answer.refreshToken ?? refreshToken;
    if (canRevoke(known)) {
      await revokeToken(known, client, newest, 'refresh_token', bound()).catch(() => undefined);
    }
    return { proof: 'opens', newest };
  } catch (error) {
    const isRefused = error instanceof MailError && error.code === 'grant-ended';
    return { proof: isRefused ? 'refused' : 'unknown', newest: refreshToken };
  }
}

/** Tries to open the mailbox with the access token that is in memory. */
async function tryAccessToken(
  account: ServerAccount,
  { accessToken }: AccessToken,
  checkImap: CheckServer,
  signal: AbortSignal,
): Promise<Proof> {
  try {
    await checkImap(account.imap, fixedAuthentication(account.userName, { accessToken }), signal);
    return 'opens';
  } catch (error) {
    return error instanceof MailError && error.code === 'login-refused' ? 'refused' : 'unknown';
  }
}

/** The step of a sign-out. `newest`: the refresh token that counts after it. Never throws. */
export async function proveEnded(
  account: ServerAccount,
  grant: Grant,
  revocation: StepEnd,
  known: KnownServer | undefined,
  { refreshToken, accessToken, client }: Keys,
  { checkImap, clock }: SignOutContext,
): Promise<StepEnd & { newest?: string }> {
  if (grant.kind === 'password') return { state: 'skipped', outcome: 'proof-not-needed' };
  const tryMailbox = () =>
    accessToken &&
    tryAccessToken(account, accessToken, checkImap, AbortSignal.timeout(LIMITS.connectTimeout));
  const stillOpens = (until: number, renewable: 0 | 1): StepEnd => ({
    state: 'owed',
    outcome: 'still-opens',
    facts: { until, renewable },
  });

  if (revocation.outcome === 'revoke-no-endpoint') {
    // The refresh token was never taken back: trying it would only make a new key.
    const mailbox = await tryMailbox();
    if (mailbox === undefined) return { state: 'skipped', outcome: 'proof-not-needed' };
    const until = accessToken?.expiresAt;
    if (mailbox === 'opens' && until !== undefined) return stillOpens(until, 0);
    return { state: 'owed', outcome: 'proof-unreachable' };
  }
  if (!isConfirmed(revocation.outcome)) return { state: 'owed', outcome: 'proof-unreachable' };
  if (refreshToken === undefined) return { state: 'skipped', outcome: 'proof-not-needed' };
  if (!known) return { state: 'owed', outcome: 'proof-unreachable' };
  const { proof: renewal, newest } = await tryRefreshToken(known, client, refreshToken, clock.now());
  if (renewal === 'opens') return { ...stillOpens(accessToken?.expiresAt ?? clock.now(), 1), newest };
  const mailbox = await tryMailbox();
  if (mailbox === 'opens' && accessToken?.expiresAt !== undefined)
    return stillOpens(accessToken.expiresAt, 0);
  if (renewal === 'unknown' || mailbox === 'unknown' || mailbox === 'opens') {
    return { state: 'owed', outcome: 'proof-unreachable' };
  }
  const said = await introspectToken(known, client, refreshToken, AbortSignal.timeout(LIMITS.revokeTimeout));
  const facts = said === undefined ? {} : { introspection: said };
  // Refused where it was tried, and still called good: that is no proof.
  if (said === 'active') return { state: 'owed', outcome: 'proof-contradicted', facts };
  return {
    state: 'done',
    outcome: mailbox === undefined ? 'proved-refresh-only' : 'proved-both',
    facts,
  };
}
