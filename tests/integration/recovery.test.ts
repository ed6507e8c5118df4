/**
 * Losing the keychain does not lose mail: the engine over a real gnome-keyring, a profile with one draft, one queued message and one
 * imported message, and a keychain that loses the store's key, or everything.
 */
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { openProfile } from '../../src-main/profile/profile.ts';
import { createVault, type Vault } from '../../src-main/vault/vault.ts';
import type { AccountId } from '../../src-shared/model/ids.ts';
import { type Keychain, startKeychain } from '../servers/keychain.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { testAccount, testGrant } from '../unit/src-main/store/test-store.ts';
import { type EngineHere, startEngineHere } from './engine-here.ts';

const run = createRunFolder();
let keychain: Keychain;
let engines: EngineHere[] = [];
let number = 0;

beforeAll(async () => {
  keychain = await startKeychain({ run });
  // libsecret reads it when it is first used; this file has a process of its own.
  Object.assign(process.env, keychain.env);
});
afterEach(async () => {
  for (const engine of engines) await engine.stop();
  engines = [];
});
afterAll(() => run.remove());

const SERVER = 'account-1' as AccountId;
const LOCAL = 'account-2' as AccountId;
const SOURCE = new TextEncoder().encode('From: a@x.org\r\nSubject: Imported\r\n\r\nFrom before\r\n');

/** A profile with what exists only there, as earlier runs have left it, and a recovery code. */
async function prepare() {
  number += 1;
  const keychainService = `Latchkey recovery test ${number}`;
  const folder = mkdtempSync(join(run.path, 'recovery'));
  const directory = join(folder, 'mail');
  const vault = createVault({ service: keychainService });
  const profile = await openProfile({ vault, directory, temporaryDirectory: folder, clock: systemClock });
  const { store } = profile;
  // Signed out: nothing of this test is about servers.
  store.accounts.add({
    account: testAccount(SERVER),
    grant: testGrant(SERVER),
    audit: { kind: 'signed-in' },
  });
  store.accounts.setSignIn(SERVER, 'signed-out');
  store.accounts.addLocal({
    accountId: LOCAL,
    address: '',
    displayName: 'Old mail',
    providerId: 'local',
    providerName: 'This computer',
    bodyMonths: 12,
    addedAt: 0,
    auth: 'none',
  });
  const mailboxId = store.local.addMailbox(LOCAL, 'Imported');
  store.local.append(mailboxId, [
    { flags: [], internalDate: 0, source: SOURCE, sha256: createHash('sha256').update(SOURCE).digest() },
  ]);
  const content = { accountId: SERVER, to: [], cc: [], bcc: [], text: '' };
  store.drafts.create({ ...content, subject: 'A draft' });
  store.outbox.add({
    accountId: SERVER,
    draft: store.drafts.create({ ...content, subject: 'Not sent yet' }),
    source: new TextEncoder().encode('Subject: Not sent yet\r\n\r\n'),
    smtpEnvelope: { from: 'a@x.org', to: ['b@x.org'] },
    messageIdHeader: '<queued@x.org>',
    notBefore: Date.now() + 3_600_000,
  });
  profile.close();
  return { keychainService, directory, temporaryDirectory: folder, vault };
}
type Prepared = Awaited<ReturnType<typeof prepare>>;

function start(prepared: Prepared, shell?: (name: string) => unknown): EngineHere {
  const engine = startEngineHere({ ...prepared, ...(shell && { shell }) });
  engines.push(engine);
  return engine;
}

async function stopAll(): Promise<void> {
  for (const engine of engines.splice(0)) await engine.stop();
}

/** What must be there when the mail is open. */
async function contentOf(engine: EngineHere) {
  const mailboxes = await engine.ask('mailboxes.list', {});
  const imported = mailboxes.find(({ accountId }) => accountId === LOCAL);
  return {
    accounts: (await engine.ask('accounts.list', {})).map(({ accountId }) => accountId),
    drafts: (await engine.ask('drafts.list', {})).map(({ subject }) => subject),
    outbox: (await engine.ask('outbox.list', {})).map(({ subject }) => subject),
    imported: imported?.name,
  };
}
const ALL = {
  accounts: [SERVER, LOCAL],
  drafts: ['A draft'],
  outbox: ['Not sent yet'],
  imported: 'Imported',
};

async function submit(engine: EngineHere, secret: string) {
  return { code: (await engine.ask('credentials.submit', { secret })).credentialId };
}

async function makeCode(prepared: Prepared): Promise<string> {
  const engine = start(prepared);
  const { code } = await engine.ask('recovery.create', {});
  expect(await contentOf(engine)).toEqual(ALL);
  await stopAll();
  return code;
}

describe('a keychain that has lost the key', () => {
  it.each<[string, (vault: Vault) => Promise<void>]>([
    ['of the store', (vault) => vault.delete('store-key')],
    ['and everything else', (vault) => vault.clear()],
  ])(
    '%s is told as that, a wrong code changes nothing, and the right one opens everything',
    async (_case, lose) => {
      const prepared = await prepare();
      const code = await makeCode(prepared);
      await lose(prepared.vault);
      const files = readdirSync(prepared.directory).sort();

      const engine = start(prepared);
      const state = await engine.ask('app.getState', {});
      expect(state).toMatchObject({ problem: 'store-key-lost', vault: { state: 'ready' } });
      expect(state.profile).toBeUndefined();
      expect(await engine.request('drafts.list', {})).toMatchObject({ ok: false, code: 'store-key-lost' });
      const wrong = code.replace(/.$/, (last) => (last === '0' ? '1' : '0'));
      for (const one of [wrong, 'not a code']) {
        const refused = await engine.request('recovery.open', await submit(engine, one));
        expect(refused).toMatchObject({ ok: false, code: 'recovery-code-wrong' });
      }
      expect(await prepared.vault.get('store-key')).toBeUndefined();
      expect(readdirSync(prepared.directory).sort()).toEqual(files);

      const opened = await engine.ask('recovery.open', await submit(engine, ` ${code.toLowerCase()} `));
      expect(opened.state).toBe('ready');
      expect(await contentOf(engine)).toEqual(ALL);
      expect(await engine.ask('app.getState', {})).toMatchObject({
        profile: { recoveryCode: 'set', disk: 'ok' },
      });
      // And the key is back: the next start needs no code.
      await stopAll();
      expect(await contentOf(start(prepared))).toEqual(ALL);
      expect(engine.lines.join('\n')).not.toContain(code.slice(0, 9));
    },
  );

  it('tells what cannot come back before anything is replaced, and begins anew with the old files put aside', async () => {
    const prepared = await prepare();
    const code = await makeCode(prepared);
    await prepared.vault.delete('store-key');
    const engine = start(prepared);
    expect(await engine.ask('recovery.previewReplace', {})).toEqual({
      drafts: 1,
      unsent: 1,
      changes: 0,
      imported: 1,
      savedAt: expect.any(Number),
    });
    const before = readFileSync(join(prepared.directory, 'journal.db'), 'base64');
    expect((await engine.ask('recovery.replace', {})).state).toBe('ready');
    expect(await engine.ask('accounts.list', {})).toEqual([]);
    expect(await engine.ask('app.getState', {})).toMatchObject({ profile: { recoveryCode: 'unset' } });
    const aside = readdirSync(prepared.directory).find((name) => name.startsWith('unreadable-')) ?? '';
    expect(readFileSync(join(prepared.directory, aside, 'journal.db'), 'base64')).toBe(before);
    for (const name of ['store.db', 'recovery.json', 'only-here.json'])
      expect(existsSync(join(prepared.directory, aside, name)), name).toBe(true);
    // The mail is open: there is nothing to be replaced or opened any more.
    expect(await engine.request('recovery.replace', {})).toMatchObject({ ok: false, code: 'input-invalid' });
    expect(await engine.request('recovery.open', await submit(engine, code))).toMatchObject({ ok: false });
  });
});

describe('a keychain that is locked', () => {
  it('is locked and not empty: nothing is written, and a code is not asked for', async () => {
    const prepared = await prepare();
    await makeCode(prepared);
    const files = readdirSync(prepared.directory).sort();
    await keychain.lock();
    try {
      const engine = start(prepared);
      expect(await engine.ask('app.getState', {})).toMatchObject({ problem: 'keychain-locked' });
      for (const name of ['recovery.replace', 'recovery.create'] as const)
        expect(await engine.request(name, {})).toMatchObject({ ok: false, code: 'keychain-locked' });
      expect(readdirSync(prepared.directory).sort()).toEqual(files);
      await keychain.unlock();
      await engine.ask('app.checkVault', {});
      expect(await contentOf(engine)).toEqual(ALL);
    } finally {
      await keychain.unlock();
    }
  });
});

describe('a recovery code', () => {
  it('is shown once, saved as a page to print, and asked for again a week after "not now"', async () => {
    const prepared = await prepare();
    const path = join(prepared.temporaryDirectory, 'code.html');
    const engine = start(prepared, (name) => (name === 'pickSavePath' ? { path } : {}));
    expect(await engine.ask('app.getState', {})).toMatchObject({ profile: { recoveryCode: 'unset' } });
    expect(await engine.request('recovery.save', {})).toMatchObject({ ok: false, code: 'not-found' });
    await engine.ask('recovery.putOff', {});
    const { code } = await engine.ask('recovery.create', {});
    expect(await engine.ask('recovery.save', {})).toEqual({ saved: true });
    expect(await engine.request('recovery.save', {})).toMatchObject({ ok: false, code: 'not-found' });
    const page = readFileSync(path, 'utf8');
    expect(page).toContain(code);
    expect(page).not.toMatch(/recovery\.\w+|<script|https?:/);
    expect(engine.heard('profileChanged').map(({ recoveryCode }) => recoveryCode)).toEqual([
      'unset',
      'later',
      'set',
    ]);
  });
});

describe('a second engine on the same profile', () => {
  it('is told that it is busy, and gets it when the first has ended', async () => {
    const prepared = await prepare();
    const first = start(prepared);
    await first.ask('drafts.list', {});
    const second = start(prepared);
    expect(await second.ask('app.getState', {})).toMatchObject({ problem: 'busy' });
    await first.stop();
    await second.ask('app.checkVault', {});
    expect(await contentOf(second)).toEqual(ALL);
  });
});

describe('a store that is found damaged while it is in use', () => {
  it('is put aside and filled again without the person doing anything, and what is only here stays', async () => {
    const prepared = await prepare();
    const engine = start(prepared);
    expect(await contentOf(engine)).toEqual(ALL);
    const path = join(prepared.directory, 'store.db');
    // Every page but the first, under the feet of the engine; its cache is of no use for pages that it has not read yet.
    const bytes = readFileSync(path);
    writeFileSync(path, Buffer.concat([bytes.subarray(0, 4096), Buffer.alloc(bytes.length - 4096, 42)]));
    await engine.request('threads.page', { view: { kind: 'inboxes' }, start: 0, limit: 50 });
    await engine.request('search.find', { query: 'word', limit: 10 });
    await vi.waitFor(() =>
      expect(engine.heard('profileChanged')).toContainEqual(
        expect.objectContaining({ rebuiltAt: expect.any(Number) }),
      ),
    );
    expect((await engine.ask('app.getState', {})).problem).toBeUndefined();
    expect(await contentOf(engine)).toMatchObject({ drafts: ALL.drafts, outbox: ALL.outbox });
    const aside = readdirSync(prepared.directory).filter((name) => /^store\.db\.damaged-.*Z$/.test(name));
    expect(aside).toHaveLength(1);
  });
});
