import { afterAll, afterEach, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { type Clock, systemClock } from '../../src-main/base/clock.ts';
import { createLog } from '../../src-main/base/log.ts';
import { openImap } from '../../src-main/imap/open-imap.ts';
import type { AccessTokenSource } from '../../src-main/sasl/authentication.ts';
import type { Keychain } from '../../src-main/vault/keychain.ts';
import { createVault } from '../../src-main/vault/vault.ts';
import {
  type AccountsLab,
  type AccountsWorld,
  MAYA,
  openAccountsWorld,
  startAccountsLab,
} from './accounts-world.ts';
import { rawMessage } from './imap-lab.ts';

let lab: AccountsLab;
beforeAll(async () => {
  lab = await startAccountsLab();
});
afterAll(() => lab?.stop());
afterEach(() => {
  lab.authServer.faults.length = 0;
});

const renewals = (): number =>
  lab.authServer.log.filter(({ event, detail }) => event === 'grant.success' && detail === 'refresh_token')
    .length;

async function signedIn(options: Parameters<typeof openAccountsWorld>[1] = {}) {
  const world = openAccountsWorld(lab, options);
  const { accountId } = await world.signIn();
  return { world, accountId, token: tokenOf(world, accountId) };
}

function tokenOf(
  { accounts }: AccountsWorld,
  accountId: Parameters<typeof accounts.authenticationFor>[0],
): AccessTokenSource {
  const authentication = accounts.authenticationFor(accountId);
  if (authentication.kind !== 'oauth') throw new Error('not an OAuth account');
  return authentication.token;
}

async function savedToken(world: AccountsWorld): Promise<string> {
  const [grant] = world.store.grants.list();
  return JSON.parse((await world.vault.get(`grant/${grant?.grantId}`)) ?? '{}').refreshToken;
}

/** A clock that runs `ahead` of the real one. */
function movableClock(): Clock & { ahead: number } {
  return {
    ahead: 0,
    now() {
      return Date.now() + this.ahead;
    },
    after: systemClock.after,
  };
}

describe('the access token of an account', () => {
  it('is renewed once for everybody who asks at the same time, and the rotated refresh token is in the keychain', async () => {
    const { world, token } = await signedIn();
    const { accessToken } = await token.get();
    const refreshToken = await savedToken(world);
    const before = renewals();
    token.invalidate(accessToken);
    const answers = await Promise.all(Array.from({ length: 20 }, () => token.get()));
    expect(new Set(answers.map((one) => one.accessToken)).size).toBe(1);
    expect(answers[0]?.accessToken).not.toBe(accessToken);
    expect(renewals() - before).toBe(1);
    expect(await savedToken(world)).not.toBe(refreshToken);
    expect(await lab.authServer.isActive(await savedToken(world))).toBe(true);
    expect(world.store.audit.list({ limit: 1 })[0]).toMatchObject({ kind: 'refreshed' });
  });

  it('comes from memory while it is good, and is renewed a minute before it ends', async () => {
    const clock = movableClock();
    const { token } = await signedIn({ clock });
    const before = renewals();
    const { accessToken, expiresAt = 0 } = await token.get();
    clock.ahead = expiresAt - Date.now() - 70_000;
    expect((await token.get()).accessToken).toBe(accessToken);
    clock.ahead = expiresAt - Date.now() - 50_000;
    expect((await token.get()).accessToken).not.toBe(accessToken);
    expect(renewals() - before).toBe(1);
  });

  it('is made anew after a restart, from the refresh token in the keychain', async () => {
    const { world, accountId } = await signedIn();
    const restarted = openAccountsWorld(lab, { reuse: world });
    expect(await lab.authServer.isActive((await tokenOf(restarted, accountId).get()).accessToken)).toBe(true);
  });

  it('may end in the middle of IDLE, over days of sleep: the connection stays, and the next one renews once', async () => {
    const clock = movableClock();
    const { world, accountId, token } = await signedIn({ clock });
    const account = world.store.accounts.server(accountId);
    if (!account) throw new Error('no account');
    const opens = { settings: account.imap, log: createLog((line) => world.lines.push(line)) };
    const connect = (signal: AbortSignal) =>
      openImap({ ...opens, authentication: world.accounts.authenticationFor(accountId), signal });
    const idling = await connect(AbortSignal.timeout(20_000));
    onTestFinished(() => idling.close());
    let isClosed = false;
    idling.onClose(() => {
      isClosed = true;
    });
    await idling.openMailbox('INBOX');
    const before = renewals();
    const news = new Promise<void>((resolve) => idling.onNews(resolve));
    idling.idle();
    const { accessToken } = await token.get();
    clock.ahead += 3 * 24 * 60 * 60_000;
    const raw = rawMessage({ id: 'idle-end@lab.test', subject: 'After the end' });
    await lab.dovecot.store(MAYA.login, [{ raw }]);
    await news;
    expect(isClosed).toBe(false);
    const next = await Promise.all([1, 2, 3].map(() => connect(AbortSignal.timeout(20_000))));
    for (const connection of next) connection.close();
    expect(renewals() - before).toBe(1);
    expect((await token.get()).accessToken).not.toBe(accessToken);
    expect(world.store.accounts.get(accountId)?.signIn).toBe('active');
    expect(world.links).toHaveLength(1);
  });

  it('is renewed no second time for a token that was refused and is replaced already', async () => {
    const { token } = await signedIn();
    const { accessToken } = await token.get();
    token.invalidate(accessToken);
    await token.get();
    const before = renewals();
    token.invalidate(accessToken);
    await token.get();
    expect(renewals()).toBe(before);
  });

  it.each([
    ['answers 503 with the words of a revocation', { status: 503, body: { error: 'invalid_grant' } }],
    ['asks to slow down', { status: 429, body: {} }],
    ['cuts the connection', { drop: true }],
  ])('waits, and is not taken for withdrawn, when the server %s', async (_case, fault) => {
    const clock = movableClock();
    const { world, token } = await signedIn({ clock });
    token.invalidate((await token.get()).accessToken);
    lab.authServer.faults.push({ path: '/token', times: 1, ...fault });
    await expect(token.get()).rejects.toMatchObject({ code: 'token-endpoint-down', retry: 'later' });
    expect(world.store.grants.list()[0]?.state).toBe('active');
    expect(world.store.accounts.list()[0]?.signIn).toBe('active');
    clock.ahead += 5 * 60_000;
    expect(await lab.authServer.isActive((await token.get()).accessToken)).toBe(true);
  });

  it('ends with a clear word, once, when the person took the access back at the provider', async () => {
    const { world, token } = await signedIn();
    token.invalidate((await token.get()).accessToken);
    await lab.authServer.revokeEverythingOf(MAYA.login);
    await expect(token.get()).rejects.toMatchObject({ code: 'grant-ended', retry: 'after-sign-in' });
    expect(world.store.grants.list()[0]).toMatchObject({ state: 'ended', endedAt: expect.any(Number) });
    expect(world.store.accounts.list()[0]?.signIn).toBe('needs-sign-in');
    const requests = lab.authServer.log.length;
    await expect(token.get()).rejects.toMatchObject({ code: 'grant-ended' });
    expect(lab.authServer.log.length).toBe(requests);
    const entries = world.store.audit.list({ limit: 10 }).filter(({ kind }) => kind === 'grant-ended');
    expect(entries).toHaveLength(1);
  });

  it('leads to one sign-in again, and no loop, when the answer with the rotated token was lost', async () => {
    const clock = movableClock();
    const { world, token } = await signedIn({ clock });
    token.invalidate((await token.get()).accessToken);
    lab.authServer.faults.push({ path: '/token', times: 1, dropAnswer: true });
    await expect(token.get()).rejects.toMatchObject({ code: 'token-endpoint-down' });
    clock.ahead += 60_000;
    await expect(token.get()).rejects.toMatchObject({ code: 'grant-ended' });
    expect(world.store.accounts.list()[0]?.signIn).toBe('needs-sign-in');
  });

  it('does not lose a rotated refresh token that the keychain would not take, and writes it again', async () => {
    const entries = new Map<string, string>();
    let isRefusing = false;
    const keychain: Keychain = {
      get: async (_service, entry) => entries.get(entry) ?? null,
      async set(_service, entry, value) {
        if (isRefusing) throw new Error('The stub received bad data.');
        entries.set(entry, value);
      },
      delete: async (_service, entry) => entries.delete(entry),
    };
    const vault = createVault({ service: 'refusing', keychain });
    const { world, accountId, token } = await signedIn({ vault });
    const old = await savedToken(world);
    token.invalidate((await token.get()).accessToken);
    isRefusing = true;
    const { accessToken } = await token.get();
    expect(await lab.authServer.isActive(accessToken)).toBe(true);
    expect(await savedToken(world)).toBe(old);
    token.invalidate(accessToken);
    isRefusing = false;
    expect(await lab.authServer.isActive((await token.get()).accessToken)).toBe(true);
    expect(await lab.authServer.isActive(await savedToken(world))).toBe(true);
    expect(world.store.accounts.get(accountId)?.signIn).toBe('active');
  });

  it('leaves no rotated refresh token behind when the program ends while it is being renewed', async () => {
    const { world, token } = await signedIn();
    const { accessToken } = await token.get();
    token.invalidate(accessToken);
    const closing = new AbortController();
    const asked = token.get(closing.signal);
    closing.abort(new Error('the connection closes'));
    await expect(asked).rejects.toThrow('the connection closes');
    const before = await savedToken(world);
    await world.accounts.stop();
    expect(await savedToken(world)).not.toBe(before);
    expect(await lab.authServer.isActive(await savedToken(world))).toBe(true);
  });

  it('stands in no log line', async () => {
    const { world, token } = await signedIn();
    token.invalidate((await token.get()).accessToken);
    await token.get();
    const secrets = lab.authServer.issuedTokens.map(({ value }) => value);
    expect(secrets.filter((secret) => world.lines.some((line) => line.includes(secret)))).toEqual([]);
  });
});
