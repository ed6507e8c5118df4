import type { ServerAccount } from '../../src-shared/model/account.ts';
import { MailError } from '../base/errors.ts';
import type { OauthClient } from '../oauth/client.ts';
import type { KnownServer } from '../oauth/known-server.ts';
import { canRevoke, revokeToken } from '../oauth/revoke.ts';
import { refreshTokens } from '../oauth/token-endpoint.ts';
import type { AccessToken } from '../sasl/authentication.ts';
import { type CheckServer, fixedAuthentication } from './check-servers.ts';

/** `refused`: the server said no to this very key. `opens`: it still works. `unknown`: nobody could be asked. */
export type Proof = 'refused' | 'opens' | 'unknown';

/**
 * Tries the refresh token once. A server that hands out tokens after it has confirmed the revocation gets them back at once:
 * none is ever used.
 */
export async function tryRefreshToken(
  known: KnownServer,
  client: OauthClient,
  refreshToken: string,
  now: number,
): Promise<Proof> {
  try {
    const answer = await refreshTokens(known, client, refreshToken, now);
    if (canRevoke(known)) {
      await revokeToken(known, client, answer.refreshToken ?? refreshToken, 'refresh_token').catch(
        () => undefined,
      );
    }
    return 'opens';
  } catch (error) {
    return error instanceof MailError && error.code === 'grant-ended' ? 'refused' : 'unknown';
  }
}

/** Tries to open the mailbox with the access token that is in memory. */
export async function tryAccessToken(
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
