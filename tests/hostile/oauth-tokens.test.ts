/** Answers of a token endpoint that must not be believed, and keys that must not go where they do not belong. */
import { createServer, type Server } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkImap } from '../../src-main/imap/check-imap.ts';
import type { ServerAccount } from '../../src-shared/model/account.ts';
import { newAttempt } from '../integration/accounts-world.ts';
import { trustAuthority } from '../integration/trust-authority.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { type HostileAuthServer, startHostileAuthServer } from '../servers/hostile-auth-server.mjs';
import { listenOnLoopback } from '../servers/net.mjs';
import type { RunFolder } from '../servers/run-folder.mjs';
import { hostileProvider, openHostileWorld, openRunFolder } from './oauth-world.ts';

const PERSON = { login: 'maya@lab.test', password: '' };
let run: RunFolder;
let server: HostileAuthServer;
beforeAll(async () => {
  run = openRunFolder();
  server = await startHostileAuthServer();
});
afterEach(() => {
  for (const key of Object.keys(server.act)) Reflect.deleteProperty(server.act, key);
  server.seen.length = 0;
});
afterAll(async () => {
  await server?.stop();
  await run?.remove();
});
const open = (more: Parameters<typeof hostileProvider>[1] = {}) =>
  openHostileWorld(run, [hostileProvider(server.issuer, more)], { person: PERSON });
const now = () => Math.floor(Date.now() / 1_000);

describe('an ID token', () => {
  it.each([
    ['another nonce', () => ({ nonce: 'of-another-sign-in' })],
    ['no nonce', () => ({ nonce: undefined })],
    ['another program as audience', () => ({ aud: 'another-program' })],
    [
      'another program among its audience, and as the one it was given to',
      () => ({ aud: ['latchkey-mail', 'other'], azp: 'other' }),
    ],
    ['another issuer', () => ({ iss: 'https://evil.example' })],
    ['an end ten minutes ago', () => ({ exp: now() - 600 })],
    ['no end', () => ({ exp: undefined })],
    ['nobody in it', () => ({ sub: undefined })],
    ['a beginning in ten minutes', () => ({ nbf: now() + 600 })],
  ])('with %s is refused, and no mail server is shown the key', async (_what, idToken) => {
    server.act.idToken = idToken();
    const world = open();
    await expect(world.signIn()).rejects.toMatchObject({ code: 'authorization-server-invalid' });
    expect(world.shown).toEqual([]);
    expect(world.store.accounts.list()).toEqual([]);
  });

  it.each(['none', 'HS256'])('with the algorithm %s is refused', async (alg) => {
    server.act.idTokenHead = { alg };
    const world = open();
    await expect(world.signIn()).rejects.toMatchObject({ code: 'authorization-server-invalid' });
    expect(world.shown).toEqual([]);
  });

  it('that was asked for and does not come is missed', async () => {
    server.act.token = () => ({ body: { access_token: 'a', refresh_token: 'r', token_type: 'Bearer' } });
    await expect(open().signIn()).rejects.toMatchObject({ code: 'authorization-server-invalid' });
  });

  it.each([
    ['ended four minutes ago', () => ({ exp: now() - 240, iat: now() - 840 })],
    ['begins in four minutes', () => ({ exp: now() + 840, iat: now() + 240, nbf: now() + 240 })],
  ])('is taken from a server whose clock is a little wrong: it %s', async (_what, idToken) => {
    server.act.idToken = idToken();
    expect(await open().signIn()).toMatchObject({ address: PERSON.login });
  });

  it('of somebody else ends the sign-in, and the access is given back', async () => {
    server.act.idToken = { email: 'mallory@lab.test' };
    const world = open();
    await expect(world.signIn()).rejects.toMatchObject({
      code: 'address-mismatch',
      detail: { address: PERSON.login, signedInAs: 'mallory@lab.test' },
    });
    expect(server.requestsTo('/revoke').map(({ form }) => form.token_type_hint)).toEqual([
      'refresh_token',
      'access_token',
    ]);
    expect(world.shown).toEqual([]);
  });
});

describe('the token endpoint', () => {
  it.each([301, 302, 303, 307, 308])(
    'that points elsewhere (%d) does not get the code sent there',
    async (status) => {
      const target = await startHostileAuthServer();
      try {
        server.act.token = () => ({ status, headers: { location: `${target.issuer}/token` } });
        const world = open();
        await expect(world.signIn()).rejects.toMatchObject({ code: 'authorization-server-invalid' });
        expect(target.seen).toEqual([]);
        expect(world.shown).toEqual([]);
      } finally {
        await target.stop();
      }
    },
  );

  it('whose answer got lost is asked once more, and the second answer counts', async () => {
    server.act.token = () => (server.requestsTo('/token').length === 1 ? 'drop' : undefined);
    const world = open();
    expect(await world.signIn()).toMatchObject({ address: PERSON.login });
    expect(server.requestsTo('/token')).toHaveLength(2);
    expect(new Set(server.requestsTo('/token').map(({ form }) => form.code)).size).toBe(1);
  });

  it('whose answers get lost again and again ends the sign-in in clear words, without a loop', async () => {
    server.act.token = () => 'drop';
    const world = open();
    await expect(world.signIn()).rejects.toMatchObject({ code: 'token-endpoint-down', retry: 'later' });
    expect((await world.browserEnd()).page).toContain('the provider did not hand out the key');
    expect(server.requestsTo('/token')).toHaveLength(2);
  });

  it.each([
    ['a token type that nobody can use here', { access_token: 'a', refresh_token: 'r', token_type: 'mac' }],
    ['no access token', { refresh_token: 'r', token_type: 'Bearer' }],
    ['a list', ['a']],
  ])('that answers with %s is refused', async (_what, body) => {
    server.act.token = () => ({ body });
    const world = open({ oauth: { scopes: ['mail'] } });
    await expect(world.signIn()).rejects.toMatchObject({ code: 'authorization-server-invalid' });
    expect(world.shown).toEqual([]);
  });

  it('is told which server the token is for, in every request (RFC 8707)', async () => {
    const resource = 'https://mail.lab.test/';
    const world = open({ oauth: { resource } });
    const { accountId } = await world.signIn();
    const authentication = world.accounts.authenticationFor(accountId);
    if (authentication.kind !== 'oauth') throw new Error('not oauth');
    const { accessToken } = await authentication.token.get();
    authentication.token.invalidate(accessToken);
    await authentication.token.get();
    expect(new URL(world.links[0] ?? '').searchParams.get('resource')).toBe(resource);
    expect(server.requestsTo('/token').map(({ form }) => [form.grant_type, form.resource])).toEqual([
      ['authorization_code', resource],
      ['refresh_token', resource],
    ]);
  });
});

describe('the reason of a refusal', () => {
  const correlation = '8b3e3d0e-6a4f-4a51-9c6c-0f3c8a3f7a11';
  const text = `AADSTS65001: The user or administrator has not consented. <script>alert(1)</script> Correlation ID: ${correlation}`;
  const facts = {
    clientId: 'latchkey-mail',
    tenant: 'lab.test',
    reason: 'AADSTS65001',
    correlationId: correlation,
  };

  it('is named with what the message to an administrator needs, and with none of the server’s words', async () => {
    server.act.callback = (parameters) => {
      parameters.delete('code');
      parameters.set('error', 'access_denied');
      parameters.set('error_description', text);
    };
    const world = open();
    const refused = await world.signIn().catch((error: unknown) => error);
    expect(refused).toMatchObject({
      code: 'admin-approval-needed',
      detail: { ...facts, host: new URL(server.issuer).host },
    });
    expect(JSON.stringify((refused as { detail: unknown }).detail)).not.toContain('script');
    expect((await world.browserEnd()).page).not.toContain('alert');
    expect(server.requestsTo('/token')).toEqual([]);
    expect(JSON.stringify(world.store.audit.list({ limit: 5 }))).not.toContain('consented');
  });

  it.each([
    ['access_denied', 'sign-in-refused'],
    ['consent_required', 'sign-in-refused'],
    ['login_required', 'sign-in-refused'],
    ['unauthorized_client', 'client-refused'],
    ['invalid_scope', 'client-refused'],
    ['invalid_request', 'client-refused'],
    ['server_error', 'authorization-server-unreachable'],
    ['temporarily_unavailable', 'authorization-server-unreachable'],
    ['unsupported_response_type', 'authorization-server-invalid'],
    ['of_its_own_making', 'authorization-server-invalid'],
  ])('in the browser: %s is %s (RFC 6749 §4.1.2.1)', async (error, code) => {
    server.act.callback = (parameters) => {
      parameters.delete('code');
      parameters.set('error', error);
    };
    await expect(open().signIn()).rejects.toMatchObject({ code });
    expect(server.requestsTo('/token')).toEqual([]);
  });

  it.each([
    ['invalid_client', 401, 'client-refused'],
    ['unauthorized_client', 400, 'client-refused'],
    ['invalid_scope', 400, 'client-refused'],
    ['invalid_request', 400, 'authorization-server-invalid'],
    ['invalid_grant', 400, 'authorization-server-invalid'],
    ['unsupported_grant_type', 400, 'authorization-server-invalid'],
    ['invalid_grant', 429, 'token-endpoint-down'],
    ['invalid_grant', 503, 'token-endpoint-down'],
  ])('of the code: %s with %d is %s (RFC 6749 §5.2), and is asked once', async (error, status, code) => {
    server.act.token = () => ({ status, body: { error } });
    await expect(open().signIn()).rejects.toMatchObject({ code });
    expect(server.requestsTo('/token')).toHaveLength(1);
  });

  it('is the same when only the token endpoint says it', async () => {
    const body = { error: 'invalid_grant', error_description: text };
    server.act.token = () => ({ status: 400, body });
    await expect(open().signIn()).rejects.toMatchObject({ code: 'admin-approval-needed', detail: facts });
  });
});

describe('a key', () => {
  it('goes to the servers of its own account only', async () => {
    const certs = await makeCertificates(run.folder('certs'));
    const distrust = trustAuthority(certs.ca);
    const heard: string[] = [];
    const canary: Server = createServer(certs, (socket) => {
      socket.on('error', () => undefined);
      socket.write('* OK [CAPABILITY IMAP4rev1 SASL-IR AUTH=XOAUTH2 AUTH=OAUTHBEARER] ready\r\n');
      socket.on('data', (chunk) => {
        for (const line of String(chunk).split('\r\n').filter(Boolean)) {
          heard.push(line);
          const tag = /^(\S+) [A-Z]/.exec(line)?.[1];
          socket.write(tag === undefined ? '' : `${tag} NO [AUTHENTICATIONFAILED] no\r\n`);
        }
      });
    });
    const other = await startHostileAuthServer({ email: 'maya@canary.test' });
    try {
      const port = await listenOnLoopback(canary);
      const at = { host: 'localhost', port, security: 'tls' as const };
      const providers = [
        hostileProvider(server.issuer),
        hostileProvider(other.issuer, { id: 'canary', domains: ['canary.test'], imap: at, smtp: at }),
      ];
      const world = openHostileWorld(run, providers, { person: PERSON });
      const mine = await world.signIn();
      const theirs = await world.signIn({ address: 'maya@canary.test', providerId: 'canary' });
      const connect = (account: ServerAccount) =>
        checkImap(
          account.imap,
          world.accounts.authenticationFor(account.accountId),
          AbortSignal.timeout(10_000),
        );
      await expect(connect(theirs)).rejects.toMatchObject({ code: 'login-refused' });
      const said = heard
        .map((line) => `${line} ${Buffer.from(line.split(' ').at(-1) ?? '', 'base64')}`)
        .join('\n');
      expect(other.tokens.some((token) => said.includes(token))).toBe(true); // what it may hear, it hears
      for (const token of server.tokens) expect(said).not.toContain(token);
      for (const { host, accessToken } of world.shown) {
        expect((host === 'localhost' ? other : server).tokens).toContain(accessToken);
      }
      expect(mine.imap.host).toBe('imap.lab.test');
    } finally {
      distrust();
      await other.stop();
      canary.close();
    }
  });

  it('of a provider that is known here is offered to no server of settings by hand', async () => {
    const certs = await makeCertificates(run.folder('certs-by-hand'));
    const distrust = trustAuthority(certs.ca);
    const known = await startHostileAuthServer({ tls: certs });
    try {
      const world = openHostileWorld(run, [hostileProvider(known.issuer)], { person: PERSON });
      const own = { host: 'smtp.lab.test', port: 465, security: 'tls' as const };
      const settings = {
        address: PERSON.login,
        displayName: '',
        userName: PERSON.login,
        imap: { host: 'imap.evil.example', port: 993, security: 'tls' as const },
        smtp: own,
        auth: { kind: 'oauth' as const, issuer: known.issuer, clientId: 'latchkey-mail', scopes: ['mail'] },
      };
      const added = world.accounts.addByHand({ attemptId: newAttempt(), settings });
      await expect(added).rejects.toMatchObject({
        code: 'input-invalid',
        detail: { host: 'imap.evil.example' },
      });
      expect(world.links).toEqual([]);
      expect(known.requestsTo('/token')).toEqual([]);
    } finally {
      distrust();
      await known.stop();
    }
  });
});
