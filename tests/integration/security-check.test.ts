import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { createServer as createTcpServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer } from 'node:tls';
import Libsql from 'libsql';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createActivity } from '../../src-main/activity/activity.ts';
import { loadProviders } from '../../src-main/autoconfig/providers.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { MailError } from '../../src-main/base/errors.ts';
import { createLog } from '../../src-main/base/log.ts';
import { createChecks } from '../../src-main/checks/checks.ts';
import { checkKeychain } from '../../src-main/checks/keychain-check.ts';
import { checkScopes } from '../../src-main/checks/scopes-check.ts';
import { searchSecrets } from '../../src-main/checks/secret-search.ts';
import { checkMailServers, checkOauthServers } from '../../src-main/checks/server-checks.ts';
import { checkSignIn } from '../../src-main/checks/sign-in-checks.ts';
import { checkStore } from '../../src-main/checks/store-check.ts';
import { requestConsent } from '../../src-main/oauth/authorize.ts';
import type { Vault } from '../../src-main/vault/vault.ts';
import { checkName } from '../../src-shared/model/security-check.ts';
import {
  expiredCertificate,
  makeCertificates,
  selfSignedCertificate,
  wrongHostCertificate,
} from '../servers/certs.mjs';
import {
  type AccountsLab,
  type AccountsWorld,
  openAccountsWorld,
  startAccountsLab,
} from './accounts-world.ts';
import { readCatalogue } from './catalogue.ts';

const app = (path: string) => join(import.meta.dirname, '../../app', path);

let lab: AccountsLab;
let world: AccountsWorld;
let clean: (() => void)[] = [];
beforeAll(async () => {
  lab = await startAccountsLab();
}, 60_000);
afterAll(() => lab.stop());
beforeEach(() => {
  world = openAccountsWorld(lab);
});
afterEach(() => {
  for (const end of clean.reverse()) end();
  clean = [];
});

const providers = () => loadProviders({ builtIn: app('providers.json'), extra: lab.providersFile });

function checksOf(change: Partial<Parameters<typeof createChecks>[0]> = {}) {
  const { store, vault, directory } = world;
  const log = createLog(() => undefined);
  const activity = createActivity({ store, vault, clock: systemClock, log, isTemporary: false });
  activity.start();
  clean.push(() => void activity.stop());
  return createChecks({
    store,
    vault,
    clock: systemClock,
    log,
    providers: providers(),
    directory,
    folders: [directory],
    supportFile: app('support.json'),
    electron: '45.4.0',
    checkActivity: activity.check,
    ...change,
  });
}

describe('the Security check', () => {
  it('finds everything in order over a profile in which somebody signed in, keeps the result and notes it', async () => {
    const checks = checksOf();
    expect(checks.last()).toBeUndefined();
    await world.signIn();
    const result = await checks.run();
    expect(Object.fromEntries(result.items.map(({ name, state }) => [name, state]))).toEqual({
      ...Object.fromEntries(checkName.options.map((name) => [name, 'good'])),
      dependencies: 'unknown',
      'program-signature': 'unknown',
    });
    expect(result.items.map(({ name }) => name)).toEqual(checkName.options);
    expect(checks.last()).toEqual(result);
    expect(world.store.audit.list({ limit: 1 })).toMatchObject([
      { kind: 'security-checked', facts: { good: 11, bad: 0, unknown: 2 } },
    ]);
    const say = readCatalogue('en-check');
    for (const { name, outcome, facts } of result.items) {
      expect(say(`check.${name}.title`, facts)).not.toBe('');
      expect(say(`check.${name}.${outcome}`, facts)).not.toBe('');
    }
  });

  it('goes on when one of its parts breaks, and says that this one could not be looked at', async () => {
    const result = await checksOf({ checkActivity: () => Promise.reject(new Error('broken')) }).run();
    expect(result.items.find(({ name }) => name === 'activity')).toMatchObject({
      outcome: 'broken',
      state: 'unknown',
    });
    expect(result.items).toHaveLength(checkName.options.length);
  });

  it('tells an Activity that was altered', async () => {
    const altered = { state: 'altered' as const, wrongFrom: 3, count: 5, checkedAt: 0 };
    const result = await checksOf({ checkActivity: async () => altered }).run();
    expect(result.items.find(({ name }) => name === 'activity')).toMatchObject({
      state: 'bad',
      outcome: 'altered',
      facts: { wrongFrom: 3 },
    });
  });
});

describe('signing in', () => {
  type Ask = typeof requestConsent;
  const items = async (ask: Ask) => {
    const found = await checkSignIn({ providers: providers(), ask, clock: systemClock });
    return Object.fromEntries(
      found.map(({ name, state, facts }) => [name, `${state} ${facts.fault ?? ''}`.trim()]),
    );
  };
  /** The real request, with a link that says something else. */
  const saying =
    (change: (link: URL) => void): Ask =>
    (request, around) =>
      requestConsent(request, {
        ...around,
        openBrowser(url) {
          const link = new URL(url);
          change(link);
          return around.openBrowser(link.href);
        },
      });

  it.each([
    ['response_type', 'token', 'bad response_type'],
    ['code_challenge_method', 'plain', 'bad code_challenge_method'],
    ['code_challenge', 'x'.repeat(43), 'bad code_challenge'],
  ])('with %s=%s is not in order', async (name, value, expected) => {
    expect(await items(saying((link) => link.searchParams.set(name, value)))).toMatchObject({
      'sign-in-flow': expected,
      'sign-in-answer': 'good',
    });
  });

  it('over http is not in order', async () => {
    expect(
      await items(
        saying((link) => {
          link.href = link.href.replace(/^https:\/\/[^/]*/, 'http://auth.example.org');
        }),
      ),
    ).toMatchObject({ 'sign-in-flow': 'bad https' });
  });

  it('with the same state twice is not in order', async () => {
    const once: { state?: string } = {};
    const found = await items(async (request, around) => {
      const consent = await requestConsent(request, around);
      once.state ??= consent.exchange.codeVerifier;
      return { ...consent, exchange: { ...consent.exchange, codeVerifier: once.state } };
    });
    expect(found['sign-in-flow']).toMatch(/^bad (state|code_challenge)$/);
  });

  it('that takes any answer, stays open and can be reached from the network is not in order', async () => {
    const { createServer } = await import('node:http');
    const open: Ask = async (request, around) => {
      const server = createServer((_, response) => response.end('taken'));
      await new Promise<void>((resolve) => server.listen(0, '0.0.0.0', resolve));
      clean.push(() => {
        server.closeAllConnections();
        server.close();
      });
      const address = server.address();
      const port = typeof address === 'object' ? address?.port : 0;
      const link = `https://auth.example.org/?state=${'s'.repeat(43)}&redirect_uri=${encodeURIComponent(`http://127.0.0.1:${port}/`)}`;
      await around.openBrowser(link);
      void request;
      return {
        exchange: { parameters: new URLSearchParams(), redirectUri: '', codeVerifier: '' },
        answer: () => undefined,
      };
    };
    const found = await items(open);
    expect(found['sign-in-answer']).toBe('bad state');
    expect(found.loopback).toMatch(/^bad /);
  });

  it('where no listener can be opened is told as that', async () => {
    const none: Ask = () => Promise.reject(new MailError('listener-unavailable'));
    const found = await checkSignIn({ providers: providers(), ask: none, clock: systemClock });
    expect(found.map(({ state, outcome }) => `${state} ${outcome}`)).toEqual([
      'bad not-opened',
      'unknown not-opened',
      'unknown not-opened',
    ]);
  });
});

describe('the keychain', () => {
  const failing = (code: MailError['code']): Vault => ({
    ...world.vault,
    put: () => Promise.reject(new MailError(code)),
  });

  it('is in order when it gives back what it took, and leaves nothing behind', async () => {
    expect(await checkKeychain(world.vault)).toMatchObject({ state: 'good', outcome: 'works' });
    expect(await world.vault.names()).not.toContain('check');
  });

  it('is not when it gives back something else, keeps what was deleted, or is not there', async () => {
    const other: Vault = { ...world.vault, get: async () => 'something else' };
    expect(await checkKeychain(other)).toMatchObject({ state: 'bad', outcome: 'failed' });
    const keeping: Vault = { ...world.vault, delete: async () => undefined };
    expect(await checkKeychain(keeping)).toMatchObject({ state: 'bad', outcome: 'failed' });
    expect(await checkKeychain(failing('keychain-absent'))).toMatchObject({
      state: 'bad',
      outcome: 'absent',
    });
    expect(await checkKeychain(failing('keychain-locked'))).toMatchObject({
      state: 'unknown',
      outcome: 'locked',
    });
  });
});

describe('the databases', () => {
  it('are in order while they are encrypted', () => {
    expect(checkStore(world.directory)).toMatchObject({ state: 'good', outcome: 'encrypted' });
    // Looking at them took nothing away from who uses them.
    world.store.audit.append({ kind: 'exported' });
    expect(world.store.accounts.list()).toEqual([]);
  });

  it('are not when one of them opens without a key, or is not there', () => {
    const folder = temporaryFolder();
    expect(checkStore(folder)).toMatchObject({ state: 'bad', outcome: 'missing' });
    for (const name of ['journal.db', 'store.db']) {
      const plain = new Libsql(join(folder, name));
      plain.exec('CREATE TABLE mail(text)');
      plain.close();
    }
    expect(checkStore(folder)).toMatchObject({
      state: 'bad',
      outcome: 'plain',
      facts: { file: 'journal.db' },
    });
  });
});

describe('secrets on the disk', () => {
  const SECRET = 'rt-4f8a1c0d9e7b';
  const search = (content: string | Buffer, surroundings: string[] = []) => {
    const folder = temporaryFolder();
    mkdirSync(join(folder, 'deep/er'), { recursive: true });
    writeFileSync(join(folder, 'deep/er/file.log'), content);
    return searchSecrets(world.vault, [folder], surroundings);
  };
  beforeEach(() => world.vault.put('grant/1', JSON.stringify({ refreshToken: SECRET })));

  it('are in order when there are none', async () => {
    const found = await search('nothing');
    expect(found).toMatchObject({ state: 'good', outcome: 'none', facts: { files: 1, secrets: 1 } });
    expect(JSON.stringify(found)).not.toContain(SECRET);
  });

  it.each([
    ['as it is', Buffer.from(`{"token":"${SECRET}"}`)],
    ['as UTF-16', Buffer.from(SECRET, 'utf16le')],
    ['in base64', Buffer.from(Buffer.from(SECRET).toString('base64'))],
    ['in hexadecimal', Buffer.from(Buffer.from(SECRET).toString('hex'))],
    ['across the pieces in which a file is read', Buffer.from('x'.repeat(999_995) + SECRET)],
  ])('are found %s', async (_how, content) => {
    const found = await search(content);
    expect(found).toMatchObject({
      state: 'bad',
      outcome: 'found',
      facts: { file: join('deep', 'er', 'file.log') },
    });
    expect(JSON.stringify(found)).not.toContain(SECRET);
  });

  it('are found in the environment', async () => {
    expect(await search('nothing', [`TOKEN=${SECRET}`])).toMatchObject({
      state: 'bad',
      facts: { file: 'environment' },
    });
  });

  it('are found when it is the key of the store', async () => {
    const key = Buffer.from('0123456789abcdef0123456789abcdef');
    await world.vault.put('store-key', key.toString('base64'));
    expect(await search(key)).toMatchObject({ state: 'bad' });
  });

  it('cannot be looked for while the keychain is locked', async () => {
    const locked: Vault = { ...world.vault, names: () => Promise.reject(new MailError('keychain-locked')) };
    expect(await searchSecrets(locked, [])).toMatchObject({ state: 'unknown', outcome: 'locked' });
  });
});

describe('sign-in services', () => {
  it('are not in order when the list names one without https', async () => {
    const [first] = providers();
    if (!first?.oauth) throw new Error('no provider');
    const plain = { ...first, oauth: { ...first.oauth, issuer: 'http://auth.example.org' } };
    expect(await checkOauthServers([plain], world.store)).toMatchObject({ state: 'bad', outcome: 'plain' });
  });

  it('are not when the one of an account says that it is another, and unknown when it says nothing', async () => {
    const account = await world.signIn();
    const grant = world.store.grants.byAccount(account.accountId);
    if (!grant) throw new Error('no grant');
    const renewed = (issuer: string) =>
      world.store.accounts.renew({
        accountId: account.accountId,
        grant: { ...grant, issuer },
        audit: { kind: 'signed-in-again' },
      });
    const asIs = await checkOauthServers(providers(), world.store);
    expect(asIs).toMatchObject({ state: 'good', facts: { hosts: 1 } });
    // The same server under another name does not say so of itself.
    const other = grant.issuer?.replace('127.0.0.1', '127.0.0.2') ?? '';
    const listed = providers().map((one) =>
      one.id === 'lab' && one.oauth ? { ...one, oauth: { ...one.oauth, issuer: other } } : one,
    );
    renewed(other);
    expect((await checkOauthServers(listed, world.store)).state).not.toBe('good');
    renewed('https://127.0.0.1:9');
    expect(await checkOauthServers(providers(), world.store)).toMatchObject({
      state: 'unknown',
      outcome: 'unreachable',
    });
  });
});

describe('mail servers', () => {
  const listen = async (server: Server): Promise<number> => {
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    clean.push(() => server.close());
    const address = server.address();
    return typeof address === 'object' ? (address?.port ?? 0) : 0;
  };
  const talking = (greeting: string, answers: Record<string, string>) =>
    createTcpServer((socket) => {
      socket.on('error', () => undefined);
      socket.write(greeting);
      socket.on('data', (said) => {
        const answer = Object.entries(answers).find(([asked]) => said.toString().includes(asked))?.[1];
        if (answer !== undefined) socket.write(answer);
      });
    });
  const check = (port: number, security: 'tls' | 'starttls', protocol: 'imap' | 'smtp', host = 'localhost') =>
    checkMailServers([{ settings: { host, port, security }, protocol }], 1_500);

  it('are in order over TLS from the first byte, and after STARTTLS', async () => {
    const { imap, smtp } = lab.provider;
    expect(await check(imap.port, 'tls', 'imap')).toMatchObject({ state: 'good' });
    expect(await check(smtp.port, 'tls', 'smtp')).toMatchObject({ state: 'good' });
    expect(await check(lab.dovecot.imapPort, 'starttls', 'imap')).toMatchObject({ state: 'good' });
  });

  it.each([
    ['of an authority that nobody trusts', () => makeCertificates(temporaryFolder())],
    ['that they signed themselves', () => selfSignedCertificate(lab.certs)],
    ['of another name', () => wrongHostCertificate(lab.certs)],
    ['that has expired', () => expiredCertificate(lab.certs)],
  ])('are not with a certificate %s', async (_whose, make) => {
    const { key, cert } = await make();
    const port = await listen(createTlsServer({ key, cert }));
    expect(await check(port, 'tls', 'imap')).toMatchObject({ state: 'bad', outcome: 'untrusted' });
  });

  it('are not with TLS 1.1', async () => {
    const server = createTlsServer({
      key: lab.certs.key,
      cert: lab.certs.cert,
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
      ciphers: 'ALL@SECLEVEL=0',
    });
    expect(await check(await listen(server), 'tls', 'imap')).toMatchObject({ state: 'bad', outcome: 'old' });
  });

  it.each([
    ['IMAP refuses STARTTLS', 'imap', '* OK hello\r\n', { STARTTLS: 'a BAD what?\r\n' }],
    ['IMAP greets with PREAUTH', 'imap', '* PREAUTH hello\r\n', {}],
    [
      'IMAP says more than its answer',
      'imap',
      '* OK hello\r\n',
      { STARTTLS: 'a OK go\r\n* OK injected\r\n' },
    ],
    ['SMTP does not offer it', 'smtp', '220 hello\r\n', { EHLO: '250-here\r\n250 SIZE 1\r\n' }],
    [
      'SMTP refuses it',
      'smtp',
      '220 hello\r\n',
      { EHLO: '250-here\r\n250 STARTTLS\r\n', STARTTLS: '454 no\r\n' },
    ],
  ] as const)('are not when %s', async (_what, protocol, greeting, answers) => {
    const port = await listen(talking(greeting, answers));
    expect(await check(port, 'starttls', protocol)).toMatchObject({ state: 'bad', outcome: 'stripped' });
  });

  it('are unknown when they are silent, not there, or there is none', async () => {
    expect(await check(await listen(talking('', {})), 'starttls', 'imap')).toMatchObject({
      outcome: 'unreachable',
    });
    expect(await check(9, 'tls', 'imap', '127.0.0.1')).toMatchObject({
      state: 'unknown',
      outcome: 'unreachable',
    });
    expect(await checkMailServers([])).toMatchObject({ state: 'unknown', outcome: 'none' });
  });
});

describe('what was granted', () => {
  it('is in order when it is no more than was asked, also under the name that Google gives it', async () => {
    const { accountId } = await world.signIn();
    const grant = world.store.grants.byAccount(accountId);
    if (!grant) throw new Error('no grant');
    expect(checkScopes(providers(), world.store)).toMatchObject({ state: 'good', facts: { accounts: 1 } });
    world.store.grants.update(grant.grantId, {
      scopes: [...grant.scopes, 'https://www.googleapis.com/auth/userinfo.email'],
    });
    expect(checkScopes(providers(), world.store)).toMatchObject({ state: 'good' });
    world.store.grants.update(grant.grantId, { scopes: [...grant.scopes, 'contacts'] });
    expect(checkScopes(providers(), world.store)).toMatchObject({
      state: 'bad',
      outcome: 'wide',
      facts: { scopes: 'contacts', address: 'maya@lab.test' },
    });
    expect(checkScopes([], world.store)).toMatchObject({ state: 'unknown', outcome: 'unlisted' });
  });
});

function temporaryFolder(): string {
  return mkdtempSync(join(lab.run.path ?? tmpdir(), 'check'));
}
