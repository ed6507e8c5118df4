import { describe, expect, it } from 'vitest';
import {
  sayKept,
  sayLastUsed,
  sayRenewed,
  sayState,
  sayWhen,
  sayWhenFirst,
} from '../../../../../src-renderer/screens/accounts/access-words.ts';
import { type AccountView, accountView } from '../../../../../src-shared/model/account.ts';
import { type GrantView, grantView } from '../../../../../src-shared/model/grant.ts';

const NOW = new Date(2026, 2, 12, 9, 44).getTime();
const MINUTE = 60_000;

function makeAccount(state: AccountView['state']): AccountView {
  const server = { host: 'mail.example', port: 993, security: 'tls' };
  return accountView.parse({
    accountId: 'a',
    address: 'maya@lindgard.example',
    displayName: 'Maya',
    providerId: 'google',
    providerName: 'Google',
    userName: 'maya',
    auth: 'oauth',
    imap: server,
    smtp: server,
    sendSavesCopy: true,
    bodyMonths: 12,
    addedAt: NOW,
    state,
    progress: { phase: 'idle' },
  });
}
function makeGrant(change: Partial<GrantView> = {}): GrantView {
  return grantView.parse({
    grantId: 'g',
    accountId: 'a',
    kind: 'oauth',
    scopes: [],
    grantedAt: NOW,
    state: 'active',
    providerName: 'Google',
    revocation: 'endpoint',
    revokesWholeGrant: false,
    keptIn: 'keychain',
    keychainName: 'GNOME Keyring',
    ...change,
  });
}

describe('the times and states of Accounts and access', () => {
  it('are near in minutes, today by the clock, else by the day', () => {
    expect(sayWhen(NOW - 20_000, NOW)).toBe('just now');
    expect(sayWhen(NOW - MINUTE, NOW)).toBe('1 minute ago');
    expect(sayWhen(NOW - 59 * MINUTE, NOW)).toBe('59 minutes ago');
    expect(sayWhen(NOW - 90 * MINUTE, NOW)).toBe('today at 08:14');
    expect(sayWhen(NOW - 48 * 60 * MINUTE, NOW)).toBe('10 March 2026 at 09:44');
    expect(sayWhenFirst(NOW - 90 * MINUTE, NOW)).toBe('Today 08:14');
  });

  it('do not call a time in the future "just now", when the clock was set back', () => {
    expect(sayWhen(NOW + 10 * MINUTE, NOW)).toBe('today at 09:54');
  });

  it('warn only where a person must act', () => {
    expect(sayState(makeAccount('needs-sign-in'), makeGrant({ endedAt: NOW - 90 * MINUTE }), NOW)).toEqual({
      words: 'Google ended the access today at 08:14.',
      isWarning: true,
    });
    expect(sayState(makeAccount('needs-sign-in'), makeGrant({ state: 'revoking' }), NOW)).toEqual({
      words: 'Signing out of Google was interrupted.',
      isWarning: true,
    });
    for (const state of ['online', 'offline', 'connecting', 'signed-out'] as const) {
      const said = sayState(makeAccount(state), undefined, NOW);
      expect(said.isWarning).toBe(false);
      expect(said.words).not.toBe('');
    }
  });

  it('say that being offline is no matter of the access', () => {
    expect(sayState(makeAccount('offline'), makeGrant(), NOW).words).toContain('The access is good.');
  });

  it('say when the short key ends, and not of one that has ended', () => {
    const grant = makeGrant({ refreshedAt: NOW - 30 * MINUTE, accessTokenEndsAt: NOW + 28 * MINUTE });
    expect(sayRenewed(grant, NOW)).toBe('Today 09:14. The short key ends at 10:12 and is renewed by itself.');
    expect(sayRenewed(grant, NOW + 29 * MINUTE)).toBe('Today 09:14.');
    expect(sayRenewed(makeGrant(), NOW)).toContain('no short key');
  });

  it('say what the access was last used for', () => {
    expect(sayLastUsed(makeGrant(), NOW)).toBe('Not yet');
    expect(sayLastUsed(makeGrant({ lastUsedAt: NOW, lastUsedFor: 'smtp' }), NOW)).toBe(
      'Today 09:44, to send mail',
    );
  });

  it('say where the key is kept, and that a dead or deleted one opens nothing', () => {
    expect(sayKept(makeGrant())).toBe('GNOME Keyring');
    expect(sayKept(makeGrant({ keptIn: 'session' }))).toContain('Memory only');
    expect(sayKept(makeGrant({ state: 'ended' }))).toContain('opens nothing');
    expect(sayKept(makeGrant({ state: 'revoked' }))).toContain('deleted here');
  });
});
