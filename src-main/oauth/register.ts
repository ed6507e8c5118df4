/**
 * A client ID from the server itself (RFC 7591): nobody has to have made one before. The client is public, and registered for
 * this computer and this sign-in only, with the very redirect URI that the browser will be sent to.
 */
import * as oauth from 'oauth4webapi';
import { MailError } from '../base/errors.ts';
import { isAllowedServerUrl } from '../base/server-url.ts';
import type { OauthClient } from './client.ts';
import { isTemporaryStatus, noAnswerError, requestBounded, requestOptions } from './http.ts';
import type { KnownServer } from './known-server.ts';

const DEVICE_GRANT = 'urn:ietf:params:oauth:grant-type:device_code';

export function canRegister({ server }: KnownServer): boolean {
  return server.registration_endpoint !== undefined;
}

/**
 * Registers this program. `redirectUri` is undefined for a sign-in by another device (RFC 8628), which has none.
 * Throws registration-refused, authorization-server-unreachable, authorization-server-invalid, tls-*, offline, host-not-found.
 */
export async function registerClient(
  { server, allowsHttp }: KnownServer,
  { redirectUri, scopes }: { redirectUri: string | undefined; scopes: string[] },
  signal?: AbortSignal,
): Promise<OauthClient> {
  const endpoint = server.registration_endpoint ?? '';
  const host = URL.canParse(endpoint) ? new URL(endpoint).host : '';
  try {
    const response = await oauth.dynamicClientRegistrationRequest(
      server,
      {
        client_name: 'Latchkey Mail',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        scope: scopes.join(' '),
        ...(redirectUri === undefined
          ? { redirect_uris: [], response_types: [], grant_types: [DEVICE_GRANT, 'refresh_token'] }
          : {
              redirect_uris: [redirectUri],
              response_types: ['code'],
              grant_types: ['authorization_code', 'refresh_token'],
            }),
      },
      requestOptions(allowsHttp, signal),
    );
    const { status } = response;
    if (isTemporaryStatus(status)) {
      throw new MailError('authorization-server-unreachable', { retry: 'later', detail: { host, status } });
    }
    if (status >= 400) throw new MailError('registration-refused', { detail: { host, status } });
    return clientOf(await oauth.processDynamicClientRegistrationResponse(response), endpoint, allowsHttp);
  } catch (error) {
    if (error instanceof oauth.OperationProcessingError) {
      throw new MailError('authorization-server-invalid', { detail: { host }, cause: error });
    }
    throw noAnswerError(error, endpoint, 'authorization-server-unreachable', signal);
  }
}

function clientOf(
  answer: oauth.OmitSymbolProperties<oauth.Client>,
  endpoint: string,
  allowsHttp: boolean,
): OauthClient {
  const { client_id: clientId, client_secret: secret, token_endpoint_auth_method: method } = answer;
  const { registration_client_uri: uri, registration_access_token: token } = answer;
  // The key to the registration goes to the server that gave it only.
  const isOwn =
    typeof uri === 'string' &&
    typeof token === 'string' &&
    isAllowedServerUrl(uri, allowsHttp) &&
    new URL(uri).origin === new URL(endpoint).origin;
  return {
    clientId,
    ...(typeof secret === 'string' && secret !== '' && { secret }),
    ...(method === 'client_secret_basic' && { secretMethod: 'basic' as const }),
    ...(method === 'client_secret_post' && { secretMethod: 'post' as const }),
    ...(isOwn && { registration: { uri, token } }),
  };
}

/**
 * Deletes what the server keeps of a registered client (RFC 7592 §2.3), as well as it goes: true when the server confirmed it,
 * false when it refused, could not be asked, or gave no way to ask. Never throws. Tokens of this client are revoked before it.
 */
export async function withdrawRegistration(
  { registration }: OauthClient,
  signal: AbortSignal,
): Promise<boolean> {
  if (!registration) return false;
  const { uri, token } = registration;
  try {
    const headers = { authorization: `Bearer ${token}` };
    const { status } = await requestBounded(uri, { method: 'DELETE', headers, redirect: 'manual' }, signal);
    return status === 204 || status === 200;
  } catch {
    return false;
  }
}
