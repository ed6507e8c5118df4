/**
 * Sign-ins that go wrong halfway, on the engine's side: what the browser and the provider may send, and what must be left
 * afterwards, which is nothing. What a person sees of it is in tests/e2e/bad-input-sign-in.test.ts.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { checkImap } from '../../src-main/imap/check-imap.ts';
import { driveBrowser } from '../servers/browser.mjs';
import { selfSignedCertificate, wrongHostCertificate } from '../servers/certs.mjs';
import { startSmtp } from '../servers/smtp.mjs';
import {
  type AccountsLab,
  type AccountsWorld,
  MAYA,
  newAttempt,
  openAccountsWorld,
  startAccountsLab,
} from './accounts-world.ts';

const SAMIR = { login: 'samir@lab.test', password: 'samir lab password' };

let lab: AccountsLab;
beforeAll(async () => {
  lab = await startAccountsLab();
});
afterAll(() => lab?.stop());
afterEach(() => {
  lab.authServer.faults.length = 0;
  lab.smtp.refusals.length = 0;
});

async function aliveTokens(since = 0): Promise<string[]> {
  const { issuedTokens, isActive } = lab.authServer;
  const kinds = await Promise.all(
    issuedTokens.slice(since).map(async ({ kind, value }) => {
      if (kind === 'IdToken' || kind === 'AuthorizationCode') return [];
      return (await isActive(value)) ? [kind] : [];
    }),
  );
  return kinds.flat();
}

async function expectNothingLeft(world: AccountsWorld, tokensBefore: number): Promise<void> {
  expect(world.store.accounts.list()).toEqual([]);
  expect(world.store.grants.list()).toEqual([]);
  expect(JSON.parse((await world.vault.get('index')) ?? '[]')).toEqual([]);
  expect(await aliveTokens(tokensBefore)).toEqual([]);
  const tokens = lab.authServer.issuedTokens.slice(tokensBefore).map(({ value }) => value);
  for (const line of world.lines) for (const token of tokens) expect(line).not.toContain(token);
}

describe('a sign-in that is cancelled', () => {
  it('while the code is exchanged gives back what came of it', async () => {
    const before = lab.authServer.issuedTokens.length;
    lab.authServer.faults.push({ path: '/token', times: 1, delayMs: 300 });
    const world = openAccountsWorld(lab);
    const attemptId = newAttempt();
    const signedIn = world.signIn({ attemptId });
    signedIn.catch(() => undefined);
    await vi.waitFor(() => expect(world.steps).toContain('exchanging-code'));
    world.accounts.cancelSignIn(attemptId);
    await expect(signedIn).rejects.toMatchObject({ code: 'sign-in-cancelled' });
    expect((await world.browserEnd()).page).not.toContain('You are signed in.');
    expect(lab.authServer.issuedTokens.length).toBeGreaterThan(before);
    await expectNothingLeft(world, before);
  });

  it('while the account is tried gives back what it was tried with', async () => {
    const before = lab.authServer.issuedTokens.length;
    const attemptId = newAttempt();
    const world: AccountsWorld = openAccountsWorld(lab, {
      checkImap(settings, authentication, signal) {
        world.accounts.cancelSignIn(attemptId);
        return checkImap(settings, authentication, signal);
      },
    });
    await expect(world.signIn({ attemptId })).rejects.toMatchObject({ code: 'sign-in-cancelled' });
    await expectNothingLeft(world, before);
  });
});

describe('a token endpoint', () => {
  it('whose answer gets lost leaves no access behind that nobody knows of', async () => {
    const before = lab.authServer.issuedTokens.length;
    lab.authServer.faults.push({ path: '/token', times: 1, dropAnswer: true });
    const world = openAccountsWorld(lab);
    await expect(world.signIn()).rejects.toMatchObject({ code: 'token-endpoint-down', retry: 'later' });
    expect(lab.authServer.issuedTokens.slice(before).map(({ kind }) => kind)).toContain('RefreshToken');
    await expectNothingLeft(world, before);
  });

  it('that drops the request once is asked once more, and the sign-in goes on', async () => {
    lab.authServer.faults.push({ path: '/token', times: 1, drop: true });
    expect(await openAccountsWorld(lab).signIn()).toMatchObject({ address: MAYA.login });
  });

  it.each<[string, { status?: number; drop?: boolean; body?: Record<string, string> }, string]>([
    ['is busy', { status: 429 }, 'token-endpoint-down'],
    ['is gone', { drop: true }, 'token-endpoint-down'],
    ['knows no such code', { status: 400, body: { error: 'invalid_grant' } }, 'authorization-server-invalid'],
    ['knows no such client', { status: 401, body: { error: 'invalid_client' } }, 'client-refused'],
    ['talks about something else', { status: 200, body: { hello: 'XYZZY' } }, 'authorization-server-invalid'],
  ])('that %s is told as it is, and none of its words are repeated', async (_case, fault, code) => {
    const before = lab.authServer.issuedTokens.length;
    const body = { ...fault.body, error_description: 'XYZZY' };
    lab.authServer.faults.push({ path: '/token', times: 9, ...fault, body });
    const world = openAccountsWorld(lab);
    const error: unknown = await world.signIn().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code });
    expect(JSON.stringify(error)).not.toContain('XYZZY');
    expect((await world.browserEnd()).page).not.toContain('XYZZY');
    expect(world.lines.join()).not.toContain('XYZZY');
    await expectNothingLeft(world, before);
  });
});

describe('an answer of the browser', () => {
  it.each([
    ['access_denied', 'sign-in-refused'],
    ['login_required', 'sign-in-refused'],
    ['server_error', 'authorization-server-unreachable'],
    ['temporarily_unavailable', 'authorization-server-unreachable'],
    ['invalid_scope', 'client-refused'],
    ['unauthorized_client', 'client-refused'],
    ['no_such_word', 'authorization-server-invalid'],
  ])('with the error %s is told as %s, without the words that came with it', async (error, code) => {
    const { signedIn, redirect, state } = await waitingSignIn();
    const answer = new URL(redirect);
    const parameters = { error, state, iss: lab.authServer.issuer, error_description: '<b>XYZZY</b>' };
    for (const [name, value] of Object.entries(parameters)) answer.searchParams.set(name, value);
    const [response, outcome] = await Promise.all([fetch(answer), signedIn.catch((one: unknown) => one)]);
    expect(outcome).toMatchObject({ code });
    expect(JSON.stringify(outcome)).not.toContain('XYZZY');
    expect(await response.text()).not.toContain('XYZZY');
  });

  it('with an error and no issuer is thrown away as forged', async () => {
    const { signedIn, redirect, state } = await waitingSignIn();
    const failed = expect(signedIn).rejects.toMatchObject({ code: 'sign-in-forged' });
    await fetch(`${redirect}?error=access_denied&state=${state}`);
    await failed;
  });

  it('to one sign-in is not taken by another that waits at the same time', async () => {
    const before = lab.authServer.issuedTokens.length;
    const first = await waitingSignIn();
    const second = await waitingSignIn(first.world);
    const { url } = await driveBrowser(first.link, { ...MAYA, openRedirect: false });
    const misled = await fetch(`${second.redirect}${new URL(url).search}`);
    expect(misled.status).toBe(400);
    await fetch(url);
    const { accountId } = await first.signedIn;
    await driveBrowser(second.link, MAYA);
    expect((await second.signedIn).accountId).toBe(accountId);
    expect(first.world.store.accounts.list()).toHaveLength(1);
    expect((await aliveTokens(before)).filter((kind) => kind === 'RefreshToken')).toHaveLength(1);
  });

  async function waitingSignIn(world = openAccountsWorld(lab, { person: undefined })) {
    const opened = world.nextLink();
    const signedIn = world.signIn();
    signedIn.catch(() => undefined);
    const link = await opened;
    const { searchParams } = new URL(link);
    return {
      world,
      signedIn,
      link,
      redirect: searchParams.get('redirect_uri') ?? '',
      state: searchParams.get('state') ?? '',
    };
  }
});

describe('a server for sending that cannot prove who it is', () => {
  it.each([
    ['nobody trusts it', selfSignedCertificate, 'tls-untrusted'],
    ['its certificate is for another host', wrongHostCertificate, 'tls-wrong-host'],
  ])('gets no token, because %s', async (_case, makeCertificate, code) => {
    const smtp = await startSmtp({
      certs: await makeCertificate(lab.certs),
      introspect: lab.authServer.introspect,
    });
    try {
      const providersFile = join(lab.run.path, `${code}.json`);
      const server = { host: 'localhost', port: smtp.port, security: 'tls' };
      writeFileSync(providersFile, JSON.stringify({ providers: [{ ...lab.provider, smtp: server }] }));
      const before = lab.authServer.issuedTokens.length;
      const world = openAccountsWorld({ ...lab, providersFile });
      await expect(world.signIn()).rejects.toMatchObject({ code, detail: { host: 'localhost' } });
      expect(smtp.logins).toEqual([]);
      await expectNothingLeft(world, before);
    } finally {
      await smtp.stop();
    }
  });
});

describe('an account that is there already', () => {
  it.each([
    ['somebody else signs in', { person: SAMIR }, 'address-mismatch'],
    ['a box is not ticked', { person: { ...MAYA, scopes: ['imap'] } }, 'scope-missing'],
    ['the person says no', { person: { ...MAYA, decision: 'deny' as const } }, 'sign-in-refused'],
  ])('keeps its grant when %s at a new sign-in', async (_case, { person }, code) => {
    const world = openAccountsWorld(lab);
    const { accountId } = await world.signIn();
    const grant = world.store.grants.byAccount(accountId);
    const before = lab.authServer.issuedTokens.length;
    world.sit(person);
    const again = world.accounts.signInAgain({ attemptId: newAttempt(), accountId });
    await expect(again).rejects.toMatchObject({ code });
    expect(world.store.grants.byAccount(accountId)).toEqual(grant);
    expect(world.store.accounts.list()).toHaveLength(1);
    const { refreshToken } = JSON.parse((await world.vault.get(`grant/${grant?.grantId}`)) ?? '{}');
    expect(await lab.authServer.isActive(refreshToken)).toBe(true);
    expect(await aliveTokens(before)).toEqual([]);
  });
});
