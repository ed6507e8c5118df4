import { describe, expect, it } from 'vitest';
import { ACCOUNT, addAccount, openTestStore, START } from './test-store.ts';

const turn = () => new Promise((resolve) => setImmediate(resolve));

describe('an audit entry', () => {
  it('keeps the address of its account, also when the account is gone', async () => {
    const { store } = openTestStore();
    addAccount(store);
    await store.accounts.erase(ACCOUNT);
    store.audit.append({ accountId: ACCOUNT, kind: 'account-erased', detail: { messages: 2 } });
    store.audit.append({ kind: 'sign-in-failed', address: 'nobody@example.org' });
    expect(store.audit.list({ limit: 9 })).toEqual([
      { number: 3, at: START, kind: 'sign-in-failed', address: 'nobody@example.org', facts: {} },
      {
        number: 2,
        at: START,
        kind: 'account-erased',
        accountId: ACCOUNT,
        address: 'account-1@Example.org',
        facts: { messages: 2 },
      },
      expect.objectContaining({ number: 1, kind: 'signed-in', address: 'account-1@Example.org' }),
    ]);
  });

  it('is not there when the transaction that it belongs to is not', async () => {
    const { store, changes } = openTestStore();
    addAccount(store);
    await turn();
    changes.length = 0;
    expect(() => addAccount(store)).toThrow('internal');
    expect(store.audit.last()).toMatchObject({ number: 1 });
    store.audit.append({ kind: 'exported' });
    expect(store.audit.last()).toMatchObject({ number: 2 });
    expect(store.audit.chain(0, 9)).toHaveLength(2);
  });

  it('is told after it was written', async () => {
    const { store, changes } = openTestStore();
    store.audit.append({ kind: 'exported' });
    await turn();
    expect(changes).toEqual([{ kind: 'activity' }]);
  });

  it('holds short texts and whole numbers only, and nothing that looks like a key', () => {
    const test = openTestStore();
    const token = 'eyJhbGciOiJSUzI1NiJ9eyJzdWIiOiIxMjM0NTY3ODkw';
    test.store.audit.append({
      kind: 'sign-in-failed',
      host: `evil\0host\ud800.example${'x'.repeat(900)}`,
      detail: {
        token,
        said: `Bearer ${token}`,
        half: 1.5,
        none: Number.NaN,
        long: 'long '.repeat(300),
        code: 'login-refused',
      },
    });
    const [entry] = test.reopen().audit.list({ limit: 1 });
    expect(JSON.stringify(entry)).not.toContain(token.slice(0, 20));
    expect(entry?.host).toHaveLength(500);
    expect(entry?.host).toMatch(/^evil\ufffdhost\ufffd\.example/);
    expect(entry?.facts).toEqual({
      token: '[cut]',
      said: 'Bearer[cut]',
      half: 1,
      none: 0,
      long: 'long '.repeat(100),
      code: 'login-refused',
    });
  });

  it('is found by account, kind, number and time', () => {
    const { store, clock } = openTestStore();
    addAccount(store);
    clock.time += 1_000;
    store.audit.append({ kind: 'exported' });
    clock.time += 1_000;
    store.audit.append({ kind: 'lock-changed' });
    const numbers = (query: Omit<Parameters<typeof store.audit.list>[0], 'limit'>) =>
      store.audit.list({ ...query, limit: 9 }).map(({ number }) => number);
    expect(numbers({})).toEqual([3, 2, 1]);
    expect(numbers({ accountId: ACCOUNT })).toEqual([1]);
    expect(numbers({ kinds: ['exported', 'lock-changed'] })).toEqual([3, 2]);
    expect(numbers({ kinds: [] })).toEqual([]);
    expect(numbers({ before: 3 })).toEqual([2, 1]);
    expect(numbers({ since: START + 1_000 })).toEqual([3, 2]);
  });
});
