/** Attacks on the lock of the program from where an attacker stands: a page with a port, a second page, a restart, the keychain's file. */
import { mkdirSync, mkdtempSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { REQUEST_CLASSES } from '../../src-main/ipc/request-classes.ts';
import { createVault } from '../../src-main/vault/vault.ts';
import { contract, type RequestName } from '../../src-shared/ipc/contract.ts';
import { type EngineHere, startEngineHere } from '../integration/engine-here.ts';
import { startKeychain } from '../servers/keychain.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';

const run = createRunFolder();
const PASSPHRASE = 'lantern orbit maple seven';
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

function place() {
  number += 1;
  const folder = mkdtempSync(join(run.path, 'lock'));
  return {
    keychainService: `Latchkey lock test ${number}`,
    directory: join(folder, 'mail'),
    temporaryDirectory: folder,
  };
}

function start(where: ReturnType<typeof place>): EngineHere {
  const engine = startEngineHere(where);
  engines.push(engine);
  return engine;
}

async function hold(engine: EngineHere, secret: string) {
  return (await engine.ask('credentials.submit', { secret })).credentialId;
}

/** A profile with a draft in it, whose lock is set. */
async function lockedProfile() {
  const where = place();
  const engine = start(where);
  await engine.ask('accounts.addLocal', { name: 'canary account' });
  await engine.ask('lock.set', { passphrase: await hold(engine, PASSPHRASE), afterMinutes: 0 });
  return { where, engine };
}

/** An input of the right shape for each request that takes none, and for some that take one. */
const INPUTS: Partial<Record<RequestName, object>> = {
  'threads.page': { view: { kind: 'inboxes' }, start: 0, limit: 50 },
  'activity.page': { limit: 50 },
  'search.find': { query: 'canary', limit: 50 },
  'accounts.findProvider': { address: 'a@gmail.com' },
  'drafts.create': {},
  'grants.signOutEverything': { finishFirst: false, mail: 'erase' },
  'settings.set': { theme: 'dark' },
};

it('answers nothing but what opens it while it is locked: not after a start, not to a second page, not behind a storm', async () => {
  const { where, engine: first } = await lockedProfile();
  await first.stop();
  const engine = start(where);
  for (const page of [engine, engine.openWindow()]) {
    for (const name of Object.keys(contract) as RequestName[]) {
      const input = INPUTS[name] ?? {};
      if (REQUEST_CLASSES[name] === 'open' || !contract[name].input.safeParse(input).success) continue;
      expect(await page.request(name, input as never), name).toMatchObject({ ok: false, code: 'app-locked' });
    }
    expect(await page.request('lock.getState', {})).toMatchObject({ value: { isSet: true, isLocked: true } });
  }
  const storm = await Promise.all(Array.from({ length: 200 }, () => engine.request('accounts.list', {})));
  expect(storm.every((one) => !one.ok && one.code === 'app-locked')).toBe(true);
  expect(engine.heard('accountsChanged')).toEqual([]);
  expect(await engine.ask('lock.unlock', { passphrase: await hold(engine, PASSPHRASE) })).toMatchObject({
    isLocked: false,
  });
  expect(await engine.ask('accounts.list', {})).toMatchObject([{ displayName: 'canary account' }]);
});

it('tells no page what happens behind the lock, and tells every page that it was locked', async () => {
  const { engine } = await lockedProfile();
  const second = engine.openWindow();
  await engine.ask('lock.lock', {});
  const before = engine.heard('accountsChanged').length;
  engine.tellShell('commandRequested', { command: 'compose' });
  await engine.ask('lock.getState', {});
  await second.ask('lock.getState', {});
  expect(engine.heard('commandRequested')).toEqual([]);
  expect(second.heard('commandRequested')).toEqual([]);
  expect(engine.heard('accountsChanged')).toHaveLength(before);
  for (const page of [engine, second])
    expect(page.heard('lockChanged').at(-1)).toMatchObject({ isLocked: true });
});

it('locks when the computer is locked or goes to sleep', async () => {
  const { engine } = await lockedProfile();
  engine.tellShell('screenLocked', {});
  expect(await engine.request('drafts.list', {})).toMatchObject({ code: 'app-locked' });
});

it.each([
  ['privacy.exportAll', {}],
  ['activity.export', {}],
] as const)('takes no place from a dialog that it closed over: %s writes nothing', async (name, input) => {
  const where = place();
  const target = join(where.temporaryDirectory, 'target');
  mkdirSync(target);
  const engine = startEngineHere({
    ...where,
    shell(asked) {
      if (!asked.startsWith('pick')) return {};
      // The dialog stood open when the person left; somebody else answers it.
      engine.tellShell('screenLocked', {});
      return { path: asked === 'pickFolder' ? target : join(target, 'file') };
    },
  });
  engines.push(engine);
  await engine.ask('lock.set', { passphrase: await hold(engine, PASSPHRASE), afterMinutes: 0 });
  expect(await engine.request(name, input)).toMatchObject({ ok: false, code: 'app-locked' });
  expect(readdirSync(target)).toEqual([]);
});

it.each([
  ['grants.signOutEverything', { finishFirst: false, mail: 'erase' }],
  ['grants.signOut', { accountId: 'a', finishFirst: false, mail: 'erase' }],
  ['accounts.remove', { accountId: 'a' }],
  ['debts.giveUp', { debtId: 'd' }],
] as const)('needs a press for what cannot be had back, with or without a lock: %s', async (name, input) => {
  const asked: string[] = [];
  const engine = startEngineHere({
    ...place(),
    shell(request) {
      asked.push(request);
      throw new Error('nobody pressed anything');
    },
  });
  engines.push(engine);
  await engine.ask('accounts.addLocal', { name: 'canary account' });
  expect(await engine.request(name, input as never)).toMatchObject({ code: 'input-invalid' });
  expect(asked).toContain('requirePress');
  expect(await engine.ask('accounts.list', {})).toHaveLength(1);
});

it('cannot be set, loosened or taken away by a page: not without a press, not without the passphrase', async () => {
  const where = place();
  const engine = startEngineHere({
    ...where,
    shell(name) {
      if (name === 'requirePress') throw new Error('nobody pressed anything');
      return {};
    },
  });
  engines.push(engine);
  const ransom = { passphrase: await hold(engine, 'a passphrase of the attacker'), afterMinutes: 0 };
  expect(await engine.request('lock.set', ransom)).toMatchObject({ ok: false });
  expect(await engine.ask('lock.getState', {})).toMatchObject({ isSet: false });
  const { engine: locked } = await lockedProfile();
  const other = { passphrase: await hold(locked, 'a passphrase of the attacker'), afterMinutes: 0 };
  expect(await locked.request('lock.set', other)).toMatchObject({ code: 'unlock-needed' });
  expect(await locked.request('lock.remove', { current: await hold(locked, 'wrong') })).toMatchObject({
    code: 'passphrase-wrong',
  });
  expect(await locked.ask('lock.getState', {})).toMatchObject({ isSet: true });
});

it('gives five tries and then none, also not by starting the program again; Activity tells of them', async () => {
  const { where, engine: first } = await lockedProfile();
  await first.stop();
  const guess = async (engine: EngineHere) =>
    engine.request('lock.unlock', { passphrase: await hold(engine, 'a guess of somebody') });
  const engine = start(where);
  for (let tries = 0; tries < 5; tries++)
    expect(await guess(engine)).toMatchObject({ code: 'passphrase-wrong' });
  expect(await guess(engine)).toMatchObject({ code: 'busy', detail: { waitUntil: expect.any(Number) } });
  await engine.stop();
  const again = start(where);
  expect(await guess(again)).toMatchObject({ code: 'busy' });
  expect(await again.request('lock.unlock', { passphrase: await hold(again, PASSPHRASE) })).toMatchObject({
    code: 'busy',
  });
  expect(await again.request('activity.page', { limit: 10 })).toMatchObject({ code: 'app-locked' });
  // As after the wait: the vault's record says when.
  await again.stop();
  const vault = createVault({ service: where.keychainService });
  await vault.check();
  const record = JSON.parse((await vault.get('app-lock')) ?? '');
  expect(record).toMatchObject({ wrongTries: 5 });
  await vault.put('app-lock', JSON.stringify({ ...record, waitUntil: 0 }));
  const last = start(where);
  await last.ask('lock.unlock', { passphrase: await hold(last, PASSPHRASE) });
  const { entries } = await last.ask('activity.page', { limit: 50 });
  expect(entries.filter(({ kind }) => kind === 'lock-refused')).toHaveLength(5);
  expect(JSON.stringify(entries)).not.toContain('guess');
});

it('stays closed when its entry was damaged, and opens by the recovery code of this mail, not by that of another', async () => {
  const { where, engine: first } = await lockedProfile();
  const { code } = await first.ask('recovery.create', {});
  const stranger = await lockedProfile();
  const { code: strange } = await stranger.engine.ask('recovery.create', {});
  await first.stop();
  const vault = createVault({ service: where.keychainService });
  await vault.check();
  await vault.put('app-lock', '{}');
  const engine = start(where);
  expect(await engine.request('accounts.list', {})).toMatchObject({ code: 'app-locked' });
  for (const text of [PASSPHRASE, strange])
    expect(await engine.request('lock.unlock', { passphrase: await hold(engine, text) })).toMatchObject({
      code: 'passphrase-wrong',
    });
  expect(await engine.ask('lock.unlock', { passphrase: await hold(engine, code) })).toMatchObject({
    isLocked: false,
  });
});
