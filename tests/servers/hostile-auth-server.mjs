// @ts-check
// An authorization server that does as it is told, over http or https: for what no well-behaved one does. It checks nothing and
// remembers every request; with no instructions its answers are right.
import { createHash, generateKeyPairSync, randomBytes, sign } from 'node:crypto';
import http from 'node:http';
import https from 'node:https';
import { listenOnLoopback } from './net.mjs';

const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });

/** @typedef {{ method: string, path: string, query: string, form: Record<string, string>, json: unknown, headers: http.IncomingHttpHeaders }} Seen */
/** @typedef {{ status?: number, body?: unknown, headers?: Record<string, string> } | "drop"} Answer */
/**
 * What to do otherwise than right. `metadata` is laid over the right metadata, or answers in its place; `callback` changes the
 * parameters of the redirect; `token`, `register`, `device` and `other` answer in place of the right answer (`other` any path);
 * `idToken` is laid over the right claims, `idTokenHead` over the header.
 * @typedef {object} Instructions
 * @property {Record<string, unknown> | (() => Answer)} [metadata]
 * @property {(parameters: URLSearchParams) => void} [callback]
 * @property {(form: Record<string, string>, count: number) => Answer | undefined} [token] `count`: of the requests in \`seen\`
 * @property {(json: unknown) => Answer} [register]
 * @property {(form: Record<string, string>) => Answer} [device]
 * @property {(seen: Seen) => Answer | undefined} [other]
 * @property {Record<string, unknown>} [idToken]
 * @property {Record<string, unknown>} [idTokenHead]
 */
/** @typedef {Awaited<ReturnType<typeof startHostileAuthServer>>} HostileAuthServer */

/**
 * @param {{ email?: string, tls?: https.ServerOptions, name?: string }} [options] `tls`: https, at `name` ("localhost")
 */
export async function startHostileAuthServer({ email = 'maya@lab.test', tls, name = 'localhost' } = {}) {
  const server = tls ? https.createServer(tls) : http.createServer();
  const port = await listenOnLoopback(server);
  const issuer = tls ? `https://${name}:${port}` : `http://127.0.0.1:${port}`;
  /** @type {Seen[]} */
  const seen = [];
  /** @type {Map<string, { nonce: string | null, challenge: string | null, clientId: string | null, scope: string | null }>} */
  const codes = new Map();
  /** @type {Instructions} */
  const act = {};
  /** @type {string[]} */
  const tokens = [];

  const metadata = {
    issuer,
    authorization_endpoint: `${issuer}/auth`,
    token_endpoint: `${issuer}/token`,
    revocation_endpoint: `${issuer}/revoke`,
    code_challenge_methods_supported: ['S256'],
    authorization_response_iss_parameter_supported: true,
    id_token_signing_alg_values_supported: ['RS256'],
    response_types_supported: ['code'],
  };

  /** @param {object} head @param {object} claims */
  function idToken(head, claims) {
    const text = [head, claims]
      .map((one) => Buffer.from(JSON.stringify(one)).toString('base64url'))
      .join('.');
    return `${text}.${sign('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
  }

  /** @param {Record<string, string>} form @returns {Answer} */
  function tokens200(form) {
    const asked = codes.get(form.code ?? '');
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: issuer,
      aud: form.client_id ?? asked?.clientId,
      sub: 'one',
      iat: now,
      exp: now + 600,
      nonce: asked?.nonce ?? undefined,
      email,
      ...act.idToken,
    };
    const head = { alg: 'RS256', ...act.idTokenHead };
    const accessToken = `hostile-access-${randomBytes(12).toString('hex')}`;
    const refreshToken = `hostile-refresh-${randomBytes(12).toString('hex')}`;
    tokens.push(accessToken, refreshToken);
    const hasIdToken = asked?.scope?.split(' ').includes('openid') ?? false;
    return {
      body: {
        access_token: accessToken,
        token_type: 'Bearer',
        expires_in: 3600,
        ...(form.grant_type !== 'refresh_token' && { refresh_token: refreshToken }),
        ...(hasIdToken && { id_token: idToken(head, claims) }),
      },
    };
  }

  /** @param {Seen} request @param {URLSearchParams} query @returns {Answer} */
  function answerTo(request, query) {
    const { path, form } = request;
    const other = act.other?.(request);
    if (other) return other;
    if (path.startsWith('/.well-known/')) {
      if (typeof act.metadata === 'function') return act.metadata();
      return { body: { ...metadata, ...act.metadata } };
    }
    if (path === '/auth') {
      const code = randomBytes(16).toString('hex');
      codes.set(code, {
        nonce: query.get('nonce'),
        challenge: query.get('code_challenge'),
        clientId: query.get('client_id'),
        scope: query.get('scope'),
      });
      const back = new URLSearchParams({ code, state: query.get('state') ?? '', iss: issuer });
      act.callback?.(back);
      return { status: 302, headers: { location: `${query.get('redirect_uri')}?${back}` } };
    }
    if (path === '/token') {
      const count = seen.filter((one) => one.path === path).length;
      return act.token?.(form, count) ?? tokens200(form);
    }
    if (path === '/revoke') return { body: {} };
    if (path === '/register')
      return act.register?.(request.json) ?? { status: 201, body: { client_id: 'given' } };
    if (path === '/device') return act.device?.(form) ?? { status: 400, body: { error: 'invalid_request' } };
    return { status: 404, body: {} };
  }

  server.on(
    'request',
    async (/** @type {http.IncomingMessage} */ request, /** @type {http.ServerResponse} */ response) => {
      let text = '';
      for await (const chunk of request) text += chunk;
      const { pathname: path, searchParams } = new URL(request.url ?? '/', issuer);
      const isJson = request.headers['content-type']?.includes('json') === true;
      const one = {
        method: request.method ?? '',
        path,
        query: searchParams.toString(),
        form: Object.fromEntries(isJson ? [] : new URLSearchParams(text)),
        json: isJson ? JSON.parse(text) : undefined,
        headers: request.headers,
      };
      seen.push(one);
      const answer = answerTo(one, searchParams);
      if (answer === 'drop') {
        request.socket.destroy();
        return;
      }
      const { status = 200, body, headers = {} } = answer;
      response.writeHead(status, { 'content-type': 'application/json', ...headers });
      response.end(body === undefined ? '' : JSON.stringify(body));
    },
  );

  return {
    issuer,
    port,
    /** What it does otherwise than right; may be changed at any time. */
    act,
    seen,
    /** Every token that it gave. */
    tokens,
    /** @param {string} path */
    requestsTo: (path) => seen.filter((one) => one.path === path),
    /** Whether this verifier is the one of the code's challenge (RFC 7636 §4.6). @param {string} code @param {string} verifier */
    isRightVerifier: (code, verifier) =>
      codes.get(code)?.challenge === createHash('sha256').update(verifier).digest('base64url'),
    /** @returns {Promise<void>} */
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
