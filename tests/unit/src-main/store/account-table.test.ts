import { describe, expect, it } from 'vitest';
import type { AccountId, GrantId, ReceiptId } from '../../../../src-shared/model/ids.ts';
import type { Receipt } from '../../../../src-shared/model/receipt.ts';
import { DEFAULT_SETTINGS } from '../../../../src-shared/model/settings.ts';
import { ACCOUNT, addAccount, openTestStore, START, testAccount, testGrant } from './test-store.ts';

const OTHER = 'account-2' as AccountId;

describe('accounts', () => {
  it('are added with grant and audit entry, and found by address in any case', () => {
    const test = openTestStore();
    addAccount(test.store);
    addAccount(test.store, OTHER);
    const store = test.reopen();
    expect(store.accounts.list()).toEqual([
      { ...testAccount(), signIn: 'active' },
      { ...testAccount(OTHER), signIn: 'active' },
    ]);
    expect(store.accounts.byAddress('ACCOUNT-2@example.org')?.accountId).toBe(OTHER);
    expect(store.accounts.byAddress('nobody@example.org')).toBeUndefined();
    expect(store.grants.list()).toEqual([testGrant(), testGrant(OTHER)]);
    expect(store.audit.list({ accountId: ACCOUNT, limit: 9 })).toEqual([
      {
        number: 1,
        at: START,
        accountId: ACCOUNT,
        address: 'account-1@Example.org',
        kind: 'signed-in',
        host: 'mail.example.org',
        facts: {},
      },
    ]);
  });

  it('are not added at all when a part of it fails', () => {
    const { store, changes } = openTestStore();
    addAccount(store);
    changes.length = 0;
    expect(() => addAccount(store)).toThrow('internal');
    expect(() =>
      store.accounts.add({
        account: testAccount(OTHER),
        grant: { ...testGrant(OTHER), accountId: 'nobody' as AccountId },
        audit: { kind: 'signed-in' },
      }),
    ).toThrow('internal');
    expect(store.accounts.list()).toHaveLength(1);
    expect(store.audit.list({ limit: 9 })).toHaveLength(1);
    expect(changes).toEqual([]);
  });

  it('get a new grant and are active when somebody signs in again', () => {
    const { store, changes } = openTestStore();
    addAccount(store);
    store.accounts.setSignIn(ACCOUNT, 'needs-sign-in', { kind: 'grant-ended' });
    expect(store.accounts.get(ACCOUNT)?.signIn).toBe('needs-sign-in');
    changes.length = 0;
    const grant = { ...testGrant(), grantId: 'grant-new' as GrantId };
    store.accounts.renew({
      accountId: ACCOUNT,
      grant,
      audit: { kind: 'signed-in-again' },
      account: { ...testAccount(), displayName: 'Ada L.' },
    });
    expect(store.grants.list()).toEqual([grant]);
    expect(store.accounts.get(ACCOUNT)).toMatchObject({ signIn: 'active', displayName: 'Ada L.' });
    expect(changes).toEqual([
      { kind: 'accounts' },
      { kind: 'grant', accountId: ACCOUNT, grantId: 'grant-new', state: 'active' },
    ]);
    expect(store.audit.list({ limit: 2 }).map((entry) => entry.kind)).toEqual([
      'signed-in-again',
      'grant-ended',
    ]);
    expect(() =>
      store.accounts.renew({ accountId: OTHER, grant: testGrant(OTHER), audit: { kind: 'signed-in-again' } }),
    ).toThrow('not-found');
  });
});

describe('grants', () => {
  it('tell of a new state as such, and of everything else as a change of accounts', () => {
    const { store, changes } = openTestStore();
    addAccount(store);
    const { grantId } = testGrant();
    changes.length = 0;
    store.grants.update(grantId, { refreshedAt: 5 });
    store.grants.update(grantId, { state: 'ended', endedAt: 6 });
    store.grants.update('grant-unknown' as GrantId, { refreshedAt: 7 });
    expect(changes).toEqual([
      { kind: 'accounts' },
      { kind: 'grant', accountId: ACCOUNT, grantId, state: 'ended' },
    ]);
    expect(store.grants.byAccount(ACCOUNT)).toEqual({
      ...testGrant(),
      refreshedAt: 5,
      state: 'ended',
      endedAt: 6,
    });
  });
});

describe('settings and receipts', () => {
  it('have defaults, keep what was set and fall back over a value that no longer fits', () => {
    const test = openTestStore();
    expect(test.store.settings.get()).toEqual(DEFAULT_SETTINGS);
    expect(test.store.settings.set({ theme: 'dark' })).toEqual({ ...DEFAULT_SETTINGS, theme: 'dark' });
    expect(test.reopen().settings.get().theme).toBe('dark');
    expect(test.changes.at(-1)).toEqual({
      kind: 'settings',
      settings: { ...DEFAULT_SETTINGS, theme: 'dark' },
    });
  });

  it('are listed newest first', () => {
    const { store } = openTestStore();
    const receipt = (receiptId: string): Receipt => ({
      receiptId: receiptId as ReceiptId,
      accountId: ACCOUNT,
      address: 'ada@example.org',
      providerName: 'Example',
      answer: 'no',
      steps: [{ name: 'revoke', state: 'done', at: 1, facts: { status: 200 } }],
      grantedAt: 0,
      finishedAt: 1,
    });
    store.receipts.add(receipt('one'));
    store.receipts.add(receipt('two'));
    expect(store.receipts.list()).toEqual([receipt('two'), receipt('one')]);
    expect(store.receipts.get('one' as ReceiptId)).toEqual(receipt('one'));
    expect(store.receipts.get('three' as ReceiptId)).toBeUndefined();
  });
});
