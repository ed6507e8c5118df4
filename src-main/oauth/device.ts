/**
 * A sign-in where this computer has no browser that can be used (RFC 8628): the person opens a page on any device and types a
 * code there, and this program asks until the server has an answer. The page is shown and never opened from here.
 */
import * as oauth from 'oauth4webapi';
import { type Clock, delay } from '../base/clock.ts';
import { MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { isAllowedServerUrl } from '../base/server-url.ts';
import { asClient, type OauthClient } from './client.ts';
import { hostOf, isTemporaryStatus, noAnswerError, oauthErrorOf, requestOptions } from './http.ts';
import type { KnownServer } from './known-server.ts';
import { knownReasonOf, refusalOf } from './refusals.ts';
import { askForTokens, type TokenAnswer } from './token-endpoint.ts';

/** What the person is shown. */
export type DevicePage = { page: string; code: string };

export type DeviceSurroundings = {
  clock: Clock;
  signal: AbortSignal;
  onWaiting(device: DevicePage, until: number): void;
};

/** RFC 8628 §3.2 and §3.5: seconds between two questions, and what `slow_down` adds. */
const INTERVAL = 5;
const SLOWER = 5;
const SLOWEST = 60;

export function canUseDevice({ server }: KnownServer): boolean {
  return server.device_authorization_endpoint !== undefined;
}

/**
 * Resolves with tokens once the person has agreed. A cancel does not cut off a question that is under way: what it brings is
 * handed over all the same, to be given back. Throws device-not-offered, sign-in-refused, sign-in-cancelled (the signal's
 * reason), sign-in-timed-out, client-refused, admin-approval-needed, authorization-server-*, token-endpoint-down.
 */
export async function requestByDevice(
  {
    known,
    client,
    scopes,
    isStranger,
  }: { known: KnownServer; client: OauthClient; scopes: string[]; isStranger: boolean },
  { clock, signal, onWaiting }: DeviceSurroundings,
): Promise<TokenAnswer> {
  signal.throwIfAborted();
  const asked = await askForCode(known, client, scopes, signal);
  const life = Math.min(asked.expires_in * 1_000, LIMITS.deviceTimeout);
  const until = clock.now() + life;
  onWaiting(pageOf(asked, known, isStranger), until);
  let interval = Math.min(Math.max(asked.interval ?? INTERVAL, 1), SLOWEST);
  for (;;) {
    await delay(clock, interval * 1_000, signal);
    if (clock.now() >= until) throw new MailError('sign-in-timed-out');
    try {
      return await askForAnswer(known, client, asked.device_code, clock.now());
    } catch (error) {
      const answer = error instanceof MailError ? String(error.detail?.answer) : '';
      if (answer === 'slow_down') interval = Math.min(interval + SLOWER, SLOWEST);
      else if (isDown(error))
        interval = Math.min(interval * 2, SLOWEST); // RFC 8628 §3.5: after a time-out, less often
      else if (answer !== 'authorization_pending') throw answerError(error, answer, known);
    }
  }
}

async function askForCode(
  known: KnownServer,
  client: OauthClient,
  scopes: string[],
  signal: AbortSignal,
): Promise<oauth.DeviceAuthorizationResponse> {
  const { server, allowsHttp, resource } = known;
  const endpoint = server.device_authorization_endpoint;
  const host = hostOf(known);
  if (endpoint === undefined) throw new MailError('device-not-offered', { detail: { host } });
  const parameters = {
    ...(scopes.length > 0 && { scope: scopes.join(' ') }),
    ...(resource !== undefined && { resource }),
  };
  try {
    const { answer } = await asClient(known, client, async (oauthClient, authentication) => {
      const options = requestOptions(allowsHttp, signal);
      const response = await oauth.deviceAuthorizationRequest(
        server,
        oauthClient,
        authentication,
        parameters,
        options,
      );
      const { status } = response;
      if (isTemporaryStatus(status)) {
        throw new MailError('authorization-server-unreachable', { retry: 'later', detail: { host, status } });
      }
      return oauth.processDeviceAuthorizationResponse(server, oauthClient, response);
    });
    return answer;
  } catch (error) {
    const refusal = refusalOf(error);
    const reason = refusal && knownReasonOf(refusal, host);
    if (reason) throw reason;
    if (oauthErrorOf(error) !== undefined)
      throw new MailError('client-refused', { detail: { host }, cause: error });
    if (error instanceof oauth.OperationProcessingError) {
      throw new MailError('authorization-server-invalid', { detail: { host }, cause: error });
    }
    throw noAnswerError(error, endpoint, 'authorization-server-unreachable', signal);
  }
}

/**
 * Both are shown to the person as they are, so they have to be what they claim: a page with TLS, and a code to type. A server that nobody
 * vouches for has the page itself: a code that it got at another provider would let it in there (RFC 8628 §5.4).
 */
function pageOf(
  { verification_uri: page, user_code: code }: oauth.DeviceAuthorizationResponse,
  known: KnownServer,
  isStranger: boolean,
): DevicePage {
  const isShowable = page.length <= 300 && /^[\x21-\x7E]+(?: [\x21-\x7E]+)*$/.test(code) && code.length <= 40;
  if (
    !isShowable ||
    !isAllowedServerUrl(page, known.allowsHttp) ||
    (isStranger && !isSameHouse(new URL(page).hostname, new URL(known.server.issuer).hostname))
  ) {
    throw new MailError('authorization-server-invalid', { detail: { host: hostOf(known) } });
  }
  return { page: new URL(page).href, code };
}

/** The same host, or the one below the other. */
function isSameHouse(one: string, other: string): boolean {
  return one === other || one.endsWith(`.${other}`) || other.endsWith(`.${one}`);
}

function askForAnswer(
  known: KnownServer,
  client: OauthClient,
  deviceCode: string,
  now: number,
): Promise<TokenAnswer> {
  return askForTokens(known, client, now, undefined, async (oauthClient, authentication, options) => {
    const response = await oauth.deviceCodeGrantRequest(
      known.server,
      oauthClient,
      authentication,
      deviceCode,
      options,
    );
    return { response, process: () => oauth.processDeviceCodeResponse(known.server, oauthClient, response) };
  });
}

/** The person is still typing: a server that does not answer just now is asked again. */
function isDown(error: unknown): boolean {
  return (
    error instanceof MailError &&
    error.retry === 'later' &&
    ['token-endpoint-down', 'offline', 'host-not-found'].includes(error.code)
  );
}

function answerError(error: unknown, answer: string, known: KnownServer): unknown {
  if (answer === 'expired_token') return new MailError('sign-in-timed-out', { cause: error });
  if (answer !== 'access_denied') return error;
  const isNamed = error instanceof MailError && error.code !== 'authorization-server-invalid';
  return isNamed
    ? error
    : new MailError('sign-in-refused', { detail: { host: hostOf(known) }, cause: error });
}
