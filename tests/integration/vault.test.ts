import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVault } from '../../src-main/vault/vault.ts';
import { type Keychain, startKeychain } from '../servers/keychain.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';

const run = createRunFolder();
let keychain: Keychain;

beforeAll(async () => {
  keychain = await startKeychain({ run });
  // libsecret reads it when it is first used; this file has a process of its own.
  Object.assign(process.env, keychain.env);
});
afterAll(() => run.remove());

const SERVICE = 'Latchkey Mail integration test';
const runFile = promisify(execFile);
const open = () => createVault({ service: SERVICE });

describe('the vault over a real gnome-keyring', () => {
  it('keeps a secret for the next start, and forgets it when told to', async () => {
    const secret = JSON.stringify({ refreshToken: 'Zürich-日本-'.repeat(500) });
    const vault = open();
    expect((await vault.check()).state).toBe('ready');
    await vault.put('grant/one', secret);
    expect(await open().get('grant/one')).toBe(secret);
    await open().delete('grant/one');
    expect(await vault.get('grant/one')).toBeUndefined();
  });

  it('removes every entry of a profile that is thrown away', async () => {
    const vault = open();
    await vault.put('store-key', 'a');
    await vault.put('grant/two', 'b'.repeat(4_000));
    await vault.clear();
    const { stdout } = await runFile(
      'dbus-send',
      [
        '--session',
        '--print-reply',
        '--dest=org.freedesktop.secrets',
        '/org/freedesktop/secrets/collection/login',
        'org.freedesktop.DBus.Properties.Get',
        'string:org.freedesktop.Secret.Collection',
        'string:Items',
      ],
      { env: process.env },
    );
    expect(stdout).not.toContain('object path');
  });

  it('shows a locked keyring as locked and not as empty, and what was in it is there after the unlock', async () => {
    const vault = open();
    await vault.put('store-key', 'kept');
    await keychain.lock();
    expect((await vault.check()).state).toBe('locked');
    await expect(vault.get('store-key')).rejects.toMatchObject({ code: 'keychain-locked' });
    await expect(vault.put('store-key', 'other')).rejects.toMatchObject({ code: 'keychain-locked' });
    await expect(vault.delete('store-key')).rejects.toMatchObject({ code: 'keychain-locked' });
    expect((await open().check()).state).toBe('locked');
    await keychain.unlock();
    expect((await vault.check()).state).toBe('ready');
    expect(await vault.get('store-key')).toBe('kept');
  });
});
