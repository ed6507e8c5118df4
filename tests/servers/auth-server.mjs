// @ts-check
// A real OAuth 2.0 / OpenID Connect authorization server (oidc-provider) on 127.0.0.1. Tokens are
// opaque, refresh tokens rotate, PKCE is required, and a token can be introspected (RFC 7662) and
// revoked (RFC 7009). `faults` and `misbehave` make it fail in the ways that a client must survive.
import { createHash, generateKeyPairSync, timingSafeEqual } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import https from 'node:https';
import { Provider } from 'oidc-provider/lib/provider.js';
import { accountPage, OPTIONAL_SCOPES, signInPage } from './auth-pages.mjs';
import { listenOnLoopback } from './net.mjs';
import { createTokenStorage } from './token-storage.mjs';

/** The public client that Latchkey is, as a desktop program: no secret. */
export const CLIENT_ID = 'latchkey-mail';
/** Clients with a secret, as some providers issue one to desktop programs. */
export const SECRET_CLIENTS = {
  post: { id: 'latchkey-mail-post', secret: 'lab-desktop-secret-in-the-body' },
  basic: { id: 'latchkey-mail-basic', secret: 'lab-desktop-secret-in-the-header' },
};
export const SCOPES = ['openid', 'email', 'offline_access', 'imap', 'smtp'];
/** What a program asks a server for that nobody has prepared it for (draft-ietf-mailmaint-oauth-public). */
export const OPEN_SCOPE = 'urn:ietf:params:oauth:scope:mail';
const INTROSPECTOR = { id: 'lab-mail-server', secret: 'lab-mail-server-secret' };
const MOUNTED_REDIRECT = /^http:\/\/(127\.0\.0\.1|\[::1\]):\d+\/[\w\-./]*$/;

/** @typedef {{ kind: string, value: string, clientId: string | undefined, accountId: string | undefined, at: number }} IssuedToken */
/**
 * The next `times` requests to `path` are answered with `status` and `body` (JSON), or cut off with
 * `drop`; with neither they are served after `delayMs`. `dropAnswer` serves the request and cuts the answer off.
 * @typedef {{ path: string, times: number, status?: number, body?: unknown, delayMs?: number, drop?: boolean, dropAnswer?: boolean }} Fault
 */
/**
 * `iss`: what the redirect claims instead of the issuer ("" leaves it out). `scopes`: the optional scopes granted,
 * whatever the person ticked. `signInAs`: whom the tokens are for, whoever signed in.
 * @typedef {{ iss?: string, scopes?: string[], signInAs?: string }} Misbehaviour
 */
/** @typedef {{ body: string }} Page */
/** @typedef {{ at: number, event: string, detail: string }} LogLine */
/** @typedef {{ active: boolean, username?: string, scope?: string, client_id?: string }} Introspection */
/** @typedef {Awaited<ReturnType<typeof startAuthServer>>} AuthServer */

/**
 * Starts the server on a port of its own.
 * @param {object} options
 * @param {Record<string, string>} options.users address → password
 * @param {number} [options.accessTtl] seconds that an access token lives
 * @param {number} [options.refreshTtl] seconds that a refresh token lives
 * @param {string} [options.canary] put in front of every token, code and refresh token, to be searched for later
 * @param {{ name: string, key: string, cert: string }} [options.tls] its issuer is https, at this name; mail servers still ask over http
 */
export async function startAuthServer({ users, accessTtl = 300, refreshTtl = 86_400, canary = '', tls }) {
  /** @type {Fault[]} */
  const faults = [];
  /** @type {Misbehaviour} */
  const misbehave = {};
  /** @type {LogLine[]} */
  const log = [];
  /** @type {IssuedToken[]} */
  const issuedTokens = [];
  /** @type {Set<string>} */
  const grantIds = new Set();
  /** @type {Map<string, string>} */
  const grantOwners = new Map();

  const server = http.createServer();
  const port = await listenOnLoopback(server);
  const here = `http://127.0.0.1:${port}`;
  const secure = tls && https.createServer({ key: tls.key, cert: tls.cert });
  const issuer = tls && secure ? `https://${tls.name}:${await listenOnLoopback(secure)}` : here;

  const provider = new Provider(issuer, {
    adapter: createTokenStorage(),
    jwks: { keys: [signingKey()] },
    clients: clients(),
    scopes: [...SCOPES, OPEN_SCOPE],
    claims: { openid: ['sub'], email: ['email', 'email_verified'] },
    conformIdTokenClaims: false, // the large providers put `email` into the ID token too
    findAccount: async (/** @type {unknown} */ _ctx, /** @type {string} */ id) => {
      const address = addressOf(users, id);
      return (
        address && { accountId: id, claims: async () => ({ sub: id, email: address, email_verified: true }) }
      );
    },
    // `username` is what the mail servers compare with the name at login
    extraTokenClaims: async (/** @type {unknown} */ _ctx, /** @type {{ accountId?: string }} */ token) => {
      const address = token.accountId === undefined ? undefined : addressOf(users, token.accountId);
      return address && { username: address, email: address };
    },
    pkce: { required: () => true },
    issueRefreshToken: async (
      /** @type {unknown} */ _ctx,
      /** @type {{ grantTypeAllowed(type: string): boolean }} */ client,
    ) => client.grantTypeAllowed('refresh_token'),
    rotateRefreshToken: true,
    ttl: {
      AccessToken: accessTtl,
      RefreshToken: refreshTtl,
      AuthorizationCode: 60,
      DeviceCode: 300,
      IdToken: 600,
      Grant: 86_400,
      Session: 86_400,
      Interaction: 900,
    },
    features: {
      devInteractions: { enabled: false },
      introspection: {
        enabled: true,
        allowedPolicy: async (/** @type {unknown} */ _ctx, /** @type {{ clientId: string }} */ client) =>
          client.clientId === INTROSPECTOR.id,
      },
      revocation: {
        enabled: true,
        allowedPolicy: async (
          /** @type {unknown} */ _ctx,
          /** @type {{ clientId: string }} */ client,
          /** @type {{ clientId?: string }} */ token,
        ) => client.clientId === token.clientId,
      },
      userinfo: { enabled: true },
      registration: { enabled: true },
      registrationManagement: { enabled: true, rotateRegistrationAccessToken: false },
      deviceFlow: {
        enabled: true,
        userCodeInputSource: async (/** @type {Page} */ ctx, /** @type {string} */ form) => {
          ctx.body = `<!doctype html>${form}`;
        },
        userCodeConfirmSource: async (/** @type {Page} */ ctx, /** @type {string} */ form) => {
          ctx.body = `<!doctype html>${form}`;
        },
        successSource: async (/** @type {Page} */ ctx) => {
          ctx.body = '<!doctype html><p>You can go back to the program.</p>';
        },
      },
      rpInitiatedLogout: { enabled: false },
    },
    cookies: { keys: ['lab'], short: { signed: true }, long: { signed: true } },
    interactions: {
      url: (/** @type {unknown} */ _ctx, /** @type {{ uid: string }} */ interaction) =>
        `/interaction/${interaction.uid}`,
    },
    renderError: async (/** @type {{ type: string, body: unknown }} */ ctx, /** @type {unknown} */ error) => {
      ctx.type = 'json';
      ctx.body = error;
    },
  });

  // A desktop client's redirect has a port and a path of one sign-in only (RFC 8252 §7.3 asks for any port). What a client
  // has registered itself is held to the letter.
  const registered = provider.Client.prototype.redirectUriAllowed;
  provider.Client.prototype.redirectUriAllowed = function (/** @type {string} */ uri) {
    const isKnown = clients().some(({ client_id }) => client_id === this.clientId);
    return (isKnown && MOUNTED_REDIRECT.test(uri)) || registered.call(this, uri);
  };
  if (canary !== '') {
    for (const model of [provider.AccessToken, provider.RefreshToken, provider.AuthorizationCode]) {
      const generate = model.prototype.generateTokenId;
      model.prototype.generateTokenId = function () {
        return canary + generate.call(this);
      };
    }
  }

  /** @param {string} event @param {string} detail */
  const note = (event, detail) => log.push({ at: Date.now(), event, detail });
  for (const event of /** @type {const} */ ([
    'access_token.saved',
    'refresh_token.saved',
    'authorization_code.saved',
  ])) {
    provider.on(event, (token) => {
      if (issuedTokens.some(({ value }) => value === token.jti)) return; // saved again when it is consumed
      const accountId = token.accountId === undefined ? undefined : addressOf(users, token.accountId);
      issuedTokens.push({
        kind: token.kind,
        value: token.jti,
        clientId: token.clientId,
        accountId,
        at: Date.now(),
      });
      if (token.grantId !== undefined && accountId !== undefined) {
        grantIds.add(token.grantId);
        grantOwners.set(token.grantId, accountId);
      }
    });
  }
  provider.on('grant.success', (ctx) => {
    const body = /** @type {{ id_token?: string }} */ (ctx.body ?? {});
    if (body.id_token && !issuedTokens.some(({ value }) => value === body.id_token)) {
      issuedTokens.push({
        kind: 'IdToken',
        value: body.id_token,
        clientId: undefined,
        accountId: undefined,
        at: Date.now(),
      });
    }
    note('grant.success', String(ctx.oidc.params?.grant_type));
  });
  provider.on('authorization.success', (_ctx, out) => {
    if (misbehave.iss !== undefined) out.iss = misbehave.iss === '' ? undefined : misbehave.iss;
  });
  for (const event of /** @type {const} */ ([
    'grant.error',
    'server_error',
    'authorization.error',
    'introspection.error',
    'revocation.error',
  ])) {
    provider.on(event, (_ctx, error) =>
      note(event, [error.error, error.error_description, error.error_detail].join(' ')),
    );
  }

  /**
   * The sign-in and consent page of one authorization request.
   * @param {http.IncomingMessage} request
   * @param {http.ServerResponse} response
   */
  async function interact(request, response) {
    const interaction = await provider.interactionDetails(request, response);
    const asked = (interaction.params.scope ?? '').split(' ').filter(Boolean);
    const sessionAddress = interaction.session?.accountId && addressOf(users, interaction.session.accountId);
    const about = {
      clientName: 'Latchkey Mail',
      scopes: asked,
      login: interaction.params.login_hint ?? sessionAddress ?? '',
    };
    if (request.method !== 'POST') return sendPage(response, 200, signInPage(about));

    const form = await readForm(request);
    const finish = (/** @type {object} */ result) =>
      provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false });
    if (form.get('decision') === 'deny') {
      return finish({ error: 'access_denied', error_description: 'The person said no.' });
    }
    const login = form.get('login') ?? '';
    if (login !== sessionAddress && !isRightPassword(users, login, form.get('password') ?? '')) {
      return sendPage(
        response,
        401,
        signInPage({ ...about, login, error: 'The address or the password is wrong.' }),
      );
    }
    const accountId = accountIdOf(misbehave.signInAs ?? login);
    const ticked = misbehave.scopes ?? form.getAll('scope');
    const granted = asked.filter((scope) => !OPTIONAL_SCOPES.includes(scope) || ticked.includes(scope));
    const grant = new provider.Grant({ accountId, clientId: interaction.params.client_id ?? '' });
    grant.addOIDCScope(granted.join(' '));
    grant.rejectOIDCScope(asked.filter((scope) => !granted.includes(scope)).join(' '));
    return finish({ login: { accountId }, consent: { grantId: await grant.save() } });
  }

  /** @param {string} address */
  async function revokeEverythingOf(address) {
    for (const grantId of [...grantIds].filter((id) => grantOwners.get(id) === address)) {
      grantIds.delete(grantId);
      for (const model of [provider.AccessToken, provider.RefreshToken, provider.AuthorizationCode]) {
        await model.revokeByGrantId(grantId);
      }
      await (await provider.Grant.find(grantId))?.destroy();
    }
  }

  const serve = provider.callback();
  /** @param {http.IncomingMessage} request @param {http.ServerResponse} response */
  async function answer(request, response) {
    const { pathname } = new URL(request.url ?? '/', issuer);
    response.on('finish', () => note('request', `${request.method} ${pathname} ${response.statusCode}`));
    try {
      const fault = faults.find((candidate) => candidate.path === pathname && candidate.times > 0);
      if (fault && (await isAnsweredByFault(fault, request, response))) return;
      if (pathname.startsWith('/interaction/')) return await interact(request, response);
      if (pathname === '/account') {
        if (request.method !== 'POST') return sendPage(response, 200, accountPage({}));
        const form = await readForm(request);
        const login = form.get('login') ?? '';
        if (!isRightPassword(users, login, form.get('password') ?? '')) {
          return sendPage(response, 401, accountPage({ message: 'The address or the password is wrong.' }));
        }
        await revokeEverythingOf(login);
        return sendPage(response, 200, accountPage({ message: 'No program can read your mail any more.' }));
      }
      return serve(request, response);
    } catch (error) {
      note('error', String(error));
      sendPage(
        response,
        400,
        '<!doctype html><title>Error</title><p>This sign-in has ended. Start again in the program.</p>',
      );
    }
  }
  for (const one of [server, secure]) one?.on('request', answer);

  /**
   * What a mail server asks about a token (RFC 7662). Throws when the server does not answer.
   * @param {string} token
   * @returns {Promise<Introspection>}
   */
  async function introspect(token) {
    const response = await fetch(`${here}/token/introspection`, {
      method: 'POST',
      headers: {
        authorization: `Basic ${Buffer.from(`${INTROSPECTOR.id}:${INTROSPECTOR.secret}`).toString('base64')}`,
      },
      body: new URLSearchParams({ token }),
    });
    if (!response.ok) throw new Error(`introspection was answered with ${response.status}`);
    return /** @type {Promise<Introspection>} */ (response.json());
  }

  return {
    issuer,
    port,
    users,
    faults,
    misbehave,
    log,
    /** Every access token, refresh token, code and ID token that was ever issued. */
    issuedTokens,
    introspect,
    introspectionUrl: `http://${INTROSPECTOR.id}:${INTROSPECTOR.secret}@127.0.0.1:${port}/token/introspection`,
    manageUrl: `${issuer}/account`,
    /** True when the token is known, not expired and not revoked. @param {string} token */
    isActive: async (token) => (await introspect(token)).active,
    /** The person takes all access back on the provider's own page. @param {string} address */
    revokeEverythingOf,
    /** @returns {Promise<void>} */
    async stop() {
      for (const one of [server, secure]) {
        if (!one?.listening) continue;
        const closed = once(one, 'close');
        one.close();
        one.closeAllConnections();
        await closed;
      }
    },
  };
}

function clients() {
  const desktop = {
    client_name: 'Latchkey Mail',
    application_type: 'native',
    redirect_uris: ['http://127.0.0.1/'],
    response_types: ['code'],
    grant_types: ['authorization_code', 'refresh_token', 'urn:ietf:params:oauth:grant-type:device_code'],
  };
  const { post, basic } = SECRET_CLIENTS;
  return [
    { ...desktop, client_id: CLIENT_ID, token_endpoint_auth_method: 'none' },
    {
      ...desktop,
      client_id: post.id,
      client_secret: post.secret,
      token_endpoint_auth_method: 'client_secret_post',
    },
    {
      ...desktop,
      client_id: basic.id,
      client_secret: basic.secret,
      token_endpoint_auth_method: 'client_secret_basic',
    },
    {
      client_id: INTROSPECTOR.id,
      client_secret: INTROSPECTOR.secret,
      token_endpoint_auth_method: 'client_secret_basic',
      redirect_uris: [],
      response_types: [],
      grant_types: [],
    },
  ];
}

function signingKey() {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'lab' };
}

/**
 * A subject that says nothing about the address, as real providers have it.
 * @param {string} address
 */
export function accountIdOf(address) {
  return createHash('sha256').update(address.toLowerCase()).digest('base64url').slice(0, 20);
}

/**
 * @param {Record<string, string>} users
 * @param {string} accountId
 */
function addressOf(users, accountId) {
  return Object.keys(users).find((address) => accountIdOf(address) === accountId);
}

/**
 * @param {Record<string, string>} users
 * @param {string} address
 * @param {string} password
 */
function isRightPassword(users, address, password) {
  const expected = users[address];
  if (expected === undefined) return false;
  const digest = (/** @type {string} */ text) => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(expected), digest(password));
}

/**
 * @param {Fault} fault
 * @param {http.IncomingMessage} request
 * @param {http.ServerResponse} response
 */
async function isAnsweredByFault(fault, request, response) {
  fault.times -= 1;
  if (fault.delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, fault.delayMs));
  if (fault.drop) {
    request.socket.destroy();
    return true;
  }
  if (fault.status !== undefined) {
    response.writeHead(fault.status, { 'content-type': 'application/json' });
    response.end(JSON.stringify(fault.body ?? {}));
    return true;
  }
  if (fault.dropAnswer) {
    response.write = () => true;
    response.end = () => {
      request.socket.destroy();
      return response;
    };
  }
  return false;
}

/**
 * @param {http.IncomingMessage} request
 * @returns {Promise<URLSearchParams>}
 */
async function readForm(request) {
  let text = '';
  for await (const chunk of request) text += chunk;
  return new URLSearchParams(text);
}

/**
 * @param {http.ServerResponse} response
 * @param {number} status
 * @param {string} html
 */
function sendPage(response, status, html) {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8', 'cache-control': 'no-store' });
  response.end(html);
}
