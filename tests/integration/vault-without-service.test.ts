import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import { isProfile, openProfile } from '../../src-main/profile/profile.ts';
import { PASSPHRASE_FILE } from '../../src-main/vault/passphrase-file.ts';
import { createVault } from '../../src-main/vault/vault.ts';
import { startKeychain } from '../servers/keychain.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { startEngineHere } from './engine-here.ts';

const run = createRunFolder();
beforeAll(async () => {
  Object.assign(process.env, (await startKeychain({ run, state: 'no-service' })).env);
});
afterAll(() => run.remove());

const SERVICE = 'Latchkey Mail integration test';

describe('the vault on a desktop without a keychain', () => {
  it('says that the keychain is absent, and keeps secrets for the session when the person chose so', async () => {
    const vault = createVault({ service: SERVICE });
    expect((await vault.check()).state).toBe('absent');
    await expect(vault.put('grant/one', 'secret')).rejects.toMatchObject({ code: 'keychain-absent' });
    expect(vault.startSession().state).toBe('session');
    await vault.put('grant/one', 'secret');
    expect(await vault.get('grant/one')).toBe('secret');
  });

  it('opens the mail with a passphrase at each start, and leaves no secret in the folder', async () => {
    const temporaryDirectory = run.folder('passphrase', 0o700);
    const directory = join(temporaryDirectory, 'mail');
    const passphrase = 'seven quiet otters ride';
    const canary = 'canary-5e0c1d';
    const start = async () => {
      const vault = createVault({
        service: SERVICE,
        passphraseFile: join(directory, PASSPHRASE_FILE),
        isExpected: () => isProfile(directory),
      });
      await vault.check();
      return { vault, open: () => openProfile({ vault, directory, temporaryDirectory, clock: systemClock }) };
    };

    const first = await start();
    await expect(first.open()).rejects.toMatchObject({ code: 'keychain-absent' });
    await first.vault.createPassphrase(passphrase);
    const profile = await first.open();
    profile.store.settings.set({ undoSeconds: 7 });
    await first.vault.put('grant/one', JSON.stringify({ refreshToken: canary }));
    const key = Buffer.from(profile.key());
    profile.close();

    const second = await start();
    await expect(second.open()).rejects.toMatchObject({ code: 'keychain-locked' });
    await expect(second.vault.openPassphrase('seven quiet otters')).rejects.toMatchObject({
      code: 'passphrase-wrong',
    });
    await expect(second.open()).rejects.toMatchObject({ code: 'keychain-locked' });
    expect(await second.vault.openPassphrase(passphrase)).toMatchObject({
      state: 'ready',
      kind: 'passphrase',
    });
    const again = await second.open();
    expect(again.store.settings.get().undoSeconds).toBe(7);
    expect(await second.vault.get('grant/one')).toContain(canary);
    again.close();

    const forms = [
      Buffer.from(canary),
      Buffer.from(Buffer.from(JSON.stringify({ refreshToken: canary })).toString('base64')),
      Buffer.from(canary, 'utf16le'),
      key,
      Buffer.from(key.toString('base64')),
      Buffer.from(key.toString('hex')),
      Buffer.from(passphrase),
    ];
    for (const name of readdirSync(directory)) {
      const content = readFileSync(join(directory, name));
      expect(
        forms.filter((form) => content.includes(form)),
        name,
      ).toEqual([]);
    }
  });

  it('erases everything with the passphrase and its file, in the same engine', async () => {
    const temporaryDirectory = run.folder('erase', 0o700);
    const directory = join(temporaryDirectory, 'mail');
    let restarts = 0;
    const engine = startEngineHere({
      directory,
      temporaryDirectory,
      keychainService: SERVICE,
      restart: () => {
        restarts += 1;
      },
    });
    expect((await engine.ask('app.checkVault', {})).state).toBe('absent');
    const { credentialId } = await engine.ask('credentials.submit', { secret: 'seven quiet otters ride' });
    expect(await engine.ask('app.createPassphrase', { passphrase: credentialId })).toMatchObject({
      state: 'ready',
      kind: 'passphrase',
    });
    await engine.ask('settings.set', { undoSeconds: 7 });
    expect(await engine.ask('privacy.eraseAll', {})).toEqual({});
    expect(await engine.ask('app.checkVault', {})).toMatchObject({ state: 'absent', kind: 'keychain' });
    expect(readdirSync(directory).filter((name) => !name.startsWith('profile.lock'))).toEqual([]);
    expect(restarts).toBe(0);
    await engine.stop();
  });
});
