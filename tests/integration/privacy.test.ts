/**
 * What is kept is told, can be taken along, and can be made to go without a rest: the engine over a real gnome-keyring, with canaries in
 * everything that a person writes or gets.
 */
import { createHash, generateKeyPairSync, sign } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import keytar from 'keytar';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { loadProviders } from '../../src-main/autoconfig/providers.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { eraseProfile } from '../../src-main/profile/privacy-erase.ts';
import { openProfile } from '../../src-main/profile/profile.ts';
import { newRecoveryCode, writeRecovery } from '../../src-main/profile/recovery-code.ts';
import { createVault } from '../../src-main/vault/vault.ts';
import type { AccountId, ReceiptId } from '../../src-shared/model/ids.ts';
import { scan } from '../e2e/canary-scan.ts';
import { startKeychain } from '../servers/keychain.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { testAccount, testGrant } from '../unit/src-main/store/test-store.ts';
import { type EngineHere, startEngineHere } from './engine-here.ts';

const run = createRunFolder();
let engines: EngineHere[] = [];
let number = 0;

beforeAll(async () => {
  const keychain = await startKeychain({ run });
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
const CANARY = 'canary7c1d';
const TOKEN = `${CANARY}-refresh-token`;
const SOURCE = new TextEncoder().encode(
  `From: ${CANARY}@x.org\r\nSubject: ${CANARY} imported\r\n\r\nFrom ${CANARY} with love\r\n`,
);

/** A profile as months of use leave it: mail, a draft, something unsent, a receipt, a token, a recovery code, mail that was set aside. */
async function prepare({ signIn = 'signed-out' as 'signed-out' | 'active' } = {}) {
  number += 1;
  const keychainService = `Latchkey privacy test ${number}`;
  const folder = mkdtempSync(join(run.path, 'privacy'));
  const directory = join(folder, 'mail');
  const vault = createVault({ service: keychainService });
  const profile = await openProfile({ vault, directory, temporaryDirectory: folder, clock: systemClock });
  const { store } = profile;
  const account = { ...testAccount(SERVER), displayName: `${CANARY} Ada`, address: `${CANARY}@example.org` };
  const grant = { ...testGrant(SERVER), issuer: 'https://login.example.org', clientId: `${CANARY}-client` };
  store.accounts.add({ account, grant, audit: { kind: 'signed-in', host: `${CANARY}.example.org` } });
  store.accounts.setSignIn(SERVER, signIn);
  const nothing = { providerName: 'This computer', bodyMonths: 12, addedAt: 0, address: '' };
  store.accounts.addLocal({
    ...nothing,
    accountId: LOCAL,
    displayName: `${CANARY}/Old`,
    providerId: 'local',
    auth: 'none',
  });
  const imported = store.local.addMailbox(LOCAL, 'Projects/Old');
  store.local.append(imported, [
    { flags: [], internalDate: 0, source: SOURCE, sha256: createHash('sha256').update(SOURCE).digest() },
  ]);
  const content = { accountId: SERVER, to: [{ name: '', address: 'half-typed' }], cc: [], bcc: [] };
  const draft = store.drafts.create({
    ...content,
    subject: `../${CANARY}: a/draft`,
    text: `${CANARY} words`,
  });
  store.drafts.addAttachment(draft.draftId, {
    filename: 'a.txt',
    contentType: 'text/plain',
    content: new TextEncoder().encode(`${CANARY} attached`),
  });
  store.outbox.add({
    accountId: SERVER,
    draft: store.drafts.create({ ...content, subject: `${CANARY} unsent`, text: '' }),
    source: new TextEncoder().encode(`Subject: ${CANARY} unsent\r\n\r\n`),
    smtpEnvelope: { from: 'a@x.org', to: ['b@x.org'] },
    messageIdHeader: '<queued@x.org>',
    notBefore: Date.now() + 3_600_000,
  });
  store.receipts.add({
    receiptId: 'receipt-1' as ReceiptId,
    accountId: SERVER,
    address: `${CANARY}@example.org`,
    providerName: 'Example',
    answer: 'no',
    steps: [],
    grantedAt: 0,
    finishedAt: 1_767_225_600_000,
  });
  writeRecovery(directory, profile.key(), newRecoveryCode());
  profile.close();
  await vault.put('grant-1', TOKEN);
  const aside = join(directory, 'unreadable-2026-01-01T00-00-00.000Z');
  mkdirSync(aside);
  writeFileSync(join(aside, 'journal.db'), `${CANARY} set aside`);
  writeFileSync(join(directory, 'store.db.damaged-2026-01-01T00-00-00.000Z'), `${CANARY} damaged`);
  writeFileSync(join(directory, 'notice.json'), `${CANARY} notice`);
  // A session that was killed, and one that runs.
  for (const pid of [999_999_999, process.ppid]) mkdirSync(join(folder, `latchkey-session-${pid}-abc`));
  writeFileSync(join(folder, 'latchkey-session-999999999-abc', 'store.db'), `${CANARY} session`);
  return { keychainService, directory, folder, vault };
}

/** An engine that has put the imported message, which lies in the journal, into its place. */
async function started(here: Awaited<ReturnType<typeof prepare>>, picked?: string) {
  const engine = start(here, picked);
  const totals = async () => (await engine.ask('mailboxes.list', {})).map(({ total }) => total);
  await vi.waitFor(async () => expect(await totals()).toContain(1), { timeout: 20_000 });
  return engine;
}

function start(here: { keychainService: string; directory: string; folder: string }, picked?: string) {
  const asked: string[] = [];
  const engine = startEngineHere({
    keychainService: here.keychainService,
    directory: here.directory,
    temporaryDirectory: here.folder,
    shell(name) {
      asked.push(name);
      return name === 'pickFolder' && picked !== undefined ? { path: picked } : {};
    },
  });
  engines.push(engine);
  return { ...engine, asked };
}

/** Every entry of the profile in the keychain, as a thief would read it. */
const dump = (service: string) => keytar.findCredentials(service);

it('tells every file that there is, how it is protected, and how many keys the keychain has', async () => {
  const here = await prepare();
  const engine = await started(here);
  const { items, hosts } = await engine.ask('privacy.dataMap', {});
  const places = items.map(({ place }) => place);
  const untold = readdirSync(here.directory).filter(
    (name) => !places.some((place) => join(here.directory, name.replace(/-(wal|shm)$/, '')) === place),
  );
  expect(untold.filter((name) => !name.startsWith('profile.lock'))).toEqual([]);
  const of = (name: string) => items.filter((one) => one.name === name);
  expect(of('mail')).toMatchObject([{ count: 1, protection: 'store-key' }]);
  expect(of('drafts')).toMatchObject([{ count: 2, protection: 'store-key' }]);
  expect(of('keys')).toMatchObject([{ protection: 'keychain' }]);
  const secrets = (await dump(here.keychainService)).map(({ account }) => account);
  expect(of('keys')[0]?.count).toBeGreaterThanOrEqual(2);
  expect(secrets).toContain('grant-1');
  expect(of('recovery')).toHaveLength(1);
  expect(of('set-aside')).toHaveLength(2);
  expect(of('counts')).toMatchObject([{ protection: 'none' }]);
  expect(of('temporary').map(({ place }) => place)).toEqual([
    join(here.folder, 'latchkey-session-999999999-abc'),
  ]);
  expect(of('mail')[0]?.bytes).toBeGreaterThan(4096);
  expect(hosts).toEqual([]); // signed out: nobody is talked to
});

it('names each host that it talks to, and for which address', async () => {
  const here = await prepare({ signIn: 'active' });
  const { hosts } = await start(here).ask('privacy.dataMap', {});
  const address = `${CANARY}@example.org`;
  expect(hosts).toEqual([
    { host: 'mail.example.org', reason: 'imap', address },
    { host: 'mail.example.org', reason: 'smtp', address },
    { host: 'login.example.org', reason: 'authorization', address },
  ]);
});

it('exports mail, drafts, settings, accounts, activity and receipts, and no key', async () => {
  const here = await prepare();
  const target = mkdtempSync(join(run.path, 'target'));
  const engine = await started(here, target);
  const { folder = '', messages } = await engine.ask('privacy.exportAll', {});
  expect(messages).toBe(3);
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const mbox = files.find((name) => /Old.*Projects - Old\.mbox$/.test(name)) ?? '';
  expect(read(mbox)).toContain(`>From ${CANARY} with love`);
  const draft = files.find((name) => /^drafts.*\.eml$/.test(name)) ?? '';
  expect(read(draft)).toContain(Buffer.from(`${CANARY} attached`).toString('base64'));
  expect(read('drafts.json')).toContain('half-typed');
  expect(read(files.find((name) => /^outbox.*\.eml$/.test(name)) ?? '')).toContain('unsent');
  expect(files).toEqual(
    expect.arrayContaining(['contacts.vcf', 'groups.json', 'templates.json', 'words.json']),
  );
  expect(JSON.parse(read('settings.json'))).toMatchObject({ undoSeconds: 10 });
  expect(JSON.parse(read('accounts.json'))).toMatchObject({
    accounts: [
      { accountId: SERVER, grant: { clientId: `${CANARY}-client` } },
      { accountId: LOCAL, grant: null },
    ],
  });
  expect(JSON.parse(read('activity.json')).entries.map((one: { kind: string }) => one.kind)).toContain(
    'signed-in',
  );
  expect(files.filter((name) => /^receipts.*\.html$/.test(name))).toHaveLength(1);
  const keys = (await dump(here.keychainService))
    .map(({ password }) => password)
    .filter((one) => one.length > 20);
  expect(scan([folder], [TOKEN, ...keys]).found).toEqual([]);
  const { entries } = await engine.ask('activity.page', { limit: 1 });
  expect(entries).toMatchObject([{ kind: 'exported', facts: { messages: 3, left: 0 } }]);
  // Once more: beside the first, and nothing unfinished.
  await engine.ask('privacy.exportAll', {});
  expect(readdirSync(target)).toHaveLength(2);
  expect(readdirSync(target).join()).not.toContain('unfinished');
});

it('leaves nothing of an export that fails on the way', async () => {
  const here = await prepare();
  const target = mkdtempSync(join(run.path, 'target'));
  const engine = start(here, join(target, 'gone'));
  expect(await engine.request('privacy.exportAll', {})).toMatchObject({ code: 'file-unwritable' });
  expect(readdirSync(target)).toEqual([]);
  const cancelled = start(await prepare());
  expect(await cancelled.ask('privacy.exportAll', {})).toEqual({ messages: 0 });
});

it('erases everything: no canary is left in profile, temporary folder or keychain, and the program begins anew', async () => {
  const here = await prepare();
  const engine = await started(here);
  await engine.ask('settings.set', { theme: 'dark' });
  const before = await dump(here.keychainService);
  expect(scan([here.directory, here.folder], [CANARY]).found.length).toBeGreaterThan(0);
  expect(await engine.ask('privacy.eraseAll', {})).toEqual({});
  expect(engine.asked).toContain('requirePress');
  expect(await engine.ask('accounts.list', {})).toEqual([]);
  expect(await engine.ask('settings.get', {})).toMatchObject({ theme: 'system' });
  expect(await engine.ask('drafts.list', {})).toEqual([]);
  expect(await engine.ask('app.getState', {})).toMatchObject({ vault: { state: 'ready' } });
  await engine.stop();
  const keys = before.find(({ account }) => account.startsWith('store-key/'))?.password ?? 'none';
  const { found, read } = scan([here.folder], [CANARY, keys]);
  expect(found).toEqual([]);
  expect(read).toBeGreaterThan(0);
  expect(existsSync(join(here.directory, 'recovery.json'))).toBe(false);
  expect(
    readdirSync(here.directory).filter((name) => /unreadable|damaged|notice|erasing/.test(name)),
  ).toEqual([]);
  // The session of another program that runs is that program's.
  expect(readdirSync(here.folder)).toContain(`latchkey-session-${process.ppid}-abc`);
  const after = JSON.stringify(await dump(here.keychainService));
  expect(after).not.toContain(CANARY);
  for (const { account, password } of before) {
    if (password.length > 20) expect(after, account).not.toContain(password);
  }
});

it('refuses to erase while an account is signed in or a provider still has to confirm, and says which', async () => {
  const here = await prepare({ signIn: 'active' });
  const engine = start(here);
  expect(await engine.request('privacy.eraseAll', {})).toMatchObject({
    code: 'input-invalid',
    detail: { because: 'signed-in', count: 1 },
  });
  expect(await engine.ask('accounts.list', {})).toHaveLength(2);
  expect(scan([here.directory], [CANARY]).found.length).toBeGreaterThan(0);
});

it('goes on with an erasure at the next start, whatever ended the program in between', async () => {
  for (const halt of ['before the key', 'after the key', 'after the vault']) {
    const here = await prepare();
    const vault = {
      check: here.vault.check,
      async delete(name: string) {
        if (halt === 'before the key') throw new Error('killed');
        await here.vault.delete(name);
        if (halt === 'after the key') throw new Error('killed');
      },
      async clear() {
        await here.vault.clear();
        throw new Error('killed');
      },
    };
    const options = { vault, directory: here.directory, temporaryDirectory: here.folder };
    await expect(eraseProfile(options)).rejects.toThrow();
    const engine = start(here);
    expect(await engine.ask('accounts.list', {}), halt).toEqual([]);
    await engine.stop();
    expect(scan([here.directory], [CANARY]).found, halt).toEqual([]);
    expect(JSON.stringify(await dump(here.keychainService)), halt).not.toContain(CANARY);
  }
});

it('takes a notice that is signed, at once and after a start, refuses a forged one, and forgets it with everything else', async () => {
  const { privateKey, publicKey } = generateKeyPairSync('ed25519');
  const { keychainService, directory, folder } = await prepare();
  const shipped = loadProviders({
    builtIn: fileURLToPath(new URL('../../app/providers.json', import.meta.url)),
  });
  const preset = shipped.find(({ id }) => id === 'fastmail');
  const moved = { ...preset, imap: { ...preset?.imap, host: 'imap.moved.example' } };
  const issuedAt = '2026-11-01T00:00:00Z';
  const advisories = [{ text: 'Fastmail moved.' }];
  const payload = Buffer.from(JSON.stringify({ version: 1, issuedAt, providers: [moved], advisories }));
  const write = (name: string, signature: Buffer) => {
    const path = join(folder, name);
    const signed = { payload: payload.toString('base64'), signature: signature.toString('base64') };
    writeFileSync(path, JSON.stringify(signed));
    return path;
  };
  const good = write('good.json', sign(null, payload, privateKey));
  const forged = write('forged.json', Buffer.alloc(64));
  let picked = forged;
  const noticeKey = publicKey.export({ format: 'der', type: 'spki' }).subarray(-32).toString('base64');
  const open = () => {
    const shell = (name: string) => (name === 'pickFiles' ? { paths: [picked] } : {});
    const engine = startEngineHere({
      keychainService,
      directory,
      temporaryDirectory: folder,
      noticeKey,
      shell,
    });
    engines.push(engine);
    return engine;
  };
  const hostOf = async (engine: EngineHere) =>
    (await engine.ask('accounts.findProvider', { address: 'a@fastmail.com' })).provider?.imap.host;
  const engine = open();
  expect(await engine.request('providers.loadNotice', {})).toMatchObject({ code: 'notice-forged' });
  expect(await engine.ask('providers.getNotice', {})).toEqual({});
  picked = good;
  expect(await engine.ask('providers.loadNotice', {})).toEqual({ loaded: true, providers: ['Fastmail'] });
  expect(await hostOf(engine)).toBe('imap.moved.example');
  await engine.stop();
  const again = open();
  expect(await hostOf(again)).toBe('imap.moved.example');
  expect(await again.ask('providers.getNotice', {})).toEqual({
    notice: { issuedAt: Date.parse(issuedAt), providers: ['Fastmail'], advisories },
  });
  await again.ask('privacy.eraseAll', {});
  expect(await hostOf(again)).toBe(preset?.imap.host);
});
