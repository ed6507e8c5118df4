import { describe, expect, it } from 'vitest';
import { readSyncState } from '../../../../../src-renderer/screens/inbox/sync-words.ts';
import { type AccountView, accountView } from '../../../../../src-shared/model/account.ts';

function account(state: AccountView['state'], progress: AccountView['progress']): AccountView {
  const server = { host: 'x.example', port: 993, security: 'tls' };
  return accountView.parse({
    accountId: `a-${state}`,
    address: 'a@x.example',
    displayName: 'A',
    providerId: 'p',
    providerName: 'P',
    userName: 'a',
    auth: 'oauth',
    imap: server,
    smtp: server,
    sendSavesCopy: false,
    bodyMonths: 12,
    addedAt: 0,
    state,
    progress,
  });
}

const idle = { phase: 'idle' as const, checkedAt: 1000 };

describe('the foot of the sidebar', () => {
  it('says up to date for all only when that is so', () => {
    expect(readSyncState([account('online', idle)])).toEqual({ kind: 'up-to-date', at: 1000 });
    expect(readSyncState([account('online', idle), account('needs-sign-in', idle)])).toMatchObject({
      kind: 'one-up-to-date',
      at: 1000,
    });
  });

  it('names the oldest of several checks', () => {
    expect(
      readSyncState([account('online', idle), account('online', { phase: 'idle', checkedAt: 500 })]),
    ).toEqual({
      kind: 'up-to-date',
      at: 500,
    });
  });

  it('tells how far a long synchronisation has come', () => {
    const progress = { phase: 'envelopes' as const, mailboxName: 'Inbox', done: 12_400, total: 98_112 };
    expect(readSyncState([account('online', progress)])).toMatchObject({
      kind: 'working',
      mailbox: 'Inbox',
      done: 12_400,
      total: 98_112,
    });
  });

  it('says connecting before the first check and offline without a link', () => {
    expect(readSyncState([account('connecting', { phase: 'idle' })]).kind).toBe('connecting');
    expect(readSyncState([account('offline', idle)])).toEqual({ kind: 'offline' });
  });

  it('is silent when no account can connect', () => {
    expect(readSyncState([account('signed-out', idle)])).toEqual({ kind: 'none' });
    expect(readSyncState([])).toEqual({ kind: 'none' });
  });
});
