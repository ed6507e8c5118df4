import { describe, expect, it } from 'vitest';
import { checkNewPassphrase } from '../../../../../src-renderer/screens/accounts/passphrase-form.ts';
import { sayKeptIn, sayKeyKept } from '../../../../../src-renderer/screens/accounts/vault-words.ts';
import { vaultState } from '../../../../../src-shared/model/settings.ts';

describe('where a key is kept', () => {
  it('is said for a keychain, a passphrase and a session', () => {
    const keychain = vaultState.parse({ state: 'ready', kind: 'keychain', name: 'GNOME Keyring' });
    expect(sayKeptIn(keychain)).toBe('It is kept in your GNOME Keyring, nowhere else.');
    expect(sayKeyKept(keychain).title).toBe('The key is kept in your GNOME Keyring');
    const passphrase = vaultState.parse({ state: 'ready', kind: 'passphrase', name: '' });
    expect(sayKeptIn(passphrase)).toContain('your passphrase opens');
    expect(sayKeyKept(passphrase).title).toContain('your passphrase opens');
    const session = vaultState.parse({ state: 'session', kind: 'session', name: '' });
    expect(sayKeptIn(session)).toBe('It is kept until you quit Latchkey.');
    expect(sayKeyKept(session).title).toBe('The key is kept until you quit Latchkey');
  });
});

describe('a new passphrase', () => {
  it('is refused when it is short, weak, or typed differently the second time', () => {
    expect(checkNewPassphrase('short', 'short', true)).toHaveProperty('passphrase');
    expect(checkNewPassphrase('aaaaaaaaaaaaaaaa', 'aaaaaaaaaaaaaaaa', false)).toHaveProperty('passphrase');
    expect(checkNewPassphrase('otter brick lamp', 'otter brick lamb', true)).toHaveProperty('again');
    expect(checkNewPassphrase('otter brick lamp', 'otter brick lamp', true)).toEqual({});
  });
});
