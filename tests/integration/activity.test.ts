import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Activity, createActivity } from '../../src-main/activity/activity.ts';
import { systemClock } from '../../src-main/base/clock.ts';
import { createLog } from '../../src-main/base/log.ts';
import { DEFAULT_SETTINGS } from '../../src-shared/model/settings.ts';
import {
  type AccountsLab,
  type AccountsWorld,
  MAYA,
  openAccountsWorld,
  startAccountsLab,
} from './accounts-world.ts';
import { startEngineHere } from './engine-here.ts';

const CANARY = 'canary-in-every-token';

let lab: AccountsLab;
beforeAll(async () => {
  lab = await startAccountsLab({ canary: CANARY });
}, 60_000);
afterAll(() => lab.stop());

function openActivity({ store, vault, lines }: AccountsWorld): Activity {
  const log = createLog((line) => lines.push(line));
  const activity = createActivity({ store, vault, clock: systemClock, log, isTemporary: false });
  activity.start();
  return activity;
}

async function exported(activity: Activity): Promise<string> {
  const pieces: Uint8Array[] = [];
  await activity.exportTo((piece) => void pieces.push(piece));
  return Buffer.concat(pieces).toString('utf8');
}

describe('signing in, renewing and signing out', () => {
  it('stands in Activity in the order in which it happened, with host and address, and without any key', async () => {
    const world = openAccountsWorld(lab);
    const activity = openActivity(world);
    const { accountId } = await world.signIn();
    const source = world.accounts.authenticationFor(accountId);
    if (source.kind !== 'oauth') throw new Error('not signed in by token');
    const first = await source.token.get(AbortSignal.timeout(10_000));
    source.token.invalidate(first.accessToken);
    await source.token.get(AbortSignal.timeout(10_000));
    await world.accounts.signOut({ accountId, finishFirst: false, mail: 'erase', onStep: () => undefined });
    await activity.stop();

    const { entries } = activity.page({ limit: 50 });
    const kinds = entries.map(({ kind }) => kind).reverse();
    const order = [
      'program-began',
      'signed-in',
      'refreshed',
      'key-deleted',
      'revoked',
      'forgotten',
      'account-erased',
    ];
    expect(kinds.filter((kind) => order.includes(kind))).toEqual(order);
    const host = new URL(lab.authServer.issuer).host;
    for (const kind of ['signed-in', 'refreshed', 'revoked']) {
      expect(entries.find((entry) => entry.kind === kind)).toMatchObject({
        accountId,
        host,
        address: MAYA.login,
      });
    }
    // The account is gone; whose it was is not.
    expect(entries.find(({ kind }) => kind === 'account-erased')).toMatchObject({ address: MAYA.login });
    expect(entries.find(({ kind }) => kind === 'revoked')?.receiptId).toMatch(/^LK-/);
    expect(await activity.check()).toMatchObject({ state: 'unbroken', count: entries.length });
    expect(activity.findings()).toEqual([]);

    const text = await exported(activity);
    expect(JSON.parse(text).entries).toHaveLength(entries.length);
    for (const secret of [CANARY, MAYA.password, ...lab.authServer.issuedTokens]) {
      expect(text).not.toContain(secret);
      expect(world.lines.join('\n')).not.toContain(secret);
    }
  });

  it('that fails stands there with its code, and without what was typed', async () => {
    const world = openAccountsWorld(lab, { person: { ...MAYA, decision: 'deny' } });
    const activity = openActivity(world);
    await expect(world.signIn()).rejects.toThrow('sign-in-refused');
    expect(activity.page({ group: 'trouble', limit: 9 }).entries).toMatchObject([
      { kind: 'sign-in-failed', address: MAYA.login, facts: { code: 'sign-in-refused' } },
    ]);
    expect(await exported(activity)).not.toContain(MAYA.password);
    await activity.stop();
  });
});

describe('over the contract', () => {
  it('Activity is listed, checked, exported where the person says, and tells that it changed', async () => {
    const target = join(lab.run.folder('export'), 'activity.json');
    let picked: string | undefined;
    const start = () =>
      startEngineHere({
        directory: join(lab.run.path, 'engine-profile'),
        temporaryDirectory: lab.run.folder('engine-tmp'),
        keychainService: 'Latchkey activity test',
        shell: (name) => (name === 'pickSavePath' ? { path: picked } : {}),
      });
    const engine = start();
    await engine.ask('app.checkVault', {});
    expect(await engine.ask('activity.export', {})).toEqual({ saved: false });
    picked = target;
    expect(await engine.ask('activity.export', {})).toEqual({ saved: true });
    const { entries } = await engine.ask('activity.page', { limit: 9 });
    expect(entries.map(({ kind }) => kind)).toEqual(['exported', 'key-stored', 'program-began']);
    const file = JSON.parse(readFileSync(target, 'utf8'));
    expect(file).toMatchObject({ format: 'latchkey-activity-1', check: { state: 'unbroken', count: 2 } });
    expect(await engine.ask('activity.findings', {})).toEqual([]);
    expect((await engine.ask('settings.get', {})).activityMonths).toBe(DEFAULT_SETTINGS.activityMonths);
    await engine.ask('recovery.create', {});
    const { entries: safety } = await engine.ask('activity.page', { group: 'safety', limit: 1 });
    expect(safety.map(({ kind }) => kind)).toEqual(['recovery-changed']);
    await expect.poll(() => engine.heard('activityChanged').length).toBeGreaterThan(0);
    await engine.stop();

    // The keychain was told at the end.
    const again = start();
    await again.ask('app.checkVault', {});
    expect(await again.ask('activity.check', {})).toMatchObject({ state: 'unbroken', count: 4 });
    expect(await again.ask('security.last', {})).toEqual({});
    const { items } = await again.ask('security.check', {});
    expect(items.find(({ name }) => name === 'activity')).toMatchObject({ state: 'good' });
    expect((await again.ask('security.last', {})).check?.items).toEqual(items);
    await again.stop();
  });
});
