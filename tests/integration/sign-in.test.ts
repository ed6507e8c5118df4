import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { checkImap } from '../../src-main/imap/check-imap.ts';
import { driveBrowser } from '../servers/browser.mjs';
import { isListening } from '../servers/net.mjs';
import {
  type AccountsLab,
  type AccountsWorld,
  MAYA,
  newAttempt,
  openAccountsWorld,
  startAccountsLab,
} from './accounts-world.ts';

let lab: AccountsLab;
beforeAll(async () => {
  lab = await startAccountsLab();
});
afterAll(() => lab?.stop());
afterEach(() => {
  lab.authServer.faults.length = 0;
  for (const key of Object.keys(lab.authServer.misbehave))
    Reflect.deleteProperty(lab.authServer.misbehave, key);
});

const redirectOf = (link: string): string => new URL(link).searchParams.get('redirect_uri') ?? '';
const stateOf = (link: string): string => new URL(link).searchParams.get('state') ?? '';

/** No account, no grant, no secret, and no token of this sign-in that still works. */
async function expectNothingLeft(world: AccountsWorld, tokensBefore: number): Promise<void> {
  expect(world.store.accounts.list()).toEqual([]);
  expect(world.store.grants.list()).toEqual([]);
  expect(JSON.parse((await world.vault.get('index')) ?? '[]')).toEqual([]);
  for (const { kind, value } of lab.authServer.issuedTokens.slice(tokensBefore)) {
    if (kind === 'AccessToken' || kind === 'RefreshToken')
      expect(await lab.authServer.isActive(value)).toBe(false);
  }
}

describe('a sign-in in the browser', () => {
  it('saves the account after consent, with the refresh token in the keychain and none in the store', async () => {
    const world = openAccountsWorld(lab);
    const account = await world.signIn();
    expect(account).toMatchObject({
      address: MAYA.login,
      providerId: 'lab',
      auth: 'oauth',
      userName: MAYA.login,
    });
    expect(world.steps).toEqual([
      'finding-provider',
      'waiting-for-browser',
      'exchanging-code',
      'checking-imap',
      'checking-smtp',
      'saving',
    ]);
    const grant = world.store.grants.byAccount(account.accountId);
    expect(grant).toMatchObject({ state: 'active', kind: 'oauth', issuer: lab.authServer.issuer });
    const saved = JSON.parse((await world.vault.get(`grant/${grant?.grantId}`)) ?? '{}');
    expect(lab.authServer.issuedTokens.map(({ value }) => value)).toContain(saved.refreshToken);
    const noted = world.store.audit.list({ limit: 5 }).map(({ kind }) => kind);
    expect(noted).toEqual(['key-stored', 'provider-found', 'signed-in']);
    expect(world.raised).toHaveLength(1);
    expect(lab.smtp.messages).toEqual([]);
  });

  it('asks with PKCE S256, state and nonce for a one-time path on 127.0.0.1, and closes the listener', async () => {
    const world = openAccountsWorld(lab);
    await world.signIn();
    await openAccountsWorld(lab).signIn();
    const link = world.links[0] ?? '';
    const query = Object.fromEntries(new URL(link).searchParams);
    expect(query).toMatchObject({
      response_type: 'code',
      code_challenge_method: 'S256',
      login_hint: MAYA.login,
    });
    expect(query.state?.length).toBeGreaterThanOrEqual(43);
    expect(query.nonce?.length).toBeGreaterThanOrEqual(43);
    const redirect = new URL(redirectOf(link));
    expect(redirect.hostname).toBe('127.0.0.1');
    expect(redirect.pathname.length).toBeGreaterThanOrEqual(32);
    expect(await isListening(Number(redirect.port))).toBe(false);
  });

  it('tells the browser in words that it worked, keeps nothing, and repeats nothing of the address', async () => {
    const world = openAccountsWorld(lab, { person: undefined });
    const link = world.nextLink();
    const signedIn = world.signIn();
    const { url } = await driveBrowser(await link, { ...MAYA, openRedirect: false });
    const response = await fetch(`${url}&session_state=%3Cscript%3E`);
    await signedIn;
    const page = await response.text();
    expect(page).toContain('You are signed in.');
    expect(response.headers.get('cache-control')).toBe('no-store');
    expect(response.headers.get('referrer-policy')).toBe('no-referrer');
    expect(response.headers.get('content-security-policy')).toContain("default-src 'none'");
    expect(page).not.toContain('script');
    for (const value of new URL(url).searchParams.values()) expect(page).not.toContain(value);
  });

  it('has the refresh token in the keychain before the access token is used for the first time', async () => {
    let inVault: string | undefined;
    const world: AccountsWorld = openAccountsWorld(lab, {
      async checkImap(settings, authentication, signal) {
        const [name = ''] = JSON.parse((await world.vault.get('index')) ?? '[]');
        inVault = await world.vault.get(name);
        return checkImap(settings, authentication, signal);
      },
    });
    await world.signIn();
    expect(JSON.parse(inVault ?? '{}').refreshToken).toBeTypeOf('string');
  });

  it('keeps the secrets of a session in memory only', async () => {
    const world = openAccountsWorld(lab);
    world.vault.startSession();
    const account = await world.signIn();
    expect(world.accounts.grantViews()[0]).toMatchObject({ keptIn: 'session' });
    const authentication = world.accounts.authenticationFor(account.accountId);
    await checkImap(account.imap, authentication, AbortSignal.timeout(10_000));
  });

  it('replaces the grant when the person signs in again, and gives the old one back', async () => {
    const world = openAccountsWorld(lab);
    const { accountId } = await world.signIn();
    const old = world.store.grants.byAccount(accountId);
    const oldToken = JSON.parse((await world.vault.get(`grant/${old?.grantId}`)) ?? '{}').refreshToken;
    await world.accounts.signInAgain({ attemptId: newAttempt(), accountId });
    const now = world.store.grants.byAccount(accountId);
    expect(now?.grantId).not.toBe(old?.grantId);
    expect(world.store.accounts.list()).toHaveLength(1);
    expect(await lab.authServer.isActive(oldToken)).toBe(false);
    expect(await world.vault.get(`grant/${old?.grantId}`)).toBeUndefined();
    const token = JSON.parse((await world.vault.get(`grant/${now?.grantId}`)) ?? '{}').refreshToken;
    expect(await lab.authServer.isActive(token)).toBe(true);
  });
});

describe('a sign-in that must not go through', () => {
  it.each(['maya', 'maya@', 'maya@lab', 'maya lab@lab.test'])('refuses %s as no address', async (address) => {
    await expect(openAccountsWorld(lab).signIn({ address })).rejects.toMatchObject({
      code: 'address-invalid',
    });
  });

  it('knows no provider for an unknown domain', async () => {
    const world = openAccountsWorld(lab);
    expect(world.accounts.findProvider('maya@nowhere.example')).toEqual({ domain: 'nowhere.example' });
    await expect(world.signIn({ providerId: 'nobody' })).rejects.toMatchObject({ code: 'provider-unknown' });
    expect(world.links).toEqual([]);
  });

  it('saves nothing when the person says no', async () => {
    const before = lab.authServer.issuedTokens.length;
    const world = openAccountsWorld(lab, { person: { ...MAYA, decision: 'deny' } });
    await expect(world.signIn()).rejects.toMatchObject({ code: 'sign-in-refused' });
    expect((await world.browserEnd()).page).toContain('You did not agree.');
    expect(world.raised).toHaveLength(1);
    await expectNothingLeft(world, before);
  });

  it('can be cancelled while the browser is open, or was closed', async () => {
    const world = openAccountsWorld(lab, { person: { ...MAYA, decision: 'close' } });
    const attemptId = newAttempt();
    const link = world.nextLink();
    const signedIn = world.signIn({ attemptId });
    const opened = await link;
    expect(world.accounts.linkOf(attemptId)).toBe(opened);
    world.accounts.cancelSignIn(attemptId);
    await expect(signedIn).rejects.toMatchObject({ code: 'sign-in-cancelled' });
    expect(await isListening(Number(new URL(redirectOf(opened)).port))).toBe(false);
    expect(() => world.accounts.linkOf(attemptId)).toThrow('not-found');
  });

  it('ends by itself after five minutes', async () => {
    let end = (): void => undefined;
    const clock = {
      ...systemClock,
      after(ms: number, callback: () => void) {
        if (ms === 5 * 60_000) end = callback;
        return systemClock.after(ms, callback);
      },
    };
    const world = openAccountsWorld(lab, { clock, person: undefined });
    const link = world.nextLink();
    const signedIn = world.signIn();
    const opened = await link;
    end();
    await expect(signedIn).rejects.toMatchObject({ code: 'sign-in-timed-out' });
    expect(await isListening(Number(new URL(redirectOf(opened)).port))).toBe(false);
  });

  it('throws a callback with a wrong, missing or doubled state away, and the right one still wins', async () => {
    const world = openAccountsWorld(lab, { person: undefined });
    const link = world.nextLink();
    const signedIn = world.signIn();
    const opened = await link;
    const redirect = redirectOf(opened);
    for (const query of [
      'code=x&state=wrong',
      'code=x',
      `code=x&state=${stateOf(opened)}&state=y`,
      'error=access_denied&state=z',
    ]) {
      const response = await fetch(`${redirect}?${query}`);
      expect(response.status).toBe(400);
      expect(await response.text()).toContain('This answer was not expected.');
    }
    expect((await driveBrowser(opened, MAYA)).page).toContain('You are signed in.');
    expect((await signedIn).address).toBe(MAYA.login);
  });

  it('takes one answer only', async () => {
    const world = openAccountsWorld(lab, { person: undefined });
    const link = world.nextLink();
    const signedIn = world.signIn();
    const { url } = await driveBrowser(await link, { ...MAYA, openRedirect: false });
    const answers = await Promise.allSettled([fetch(url), fetch(url), fetch(url)]);
    const statuses = answers.map((one) => (one.status === 'fulfilled' ? one.value.status : 'refused'));
    expect(statuses.filter((status) => status === 200)).toHaveLength(1);
    expect(await signedIn).toMatchObject({ address: MAYA.login });
    await expect(fetch(url)).rejects.toThrow();
  });

  it.each([
    ['another issuer', 'https://evil.example'],
    ['no issuer', ''],
  ])('asks for no token when the answer names %s', async (_case, iss) => {
    lab.authServer.misbehave.iss = iss;
    const requests = lab.authServer.log.length;
    const world = openAccountsWorld(lab);
    await expect(world.signIn()).rejects.toMatchObject({ code: 'sign-in-forged' });
    expect((await world.browserEnd()).page).toContain('The answer came from the wrong place.');
    expect(
      lab.authServer.log.slice(requests).filter(({ detail }) => detail.startsWith('POST /token')),
    ).toEqual([]);
    expect(world.store.accounts.list()).toEqual([]);
  });

  it('says that the token endpoint is down, and saves nothing', async () => {
    lab.authServer.faults.push({ path: '/token', times: 1, status: 503, body: { error: 'invalid_grant' } });
    const world = openAccountsWorld(lab);
    await expect(world.signIn()).rejects.toMatchObject({ code: 'token-endpoint-down', retry: 'later' });
    expect((await world.browserEnd()).page).toContain('the provider did not hand out the key');
    expect(world.store.accounts.list()).toEqual([]);
  });

  it('says that the provider cannot be reached when its metadata is down', async () => {
    lab.authServer.faults.push({ path: '/.well-known/oauth-authorization-server', times: 1, status: 503 });
    const world = openAccountsWorld(lab);
    await expect(world.signIn()).rejects.toMatchObject({ code: 'authorization-server-unreachable' });
    expect(world.links).toEqual([]);
  });

  it('gives the access back when a scope was left out', async () => {
    const before = lab.authServer.issuedTokens.length;
    const world = openAccountsWorld(lab, { person: { ...MAYA, scopes: ['imap'] } });
    await expect(world.signIn()).rejects.toMatchObject({
      code: 'scope-missing',
      detail: { missing: 'smtp' },
    });
    expect((await world.browserEnd()).page).toContain('You agreed, but not to mail.');
    expect(lab.authServer.issuedTokens.length).toBeGreaterThan(before);
    await expectNothingLeft(world, before);
  });

  it('gives the access back when somebody else signed in', async () => {
    const before = lab.authServer.issuedTokens.length;
    const person = { login: 'samir@lab.test', password: 'samir lab password' };
    const world = openAccountsWorld(lab, { person });
    await expect(world.signIn()).rejects.toMatchObject({ code: 'address-mismatch' });
    await expectNothingLeft(world, before);
  });

  it('gives the access back when the mail server lets nobody send', async () => {
    lab.smtp.refusals.push({ command: 'AUTH', code: 535, text: '5.7.139 disabled', times: 5 });
    const before = lab.authServer.issuedTokens.length;
    const world = openAccountsWorld(lab);
    await expect(world.signIn()).rejects.toMatchObject({ code: 'smtp-not-allowed' });
    expect((await world.browserEnd()).page).toContain('the sign-in did not work');
    await expectNothingLeft(world, before);
    lab.smtp.refusals.length = 0;
  });

  it('refuses an issuer without TLS that is in no developer file', async () => {
    const world = openAccountsWorld(lab);
    const { imap, smtp } = lab.provider as unknown as { imap: never; smtp: never };
    const auth = { kind: 'oauth' as const, issuer: 'http://127.0.0.1:9', clientId: 'x', scopes: ['imap'] };
    const settings = { address: MAYA.login, displayName: '', userName: MAYA.login, imap, smtp, auth };
    await expect(world.accounts.addByHand({ attemptId: newAttempt(), settings })).rejects.toMatchObject({
      code: 'authorization-server-invalid',
    });
    expect(world.links).toEqual([]);
  });

  it('saves nothing when the certificate of the mail server is not trusted', async () => {
    const before = lab.authServer.issuedTokens.length;
    lab.distrust();
    const world = openAccountsWorld(lab);
    await expect(world.signIn()).rejects.toMatchObject({
      code: 'tls-untrusted',
      detail: { host: 'localhost' },
    });
    await expectNothingLeft(world, before);
  });
});
