// @ts-check
// A token endpoint and nothing else, in memory, on 127.0.0.1: refresh tokens rotate and each is worth one use. Whoever uses
// one twice loses the grant (RFC 9700 §4.14.2), with no time of grace. Fast enough for thousands of renewals, and it takes its
// time from the test. For everything that a person sees there is the real authorization server (auth-server.mjs).
import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { listenOnLoopback } from './net.mjs';

/** @typedef {Awaited<ReturnType<typeof startTokenServer>>} TokenServer */
/**
 * How the next requests are answered instead: with this status and these headers, or with the connection cut.
 * @typedef {{ status?: number, headers?: Record<string, string>, body?: object, drop?: boolean }} TokenFault
 */

/**
 * @param {object} [options]
 * @param {() => number} [options.now] milliseconds since 1970
 * @param {number} [options.accessLife] seconds that an access token lives; 0 leaves it out of the answer
 * @param {number} [options.idleLimit] milliseconds after which a grant that was not renewed ends
 * @param {string} [options.scope] what the answers name as granted
 */
export async function startTokenServer({
  now = Date.now,
  accessLife = 3_600,
  idleLimit = Number.POSITIVE_INFINITY,
  scope,
} = {}) {
  /** @type {Map<string, { grant: number, isUsed: boolean }>} */
  const refreshTokens = new Map();
  /** @type {Map<string, { grant: number, endsAt: number }>} */
  const accessTokens = new Map();
  /** @type {Map<number, { usedAt: number, isOver: boolean }>} */
  const grants = new Map();
  /** @type {TokenFault[]} */
  const faults = [];
  /** @type {number[]} */
  const calls = [];
  const state = { reused: 0, scope };

  /** @param {number} grant */
  function issue(grant) {
    const refreshToken = `rt-${randomBytes(16).toString('base64url')}`;
    const accessToken = `at-${randomBytes(16).toString('base64url')}`;
    refreshTokens.set(refreshToken, { grant, isUsed: false });
    accessTokens.set(accessToken, { grant, endsAt: now() + (accessLife || 1e9) * 1_000 });
    return { refreshToken, accessToken };
  }

  const server = http.createServer(async (request, response) => {
    let form = '';
    for await (const piece of request) form += piece;
    calls.push(now());
    const fault = faults.shift();
    if (fault?.drop) return request.socket.destroy();
    /** @param {number} status @param {object} body @param {Record<string, string>} [headers] */
    const answer = (status, body, headers = {}) => {
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(JSON.stringify(body));
    };
    if (fault?.status !== undefined) return answer(fault.status, fault.body ?? {}, fault.headers);
    const used = refreshTokens.get(new URLSearchParams(form).get('refresh_token') ?? '');
    const grant = used && grants.get(used.grant);
    if (grant && now() - grant.usedAt > idleLimit) grant.isOver = true;
    if (used?.isUsed && grant) {
      state.reused += 1;
      grant.isOver = true;
    }
    if (!used || !grant || grant.isOver) return answer(400, { error: 'invalid_grant' });
    used.isUsed = true;
    grant.usedAt = now();
    const { refreshToken, accessToken } = issue(used.grant);
    answer(200, {
      access_token: accessToken,
      token_type: 'Bearer',
      refresh_token: refreshToken,
      ...(accessLife > 0 && { expires_in: accessLife }),
      ...(state.scope !== undefined && { scope: state.scope }),
    });
  });
  const port = await listenOnLoopback(server);
  const issuer = `http://127.0.0.1:${port}`;

  return {
    issuer,
    /** The server as a client knows it. */
    known: {
      server: { issuer, token_endpoint: `${issuer}/token` },
      hasIssuer: true,
      allowsHttp: true,
    },
    faults,
    /** The time of every request that came. */
    calls,
    /** `reused`: how often a refresh token came a second time. `scope`: as in the options, for the answers from now on. */
    state,
    /** What a person who has just signed in would have been given. */
    signIn() {
      const grant = grants.size;
      grants.set(grant, { usedAt: now(), isOver: false });
      return issue(grant);
    },
    /** The person takes everything back at the provider. */
    revokeAll() {
      for (const grant of grants.values()) grant.isOver = true;
    },
    /** Whether a mail server would let this one in. @param {string} accessToken */
    isActive(accessToken) {
      const token = accessTokens.get(accessToken);
      return token !== undefined && token.endsAt > now() && grants.get(token.grant)?.isOver === false;
    },
    async stop() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
