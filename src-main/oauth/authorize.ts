/**
 * Asks the person for consent in the system's browser: authorization code with PKCE S256 (RFC 6749 §4.1, RFC 7636, RFC 8252).
 * `state` binds the answer to this sign-in, `iss` to this server (RFC 9207), `nonce` the ID token to this request.
 */

import { timingSafeEqual } from 'node:crypto';
import * as oauth from 'oauth4webapi';
import type { Clock } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import type { AnswerText } from './answer-page.ts';
import type { KnownServer } from './known-server.ts';
import { type Callback, openLoopbackListener } from './loopback-listener.ts';
import { knownReasonOf, refusalOf } from './refusals.ts';
import type { CodeExchange } from './token-endpoint.ts';

export type AuthorizationRequest = {
  known: KnownServer;
  /** The client ID to ask with; a server that gives it wants to know first where the browser will come back to. */
  clientIdFor(redirectUri: string): Promise<string>;
  scopes: string[];
  redirectHost: '127.0.0.1' | 'localhost';
  redirectPath?: string | undefined;
  loginHint: string;
  extraParameters: Record<string, string>;
};

export type AuthorizationSurroundings = {
  clock: Clock;
  signal: AbortSignal;
  openBrowser(url: string): Promise<void>;
  /** The link is ready; the wait ends at `until`. */
  onWaiting(link: string, until: number): void;
  /** The browser came back, with whatever answer. */
  onAnswered(): void;
  textFor(outcome: 'done' | 'forged' | MailError): AnswerText;
};

/** The person agreed. The browser waits for `answer`, which has to be called in the end, whatever comes out. */
export type Consent = { exchange: CodeExchange; answer: Callback['answer'] };

/**
 * Throws sign-in-refused, sign-in-cancelled, sign-in-timed-out, sign-in-forged (wrong `iss`), client-refused,
 * admin-approval-needed, browser-unavailable, listener-unavailable, authorization-server-*, and what `clientIdFor` throws;
 * the browser has been told then, and the listener is closed.
 */
export async function requestConsent(
  request: AuthorizationRequest,
  { clock, signal, openBrowser, onWaiting, onAnswered, textFor }: AuthorizationSurroundings,
): Promise<Consent> {
  signal.throwIfAborted();
  const { known, scopes, redirectHost, redirectPath } = request;
  const state = oauth.generateRandomState();
  const codeVerifier = oauth.generateRandomCodeVerifier();
  const nonce = known.hasIssuer && scopes.includes('openid') ? oauth.generateRandomNonce() : undefined;
  const listener = await openLoopbackListener({
    redirectHost,
    path: redirectPath,
    isAwaited: (parameters) => isSameText(parameters.getAll('state'), state),
    refusedText: textFor('forged'),
  });
  try {
    const { redirectUri } = listener;
    const clientId = await request.clientIdFor(redirectUri);
    signal.throwIfAborted();
    const link = await authorizationUrl(request, { clientId, state, codeVerifier, nonce, redirectUri });
    onWaiting(link, clock.now() + LIMITS.signInTimeout);
    const callback = await waitFor(listener.callback, openBrowser(link), clock, signal);
    onAnswered();
    try {
      const parameters = validate(known, clientId, callback.parameters, state);
      return {
        exchange: { parameters, redirectUri, codeVerifier, ...(nonce !== undefined && { nonce }) },
        answer: callback.answer,
      };
    } catch (error) {
      const failure = answerError(error, known);
      callback.answer(textFor(failure));
      throw failure;
    }
  } finally {
    listener.close();
  }
}

async function authorizationUrl(
  { known, scopes, loginHint, extraParameters }: AuthorizationRequest,
  secret: {
    clientId: string;
    state: string;
    codeVerifier: string;
    nonce: string | undefined;
    redirectUri: string;
  },
): Promise<string> {
  const url = new URL(known.server.authorization_endpoint ?? '');
  const parameters = {
    ...extraParameters,
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    client_id: secret.clientId,
    response_type: 'code',
    redirect_uri: secret.redirectUri,
    state: secret.state,
    code_challenge: await oauth.calculatePKCECodeChallenge(secret.codeVerifier),
    code_challenge_method: 'S256',
    login_hint: loginHint,
    ...(known.resource !== undefined && { resource: known.resource }), // RFC 8707 §2.1
    ...(secret.nonce !== undefined && { nonce: secret.nonce }),
  };
  for (const [name, value] of Object.entries(parameters)) url.searchParams.set(name, value);
  return url.href;
}

function waitFor(
  callback: Promise<Callback>,
  opened: Promise<void>,
  clock: Clock,
  signal: AbortSignal,
): Promise<Callback> {
  return new Promise((resolve, reject) => {
    const stop = clock.after(LIMITS.signInTimeout, () => fail(new MailError('sign-in-timed-out')));
    const abort = () => fail(signal.reason);
    const end = () => {
      stop();
      signal.removeEventListener('abort', abort);
    };
    const fail = (error: unknown) => {
      end();
      reject(error);
    };
    signal.addEventListener('abort', abort, { once: true });
    opened.catch((error: unknown) => fail(new MailError('browser-unavailable', { cause: error })));
    void callback.then((value) => {
      end();
      resolve(value);
    });
  });
}

/** Parameters that the token endpoint may be asked with. Throws what oauth4webapi throws. */
function validate(
  known: KnownServer,
  clientId: string,
  parameters: URLSearchParams,
  state: string,
): URLSearchParams {
  const checked = new URLSearchParams(parameters);
  // Without the issuer's name there is nothing to compare with; the one-time redirect URI keeps servers apart (RFC 9700 §4.4.2.2).
  if (!known.hasIssuer) checked.delete('iss');
  return oauth.validateAuthResponse(known.server, { client_id: clientId }, checked, state);
}

/** What went wrong with the answer of the browser (RFC 6749 §4.1.2.1). */
function answerError(error: unknown, known: KnownServer): MailError {
  const host = new URL(known.server.authorization_endpoint ?? known.server.issuer).host;
  if (!(error instanceof oauth.AuthorizationResponseError)) {
    return new MailError('sign-in-forged', { detail: { host }, cause: error });
  }
  const refusal = refusalOf(error);
  const reason = refusal && knownReasonOf(refusal, host);
  if (reason) return reason;
  switch (error.error) {
    case 'access_denied':
    case 'consent_required':
    case 'interaction_required':
    case 'login_required':
    case 'account_selection_required':
      return new MailError('sign-in-refused', { detail: { host } });
    case 'server_error':
    case 'temporarily_unavailable':
      return new MailError('authorization-server-unreachable', { retry: 'later', detail: { host } });
    case 'unauthorized_client':
    case 'invalid_client':
    case 'invalid_scope':
    case 'invalid_request':
      return new MailError('client-refused', { detail: { host } });
    default:
      return new MailError('authorization-server-invalid', { detail: { host } });
  }
}

function isSameText(given: string[], expected: string): boolean {
  const [only, ...more] = given.map((one) => Buffer.from(one));
  const right = Buffer.from(expected);
  return (
    only !== undefined && more.length === 0 && only.length === right.length && timingSafeEqual(only, right)
  );
}
