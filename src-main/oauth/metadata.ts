import * as oauth from 'oauth4webapi';
import { MailError } from '../base/errors.ts';
import { isAllowedServerUrl } from '../base/server-url.ts';
import { isTemporaryStatus, noAnswerError, requestOptions } from './http.ts';
import type { KnownServer } from './known-server.ts';

export type Endpoints = {
  authorization: string;
  token: string;
  revocation?: string | undefined;
  registration?: string | undefined;
};

/** How to find an authorization server. `allowsHttp`: it stands in a developer's file, and is on loopback. */
export type ServerSource = {
  issuer?: string | undefined;
  endpoints?: Endpoints | undefined;
  /** RFC 8707. */
  resource?: string | undefined;
  allowsHttp: boolean;
};

/** Endpoints that a server may leave out; the ones that it has are as safe as the others. */
const OPTIONAL_ENDPOINTS = [
  'revocation_endpoint',
  'registration_endpoint',
  'device_authorization_endpoint',
  'introspection_endpoint',
] as const;

/**
 * The authorization server with its endpoints: from its metadata (RFC 8414, else OpenID Connect Discovery), or, when it
 * publishes none, from `endpoints`. Redirects are not followed, every endpoint has to be https like the issuer.
 * Throws authorization-server-unreachable, authorization-server-invalid, tls-*, offline, host-not-found.
 */
export async function discoverServer(source: ServerSource, signal?: AbortSignal): Promise<KnownServer> {
  const { issuer, endpoints, resource, allowsHttp } = source;
  const fromEndpoints = endpoints && serverOfEndpoints(endpoints, issuer);
  const server =
    issuer === undefined
      ? fromEndpoints
      : ((await readMetadata(issuer, allowsHttp, signal)) ?? fromEndpoints);
  if (!server) throw invalid(issuer);
  for (const url of [server.authorization_endpoint, server.token_endpoint]) {
    if (url === undefined || !isAllowedServerUrl(url, allowsHttp)) throw invalid(issuer);
  }
  for (const name of OPTIONAL_ENDPOINTS) {
    const url = server[name];
    if (url !== undefined && !isAllowedServerUrl(url, allowsHttp)) throw invalid(issuer);
  }
  return { server, hasIssuer: issuer !== undefined, allowsHttp, ...(resource !== undefined && { resource }) };
}

/** Undefined when the issuer publishes no metadata in either place. */
async function readMetadata(
  issuer: string,
  allowsHttp: boolean,
  signal?: AbortSignal,
): Promise<oauth.AuthorizationServer | undefined> {
  if (!isAllowedServerUrl(issuer, allowsHttp)) throw invalid(issuer);
  const url = new URL(issuer);
  for (const algorithm of ['oauth2', 'oidc'] as const) {
    const response = await oauth
      .discoveryRequest(url, { algorithm, ...requestOptions(allowsHttp, signal) })
      .catch((error: unknown) => {
        throw noAnswerError(error, issuer, 'authorization-server-unreachable', signal);
      });
    if (isTemporaryStatus(response.status)) {
      throw new MailError('authorization-server-unreachable', {
        retry: 'later',
        detail: { host: url.host, status: response.status },
      });
    }
    if (response.status >= 400) continue;
    const server = await oauth.processDiscoveryResponse(url, response).catch((error: unknown) => {
      throw invalid(issuer, error);
    });
    // RFC 9700 §2.1.1: the server has to know PKCE; `plain` is never used.
    if (!server.code_challenge_methods_supported?.includes('S256')) throw invalid(issuer);
    return server;
  }
  return undefined;
}

function serverOfEndpoints(endpoints: Endpoints, issuer: string | undefined): oauth.AuthorizationServer {
  return {
    issuer: issuer ?? new URL(endpoints.authorization).origin,
    authorization_endpoint: endpoints.authorization,
    token_endpoint: endpoints.token,
    ...(endpoints.revocation !== undefined && { revocation_endpoint: endpoints.revocation }),
    ...(endpoints.registration !== undefined && { registration_endpoint: endpoints.registration }),
  };
}

function invalid(issuer: string | undefined, cause?: unknown): MailError {
  const host = issuer !== undefined && URL.canParse(issuer) ? new URL(issuer).host : '';
  return new MailError('authorization-server-invalid', { detail: { host }, cause });
}
