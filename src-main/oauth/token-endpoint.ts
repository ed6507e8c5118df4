import * as oauth from 'oauth4webapi';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { withinTime } from '../base/time-limit.ts';
import { asClient, type OauthClient, type SecretMethod } from './client.ts';
import { hostOf, isTemporaryStatus, noAnswerError, oauthErrorOf, requestOptions } from './http.ts';
import type { KnownServer } from './known-server.ts';
import { factsOf, knownReasonOf, refusalOf } from './refusals.ts';
import { retryAfterOf } from './retry-after.ts';

export type TokenAnswer = {
  accessToken: string;
  /** Milliseconds since 1970; undefined when the server did not say. */
  expiresAt: number | undefined;
  /** At a refresh: only when it was rotated (RFC 6749 §6). */
  refreshToken?: string;
  /** Undefined: as asked (RFC 6749 §5.1). */
  scopes?: string[];
  /** From a checked ID token. */
  email?: string;
  secretMethod?: SecretMethod;
};

/** What the browser brought, with what only this sign-in knows. */
export type CodeExchange = {
  parameters: URLSearchParams;
  redirectUri: string;
  codeVerifier: string;
  /** Given when `openid` was asked for: then the answer has to hold an ID token with it. */
  nonce?: string;
};

/** Errors that mean: only a person can go on (RFC 6749 §5.2; the second is OpenID Connect's, used by Microsoft). */
const ENDED = new Set(['invalid_grant', 'interaction_required']);
const CLIENT_FAULTS = new Set(['invalid_client', 'unauthorized_client', 'invalid_scope']);

/** Longest that the second try of an exchange may take: the person waits for the first one's error. In milliseconds. */
const SECOND_TRY_TIME = 5_000;

/**
 * Code for tokens (RFC 6749 §4.1.3, RFC 7636 §4.5). When the answer got lost or made no sense, tokens may have been handed
 * out that nobody here knows. So the code is sent once more: it still counts, or the server takes back what it gave for it
 * (RFC 6749 §4.1.2, §10.5). Throws token-endpoint-down, client-refused, authorization-server-invalid, tls-*.
 */
export async function exchangeCode(
  known: KnownServer,
  client: OauthClient,
  exchange: CodeExchange,
  now: number,
  signal?: AbortSignal,
): Promise<TokenAnswer> {
  try {
    return await askWithCode(known, client, exchange, now, signal);
  } catch (error) {
    if (!mayHaveGivenTokens(error)) throw error;
    return await withinTime(signal, SECOND_TRY_TIME, (bound) =>
      askWithCode(known, client, exchange, now, bound),
    ).catch(() => {
      throw error;
    });
  }
}

/** The server neither refused in so many words nor said that it is busy. */
function mayHaveGivenTokens(error: unknown): boolean {
  if (!(error instanceof MailError)) return false;
  const { code, detail } = error;
  return (
    (code === 'token-endpoint-down' && detail?.status === undefined) ||
    (code === 'authorization-server-invalid' && detail?.answer === undefined)
  );
}

function askWithCode(
  known: KnownServer,
  client: OauthClient,
  { parameters, redirectUri, codeVerifier, nonce }: CodeExchange,
  now: number,
  signal?: AbortSignal,
): Promise<TokenAnswer> {
  return askForTokens(known, client, now, signal, async (oauthClient, authentication, options) => {
    const response = await oauth.authorizationCodeGrantRequest(
      known.server,
      oauthClient,
      authentication,
      parameters,
      redirectUri,
      codeVerifier,
      options,
    );
    return {
      response,
      process: () =>
        oauth.processAuthorizationCodeResponse(known.server, oauthClient, response, {
          ...(nonce !== undefined && { expectedNonce: nonce, requireIdToken: true }),
        }),
    };
  });
}

/**
 * New access token for a refresh token (RFC 6749 §6). Throws grant-ended (retry after-sign-in) only when the server itself
 * said so; a server that is down or unreachable gives token-endpoint-down, offline, host-not-found or tls-*.
 */
export async function refreshTokens(
  known: KnownServer,
  client: OauthClient,
  refreshToken: string,
  now: number,
  signal?: AbortSignal,
): Promise<TokenAnswer> {
  try {
    return await askForTokens(known, client, now, signal, async (oauthClient, authentication, options) => {
      const response = await oauth.refreshTokenGrantRequest(
        known.server,
        oauthClient,
        authentication,
        refreshToken,
        options,
      );
      return {
        response,
        process: () => oauth.processRefreshTokenResponse(known.server, oauthClient, response),
      };
    });
  } catch (error) {
    if (error instanceof MailError && ENDED.has(String(error.detail?.answer))) {
      const { reason, correlationId } = error.detail ?? {};
      throw new MailError('grant-ended', {
        retry: 'after-sign-in',
        detail: {
          host: hostOf(known),
          ...(reason !== undefined && { reason }),
          ...(correlationId !== undefined && { correlationId }),
        },
        cause: error,
      });
    }
    throw error;
  }
}

export type Asked = { response: Response; process: () => Promise<oauth.TokenEndpointResponse> };

type TokenOptions = ReturnType<typeof requestOptions> & { additionalParameters?: Record<string, string> };

/** One request to the token endpoint, with its answer checked. Throws as `exchangeCode` does, and admin-approval-needed, sign-in-refused. */
export async function askForTokens(
  known: KnownServer,
  client: OauthClient,
  now: number,
  signal: AbortSignal | undefined,
  ask: (client: oauth.Client, authentication: oauth.ClientAuth, options: TokenOptions) => Promise<Asked>,
): Promise<TokenAnswer> {
  const host = hostOf(known);
  try {
    const { answer, secretMethod } = await asClient(known, client, async (oauthClient, authentication) => {
      const asked = await ask(oauthClient, authentication, {
        ...requestOptions(known.allowsHttp, signal),
        ...(known.resource !== undefined && { additionalParameters: { resource: known.resource } }), // RFC 8707 §2.2
      });
      const { status } = asked.response;
      if (isTemporaryStatus(status)) {
        const retryAfter = retryAfterOf(asked.response.headers, now);
        throw new MailError('token-endpoint-down', {
          retry: 'later',
          detail: { host, status, ...(retryAfter !== undefined && { retryAfter }) },
        });
      }
      return asked.process();
    });
    return { ...tokenAnswerOf(answer, now), ...(secretMethod !== undefined && { secretMethod }) };
  } catch (error) {
    throw tokenErrorOf(error, known, signal);
  }
}

function tokenAnswerOf(answer: oauth.TokenEndpointResponse, now: number): TokenAnswer {
  if (answer.token_type !== 'bearer') throw new MailError('authorization-server-invalid');
  const email = oauth.getValidatedIdTokenClaims(answer)?.email;
  return {
    accessToken: answer.access_token,
    expiresAt:
      answer.expires_in === undefined
        ? undefined
        : now + Math.min(answer.expires_in * 1_000, LIMITS.accessTokenLife),
    ...(answer.refresh_token !== undefined && { refreshToken: answer.refresh_token }),
    ...(answer.scope !== undefined && { scopes: answer.scope.split(' ').filter((one) => one !== '') }),
    ...(typeof email === 'string' && { email }),
  };
}

function tokenErrorOf(error: unknown, known: KnownServer, signal: AbortSignal | undefined): unknown {
  const host = hostOf(known);
  const said = oauthErrorOf(error);
  if (said !== undefined) {
    const refusal = refusalOf(error);
    const reason = refusal && knownReasonOf(refusal, host);
    const answer = said.slice(0, 60).replace(/[^a-z_]/g, '');
    if (reason) return tokenReasonOf(reason, answer, error);
    return new MailError(CLIENT_FAULTS.has(said) ? 'client-refused' : 'authorization-server-invalid', {
      detail: { host, answer, ...(refusal && factsOf(refusal.description)) },
      cause: error,
    });
  }
  // What the library found wrong in an answer that did come.
  if (error instanceof oauth.OperationProcessingError || error instanceof oauth.UnsupportedOperationError) {
    return new MailError('authorization-server-invalid', { detail: { host }, cause: error });
  }
  return noAnswerError(
    error,
    known.server.token_endpoint ?? known.server.issuer,
    'token-endpoint-down',
    signal,
  );
}

function tokenReasonOf({ code, retry, detail }: MailError, answer: string, cause: unknown): MailError {
  const isDown = code === 'authorization-server-unreachable';
  return new MailError(isDown ? 'token-endpoint-down' : code, {
    retry,
    detail: { ...detail, answer },
    cause,
  });
}
