import { renderToStaticMarkup } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import type { Backend } from '../../../../../src-renderer/backend/backend.ts';
import { BackendProvider } from '../../../../../src-renderer/backend/backend-context.tsx';
import { AccessSection } from '../../../../../src-renderer/screens/accounts/access-section.tsx';
import { accountView } from '../../../../../src-shared/model/account.ts';
import { grantView } from '../../../../../src-shared/model/grant.ts';

/** A page that is only drawn asks for nothing. */
const SILENT: Backend = {
  request: async () => ({ ok: false, code: 'internal', retry: 'never' }),
  subscribe: () => () => {},
  subscribeRenewed: () => () => {},
};
const NOW = new Date(2026, 2, 12, 9, 44).getTime();
const MINUTE = 60_000;

function draw(state: 'online' | 'signed-out', change: object = {}, isOwed = false): string {
  const server = { host: 'mail.example', port: 993, security: 'tls' };
  const account = accountView.parse({
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
  const grant = grantView.parse({
    grantId: 'g',
    accountId: 'a',
    kind: 'oauth',
    issuer: 'https://id.provider.example',
    clientId: 'client-7',
    clientIdOwner: 'person',
    scopes: ['mail'],
    grantedAt: new Date(2025, 10, 3, 8, 15).getTime(),
    refreshedAt: NOW - 30 * MINUTE,
    lastUsedAt: NOW - 20 * MINUTE,
    lastUsedFor: 'imap',
    accessTokenEndsAt: NOW + 30 * MINUTE,
    state: 'active',
    providerName: 'Google',
    manageUrl: 'https://provider.example/apps',
    revocation: 'endpoint',
    revokesWholeGrant: false,
    keptIn: 'keychain',
    keychainName: 'GNOME Keyring',
    ...change,
  });
  const nothing = (): void => {};
  const page = renderToStaticMarkup(
    <BackendProvider backend={SILENT}>
      <AccessSection
        account={account}
        grant={grant}
        isOwed={isOwed}
        waiting={0}
        now={NOW}
        onSignInAgain={nothing}
        onSignOut={nothing}
        onDeleteMail={nothing}
        onIdentities={nothing}
      />
    </BackendProvider>,
  );
  return page.replace(/<[^>]+>/g, ' ');
}

describe('an account of Accounts and access', () => {
  it.each([
    ['whose it is', 'maya@lindgard.example'],
    ['what is allowed, in words', 'Read, write, send and delete all mail.'],
    ['since when', '3 November 2025 at 08:15'],
    ['when the key was renewed', 'Today 09:14'],
    ['when the short key ends', '10:14'],
    ['when it was last used', 'Today 09:24'],
    ['under which client ID', 'client-7'],
    ['who gave it', 'https://id.provider.example'],
    ['where the key is', 'GNOME Keyring'],
    ['the way to the page of the provider', 'Google’s own page'],
    ['the way out', 'Sign out'],
  ])('tells %s', (_what, words) => {
    expect(draw('online')).toContain(words);
  });

  it('claims no access when it was given back', () => {
    const page = draw('signed-out', { state: 'revoked' });
    expect(page).not.toContain('client-7');
    expect(page).not.toContain('The short key ends');
    expect(page).toContain('deleted here');
  });

  it('does not call a key deleted, nor an access gone, while the provider has not confirmed it', () => {
    const page = draw('signed-out', { state: 'revoked' }, true);
    expect(page).toContain('Google has not confirmed that it is gone');
    expect(page).toContain('Put apart until Google confirms.');
    expect(page).not.toContain('deleted here');
  });
});
