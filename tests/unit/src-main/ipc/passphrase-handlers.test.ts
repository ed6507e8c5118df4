import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createAppHandlers } from '../../../../src-main/ipc/app-handlers.ts';
import { PASSPHRASE_FILE } from '../../../../src-main/vault/passphrase-file.ts';
import { createVault } from '../../../../src-main/vault/vault.ts';
import type { CredentialId } from '../../../../src-shared/model/ids.ts';
import { openTestStore, temporaryFolder } from '../store/test-store.ts';
import { createMemoryKeychain } from '../vault/memory-keychain.ts';
import { createTestShell, press } from './test-shell.ts';

/** The handlers over a vault without a keychain; `isPressed` says whether the person really pressed something. */
async function start(isPressed: boolean) {
  const { keychain, fault } = createMemoryKeychain();
  fault.absent = true;
  const passphraseFile = join(temporaryFolder(), PASSPHRASE_FILE);
  const open = () => createVault({ service: 'test', keychain, platform: 'linux', passphraseFile });
  const vault = open();
  await vault.check();
  let opened = 0;
  const context = {
    vault,
    accounts: { takeCredential: (credentialId: CredentialId) => `seven quiet otters ${credentialId}` },
    shell: createTestShell({ requirePress: press(() => isPressed) }),
    mail: {
      async open() {
        opened += 1;
      },
      problem: () => undefined,
      state: () => undefined,
    },
    config: { version: '0' },
    rooms: () => openTestStore(),
    wake: () => undefined,
  };
  const handlers = createAppHandlers(context);
  return { handlers, vault, open, openings: () => opened };
}

const signal = new AbortController().signal;
const passphrase = 'ride' as CredentialId;

describe('choosing a passphrase where there is no keychain', () => {
  it('opens the mail over a file that the passphrase opens', async () => {
    const { handlers, openings, open } = await start(true);
    const state = await handlers['app.createPassphrase']({ passphrase }, signal);
    expect(state).toMatchObject({ state: 'ready', kind: 'passphrase' });
    expect(openings()).toBe(1);
    expect(open().state()).toMatchObject({ state: 'locked', kind: 'passphrase' });
  });

  it('is refused to a page that asks for it without a press of the person', async () => {
    const { handlers, vault, openings } = await start(false);
    const asked = handlers['app.createPassphrase']({ passphrase }, signal);
    await expect(asked).rejects.toMatchObject({ code: 'press-missing' });
    expect(vault.state().state).toBe('absent');
    expect(openings()).toBe(0);
  });
});

describe('a passphrase that nobody knows any more', () => {
  it('is put aside after a press only', async () => {
    const made = await start(true);
    await made.handlers['app.createPassphrase']({ passphrase }, signal);
    await expect(made.handlers['app.forgetPassphrase']({}, signal)).rejects.toMatchObject({
      code: 'input-invalid',
    }); // it is open
    const { handlers, vault } = await start(false);
    await expect(handlers['app.forgetPassphrase']({}, signal)).rejects.toMatchObject({
      code: 'press-missing',
    });
    expect(vault.state()).toMatchObject({ state: 'absent' });
  });
});
