import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createVault } from '../../src-main/vault/vault.ts';
import { startKeychain } from '../servers/keychain.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';

const run = createRunFolder();
beforeAll(async () => {
  Object.assign(process.env, (await startKeychain({ run, state: 'no-service' })).env);
});
afterAll(() => run.remove());

describe('the vault on a desktop without a keychain', () => {
  it('says that the keychain is absent, and keeps secrets for the session when the person chose so', async () => {
    const vault = createVault({ service: 'Latchkey Mail integration test' });
    expect((await vault.check()).state).toBe('absent');
    await expect(vault.put('grant/one', 'secret')).rejects.toMatchObject({ code: 'keychain-absent' });
    expect(vault.startSession().state).toBe('session');
    await vault.put('grant/one', 'secret');
    expect(await vault.get('grant/one')).toBe('secret');
  });
});
