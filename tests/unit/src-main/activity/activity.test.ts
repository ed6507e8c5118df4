import { beforeEach, describe, expect, it } from 'vitest';
import { hashEntry } from '../../../../src-main/store/audit-chain.ts';
import type { ActivityEntry } from '../../../../src-shared/model/activity.ts';
import { ACCOUNT, addAccount, START } from '../store/test-store.ts';
import { type ActivityWorld, DAY, openActivityWorld, settle } from './activity-world.ts';

let world: ActivityWorld;
beforeEach(async () => {
  world = openActivityWorld();
  addAccount(world.store); // entry 3, after program-began and key-stored
  for (let hour = 1; hour <= 5; hour++) {
    world.clock.advance(60 * 60_000);
    world.store.audit.append({ accountId: ACCOUNT, kind: 'refreshed', host: 'auth.example.org' });
  }
  await world.seal();
});

describe('the log', () => {
  it('begins with the program, and is unbroken from there', async () => {
    expect(world.store.audit.chain(0, 9).map(({ number, kind }) => [number, kind])).toEqual([
      [1, 'program-began'],
      [2, 'key-stored'],
      [3, 'signed-in'],
      ...[4, 5, 6, 7, 8].map((number) => [number, 'refreshed']),
    ]);
    expect(await world.activity.check()).toEqual({
      state: 'unbroken',
      since: START,
      count: 8,
      checkedAt: world.clock.now(),
    });
    expect(await world.head()).toMatchObject({ number: 8 });
  });

  it('does not begin twice', async () => {
    await world.tamper();
    expect(world.store.audit.list({ kinds: ['program-began'], limit: 9 })).toHaveLength(1);
    expect(await world.activity.check()).toMatchObject({ state: 'unbroken' });
  });

  it('tells the keychain its end at most once a second', async () => {
    const before = await world.head();
    world.store.audit.append({ kind: 'exported' });
    await settle();
    world.clock.advance(900);
    await world.activity.check();
    expect(await world.head()).toEqual(before);
    await world.seal();
    expect(await world.head()).toMatchObject({ number: 9 });
  });

  it('is whole when the program was killed before the keychain knew the last entries', async () => {
    await world.tamper();
    world.store.audit.append({ kind: 'exported' });
    world.store.audit.append({ kind: 'exported' });
    expect(await world.activity.check()).toMatchObject({ state: 'unbroken', count: 10 });
  });

  it('says that nobody knows while the keychain is locked, and seals when it opens', async () => {
    world.lockKeychain(true);
    world.store.audit.append({ kind: 'exported' });
    await world.seal();
    expect(await world.activity.check()).toMatchObject({ state: 'unsealed', count: 9 });
    world.lockKeychain(false);
    world.store.audit.append({ kind: 'exported' });
    await world.seal();
    expect(await world.head()).toMatchObject({ number: 10 });
    expect(await world.activity.check()).toMatchObject({ state: 'unbroken' });
  });

  it('that begins anew is not taken for the one that the keychain knows', async () => {
    const fresh = openActivityWorld();
    await fresh.vault.put('activity-head', JSON.stringify({ number: 4711, hash: 'of another log' }));
    await fresh.seal();
    expect(await fresh.head()).toMatchObject({ number: 2 });
    expect(await fresh.activity.check()).toMatchObject({ state: 'unbroken' });
  });

  it('of a session has no key of a store to tell of', () => {
    const session = openActivityWorld({ isTemporary: true });
    expect(session.store.audit.list({ limit: 9 }).map(({ kind }) => kind)).toEqual(['program-began']);
  });
});

describe('an integrity check', () => {
  const found = async (...statements: string[]) => {
    await world.tamper(...statements);
    const { state, wrongFrom } = await world.activity.check();
    return { state, wrongFrom };
  };

  it.each([
    ['time', 'UPDATE audit SET at = at + 1 WHERE number = 5'],
    ['kind', "UPDATE audit SET kind = 'signed-in' WHERE number = 5"],
    ['host', "UPDATE audit SET host = 'other.example.org' WHERE number = 5"],
    ['address', "UPDATE audit SET address = 'other@example.org' WHERE number = 5"],
    ['account', 'UPDATE audit SET account_id = NULL WHERE number = 5'],
    ['receipt', "UPDATE audit SET receipt_id = 'LK-1' WHERE number = 5"],
    ['facts', `UPDATE audit SET facts = '{"seconds":1}' WHERE number = 5`],
    ['facts, into nonsense', "UPDATE audit SET facts = '}', host = NULL WHERE number = 5"],
    ['hash', "UPDATE audit SET hash = replace(hash, 'a', 'b') WHERE number = 5"],
  ])('finds an entry whose %s was altered', async (_what, statement) => {
    expect(await found(statement)).toEqual({ state: 'altered', wrongFrom: 5 });
  });

  it('finds an entry that was removed', async () => {
    expect(await found('DELETE FROM audit WHERE number = 5')).toEqual({ state: 'altered', wrongFrom: 5 });
  });

  it('finds an entry that was removed while the others moved up', async () => {
    const statements = [5, 6, 7].map(
      (number) =>
        `DELETE FROM audit WHERE number = ${number}; UPDATE audit SET number = ${number} WHERE number = ${number + 1}`,
    );
    expect(await found(...statements)).toEqual({ state: 'altered', wrongFrom: 5 });
  });

  it('finds entries that changed places', async () => {
    const swap =
      'UPDATE audit SET number = 99 WHERE number = 5; UPDATE audit SET number = 5 WHERE number = 6';
    expect(await found(swap, 'UPDATE audit SET number = 6 WHERE number = 99')).toEqual({
      state: 'altered',
      wrongFrom: 5,
    });
  });

  it('finds an entry that was put in between', async () => {
    const shift = [8, 7, 6].map(
      (number) => `UPDATE audit SET number = ${number + 1} WHERE number = ${number}`,
    );
    const insert =
      'INSERT INTO audit SELECT 6, at, kind, account_id, address, host, facts, receipt_id, hash FROM audit WHERE number = 5';
    expect(await found(...shift, insert)).toEqual({ state: 'altered', wrongFrom: 6 });
  });

  it('finds a first entry that is not the first', async () => {
    expect(await found('DELETE FROM audit WHERE number < 3')).toEqual({ state: 'altered', wrongFrom: 1 });
  });

  it('finds an end that was cut off, also after the program wrote on', async () => {
    expect(await found('DELETE FROM audit WHERE number > 6')).toEqual({ state: 'cut', wrongFrom: 7 });
    for (let more = 0; more < 4; more++) world.store.audit.append({ kind: 'exported' });
    await world.seal();
    expect(await world.head()).toMatchObject({ number: 8 });
    expect(await world.activity.check()).toMatchObject({ state: 'altered', wrongFrom: 8 });
    expect(world.lines.join()).toContain('activity is not what the keychain knows');
  });

  it('finds a log that was written anew with hashes that are right', async () => {
    const entries = world.store.audit.chain(0, 99);
    let previous = '0'.repeat(64);
    const statements = entries.map(({ hash: _, ...entry }) => {
      const changed: ActivityEntry = entry.number === 3 ? { ...entry, host: 'nowhere.example.org' } : entry;
      previous = hashEntry(changed, previous);
      const host = changed.host === undefined ? 'NULL' : `'${changed.host}'`;
      return `UPDATE audit SET host = ${host}, hash = '${previous}' WHERE number = ${entry.number}`;
    });
    expect(await found(...statements)).toEqual({ state: 'altered', wrongFrom: 8 });
  });
});

describe('keeping for so many months', () => {
  it('removes what is older, under a checkpoint, and the rest is unbroken', async () => {
    world.store.settings.set({ activityMonths: 0 });
    world.clock.advance(800 * DAY);
    await world.activity.check(); // behind what the clock has started
    world.store.settings.set({ activityMonths: 24 });
    world.store.audit.append({ accountId: ACCOUNT, kind: 'revoked', host: 'auth.example.org' });
    expect(await world.activity.prune()).toBe(8);
    await world.seal();
    expect(world.store.audit.list({ limit: 99 }).map(({ number, kind }) => [number, kind])).toEqual([
      [10, 'log-pruned'],
      [9, 'revoked'],
    ]);
    const { facts } = world.store.audit.list({ limit: 1 })[0] as ActivityEntry;
    expect(facts).toEqual({ count: 8, before: expect.any(Number) });
    expect(await world.activity.check()).toMatchObject({
      state: 'unbroken',
      count: 2,
      prunedBefore: facts.before,
    });
    await world.tamper();
    expect(await world.activity.check()).toMatchObject({ state: 'unbroken' });
  });

  it('happens by itself, a minute after the start and every day', async () => {
    world.clock.advance(800 * DAY);
    await settleUntil(() => world.store.audit.checkpoint() !== undefined);
    expect(world.store.audit.list({ limit: 99 }).map(({ kind }) => kind)).toEqual(['log-pruned']);
  });

  it('removes nothing when everything is to be kept, or nothing is old enough', async () => {
    expect(await world.activity.prune()).toBe(0);
    world.store.settings.set({ activityMonths: 0 });
    world.clock.advance(5_000 * DAY);
    expect(await world.activity.prune()).toBe(0);
    expect(world.store.audit.list({ limit: 99 })).toHaveLength(8);
  });

  it('never puts its signature under a log that is not whole', async () => {
    await world.tamper('DELETE FROM audit WHERE number = 5');
    world.store.settings.set({ activityMonths: 1 });
    world.clock.advance(90 * DAY);
    expect(await world.activity.prune()).toBe(0);
    expect(world.store.audit.checkpoint()).toBeUndefined();
  });

  it('finds a checkpoint that nobody signed, and what was removed under none', async () => {
    world.store.settings.set({ activityMonths: 1 });
    world.clock.advance(90 * DAY);
    world.store.audit.append({ kind: 'exported' });
    await world.activity.prune();
    await world.seal();
    await world.tamper('UPDATE audit_checkpoint SET at = at + 1');
    expect(await world.activity.check()).toMatchObject({ state: 'altered', wrongFrom: 9 });
    await world.tamper('UPDATE audit_checkpoint SET at = at - 1', 'DELETE FROM audit WHERE number = 9');
    expect(await world.activity.check()).toMatchObject({ state: 'altered', wrongFrom: 9 });
  });
});

describe('a page', () => {
  it('is newest first, and the next goes on where it ended', () => {
    const first = world.activity.page({ limit: 5 });
    expect(first.entries.map(({ number }) => number)).toEqual([8, 7, 6, 5, 4]);
    expect(first.next).toBe(4);
    const second = world.activity.page({ limit: 5, before: first.next });
    expect(second.entries.map(({ number }) => number)).toEqual([3, 2, 1]);
    expect(second.next).toBeUndefined();
  });

  it('can be of one account or one group', () => {
    const kinds = (query: Parameters<typeof world.activity.page>[0]) =>
      new Set(world.activity.page(query).entries.map(({ kind }) => kind));
    expect(kinds({ accountId: ACCOUNT, limit: 99 })).toEqual(new Set(['refreshed', 'signed-in']));
    expect(kinds({ group: 'renewal', limit: 99 })).toEqual(new Set(['refreshed']));
    expect(kinds({ group: 'safety', limit: 99 })).toEqual(new Set(['program-began', 'key-stored']));
    expect(kinds({ group: 'trouble', limit: 99 })).toEqual(new Set());
  });
});

async function settleUntil(is: () => boolean): Promise<void> {
  for (let turns = 0; turns < 1_000 && !is(); turns++) await settle();
  expect(is()).toBe(true);
}
