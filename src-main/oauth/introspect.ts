import * as oauth from 'oauth4webapi';
import { isAllowedServerUrl } from '../base/server-url.ts';
import { asClient, type OauthClient } from './client.ts';
import { requestOptions } from './http.ts';
import type { KnownServer } from './known-server.ts';

/**
 * Asks whether a token still counts (RFC 7662). Undefined when nobody answers that to a program like this one: most servers keep
 * the endpoint for mail servers. Never throws.
 */
export async function introspectToken(
  known: KnownServer,
  client: OauthClient,
  token: string,
  signal?: AbortSignal,
): Promise<'active' | 'inactive' | undefined> {
  const { server, allowsHttp } = known;
  const url = server.introspection_endpoint;
  if (url === undefined || !isAllowedServerUrl(url, allowsHttp)) return undefined;
  try {
    const { answer } = await asClient(known, client, async (oauthClient, authentication) =>
      oauth.processIntrospectionResponse(
        server,
        oauthClient,
        await oauth.introspectionRequest(server, oauthClient, authentication, token, {
          ...requestOptions(allowsHttp, signal),
          additionalParameters: { token_type_hint: 'refresh_token' },
        }),
      ),
    );
    return answer.active ? 'active' : 'inactive';
  } catch {
    return undefined;
  }
}
