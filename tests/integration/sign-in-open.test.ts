/** Sign-ins that nobody has prepared: the server gives the client ID, or the browser is on another device. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { type Clock, systemClock } from '../../src-main/base/clock.ts';
import { discoverServer } from '../../src-main/oauth/metadata.ts';
import { canRegister, registerClient, withdrawRegistration } from '../../src-main/oauth/register.ts';
import type { HandSettings } from '../../src-shared/ipc/access-contract.ts';
import { OPEN_SCOPE } from '../servers/auth-server.mjs';
import { driveDevice } from '../servers/browser.mjs';
import { type AccountsLab, MAYA, newAttempt, openAccountsWorld, startAccountsLab } from './accounts-world.ts';

let lab: AccountsLab;
beforeAll(async () => {
  lab = await startAccountsLab();
});
afterAll(() => lab?.stop());
afterEach(() => {
  lab.authServer.faults.length = 0;
  lab.smtp.refusals.length = 0;
});

/** The mail servers of the lab look for two scopes of their own. */
const SCOPES = ['openid', 'email', 'offline_access', OPEN_SCOPE, 'imap', 'smtp'];

/** A provider with dynamic registration and no client ID, as Fastmail is one. */
function openProvider(): Pick<AccountsLab, 'run' | 'providersFile'> {
  const { issuer } = lab.authServer;
  const endpoints = {
    authorization: `${issuer}/auth`,
    token: `${issuer}/token`,
    registration: `${issuer}/reg`,
  };
  const { oauth } = lab.provider as { oauth?: object };
  const provider = {
    ...lab.provider,
    oauth: { ...oauth, endpoints, clientId: '', scopes: SCOPES, requiredScopes: [OPEN_SCOPE] },
  };
  const providersFile = join(lab.run.path, 'open.json');
  writeFileSync(providersFile, JSON.stringify({ providers: [provider] }));
  return { run: lab.run, providersFile };
}

const byHand = (more: Partial<Extract<HandSettings['auth'], { kind: 'oauth' }>> = {}): HandSettings => ({
  address: MAYA.login,
  displayName: '',
  userName: MAYA.login,
  imap: { host: 'localhost', port: lab.dovecot.imapsPort, security: 'tls' },
  smtp: { host: 'localhost', port: lab.smtp.port, security: 'tls' },
  auth: { kind: 'oauth', issuer: lab.authServer.issuer, scopes: SCOPES, ...more },
});

const registrations = (method: string) =>
  lab.authServer.log.filter(({ detail }) => detail.startsWith(`${method} /reg`)).map(({ detail }) => detail);

describe('a server that gives a client ID by itself', () => {
  it('is signed in to without anybody having made one, and the registration is kept with the grant', async () => {
    const world = openAccountsWorld(openProvider());
    expect(world.accounts.findProvider(MAYA.login).provider).toMatchObject({ registersItself: true });
    const { accountId } = await world.signIn();
    expect(world.steps.slice(0, 3)).toEqual(['finding-provider', 'registering', 'waiting-for-browser']);
    const grant = world.store.grants.byAccount(accountId);
    expect(grant).toMatchObject({ clientIdOwner: 'registered', state: 'active' });
    expect(grant?.clientId).not.toBe('latchkey-mail');
    const kept = JSON.parse((await world.vault.get(`client-secret/${grant?.grantId}`)) ?? '{}');
    expect(kept.registration.uri).toContain(`${lab.authServer.issuer}/reg/`);
    expect(JSON.stringify(world.store.grants.list())).not.toContain(kept.registration.token);
    const noted = world.store.audit.list({ limit: 10 });
    expect(noted.find(({ kind }) => kind === 'client-registered')).toMatchObject({
      host: new URL(lab.authServer.issuer).host,
      address: MAYA.login,
    });
    expect(JSON.stringify(noted)).not.toContain(kept.registration.token);
  });

  it('renews the token as this client, and gives another client at the next sign-in, taking the old one back', async () => {
    const world = openAccountsWorld(openProvider());
    const { accountId } = await world.signIn();
    const first = world.store.grants.byAccount(accountId);
    const authentication = world.accounts.authenticationFor(accountId);
    if (authentication.kind !== 'oauth') throw new Error('not oauth');
    const { accessToken } = await authentication.token.get();
    authentication.token.invalidate(accessToken);
    expect((await authentication.token.get()).accessToken).not.toBe(accessToken);
    await world.accounts.signInAgain({ attemptId: newAttempt(), accountId });
    expect(world.store.grants.byAccount(accountId)?.clientId).not.toBe(first?.clientId);
    expect(registrations('DELETE').at(-1)).toBe(`DELETE /reg/${first?.clientId} 204`);
  });

  it('is found by its metadata also with settings by hand', async () => {
    const world = openAccountsWorld(lab);
    const input = { attemptId: newAttempt(), settings: byHand() };
    const { accountId } = await world.accounts.addByHand(input);
    expect(world.store.grants.byAccount(accountId)).toMatchObject({ clientIdOwner: 'registered' });
  });

  it.each([
    ['the person says no', { decision: 'deny' as const }, 'sign-in-refused'],
    [
      'somebody else signs in',
      { login: 'samir@lab.test', password: 'samir lab password' },
      'address-mismatch',
    ],
  ])('forgets the client when %s', async (_case, person, code) => {
    const world = openAccountsWorld(openProvider(), { person: { ...MAYA, ...person } });
    const before = registrations('DELETE').length;
    await expect(world.signIn()).rejects.toMatchObject({ code });
    expect(registrations('DELETE').slice(before)).toEqual([expect.stringMatching(/204$/)]);
    expect(world.store.accounts.list()).toEqual([]);
  });

  it('may say no to programs that it does not know, before a browser is opened', async () => {
    const body = { error: 'invalid_client_metadata' };
    lab.authServer.faults.push({ path: '/reg', times: 1, status: 400, body });
    const world = openAccountsWorld(openProvider());
    await expect(world.signIn()).rejects.toMatchObject({ code: 'registration-refused' });
    expect(world.links).toEqual([]);
    lab.authServer.faults.push({ path: '/reg', times: 1, status: 429 });
    const again = openAccountsWorld(openProvider());
    await expect(again.signIn()).rejects.toMatchObject({
      code: 'authorization-server-unreachable',
      retry: 'later',
    });
  });

  it("is not asked when the person brings a client ID of one's own", async () => {
    const world = openAccountsWorld(openProvider());
    const before = registrations('POST').length;
    const { accountId } = await world.signIn({ clientId: 'latchkey-mail' });
    expect(registrations('POST')).toHaveLength(before);
    expect(world.store.grants.byAccount(accountId)).toMatchObject({ clientIdOwner: 'person' });
  });

  it('deletes a registration once, and never makes a sign-out fail', async () => {
    const { issuer } = lab.authServer;
    const known = await discoverServer({ issuer, allowsHttp: true });
    expect(canRegister(known)).toBe(true);
    const redirectUri = 'http://127.0.0.1:4711/there';
    const client = await registerClient(known, { redirectUri, scopes: SCOPES });
    const signal = AbortSignal.timeout(5_000);
    expect(await withdrawRegistration(client, signal)).toBe(true);
    expect(await withdrawRegistration(client, signal)).toBe(false);
    expect(await withdrawRegistration({ clientId: 'x' }, signal)).toBe(false);
    const away = { clientId: 'x', registration: { uri: 'http://127.0.0.1:9/reg/x', token: 't' } };
    expect(await withdrawRegistration(away, signal)).toBe(false);
  });
});

/** Waits that the lab would have a person wait for are short; the time is the real one. */
const hasty: Clock = {
  ...systemClock,
  after: (ms, callback) => systemClock.after(ms === 5_000 ? 50 : ms, callback),
};

describe('a sign-in by another device', () => {
  it('shows a page and a code, opens nothing, and saves the account once the person has agreed', async () => {
    const world = openAccountsWorld(lab, { clock: hasty });
    const device = world.nextDevice();
    const signedIn = world.signIn({ via: 'device' });
    const { page, code } = await device;
    expect(page).toBe(`${lab.authServer.issuer}/device`);
    expect((await driveDevice(page, code, MAYA)).page).toContain('go back to the program');
    const { accountId } = await signedIn;
    expect(world.links).toEqual([]);
    expect(world.steps).toEqual([
      'finding-provider',
      'waiting-for-device',
      'checking-imap',
      'checking-smtp',
      'saving',
    ]);
    expect(world.store.grants.byAccount(accountId)).toMatchObject({
      state: 'active',
      clientId: 'latchkey-mail',
    });
  });

  it('works with a client ID that the server gives', async () => {
    const world = openAccountsWorld(openProvider(), { clock: hasty });
    const device = world.nextDevice();
    const signedIn = world.signIn({ via: 'device' });
    const { page, code } = await device;
    await driveDevice(page, code, MAYA);
    const { accountId } = await signedIn;
    expect(world.store.grants.byAccount(accountId)).toMatchObject({ clientIdOwner: 'registered' });
  });

  it('ends when the person says no there', async () => {
    const world = openAccountsWorld(lab, { clock: hasty });
    const device = world.nextDevice();
    const signedIn = world.signIn({ via: 'device' });
    const { page, code } = await device;
    const outcome = expect(signedIn).rejects.toMatchObject({ code: 'sign-in-refused' });
    await driveDevice(page, code, { ...MAYA, decision: 'deny' });
    await outcome;
    expect(world.store.accounts.list()).toEqual([]);
  });

  it('gives back what it got when somebody else signed in there', async () => {
    const before = lab.authServer.issuedTokens.length;
    const world = openAccountsWorld(lab, { clock: hasty });
    const device = world.nextDevice();
    const signedIn = world.signIn({ via: 'device' });
    const outcome = expect(signedIn).rejects.toMatchObject({ code: 'address-mismatch' });
    const { page, code } = await device;
    await driveDevice(page, code, { login: 'samir@lab.test', password: 'samir lab password' });
    await outcome;
    const given = lab.authServer.issuedTokens.slice(before).filter(({ kind }) => /Access|Refresh/.test(kind));
    expect(given).toHaveLength(2);
    for (const { value } of given) expect(await lab.authServer.isActive(value)).toBe(false);
  });

  it('can be cancelled while nobody has typed the code', async () => {
    const world = openAccountsWorld(lab, { clock: hasty });
    const attemptId = newAttempt();
    const device = world.nextDevice();
    const signedIn = world.signIn({ via: 'device', attemptId });
    await device;
    world.accounts.cancelSignIn(attemptId);
    await expect(signedIn).rejects.toMatchObject({ code: 'sign-in-cancelled' });
    expect(world.store.audit.list({ limit: 5 })).toEqual([]);
  });

  it('renews an account that is there, and keeps its mail', async () => {
    const world = openAccountsWorld(lab, { clock: hasty });
    const { accountId } = await world.signIn();
    const device = world.nextDevice();
    const again = world.accounts.signInAgain({ attemptId: newAttempt(), accountId, via: 'device' });
    const { page, code } = await device;
    await driveDevice(page, code, MAYA);
    expect((await again).accountId).toBe(accountId);
  });
});
