/** Identities with a server of their own: how they are saved, and which way their mail goes. Real servers, a keychain in memory. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createCredentials } from '../../src-main/accounts/credentials.ts';
import {
  createIdentities,
  deleteIdentitySecrets,
  type Identities,
} from '../../src-main/accounts/identities.ts';
import { createConnectionRegistry } from '../../src-main/base/connection-registry.ts';
import { createLog } from '../../src-main/base/log.ts';
import { createOutbox, type Outbox } from '../../src-main/outbox/outbox.ts';
import { checkSmtp } from '../../src-main/smtp/check-smtp.ts';
import { ownIdentityOf } from '../../src-main/store/identity-table.ts';
import { openStore, type Store } from '../../src-main/store/store.ts';
import { createVault, type Vault } from '../../src-main/vault/vault.ts';
import type { DraftContent } from '../../src-shared/model/draft.ts';
import type { Identity } from '../../src-shared/model/identity.ts';
import { grantId, type IdentityId, type SubmissionId } from '../../src-shared/model/ids.ts';
import type { Submission } from '../../src-shared/model/submission.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { type Smtp, startSmtp } from '../servers/smtp.mjs';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { account, failedOnce, grant, is, isGone, MAYA } from './outbox-records.ts';
import { trustAuthority } from './trust-authority.ts';

const RELAY_SECRET = 'the secret of the relay';
const run = createRunFolder();
const signal = new AbortController().signal;
let own: Smtp;
let relay: Smtp;
let distrust = () => {};

let folder: string;
let clock: ManualClock;
let store: Store;
let vault: Vault;
let entries: Map<string, string>;
let outbox: Outbox;
let identities: Identities;
let credentials: ReturnType<typeof createCredentials>;
let lines: string[];

beforeAll(async () => {
  const certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
  own = await startSmtp({ certs, passwords: { 'maya@lab.test': 'right' } });
  relay = await startSmtp({ certs, passwords: { 'key-1': RELAY_SECRET } });
});
afterAll(async () => {
  distrust();
  await Promise.all([own.stop(), relay.stop()]);
  await run.remove();
});

beforeEach(async () => {
  for (const server of [own, relay]) {
    server.messages.length = 0;
    server.logins.length = 0;
    server.refusals.length = 0;
  }
  folder = mkdtempSync(join(tmpdir(), 'lk-ident-'));
  clock = createManualClock(Date.UTC(2026, 10, 22, 6));
  entries = new Map();
  lines = [];
  store = openStore({ directory: folder, key: new Uint8Array(32).fill(7), clock });
  vault = createVault({
    service: 'identities test',
    keychain: {
      get: async (_service, entry) => entries.get(entry) ?? null,
      set: async (_service, entry, value) => void entries.set(entry, value),
      delete: async (_service, entry) => entries.delete(entry),
    },
  });
  await vault.check();
  credentials = createCredentials(clock);
  identities = createIdentities({ store: () => store, vault, takeCredential: credentials.take, checkSmtp });
  outbox = createOutbox({
    store,
    authenticationFor: () => ({ kind: 'password', user: 'maya@lab.test', password: async () => 'right' }),
    identityAuthentication: identities.authenticationFor,
    registry: createConnectionRegistry(),
    clock,
    log: createLog((line) => lines.push(line)),
  });
  outbox.start();
  addAccount();
});
afterEach(async () => {
  await outbox.stop();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function addAccount(change: { sendSavesCopy?: boolean } = {}): void {
  store.accounts.add({
    account: { ...account(own.port), ...change },
    grant: grant('g1'),
    audit: { accountId: MAYA, kind: 'signed-in' },
  });
}

const relaySettings = () => ({ host: 'localhost', port: relay.port, security: 'tls' as const });
const save = (more: { identityId?: IdentityId; secret?: string | null; [key: string]: unknown } = {}) => {
  const { secret = RELAY_SECRET, ...rest } = more;
  const password = secret === null ? {} : { password: credentials.submit(secret) };
  const submission = { smtp: relaySettings(), userName: 'key-1', ...password };
  return identities.save(
    { accountId: MAYA, address: 'shop@lab.test', displayName: 'The Shop', submission, ...rest },
    signal,
  );
};
const codeOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no failure',
    (error: unknown) => (error as { code?: string }).code ?? String(error),
  );
const secretOf = (identity: Identity) => vault.get(`identity/${identity.identityId}`);

const people = { to: [{ name: 'Bob', address: 'bob@lab.test' }], cc: [], bcc: [] };
const draft = (change: Partial<DraftContent> = {}) =>
  store.drafts.create({ accountId: MAYA, ...people, subject: 'Plan', text: 'Hi', ...change }).draftId;
const submissionOf = (id: SubmissionId) => store.outbox.list().find((one) => one.submissionId === id);
async function until(id: SubmissionId, fits: (submission: Submission | undefined) => boolean): Promise<void> {
  await expect.poll(() => fits(submissionOf(id)), { interval: 5 }).toBe(true);
}
async function send(change: Partial<DraftContent> = {}): Promise<SubmissionId> {
  const { submissionId } = await outbox.send(draft(change));
  clock.advance(60_000);
  return submissionId;
}

describe('saving an identity', () => {
  it('tries its server first, and keeps the password in the vault', async () => {
    const told: string[] = [];
    store.feed.subscribe(({ kind }) => told.push(kind));
    const saved = await save();
    expect(saved).toMatchObject({ address: 'shop@lab.test', displayName: 'The Shop' });
    expect(saved.submission).toEqual({ smtp: relaySettings(), userName: 'key-1' });
    expect(relay.logins).toMatchObject([{ user: 'key-1', isEncrypted: true }]);
    expect(await secretOf(saved)).toBe(RELAY_SECRET);
    expect(identities.list().map((one) => one.address)).toEqual(['maya@lab.test', 'shop@lab.test']);
    expect(told).toContain('identities');
    expect(store.audit.list({ limit: 1 })).toMatchObject([
      { kind: 'identity-changed', host: 'localhost', facts: { identity: 'shop@lab.test', change: 'added' } },
    ]);
    expect(JSON.stringify(store.identities.get(saved.identityId))).not.toContain(RELAY_SECRET);
  });

  it('saves nothing when the server refuses the password, or cannot be reached', async () => {
    expect(await codeOf(save({ secret: 'wrong' }))).toBe('password-refused');
    relay.refusals.push({ command: 'AUTH', code: 454, text: '4.7.0 later', times: 1 });
    expect(await codeOf(save())).toBe('server-busy');
    expect(identities.list()).toHaveLength(1);
    expect([...entries.keys()].filter((name) => name.includes('identity'))).toEqual([]);
  });

  it('uses the kept password for the server to which it belongs, and for no other', async () => {
    const { identityId } = await save();
    expect(await save({ identityId, secret: null, displayName: 'Shop' })).toMatchObject({
      displayName: 'Shop',
    });
    relay.logins.length = 0;
    const submission = { smtp: { ...relaySettings(), host: '127.0.0.1' }, userName: 'key-1' };
    expect(await codeOf(save({ identityId, submission }))).toBe('input-invalid');
    expect(relay.logins).toEqual([]);
    expect(await codeOf(save({ secret: null }))).toBe('input-invalid');
  });

  it('shows the new password to nobody who still means the server of before', async () => {
    const { identityId } = await save();
    const authentication = identities.authenticationFor(identityId);
    if (authentication.kind !== 'password') throw new Error('not by password');
    expect(await authentication.password()).toBe(RELAY_SECRET);
    const smtp = { ...relaySettings(), host: '127.0.0.1' };
    const submission = { smtp, userName: 'key-1', password: credentials.submit(RELAY_SECRET) };
    await save({ identityId, submission });
    await expect(authentication.password()).rejects.toMatchObject({ code: 'password-refused' });
    const now = identities.authenticationFor(identityId);
    expect(now.kind === 'password' && (await now.password())).toBe(RELAY_SECRET);
  });

  it('deletes the password when the identity goes through the account again', async () => {
    const saved = await save();
    const { identityId } = saved;
    await identities.save({ identityId, accountId: MAYA, address: 'shop@lab.test', displayName: '' }, signal);
    expect(await secretOf(saved)).toBeUndefined();
    expect(store.identities.get(identityId)?.submission).toBeUndefined();
  });

  it.each([
    [{ address: 'nobody' }, 'address-invalid'],
    [{ address: 'a@lab.test\r\nBcc: eve@evil.test' }, 'address-invalid'],
    [{ address: '<a@lab.test>' }, 'address-invalid'],
    [{ displayName: 'Maya\r\nBcc: eve@evil.test' }, 'input-invalid'],
    [{ displayName: 'Maya\u2028Bcc: eve@evil.test' }, 'input-invalid'],
    [{ identityId: 'unknown' as IdentityId }, 'not-found'],
  ])('takes nothing that would not be one name and one address: %j', async (change, code) => {
    expect(await codeOf(save(change))).toBe(code);
    expect(relay.logins).toEqual([]);
  });

  it("changes the account's own, which keeps its address and cannot be removed", async () => {
    const identityId = ownIdentityOf(MAYA);
    const saved = await save({ identityId, address: 'other@lab.test', displayName: 'Maya L.' });
    expect(saved).toMatchObject({ identityId, address: 'maya@lab.test', displayName: 'Maya L.' });
    expect(store.accounts.get(MAYA)?.displayName).toBe('Maya L.');
    expect(identities.list()).toHaveLength(1);
    expect(await codeOf(identities.remove(identityId))).toBe('input-invalid');
  });
});

describe('mail of an identity', () => {
  it('goes through its own server under its own name, and is filed here although the provider files its own', async () => {
    store.accounts.renew({
      accountId: MAYA,
      grant: grant('g2'),
      account: { ...account(own.port), sendSavesCopy: true },
      audit: { accountId: MAYA, kind: 'signed-in-again' },
    });
    const { identityId } = await save();
    await until(await send({ identityId }), isGone);
    await until(await send(), isGone);
    expect(relay.messages.map(({ from, user }) => [from, user])).toEqual([['shop@lab.test', 'key-1']]);
    expect(relay.messages[0]?.text).toMatch(/^From: The Shop <shop@lab\.test>\r\n/);
    expect(relay.messages[0]?.text).not.toContain('maya@');
    expect(own.messages.map(({ from }) => from)).toEqual(['maya@lab.test']);
    const copies = store.operations.due(MAYA).filter(({ kind }) => kind === 'append');
    expect(copies).toHaveLength(1);
    const [copy] = copies;
    expect(copy && Buffer.from(store.operations.appendSource(copy.operationId)).toString()).toContain(
      'The Shop',
    );
    expect(lines.join('\n')).not.toContain(RELAY_SECRET);
  });

  it('goes through the account where it has no server of its own, under its own address', async () => {
    const saved = await identities.save(
      { accountId: MAYA, address: 'alias@lab.test', displayName: 'Alias' },
      signal,
    );
    await until(await send({ identityId: saved.identityId }), isGone);
    expect(own.messages).toMatchObject([{ from: 'alias@lab.test', user: 'maya@lab.test' }]);
    expect(own.messages[0]?.text).toContain('From: Alias <alias@lab.test>');
  });

  it('holds up no other mail of the account while its server is busy', async () => {
    const { identityId } = await save();
    relay.refusals.push({ command: 'AUTH', code: 454, text: '4.7.0 later', times: 100 });
    const held = await send({ identityId });
    await until(held, failedOnce);
    await until(await send(), isGone);
    expect(submissionOf(held)).toMatchObject({ state: 'queued', error: 'server-busy' });
    relay.refusals.length = 0;
    await until(held, failedOnce);
    clock.advance(20 * 60_000);
    await until(held, isGone);
  });

  it('waits with a reason after its password was refused, and goes by itself when there is another', async () => {
    const saved = await save();
    const { identityId } = saved;
    await vault.put(`identity/${identityId}`, 'not right any more');
    const refused = await send({ identityId });
    await until(refused, is('failed'));
    expect(submissionOf(refused)?.error).toBe('password-refused');
    await save({ identityId });
    await until(refused, isGone);
    expect(relay.messages).toHaveLength(1);
  });

  it('goes while the account itself has to be signed in again, and stays when the person has signed out', async () => {
    const { identityId } = await save();
    store.accounts.setSignIn(MAYA, 'needs-sign-in');
    store.grants.update(grantId.parse('g1'), { state: 'ended' });
    const ownMail = await send();
    await until(await send({ identityId }), isGone);
    expect(submissionOf(ownMail)?.state).toBe('queued');
    store.accounts.setSignIn(MAYA, 'signed-out');
    const after = await send({ identityId });
    await deleteIdentitySecrets(store, vault, MAYA);
    expect(submissionOf(after)?.state).toBe('queued');
    expect(await vault.get(`identity/${identityId}`)).toBeUndefined();
    expect(relay.messages).toHaveLength(1);
  });

  it('is from the account itself when the identity has gone since it was written', async () => {
    const { identityId } = await save();
    const draftId = draft({ identityId });
    const { submissionId } = await outbox.send(draft({ identityId }));
    expect(await codeOf(identities.remove(identityId))).toBe('identity-in-use');
    expect(await vault.get(`identity/${identityId}`)).toBe(RELAY_SECRET);
    const back = await outbox.cancel(submissionId);
    expect(back?.identityId).toBe(identityId);
    await identities.remove(identityId);
    expect(await vault.get(`identity/${identityId}`)).toBeUndefined();
    expect(store.drafts.get(draftId)?.identityId).toBeUndefined();
    // An open window may write it once more.
    store.drafts.save(draftId, { accountId: MAYA, identityId, ...people, subject: 'Plan', text: 'Hi' });
    const sent = await outbox.send(draftId);
    clock.advance(60_000);
    await until(sent.submissionId, isGone);
    expect(own.messages).toMatchObject([{ from: 'maya@lab.test' }]);
    expect(relay.messages).toEqual([]);
  });

  it('goes with the account when that is erased', async () => {
    await save();
    await store.accounts.erase(MAYA);
    expect(identities.list()).toEqual([]);
    addAccount();
    expect(identities.list().map((one) => one.address)).toEqual(['maya@lab.test']);
  });
});
