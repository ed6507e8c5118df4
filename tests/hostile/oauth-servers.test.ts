/** Authorization servers that are not what they say: nothing is sent to them that they could use. */
import { once } from 'node:events';
import { connect } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import type { HandSettings } from '../../src-shared/ipc/access-contract.ts';
import { newAttempt } from '../integration/accounts-world.ts';
import { trustAuthority } from '../integration/trust-authority.ts';
import { CLIENT_ID, startAuthServer } from '../servers/auth-server.mjs';
import { driveBrowser } from '../servers/browser.mjs';
import {
  expiredCertificate,
  type LabCertificates,
  makeCertificates,
  selfSignedCertificate,
  wrongHostCertificate,
} from '../servers/certs.mjs';
import { type HostileAuthServer, startHostileAuthServer } from '../servers/hostile-auth-server.mjs';
import type { RunFolder } from '../servers/run-folder.mjs';
import { hostileProvider, NOTHING, nothingHappened, openHostileWorld, openRunFolder } from './oauth-world.ts';

const OLD_TLS = { minVersion: 'TLSv1', ciphers: 'ALL:@SECLEVEL=0' } as const;
const PERSON = { login: 'maya@lab.test', password: 'maya lab password' };
let run: RunFolder;
let certs: LabCertificates;
let distrust: () => void;
const running: { stop(): Promise<void> }[] = [];
beforeAll(async () => {
  run = openRunFolder();
  certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((one) => one.stop()));
});
afterAll(async () => {
  distrust?.();
  await run?.remove();
});

async function start(options: Parameters<typeof startHostileAuthServer>[0] = {}): Promise<HostileAuthServer> {
  const server = await startHostileAuthServer(options);
  running.push(server);
  return server;
}
const open = (issuer: string, more: Parameters<typeof hostileProvider>[1] = {}) =>
  openHostileWorld(run, [hostileProvider(issuer, more)], { person: PERSON });

describe('the certificate of an authorization server', () => {
  it('is good in the control: the sign-in goes through', async () => {
    const server = await start({ tls: certs });
    const world = open(server.issuer);
    expect(await world.signIn()).toMatchObject({ address: PERSON.login });
  });

  it.each([
    ['is of no authority', 'tls-untrusted', async () => selfSignedCertificate(certs)],
    ['has run out', 'tls-expired', async () => expiredCertificate(certs)],
    ['is of another host', 'tls-wrong-host', async () => wrongHostCertificate(certs)],
    [
      'comes with TLS 1.1',
      'tls-failed',
      async () => ({ ...certs, ...OLD_TLS, maxVersion: 'TLSv1.1' }) as const,
    ],
  ])('%s: no request reaches it', async (_what, code, tls) => {
    const server = await start({ tls: await tls() });
    const world = open(server.issuer);
    await expect(world.signIn()).rejects.toMatchObject({ code });
    expect(server.seen).toEqual([]);
    expect(world.links).toEqual([]);
    expect(nothingHappened(world, server)).toEqual(NOTHING);
  });

  it('with TLS 1.1 is one that an older program would take (control)', async () => {
    const server = await start({ tls: { ...certs, ...OLD_TLS, maxVersion: 'TLSv1.1' } });
    const socket = connect({
      port: server.port,
      host: '127.0.0.1',
      servername: 'localhost',
      ca: certs.ca,
      ...OLD_TLS,
    });
    await once(socket, 'secureConnect');
    expect(socket.getProtocol()).toBe('TLSv1.1');
    socket.destroy();
  });

  it('is checked anew at the token endpoint, on another host than the metadata', async () => {
    const bad = await start({ tls: await selfSignedCertificate(certs) });
    const good = await start({ tls: certs });
    good.act.metadata = { token_endpoint: `${bad.issuer}/token` };
    const world = open(good.issuer);
    await expect(world.signIn()).rejects.toMatchObject({ code: 'tls-untrusted' });
    expect(nothingHappened(world, good, bad)).toEqual(NOTHING);
  });
});

describe('metadata', () => {
  const evil = 'https://evil.example';
  it.each([
    ['names another issuer', { issuer: evil }],
    ['knows no PKCE', { code_challenge_methods_supported: undefined }],
    ['knows only plain PKCE, to which nobody falls back', { code_challenge_methods_supported: ['plain'] }],
    ['has a token endpoint over http', { token_endpoint: 'http://evil.example/token' }],
    ['has an authorization endpoint over http', { authorization_endpoint: 'http://evil.example/auth' }],
    ['has an authorization endpoint that is a script', { authorization_endpoint: 'javascript:alert(1)' }],
    ['has an authorization endpoint in a file', { authorization_endpoint: 'file:///etc/passwd' }],
    [
      'has a token endpoint with a name and a password in it',
      { token_endpoint: 'https://a:b@evil.example/t' },
    ],
    ['has a revocation endpoint over http', { revocation_endpoint: 'http://evil.example/revoke' }],
    ['has a registration endpoint over http', { registration_endpoint: 'http://evil.example/register' }],
    ['has a device endpoint over http', { device_authorization_endpoint: 'http://evil.example/device' }],
    ['has no authorization endpoint', { authorization_endpoint: undefined }],
  ])('that %s is refused before a browser is opened', async (_what, metadata) => {
    const server = await start();
    server.act.metadata = metadata;
    const world = open(server.issuer);
    await expect(world.signIn()).rejects.toMatchObject({ code: 'authorization-server-invalid' });
    expect(world.links).toEqual([]);
    expect(nothingHappened(world, server)).toEqual(NOTHING);
  });

  it.each([301, 302, 307, 308])('that is elsewhere (%d) is not followed there', async (status) => {
    const target = await start();
    const server = await start();
    const headers = { location: `${target.issuer}/.well-known/oauth-authorization-server` };
    server.act.metadata = () => ({ status, headers });
    const world = open(server.issuer);
    await expect(world.signIn()).rejects.toMatchObject({ code: 'authorization-server-invalid' });
    expect(target.seen).toEqual([]);
    expect(nothingHappened(world, server, target)).toEqual(NOTHING);
  });

  it('over http is asked for in no sign-in by hand', async () => {
    const server = await start();
    const world = open('https://localhost:1');
    const settings = byHand(server.issuer);
    const added = world.accounts.addByHand({ attemptId: newAttempt(), settings });
    await expect(added).rejects.toMatchObject({ code: 'authorization-server-invalid' });
    expect(server.seen).toEqual([]);
  });

  it('may name an endpoint on another host, which alone gets the code then', async () => {
    const tokens = await start();
    const server = await start();
    server.act.metadata = {
      token_endpoint: `${tokens.issuer}/token`,
      id_token_signing_alg_values_supported: [],
    };
    const world = open(server.issuer, { oauth: { scopes: ['mail'] } });
    await world.signIn();
    expect(tokens.requestsTo('/token')).toHaveLength(1);
    expect(server.requestsTo('/token')).toEqual([]);
  });
});

describe('a mix-up of two servers', () => {
  it('sends no code of the one to the token endpoint of the other', async () => {
    const honest = await start();
    const attacker = await start();
    // The person picked the attacker's server, which sends the browser on to the honest one with the attacker's own request.
    attacker.act.metadata = { authorization_endpoint: `${honest.issuer}/auth` };
    const world = open(attacker.issuer);
    await expect(world.signIn()).rejects.toMatchObject({ code: 'sign-in-forged' });
    expect(honest.requestsTo('/auth')).toHaveLength(1);
    expect(nothingHappened(world, honest, attacker)).toEqual(NOTHING);
  });

  it('is noticed also where the attacker does not announce that it names itself', async () => {
    const honest = await start();
    const attacker = await start();
    attacker.act.metadata = {
      authorization_endpoint: `${honest.issuer}/auth`,
      authorization_response_iss_parameter_supported: undefined,
    };
    const world = open(attacker.issuer);
    await expect(world.signIn()).rejects.toMatchObject({ code: 'sign-in-forged' });
    expect(nothingHappened(world, honest, attacker)).toEqual(NOTHING);
  });

  it("never sends a known provider's consent to settings by hand that name another token endpoint", async () => {
    const known = await start({ tls: certs });
    const attacker = await start({ tls: certs });
    attacker.act.metadata = { authorization_endpoint: `${known.issuer}/auth` };
    const world = open(known.issuer);
    const added = world.accounts.addByHand({ attemptId: newAttempt(), settings: byHand(attacker.issuer) });
    await expect(added).rejects.toMatchObject({ code: 'authorization-server-invalid' });
    expect(world.links).toEqual([]);
    expect(nothingHappened(world, known, attacker)).toEqual(NOTHING);
  });
});

describe('a code of somebody else', () => {
  it('is worth nothing in this sign-in: the server finds the wrong verifier', async () => {
    const users = { [PERSON.login]: PERSON.password, 'mallory@lab.test': 'mallory lab password' };
    const server = await startAuthServer({ users });
    running.push(server);
    const scopes = ['openid', 'email', 'offline_access', 'imap', 'smtp'];
    const provider = hostileProvider(server.issuer, {
      oauth: { clientId: CLIENT_ID, scopes, requiredScopes: ['imap'] },
    });
    const world = openHostileWorld(run, [provider], { person: undefined });
    const mallory = openHostileWorld(run, [provider], { person: undefined });
    const [link, theirs] = [world.nextLink(), mallory.nextLink()];
    const signedIn = world.signIn();
    const attemptId = newAttempt();
    const abandoned = mallory.signIn({ address: 'mallory@lab.test', attemptId });
    const login = { login: 'mallory@lab.test', password: 'mallory lab password', openRedirect: false };
    const stolen = new URL((await driveBrowser(await theirs, login)).url);
    mallory.accounts.cancelSignIn(attemptId);
    await expect(abandoned).rejects.toMatchObject({ code: 'sign-in-cancelled' });

    const { searchParams } = new URL(await link);
    const answer = new URLSearchParams(stolen.search);
    answer.set('state', searchParams.get('state') ?? ''); // as if the attacker had got hold of that too
    const page = fetch(`${searchParams.get('redirect_uri')}?${answer}`);
    await expect(signedIn).rejects.toMatchObject({ detail: { answer: 'invalid_grant' } });
    expect(await (await page).text()).toContain('the sign-in did not work');
    expect(world.shown).toEqual([]);
    expect(world.store.accounts.list()).toEqual([]);
    expect(server.issuedTokens.filter(({ kind }) => kind === 'AccessToken')).toEqual([]);
  });
});

function byHand(issuer: string): HandSettings {
  const server = (host: string, port: number) => ({ host, port, security: 'tls' as const });
  return {
    address: PERSON.login,
    displayName: '',
    userName: PERSON.login,
    imap: server('imap.lab.test', 993),
    smtp: server('smtp.lab.test', 465),
    auth: { kind: 'oauth', issuer, clientId: 'latchkey-mail', scopes: ['mail'] },
  };
}
