import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  findProvider,
  loadProviders,
  providerViewOf,
  userNamesOf,
} from '../../../../src-main/autoconfig/providers.ts';
import { providerView } from '../../../../src-shared/model/provider.ts';

const builtIn = fileURLToPath(new URL('../../../../app/providers.json', import.meta.url));
const providers = loadProviders({ builtIn });
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function developerFile(issuer: string, more: object = {}): string {
  const file = join(folder, 'providers.json');
  const server = { host: 'localhost', port: 993, security: 'tls' };
  const entry = {
    id: 'own',
    name: 'Own',
    domains: ['own.example'],
    auth: 'oauth',
    oauth: {
      issuer,
      clientId: 'c',
      scopes: ['imap'],
      requiredScopes: ['imap'],
      redirectHost: '127.0.0.1',
      clientSecret: 'none',
    },
    imap: server,
    smtp: server,
    userName: 'address',
    revocation: 'endpoint',
    revokesWholeGrant: false,
    sendSavesCopy: false,
    ...more,
  };
  writeFileSync(file, JSON.stringify({ providers: [entry] }));
  return file;
}

describe('the providers that ship', () => {
  it.each([
    ['maya@gmail.com', 'google'],
    ['Maya@GoogleMail.com', 'google'],
    ['maya@outlook.com', 'microsoft-personal'],
    ['maya@contoso.onmicrosoft.com', 'microsoft-work'],
    ['maya@fastmail.com', 'fastmail'],
    ['maya@yahoo.com', 'yahoo'],
    ['maya@icloud.com', 'icloud'],
    ['maya@me.com', 'icloud'],
    ['maya@aol.com', 'aol'],
    ['maya@zohomail.com', 'zoho-com'],
    ['maya@zohomail.eu', 'zoho-eu'],
    ['maya@zohomail.in', 'zoho-in'],
    ['maya@yandex.ru', 'yandex'],
    ['maya@mail.ru', 'mail-ru'],
    ['maya@gmx.net', 'gmx'],
    ['maya@gmx.de', 'gmx'],
    ['maya@gmx.com', 'gmx-com'],
    ['maya@web.de', 'web-de'],
    ['maya@live.com', 'microsoft-personal'],
  ])('finds who runs the mail of %s', (address, id) => {
    expect(findProvider(providers, address)?.id).toBe(id);
  });

  it('finds each provider by every domain of it, and no domain twice', () => {
    const all = providers.flatMap(({ domains }) => domains);
    expect(new Set(all).size).toBe(all.length);
    for (const { id, domains } of providers) {
      for (const domain of domains)
        expect(findProvider(providers, `maya@${domain.replace('*', 'any')}`)?.id, domain).toBe(id);
    }
  });

  it('knows nobody for a domain that only looks alike', () => {
    expect(findProvider(providers, 'maya@notgmail.com')).toBeUndefined();
    expect(findProvider(providers, 'maya@gmail.com.example')).toBeUndefined();
    expect(findProvider(providers, 'maya')).toBeUndefined();
  });

  it('shows a window what it may know, and asks for the client ID where none is built in', () => {
    for (const one of providers) expect(providerView.parse(providerViewOf(one))).toEqual(providerViewOf(one));
    const google = findProvider(providers, 'maya@gmail.com');
    expect(google && providerViewOf(google)).toMatchObject({
      needsClientId: true,
      clientSecret: 'required',
      authorizationHost: 'accounts.google.com',
    });
  });

  it('offers an app password first where ordinary programs get no access to mail, and still takes a client ID', () => {
    const yahoo = findProvider(providers, 'maya@yahoo.com');
    expect(yahoo && providerViewOf(yahoo)).toMatchObject({ auth: 'password', needsClientId: true });
    const icloud = findProvider(providers, 'maya@icloud.com');
    expect(icloud && providerViewOf(icloud)).toMatchObject({ auth: 'password', needsClientId: false });
  });

  it('asks for no more than mail and the address that goes with it', () => {
    const scopes = new Set(providers.flatMap(({ oauth }) => oauth?.scopes ?? []));
    expect([...scopes].filter((scope) => /contact|calendar|drive|profile|dav|ical/i.test(scope))).toEqual([]);
  });

  it('knows the login names that differ from the address', () => {
    const icloud = findProvider(providers, 'maya@icloud.com');
    expect(icloud && userNamesOf(icloud, 'maya@icloud.com')).toEqual({
      imap: 'maya',
      smtp: 'maya@icloud.com',
    });
  });
});

describe("a developer's provider file", () => {
  it('of a later form is refused whole', () => {
    const file = developerFile('https://a.example');
    const { providers: list } = JSON.parse(readFileSync(file, 'utf8'));
    writeFileSync(file, JSON.stringify({ version: 2, providers: list }));
    expect(() => loadProviders({ builtIn, extra: file })).toThrow('input-invalid');
    writeFileSync(file, JSON.stringify({ version: 1, providers: list }));
    expect(() => loadProviders({ builtIn, extra: file })).not.toThrow();
  });

  it('adds providers and replaces those of the same id', () => {
    const extra = developerFile('http://127.0.0.1:4000', { id: 'google' });
    const all = loadProviders({ builtIn, extra });
    expect(all).toHaveLength(providers.length);
    expect(all[0]?.name).toBe('Own');
  });

  it('may name an issuer without TLS only by a loopback address literal', () => {
    const load = (issuer: string) => () => loadProviders({ builtIn, extra: developerFile(issuer) });
    expect(load('http://[::1]:4000')).not.toThrow();
    for (const issuer of [
      'http://localhost:4000',
      'http://mail.example',
      'http://10.0.0.1',
      'ftp://127.0.0.1',
      'http://127.0.0.1.example',
    ]) {
      expect(load(issuer), issuer).toThrow('input-invalid');
    }
  });

  it('is refused in the file that ships when it names an issuer without TLS', () => {
    expect(() => loadProviders({ builtIn: developerFile('http://127.0.0.1:4000') })).toThrow('input-invalid');
  });

  it('is refused when a field is unknown or an ID token could not be checked', () => {
    const oauth = {
      endpoints: { authorization: 'https://a.example', token: 'https://a.example' },
      clientId: '',
      scopes: ['openid'],
      requiredScopes: [],
      redirectHost: '127.0.0.1',
      clientSecret: 'none',
    };
    expect(() =>
      loadProviders({ builtIn, extra: developerFile('https://a.example', { tls: false }) }),
    ).toThrow();
    expect(() => loadProviders({ builtIn, extra: developerFile('https://a.example', { oauth }) })).toThrow();
  });
});
