import * as oauth from 'oauth4webapi';
import { connectionErrorOf, MailError } from '../base/errors.ts';
import { LIMITS } from '../base/limits.ts';
import { withinTime } from '../base/time-limit.ts';
import type { KnownServer } from './known-server.ts';

type FetchInit = {
  method: string;
  headers: Record<string, string>;
  redirect: 'manual';
  body?: URLSearchParams | string | undefined;
};

/**
 * Options of every request to an authorization server: a time and a size limit that hold for the whole answer, no redirect
 * followed (oauth4webapi asks for `manual` and takes no 3xx), http only to a developer's loopback server.
 */
export function requestOptions(allowsHttp: boolean, signal?: AbortSignal) {
  return {
    [oauth.allowInsecureRequests]: allowsHttp,
    [oauth.customFetch]: (url: string, init: FetchInit): Promise<Response> =>
      requestBounded(url, init, signal),
  };
}

/** One request with its whole answer, within the limits. Throws what `fetch` throws, or authorization-server-invalid. */
export async function requestBounded(
  url: string,
  { method, headers: asked, redirect, body: sent }: FetchInit,
  signal?: AbortSignal,
): Promise<Response> {
  return withinTime(signal, LIMITS.httpTimeout, async (bound) => {
    const response = await fetch(url, {
      method,
      headers: asked,
      redirect,
      signal: bound,
      ...(sent !== undefined && { body: sent }),
    });
    const body = await readLimited(response);
    const { status, headers } = response;
    return new Response(body.byteLength === 0 ? null : body, { status, headers });
  });
}

async function readLimited(response: Response): Promise<Uint8Array<ArrayBuffer>> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    const bytes: Uint8Array = chunk;
    size += bytes.byteLength;
    if (size > LIMITS.httpBody) throw new MailError('authorization-server-invalid');
    chunks.push(bytes);
  }
  return new Uint8Array(Buffer.concat(chunks));
}

/**
 * A request that got no answer, as a MailError: a certificate's fault keeps its name, everything else is `unreachable`,
 * which is never a reason to think that a grant has ended. An abort by the caller comes out as its reason.
 */
export function noAnswerError(
  error: unknown,
  url: string,
  unreachable: 'authorization-server-unreachable' | 'token-endpoint-down',
  signal?: AbortSignal,
): unknown {
  if (signal?.aborted) return signal.reason;
  if (error instanceof MailError) return error;
  const host = URL.canParse(url) ? new URL(url).host : url;
  const known = connectionErrorOf(error, host);
  if (
    known &&
    (known.code.startsWith('tls-') || known.code === 'offline' || known.code === 'host-not-found')
  ) {
    return known;
  }
  return new MailError(unreachable, { retry: 'later', detail: { host }, cause: error });
}

/** A server that is there but cannot answer now says nothing about the grant. Look at the status before the body. */
export function isTemporaryStatus(status: number): boolean {
  return status >= 500 || status === 429 || status === 408;
}

/** The `error` of an answer (RFC 6749 §5.2); `invalid_client` also when it came as a WWW-Authenticate challenge. */
export function oauthErrorOf(error: unknown): string | undefined {
  if (error instanceof oauth.ResponseBodyError) return error.error;
  if (error instanceof oauth.WWWAuthenticateChallengeError && error.status === 401) return 'invalid_client';
  return undefined;
}

export function hostOf(known: KnownServer): string {
  return new URL(known.server.token_endpoint ?? known.server.issuer).host;
}
