/** A page that was taken over asks for more than a person could want. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createAccounts } from '../../src-main/accounts/accounts.ts';
import { createEngineTexts } from '../../src-main/accounts/engine-texts.ts';
import { loadProviders } from '../../src-main/autoconfig/providers.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { createConnectionRegistry } from '../../src-main/base/connection-registry.ts';
import { createLog } from '../../src-main/base/log.ts';
import { openStore, type Store } from '../../src-main/store/store.ts';
import type { Keychain } from '../../src-main/vault/keychain.ts';
import { createVault } from '../../src-main/vault/vault.ts';
import type { AttemptId } from '../../src-shared/model/ids.ts';

let folder: string;
let store: Store;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-'));
  store = openStore({ directory: join(folder, 'mail'), key: new Uint8Array(32).fill(1), clock: systemClock });
});
afterAll(() => {
  store.close();
  rmSync(folder, { recursive: true });
});

/** Accounts whose one provider is a page that nobody ever answers; the links with which browsers were opened. */
function openAccounts() {
  const server = { host: 'localhost', port: 993, security: 'tls' };
  const oauth = {
    endpoints: { authorization: 'http://127.0.0.1:9/auth', token: 'http://127.0.0.1:9/token' },
    clientId: 'c',
    scopes: ['imap'],
    requiredScopes: ['imap'],
    redirectHost: '127.0.0.1',
    clientSecret: 'none',
  };
  const provider = {
    ...{ id: 'own', name: 'Own', domains: ['own.example'], auth: 'oauth', oauth, imap: server, smtp: server },
    ...{ userName: 'address', revocation: 'none', revokesWholeGrant: false, sendSavesCopy: false },
  };
  const extra = join(folder, 'providers.json');
  writeFileSync(extra, JSON.stringify({ providers: [provider] }));
  const builtIn = fileURLToPath(new URL('../../app/providers.json', import.meta.url));
  const inMemory = new Map<string, string>();
  const keychain: Keychain = {
    get: async (_service, entry) => inMemory.get(entry) ?? null,
    set: async (_service, entry, value) => void inMemory.set(entry, value),
    delete: async (_service, entry) => inMemory.delete(entry),
  };
  const vault = createVault({ service: 'Latchkey window test', keychain });
  const links: string[] = [];
  const accounts = createAccounts({
    store: () => store,
    vault,
    providers: loadProviders({ builtIn, extra }),
    registry: createConnectionRegistry(),
    clock: systemClock,
    log: createLog(() => undefined),
    texts: createEngineTexts({ en: {}, de: {} }, () => 'en'),
    shell: { openExternal: async (url) => void links.push(url), raiseWindow: async () => undefined },
    onProgress: () => undefined,
  });
  return { accounts, links };
}

describe('a hundred sign-ins at once', () => {
  it('open no more browsers and listeners than a person could want', async () => {
    const { accounts, links } = openAccounts();
    const attempts = Array.from({ length: 100 }, (_, index) => `attempt-${index}` as AttemptId);
    const outcomes = attempts.map((attemptId) =>
      accounts.signIn({ attemptId, address: 'maya@own.example', providerId: 'own' }).catch((error) => error),
    );
    expect((await outcomes.at(-1))?.code).toBe('busy');
    for (const attemptId of attempts) accounts.cancelSignIn(attemptId);
    const codes = (await Promise.all(outcomes)).map(({ code }) => code);
    expect(codes.filter((code) => code === 'sign-in-cancelled')).toHaveLength(5);
    expect(links.length).toBeLessThanOrEqual(5);
    const next = accounts.signIn({
      attemptId: 'later' as AttemptId,
      address: 'maya@own.example',
      providerId: 'own',
    });
    accounts.cancelSignIn('later' as AttemptId);
    await expect(next).rejects.toMatchObject({ code: 'sign-in-cancelled' });
  });
});
