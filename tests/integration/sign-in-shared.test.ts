/** Mailboxes that somebody else opens, and what the audit log says when a sign-in is not like the one before. */
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { hostileProvider, openHostileWorld, openRunFolder } from '../hostile/oauth-world.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { type HostileAuthServer, startHostileAuthServer } from '../servers/hostile-auth-server.mjs';
import type { RunFolder } from '../servers/run-folder.mjs';
import { newAttempt } from './accounts-world.ts';
import { trustAuthority } from './trust-authority.ts';

const MAYA = 'maya@lab.test';
const SHARED = 'office@lab.test';
const PERSON = { login: MAYA, password: '' };
let run: RunFolder;
let server: HostileAuthServer;
beforeAll(async () => {
  run = openRunFolder();
  server = await startHostileAuthServer({ email: MAYA });
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

describe('a shared mailbox', () => {
  it('is opened under its own name by the person who signs in, who also sends', async () => {
    const world = open();
    const account = await world.signIn({ address: SHARED, loginAddress: MAYA });
    expect(account).toMatchObject({
      address: SHARED,
      loginAddress: MAYA,
      userName: SHARED,
      smtpUserName: MAYA,
    });
    expect(new URL(world.links[0] ?? '').searchParams.get('login_hint')).toBe(MAYA);
    expect(world.shown.map(({ host, user }) => [host, user])).toEqual([
      ['imap.lab.test', SHARED],
      ['smtp.lab.test', MAYA],
    ]);
    const { accountId } = account;
    expect(world.accounts.authenticationFor(accountId, 'imap').user).toBe(SHARED);
    expect(world.accounts.authenticationFor(accountId, 'smtp').user).toBe(MAYA);
  });

  it('is signed in to again by the same person, and by nobody else', async () => {
    const world = open();
    const { accountId } = await world.signIn({ address: SHARED, loginAddress: MAYA });
    const again = await world.accounts.signInAgain({ attemptId: newAttempt(), accountId });
    expect(again).toMatchObject({ loginAddress: MAYA, smtpUserName: MAYA });
    server.act.idToken = { email: SHARED };
    const other = world.accounts.signInAgain({ attemptId: newAttempt(), accountId });
    await expect(other).rejects.toMatchObject({
      code: 'address-mismatch',
      detail: { address: MAYA, signedInAs: SHARED },
    });
  });

  it('is not saved when it is the mailbox that signed in and not the person', async () => {
    server.act.idToken = { email: SHARED };
    const signedIn = open().signIn({ address: SHARED, loginAddress: MAYA });
    await expect(signedIn).rejects.toMatchObject({ code: 'address-mismatch' });
  });

  it('of a person with a mailbox of her own does not cost her that one when it comes to nothing', async () => {
    const world = open({ revokesWholeGrant: true });
    await world.signIn();
    server.act.token = () => ({ body: { access_token: 'a', token_type: 'Bearer' } });
    const shared = world.signIn({ address: SHARED, loginAddress: MAYA });
    await expect(shared).rejects.toBeDefined();
    expect(server.requestsTo('/revoke')).toEqual([]);
  });

  it('may have other names for SMTP, with settings by hand', async () => {
    const certs = await makeCertificates(run.folder('certs'));
    const distrust = trustAuthority(certs.ca);
    const own = await startHostileAuthServer({ tls: certs });
    try {
      const world = openHostileWorld(run, [], { person: PERSON });
      const at = (host: string) => ({ host, port: 993, security: 'tls' as const });
      const base = {
        address: SHARED,
        displayName: '',
        userName: 'office',
        imap: at('i.example'),
        smtp: at('s.example'),
      };
      const auth = { kind: 'oauth' as const, issuer: own.issuer, clientId: 'c', scopes: ['mail'] };
      const settings = {
        ...base,
        smtpUserName: 'maya-out',
        loginAddress: MAYA,
        foundBy: 'autoconfig' as const,
        auth,
      };
      const account = await world.accounts.addByHand({ attemptId: newAttempt(), settings });
      expect(account).toMatchObject({ userName: 'office', smtpUserName: 'maya-out', loginAddress: MAYA });
      expect(
        world.store.audit.list({ limit: 9 }).find(({ kind }) => kind === 'provider-found'),
      ).toMatchObject({
        host: new URL(own.issuer).host,
        facts: { source: 'autoconfig', imap: 'i.example', smtp: 's.example' },
      });
    } finally {
      distrust();
      await own.stop();
    }
  });
});

describe('what Activity learns of a sign-in', () => {
  it('names a failure by its code, once', async () => {
    const world = open();
    server.act.token = () => ({ status: 400, body: { error: 'invalid_client' } });
    await expect(world.signIn()).rejects.toMatchObject({ code: 'client-refused' });
    expect(world.store.audit.list({ limit: 9 })).toMatchObject([
      { kind: 'sign-in-failed', address: MAYA, facts: { code: 'client-refused' } },
    ]);
  });

  it('says when the scopes are others than before', async () => {
    const scopes: string[] = ['mail', 'mail contacts'];
    const world = open({ oauth: { scopes: ['mail'] } });
    server.act.token = (_form, count) => ({
      body: {
        access_token: `a${count}`,
        refresh_token: `r${count}`,
        token_type: 'Bearer',
        scope: scopes[count - 1],
      },
    });
    const { accountId } = await world.signIn();
    await world.accounts.signInAgain({ attemptId: newAttempt(), accountId });
    expect(world.store.audit.list({ limit: 3 }).find(({ kind }) => kind === 'scopes-changed')).toMatchObject({
      facts: { added: 'contacts', removed: '' },
    });
  });

  it('says when another issuer gives the access, and nothing of it when it is the same', async () => {
    const other = await startHostileAuthServer({ email: MAYA });
    const moved = hostileProvider(other.issuer, { id: 'moved' });
    const world = openHostileWorld(run, [hostileProvider(server.issuer), moved], { person: PERSON });
    await world.signIn();
    await world.signIn();
    const changes = () =>
      world.store.audit.list({ limit: 20 }).filter(({ kind }) => kind.endsWith('-changed'));
    expect(changes()).toEqual([]);
    await world.signIn({ providerId: 'moved' });
    expect(changes()).toMatchObject([
      {
        kind: 'issuer-changed',
        host: new URL(other.issuer).host,
        facts: { before: new URL(server.issuer).host },
      },
    ]);
    await other.stop();
  });
});
