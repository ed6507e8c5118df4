import { describe, expect, it } from 'vitest';
import type { Clock } from '../../../../src-main/base/clock.ts';
import type { Keychain } from '../../../../src-main/vault/keychain.ts';
import { createVault, type VaultOptions } from '../../../../src-main/vault/vault.ts';
import { createMemoryKeychain } from './memory-keychain.ts';

const at = (keychain: Keychain, options: Partial<VaultOptions> = {}) =>
  createVault({ service: 'Latchkey test', keychain, name: 'Test keychain', platform: 'linux', ...options });

describe('the vault', () => {
  it('keeps a long secret with any characters in parts of at most 1,200 characters', async () => {
    const { keychain, entries } = createMemoryKeychain();
    const secret = `${'ключ🔑'.repeat(900)}end`;
    await at(keychain).put('grant/one', secret);
    expect(await at(keychain).get('grant/one')).toBe(secret);
    expect(Math.max(...[...entries.values()].map((value) => value.length))).toBeLessThanOrEqual(1_200);
  });

  it('answers undefined for a secret that was never put', async () => {
    const { keychain } = createMemoryKeychain();
    const vault = at(keychain);
    expect(await vault.check()).toEqual({ state: 'ready', kind: 'keychain', name: 'Test keychain' });
    expect(await vault.get('grant/none')).toBeUndefined();
  });

  it('reads the old secret after a write was torn at any point', async () => {
    const secret = { old: 'o'.repeat(3_000), new: 'n'.repeat(2_000) };
    for (let writes = 0; writes < 3; writes++) {
      const { keychain, fault } = createMemoryKeychain();
      const vault = at(keychain);
      await vault.put('grant/one', secret.old);
      fault.writesLeft = writes;
      await expect(vault.put('grant/one', secret.new)).rejects.toMatchObject({ code: 'keychain-failed' });
      fault.writesLeft = Number.POSITIVE_INFINITY;
      expect(await at(keychain).get('grant/one')).toBe(secret.old);
      await vault.put('grant/one', secret.new);
      expect(await at(keychain).get('grant/one')).toBe(secret.new);
    }
  });

  it('leaves no part behind when a secret is replaced by a shorter one and deleted', async () => {
    const { keychain, entries } = createMemoryKeychain();
    const vault = at(keychain);
    await vault.put('grant/one', 'x'.repeat(5_000));
    await vault.put('grant/one', 'y');
    await vault.put('grant/one', 'x'.repeat(5_000));
    await vault.delete('grant/one');
    expect([...entries.keys()].filter((entry) => entry.startsWith('grant/'))).toEqual([]);
    expect(await vault.get('grant/one')).toBeUndefined();
  });

  it('takes nothing for missing while the keychain is locked, and finds it after the unlock', async () => {
    const { keychain, fault } = createMemoryKeychain();
    const vault = at(keychain);
    await vault.put('grant/one', 'secret');
    fault.locked = true;
    expect((await vault.check()).state).toBe('locked');
    await expect(vault.get('grant/one')).rejects.toMatchObject({ code: 'keychain-locked', retry: 'later' });
    await expect(vault.put('grant/one', 'other')).rejects.toMatchObject({ code: 'keychain-locked' });
    await expect(vault.delete('grant/one')).rejects.toMatchObject({ code: 'keychain-locked' });
    fault.locked = false;
    expect((await vault.check()).state).toBe('ready');
    expect(await vault.get('grant/one')).toBe('secret');
  });

  it('says absent where there is no keychain, and ready when one comes', async () => {
    const { keychain, fault } = createMemoryKeychain();
    const states: string[] = [];
    const vault = at(keychain);
    vault.subscribe(({ state }) => states.push(state));
    fault.absent = true;
    expect((await vault.check()).state).toBe('absent');
    await expect(vault.get('store-key')).rejects.toMatchObject({ code: 'keychain-absent' });
    fault.absent = false;
    await vault.check();
    expect(states).toEqual(['absent', 'ready']);
  });

  it('stops waiting for a prompt, asks nothing more while it is open, and looks again when it closes', async () => {
    const { keychain, fault } = createMemoryKeychain();
    let timeOut = (): void => undefined;
    let calls = 0;
    const counted: Keychain = {
      ...keychain,
      get(service, entry) {
        calls++;
        return keychain.get(service, entry);
      },
    };
    const clock: Clock = {
      now: () => 0,
      after(_ms, callback) {
        timeOut = callback;
        return () => undefined;
      },
    };
    let close = (): void => undefined;
    fault.prompt = new Promise((resolve) => {
      close = resolve;
    });
    const vault = at(counted, { clock });
    const first = vault.check();
    await Promise.resolve();
    timeOut();
    expect(await first).toMatchObject({ state: 'locked', reason: 'slow' });
    await expect(vault.get('store-key')).rejects.toMatchObject({ code: 'keychain-locked' });
    expect(calls).toBe(1);
    const ready = new Promise((resolve) => vault.subscribe(resolve));
    fault.prompt = undefined;
    close();
    expect(await ready).toEqual({ state: 'ready', kind: 'keychain', name: 'Test keychain' });
  });

  it('says of a keyring that is locked without a word why no more than that it is locked', async () => {
    const { keychain, fault } = createMemoryKeychain();
    fault.locked = true;
    expect(await at(keychain, { isExpected: () => true }).check()).toEqual({
      state: 'locked',
      kind: 'keychain',
      name: 'Test keychain',
    });
  });

  it('says locked, and dismissed, where a system that always has a keychain refused to be asked', async () => {
    const { keychain, fault } = createMemoryKeychain();
    fault.absent = true;
    fault.words = 'User canceled the operation.';
    expect(await at(keychain, { platform: 'darwin' }).check()).toMatchObject({
      state: 'locked',
      reason: 'dismissed',
    });
    fault.words = 'User interaction is not allowed.';
    const refused = await at(keychain, { platform: 'darwin' }).check();
    expect(refused).toEqual({ state: 'locked', kind: 'keychain', name: 'Test keychain' });
  });

  it('says that entries were deleted when mail is here and nothing of it in an open keychain, until they are put back', async () => {
    const { keychain, entries } = createMemoryKeychain();
    const vault = at(keychain, { isExpected: () => true });
    await vault.put('store-key', 'kept');
    entries.clear();
    expect(await vault.check()).toMatchObject({ state: 'ready', reason: 'deleted' });
    expect(await vault.get('store-key')).toBeUndefined();
    expect(vault.state().reason).toBe('deleted');
    await vault.put('store-key', 'put back');
    expect(vault.state().reason).toBeUndefined();
  });

  it('mends a sentinel that alone was deleted, and makes no fuss of a keychain that was never used', async () => {
    const { keychain, entries } = createMemoryKeychain();
    const vault = at(keychain, { isExpected: () => true });
    await vault.put('store-key', 'kept');
    entries.delete('sentinel');
    expect((await vault.check()).reason).toBeUndefined();
    expect(await vault.get('store-key')).toBe('kept');
    const fresh = createMemoryKeychain();
    expect((await at(fresh.keychain).check()).reason).toBeUndefined();
  });

  it('reads a secret whole while another program replaces it', async () => {
    const { keychain, entries } = createMemoryKeychain();
    const other = at(keychain);
    await other.put('grant/one', 'old'.repeat(1_000));
    let isReplaced = false;
    const slow: Keychain = {
      ...keychain,
      async get(service, entry) {
        const value = await keychain.get(service, entry);
        if (entry === 'grant/one' && !isReplaced) {
          isReplaced = true;
          await other.put('grant/one', 'new'.repeat(1_000));
        }
        return value;
      },
    };
    expect(await at(slow).get('grant/one')).toBe('new'.repeat(1_000));
    expect(entries.has('grant/one#a0')).toBe(false);
  });

  it('refuses a value that somebody changed in the keychain', async () => {
    const { keychain, entries } = createMemoryKeychain();
    const vault = at(keychain);
    await vault.put('store-key', 'right');
    entries.set('store-key#a0', Buffer.from('wrong').toString('base64'));
    await expect(vault.get('store-key')).rejects.toMatchObject({ code: 'keychain-failed' });
  });

  it('keeps secrets of a session in memory and writes nothing', async () => {
    const { keychain, entries, fault } = createMemoryKeychain();
    fault.absent = true;
    const vault = at(keychain);
    await vault.check();
    expect(vault.startSession()).toEqual({ state: 'session', kind: 'session', name: 'Test keychain' });
    await vault.put('grant/one', 'secret');
    expect(await vault.get('grant/one')).toBe('secret');
    expect((await vault.check()).state).toBe('session');
    await vault.delete('grant/one');
    expect(await vault.get('grant/one')).toBeUndefined();
    expect(entries.size).toBe(0);
  });

  it('removes everything that it ever wrote', async () => {
    const { keychain, entries } = createMemoryKeychain();
    const vault = at(keychain);
    await vault.put('store-key', 'a');
    await vault.put('grant/one', 'b'.repeat(4_000));
    await vault.clear();
    expect(entries.size).toBe(0);
  });
});
