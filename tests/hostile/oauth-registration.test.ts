/** Servers that hand out client IDs and codes for other devices, and mean no good by it. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src-main/base/clock.ts';
import { newAttempt } from '../integration/accounts-world.ts';
import { type HostileAuthServer, startHostileAuthServer } from '../servers/hostile-auth-server.mjs';
import type { RunFolder } from '../servers/run-folder.mjs';
import { hostileProvider, NOTHING, nothingHappened, openHostileWorld, openRunFolder } from './oauth-world.ts';

const PERSON = { login: 'maya@lab.test', password: '' };
const DOCUMENT = 'https://latchkey.example/client.json';
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

/** A provider without a client ID, whose server gives one. */
function openRegistering(options: { clientMetadataUrl?: string } = {}) {
  const { issuer } = server;
  server.act.metadata = { ...server.act.metadata, registration_endpoint: `${issuer}/register` };
  const endpoints = {
    authorization: `${issuer}/auth`,
    token: `${issuer}/token`,
    registration: `${issuer}/register`,
  };
  const provider = hostileProvider(issuer, { oauth: { clientId: '', endpoints, scopes: ['mail'] } });
  return openHostileWorld(run, [provider], { person: PERSON, ...options });
}

describe('a registration', () => {
  it('is of a public client with the very redirect URI of this sign-in', async () => {
    const world = openRegistering();
    await world.signIn();
    const link = new URL(world.links[0] ?? '');
    expect(server.requestsTo('/register').map(({ json }) => json)).toEqual([
      {
        client_name: 'Latchkey Mail',
        application_type: 'native',
        token_endpoint_auth_method: 'none',
        scope: 'mail',
        redirect_uris: [link.searchParams.get('redirect_uri')],
        response_types: ['code'],
        grant_types: ['authorization_code', 'refresh_token'],
      },
    ]);
    expect(link.searchParams.get('client_id')).toBe('given');
    expect(server.requestsTo('/token')[0]?.form).toMatchObject({ client_id: 'given' });
  });

  it.each([
    ['no client ID', { status: 201, body: {} }],
    ['a client ID that is none', { status: 201, body: { client_id: 7 } }],
    ['a page', { status: 201, body: '<html>', headers: { 'content-type': 'text/html' } }],
  ])('that is answered with %s opens no browser', async (_what, answer) => {
    server.act.register = () => answer;
    const world = openRegistering();
    await expect(world.signIn()).rejects.toMatchObject({ code: 'authorization-server-invalid' });
    expect(world.links).toEqual([]);
    expect(nothingHappened(world, server)).toEqual(NOTHING);
  });

  it('that points elsewhere is not made there', async () => {
    const target = await startHostileAuthServer();
    server.act.register = () => ({ status: 307, headers: { location: `${target.issuer}/register` } });
    const world = openRegistering();
    await expect(world.signIn()).rejects.toMatchObject({ code: 'authorization-server-invalid' });
    expect(target.seen).toEqual([]);
    await target.stop();
  });

  it('does not make us send its key to another host when the client is deleted', async () => {
    const target = await startHostileAuthServer();
    const registration = {
      registration_access_token: 'the-key',
      registration_client_uri: `${target.issuer}/reg/x`,
    };
    server.act.register = () => ({ status: 201, body: { client_id: 'given', ...registration } });
    server.act.token = () => ({ status: 400, body: { error: 'invalid_grant' } });
    await expect(openRegistering().signIn()).rejects.toMatchObject({ detail: { answer: 'invalid_grant' } });
    expect(target.seen).toEqual([]);
    expect(server.seen.filter(({ method }) => method === 'DELETE')).toEqual([]);
    await target.stop();
  });

  it('that comes with a secret has it kept with the other secrets, and sent as the server said', async () => {
    const secret = { client_secret: 'given-secret', client_secret_expires_at: 0 };
    const method = { token_endpoint_auth_method: 'client_secret_post' };
    server.act.register = () => ({ status: 201, body: { client_id: 'given', ...secret, ...method } });
    const world = openRegistering();
    const { accountId } = await world.signIn();
    const grant = world.store.grants.byAccount(accountId);
    expect(await world.vault.get(`client-secret/${grant?.grantId}`)).toContain('given-secret');
    expect(JSON.stringify([grant, world.store.audit.list({ limit: 9 }), world.lines])).not.toContain(
      'given-secret',
    );
    expect(server.requestsTo('/token')[0]?.form).toMatchObject({ client_secret: 'given-secret' });
  });

  it('is not needed where the server reads our client ID metadata document', async () => {
    server.act.metadata = { client_id_metadata_document_supported: true };
    const world = openRegistering({ clientMetadataUrl: DOCUMENT });
    const { accountId } = await world.signIn();
    const link = new URL(world.links[0] ?? '');
    expect(link.searchParams.get('client_id')).toBe(DOCUMENT);
    expect(link.searchParams.get('redirect_uri')).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
    expect(server.requestsTo('/register')).toEqual([]);
    const grant = world.store.grants.byAccount(accountId);
    expect(grant).toMatchObject({ clientId: DOCUMENT, clientIdOwner: 'metadata-document' });
  });

  it('is missed in words where a server offers neither', async () => {
    const world = openHostileWorld(run, [], { person: PERSON, clientMetadataUrl: DOCUMENT });
    const at = { host: 'imap.lab.test', port: 993, security: 'tls' as const };
    const secure = await startHostileAuthServer();
    const settings = { address: PERSON.login, displayName: '', userName: PERSON.login, imap: at, smtp: at };
    const auth = { kind: 'oauth' as const, issuer: secure.issuer, scopes: ['mail'] };
    const known = openHostileWorld(run, [hostileProvider(secure.issuer, { imap: at, smtp: at })]);
    const added = known.accounts.addByHand({ attemptId: newAttempt(), settings: { ...settings, auth } });
    await expect(added).rejects.toMatchObject({ code: 'client-id-missing' });
    expect(known.links).toEqual([]);
    expect(nothingHappened(world, secure)).toEqual(NOTHING);
    await secure.stop();
  });
});

/** Time that passes as fast as it is waited for. */
function createHastyClock(): Clock & { waits: number[] } {
  const waits: number[] = [];
  let passed = 0;
  return {
    waits,
    now: () => systemClock.now() + passed,
    after(ms, callback) {
      if (ms < 1_000 || ms > 60_000) return systemClock.after(ms, callback);
      waits.push(ms);
      return systemClock.after(1, () => {
        passed += ms;
        callback();
      });
    },
  };
}

describe('a code for another device', () => {
  const given = {
    device_code: 'secret-device-code',
    user_code: 'WDJB-MJHT',
    verification_uri: 'https://lab.test/d',
    expires_in: 600,
  };
  const openDevice = (clock: Clock = createHastyClock()) => {
    server.act.metadata = { device_authorization_endpoint: `${server.issuer}/device` };
    const provider = hostileProvider(server.issuer, { oauth: { scopes: ['mail'] } });
    return openHostileWorld(run, [provider], { person: PERSON, clock });
  };
  const refusal = (error: string) => ({ status: 400, body: { error } });

  it('is asked for as often as the server says, slower when it says so, and less often while it is down', async () => {
    const answers = [
      refusal('authorization_pending'),
      refusal('slow_down'),
      refusal('authorization_pending'),
      { status: 503, body: {} },
      'drop' as const,
    ];
    server.act.device = () => ({ body: { ...given, interval: 7 } });
    server.act.token = (_form, count) => answers[count - 1];
    const clock = createHastyClock();
    const world = openDevice(clock);
    await world.signIn({ via: 'device' });
    expect(clock.waits.slice(0, 6)).toEqual([7_000, 7_000, 12_000, 12_000, 24_000, 48_000]);
    expect(server.requestsTo('/token').every(({ form }) => form.device_code === given.device_code)).toBe(
      true,
    );
    expect(world.links).toEqual([]);
  });

  it.each([
    ['http', 'http://lab.test/device'],
    ['a script', 'javascript:alert(1)'],
    ['a file', 'file:///etc/passwd'],
    ['a name and a password in it', 'https://lab.test:pass@evil.example/'],
    ['no end', `https://lab.test/${'a'.repeat(5_000)}`],
  ])('with a page of %s is not shown', async (_what, page) => {
    server.act.device = () => ({ body: { ...given, verification_uri: page } });
    const world = openDevice();
    await expect(world.signIn({ via: 'device' })).rejects.toMatchObject({
      code: 'authorization-server-invalid',
    });
    expect(world.steps).toEqual(['finding-provider']);
    expect(nothingHappened(world, server)).toEqual(NOTHING);
  });

  it.each(['', 'A\u202eB', 'A\nB', '<b>A</b>\u0000', 'x'.repeat(41)])('%j is not shown', async (code) => {
    server.act.device = () => ({ body: { ...given, user_code: code } });
    const world = openDevice();
    await expect(world.signIn({ via: 'device' })).rejects.toMatchObject({
      code: 'authorization-server-invalid',
    });
    expect(world.steps).toEqual(['finding-provider']);
  });

  it.each([
    ['has run out', 'expired_token', 'sign-in-timed-out'],
    ['was refused by the person', 'access_denied', 'sign-in-refused'],
    ['is of a client that may not have one', 'unauthorized_client', 'client-refused'],
  ])('that %s ends the sign-in', async (_what, error, code) => {
    server.act.device = () => ({ body: given });
    server.act.token = () => refusal(error);
    const world = openDevice();
    await expect(world.signIn({ via: 'device' })).rejects.toMatchObject({ code });
    expect(server.requestsTo('/token')).toHaveLength(1);
    expect(world.store.accounts.list()).toEqual([]);
  });

  it('is waited for no longer than it lives, and half an hour at most', async () => {
    server.act.token = () => refusal('authorization_pending');
    for (const [life, questions] of [
      [60, 11],
      [1_000_000, 29],
    ] as const) {
      server.act.device = () => ({ body: { ...given, expires_in: life, interval: life === 60 ? 5 : 60 } });
      server.seen.length = 0;
      await expect(openDevice().signIn({ via: 'device' })).rejects.toMatchObject({
        code: 'sign-in-timed-out',
      });
      expect(server.requestsTo('/token').length).toBeLessThanOrEqual(questions);
      expect(server.requestsTo('/token').length).toBeGreaterThan(questions - 3);
    }
  });

  it('that was given away is not what is shown: the secret part stays here', async () => {
    server.act.device = () => ({ body: given });
    const world = openDevice();
    const device = world.nextDevice();
    await world.signIn({ via: 'device' });
    expect(await device).toEqual({ page: given.verification_uri, code: given.user_code });
    expect(JSON.stringify([world.lines, world.store.audit.list({ limit: 9 })])).not.toContain(
      given.device_code,
    );
  });

  it('is missed in words where the server has none', async () => {
    const world = openHostileWorld(run, [hostileProvider(server.issuer)], { person: PERSON });
    await expect(world.signIn({ via: 'device' })).rejects.toMatchObject({ code: 'device-not-offered' });
    expect(nothingHappened(world, server)).toEqual(NOTHING);
  });
});
