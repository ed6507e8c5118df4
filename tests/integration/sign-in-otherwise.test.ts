import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { checkSmtp } from '../../src-main/smtp/check-smtp.ts';
import type { HandSettings } from '../../src-shared/ipc/access-contract.ts';
import { SECRET_CLIENTS } from '../servers/auth-server.mjs';
import { wrongHostCertificate } from '../servers/certs.mjs';
import { startLab } from '../servers/lab.mjs';
import { type AccountsLab, MAYA, newAttempt, openAccountsWorld, startAccountsLab } from './accounts-world.ts';
import { trustAuthority } from './trust-authority.ts';

let lab: AccountsLab;
beforeAll(async () => {
  lab = await startAccountsLab();
});
afterAll(() => lab?.stop());

const servers = () => ({
  imap: { host: 'localhost', port: lab.dovecot.imapsPort, security: 'tls' as const },
  smtp: { host: 'localhost', port: lab.smtp.port, security: 'tls' as const },
});
const byHand = (auth: HandSettings['auth'], more: Partial<HandSettings> = {}): HandSettings => ({
  address: MAYA.login,
  displayName: 'Maya Lindgard',
  userName: MAYA.login,
  ...servers(),
  auth,
  ...more,
});

describe('an account with an app password', () => {
  it('is saved after IMAP and SMTP took the password, which is only in the keychain', async () => {
    const world = openAccountsWorld(lab);
    const password = world.accounts.submitCredential(MAYA.password);
    const account = await world.signIn({ password });
    expect(account).toMatchObject({ auth: 'password' });
    expect(world.links).toEqual([]);
    const grant = world.store.grants.byAccount(account.accountId);
    expect(await world.vault.get(`grant/${grant?.grantId}`)).toBe(
      JSON.stringify({ password: MAYA.password }),
    );
    const authentication = world.accounts.authenticationFor(account.accountId, 'smtp');
    await checkSmtp(account.smtp, authentication, AbortSignal.timeout(10_000));
    expect(world.store.grants.list()[0]).toMatchObject({ lastUsedFor: 'smtp' });
  });

  it('is not saved with a wrong password, which is tried once', async () => {
    const world = openAccountsWorld(lab);
    const password = world.accounts.submitCredential('wrong');
    await expect(world.signIn({ password })).rejects.toMatchObject({ code: 'password-refused' });
    expect(world.store.accounts.list()).toEqual([]);
    expect(world.steps).toEqual(['checking-imap']);
  });

  it('takes a submitted secret once', async () => {
    const world = openAccountsWorld(lab);
    const password = world.accounts.submitCredential(MAYA.password);
    await world.signIn({ password });
    await expect(world.signIn({ password })).rejects.toMatchObject({ code: 'input-invalid' });
  });
});

describe('server settings by hand', () => {
  it('add an account with a password', async () => {
    const world = openAccountsWorld(lab);
    const password = world.accounts.submitCredential(MAYA.password);
    const settings = byHand({ kind: 'password', password });
    const account = await world.accounts.addByHand({ attemptId: newAttempt(), settings });
    expect(account).toMatchObject({
      providerId: 'by-hand',
      providerName: 'lab.test',
      displayName: 'Maya Lindgard',
    });
  });

  it("add an account with one's own client ID and secret at an issuer", async () => {
    const world = openAccountsWorld(lab);
    const { id, secret } = SECRET_CLIENTS.basic;
    const settings = byHand({
      kind: 'oauth',
      issuer: lab.authServer.issuer,
      clientId: id,
      clientSecret: world.accounts.submitCredential(secret),
      scopes: ['openid', 'email', 'imap', 'smtp'],
    });
    const { accountId } = await world.accounts.addByHand({ attemptId: newAttempt(), settings });
    expect(world.accounts.grantViews()[0]).toMatchObject({
      clientId: id,
      clientIdOwner: 'person',
      revocation: 'endpoint',
    });
    const again = openAccountsWorld(lab, { reuse: world });
    expect((await again.accounts.signInAgain({ attemptId: newAttempt(), accountId })).accountId).toBe(
      accountId,
    );
  });

  it('say that the client is refused when the secret is wrong', async () => {
    const world = openAccountsWorld(lab);
    const settings = byHand({
      kind: 'oauth',
      issuer: lab.authServer.issuer,
      clientId: SECRET_CLIENTS.post.id,
      clientSecret: world.accounts.submitCredential('wrong'),
      scopes: ['imap', 'smtp'],
    });
    const added = world.accounts.addByHand({ attemptId: newAttempt(), settings });
    await expect(added).rejects.toMatchObject({ code: 'client-refused' });
    expect((await world.browserEnd()).page).toContain('does not accept this client ID');
  });

  it('notice that somebody else signed in also where no ID token tells', async () => {
    const world = openAccountsWorld(lab, {
      person: { login: 'samir@lab.test', password: 'samir lab password' },
    });
    const settings = byHand({
      kind: 'oauth',
      issuer: lab.authServer.issuer,
      clientId: 'latchkey-mail',
      scopes: ['imap', 'smtp'],
    });
    const before = lab.authServer.issuedTokens.length;
    const added = world.accounts.addByHand({ attemptId: newAttempt(), settings });
    await expect(added).rejects.toMatchObject({ code: 'login-refused' });
    for (const { value } of lab.authServer.issuedTokens.slice(before)) {
      expect(await lab.authServer.isActive(value)).toBe(false);
    }
  });

  it('are refused for a server without TLS, before a password is sent', async () => {
    const world = openAccountsWorld(lab);
    const password = world.accounts.submitCredential(MAYA.password);
    const imap = { host: 'localhost', port: lab.dovecot.imapPort, security: 'tls' as const };
    const settings = byHand({ kind: 'password', password }, { imap });
    const added = world.accounts.addByHand({ attemptId: newAttempt(), settings });
    await expect(added).rejects.toMatchObject({ code: expect.stringMatching(/^tls-/) });
    expect(world.store.accounts.list()).toEqual([]);
  });
});

describe('a provider that issues a secret to desktop programs', () => {
  it.each(['post', 'basic'] as const)('takes it by %s, also at every renewal', async (clientSecret) => {
    const other = await startLab({ run: lab.run, clientSecret });
    const distrust = trustAuthority(other.certs.ca);
    try {
      const world = openAccountsWorld(other);
      await expect(world.signIn()).rejects.toMatchObject({ code: 'client-id-missing' });
      const secret = world.accounts.submitCredential(other.clientSecret ?? '');
      const { accountId } = await world.signIn({ clientSecret: secret });
      const authentication = world.accounts.authenticationFor(accountId);
      if (authentication.kind !== 'oauth') throw new Error('not oauth');
      const { accessToken } = await authentication.token.get();
      authentication.token.invalidate(accessToken);
      expect((await authentication.token.get()).accessToken).not.toBe(accessToken);
    } finally {
      distrust();
      await other.stop();
    }
  });
});

describe('a mail server with a certificate of another name', () => {
  it('gets no token', async () => {
    const other = await startLab({ run: lab.run, makeCertificate: wrongHostCertificate });
    const distrust = trustAuthority(other.certs.ca);
    try {
      const world = openAccountsWorld(other);
      await expect(world.signIn()).rejects.toMatchObject({ code: 'tls-wrong-host' });
      expect(world.store.accounts.list()).toEqual([]);
    } finally {
      distrust();
      await other.stop();
    }
  });
});

describe('a provider that ends every access of the same client at once', () => {
  it('is not asked to take back a grant while another one of the person is in force', async () => {
    const providersFile = join(lab.run.path, 'whole-grant.json');
    writeFileSync(
      providersFile,
      JSON.stringify({ providers: [{ ...lab.provider, revokesWholeGrant: true }] }),
    );
    const world = openAccountsWorld({ ...lab, providersFile });
    const { accountId } = await world.signIn();
    const first = world.store.grants.byAccount(accountId)?.grantId;
    const revocations = () =>
      lab.authServer.log.filter(({ detail }) => detail.includes('/token/revocation')).length;
    const before = revocations();

    lab.smtp.refusals.push({ command: 'AUTH', code: 535, text: '5.7.139 disabled', times: 5 });
    const failed = world.accounts.signInAgain({ attemptId: newAttempt(), accountId });
    await expect(failed).rejects.toMatchObject({ code: 'smtp-not-allowed' });
    lab.smtp.refusals.length = 0;
    expect(world.store.grants.byAccount(accountId)?.grantId).toBe(first);

    await world.accounts.signInAgain({ attemptId: newAttempt(), accountId });
    expect(revocations()).toBe(before);
    expect(await world.vault.get(`grant/${first}`)).toBeUndefined();
    expect(JSON.parse((await world.vault.get('index')) ?? '[]')).toHaveLength(1);
  });
});
