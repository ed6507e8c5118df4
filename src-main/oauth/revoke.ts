import * as oauth from 'oauth4webapi';
import { MailError } from '../base/errors.ts';
import { asClient, type OauthClient } from './client.ts';
import { hostOf, isTemporaryStatus, noAnswerError, oauthErrorOf, requestOptions } from './http.ts';
import type { KnownServer } from './known-server.ts';
import { retryAfterOf } from './retry-after.ts';

export function canRevoke({ server }: KnownServer): boolean {
  return server.revocation_endpoint !== undefined;
}

/**
 * Gives a token back (RFC 7009). Resolves when the server confirmed that it is worth nothing any more.
 * Throws with retry `later` when the server could not be reached or could not answer, with retry `never` when it refused.
 */
export async function revokeToken(
  known: KnownServer,
  client: OauthClient,
  token: string,
  kind: 'refresh_token' | 'access_token',
  signal?: AbortSignal,
): Promise<void> {
  const { server, allowsHttp } = known;
  const host = hostOf(known);
  try {
    await asClient(known, client, async (oauthClient, authentication) => {
      const response = await oauth.revocationRequest(server, oauthClient, authentication, token, {
        ...requestOptions(allowsHttp, signal),
        additionalParameters: { token_type_hint: kind },
      });
      if (isTemporaryStatus(response.status)) {
        const retryAfter = retryAfterOf(response.headers, Date.now());
        throw new MailError('token-endpoint-down', {
          retry: 'later',
          detail: { host, status: response.status, ...(retryAfter !== undefined && { retryAfter }) },
        });
      }
      await oauth.processRevocationResponse(response);
    });
  } catch (error) {
    const answer = oauthErrorOf(error);
    if (answer === 'invalid_token') return; // Google says so of a token that is dead already; RFC 7009 §2.2 wants 200
    if (answer !== undefined) throw new MailError('client-refused', { detail: { host }, cause: error });
    if (error instanceof oauth.OperationProcessingError) {
      throw new MailError('authorization-server-invalid', { detail: { host }, cause: error });
    }
    throw noAnswerError(error, server.revocation_endpoint ?? server.issuer, 'token-endpoint-down', signal);
  }
}
