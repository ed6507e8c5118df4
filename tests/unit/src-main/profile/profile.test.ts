import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { readOnlyHere } from '../../../../src-main/profile/only-here-file.ts';
import {
  openProfile,
  type Profile,
  replaceProfile,
  restoreKey,
} from '../../../../src-main/profile/profile.ts';
import type { Keychain } from '../../../../src-main/vault/keychain.ts';
import { createVault } from '../../../../src-main/vault/vault.ts';
import { createManualClock } from '../../../integration/manual-clock.ts';
import { ACCOUNT, addMailboxes, envelope, START, temporaryFolder } from '../store/test-store.ts';

const WEEK = 7 * 24 * 60 * 60_000;

/** A keychain in memory, and a profile over it that can be closed and opened. */
function start() {
  const entries = new Map<string, string>();
  const keychain: Keychain = {
    get: async (_service, entry) => entries.get(entry) ?? null,
    set: async (_service, entry, value) => void entries.set(entry, value),
    delete: async (_service, entry) => entries.delete(entry),
  };
  const clock = createManualClock(START);
  const folder = temporaryFolder();
  const directory = join(folder, 'mail');
  const options = {
    vault: createVault({ service: 'test', keychain, clock }),
    directory,
    temporaryDirectory: folder,
    clock,
  };
  let profile: Profile | undefined;
  onTestFinished(() => profile?.close());
  return {
    entries,
    clock,
    directory,
    options,
    async open(): Promise<Profile> {
      profile = await openProfile(options);
      return profile;
    },
    close() {
      profile?.close();
      profile = undefined;
    },
    loseKey() {
      for (const name of [...entries.keys()]) if (name.startsWith('store-key')) entries.delete(name);
    },
  };
}

const draft = { accountId: ACCOUNT, to: [], cc: [], bcc: [], subject: 'Kept', text: '' };

describe('a profile', () => {
  it('is open once: another engine is told that it is busy, and gets it when the first has closed it', async () => {
    const test = start();
    await test.open();
    await expect(openProfile(test.options)).rejects.toMatchObject({ code: 'busy' });
    test.close();
    await test.open();
  });

  it('asks for a recovery code at first, a week after "not now", and no more when there is one', async () => {
    const test = start();
    const profile = await test.open();
    expect(profile.state()).toEqual({ recoveryCode: 'unset' });
    profile.putOffRecovery();
    expect(profile.state()).toEqual({ recoveryCode: 'later' });
    test.clock.advance(WEEK);
    expect(profile.state()).toEqual({ recoveryCode: 'skipped' });
    profile.createRecoveryCode();
    expect(profile.state()).toEqual({ recoveryCode: 'set' });
    test.close();
    expect((await test.open()).state()).toEqual({ recoveryCode: 'set' });
  });

  it('whose key the keychain has lost is never begun anew by itself, and opens with the code', async () => {
    const test = start();
    const profile = await test.open();
    addMailboxes(profile.store);
    profile.store.drafts.create(draft);
    const code = profile.createRecoveryCode();
    test.close();
    test.entries.clear();
    const before = readdirSync(test.directory);
    await expect(test.open()).rejects.toMatchObject({ code: 'store-key-lost' });
    await expect(restoreKey(test.options, code.slice(1))).rejects.toMatchObject({
      code: 'recovery-code-wrong',
    });
    expect([...test.entries.keys()]).toEqual(['sentinel']);
    expect(readdirSync(test.directory)).toEqual(before);
    await restoreKey(test.options, code.toLowerCase());
    expect((await test.open()).store.drafts.list()).toMatchObject([{ subject: 'Kept' }]);
    test.close();
    await test.open();
  });

  it('that is begun anew has its old files beside it, whole, and the code opens them when they are put back', async () => {
    const test = start();
    const code = (await test.open()).createRecoveryCode();
    test.close();
    test.loseKey();
    await expect(test.open()).rejects.toMatchObject({ code: 'store-key-lost' });
    await replaceProfile(test.options);
    const fresh = await test.open();
    expect(fresh.state()).toEqual({ recoveryCode: 'unset' });
    expect(fresh.store.accounts.list()).toEqual([]);
    test.close();
    const aside = readdirSync(test.directory).find((name) => name.startsWith('unreadable-')) ?? '';
    expect(readdirSync(join(test.directory, aside)).sort()).toEqual([
      'journal.db',
      'only-here.json',
      'recovery.json',
      'store.db',
    ]);
    for (const name of readdirSync(join(test.directory, aside))) {
      renameSync(join(test.directory, aside, name), join(test.directory, name));
    }
    // The key that the keychain has by now is that of the new beginning.
    await expect(test.open()).rejects.toMatchObject({ code: 'store-key-lost' });
    await restoreKey(test.options, code);
    await test.open();
  });

  it('goes on putting the same profile aside after a crash on the way', async () => {
    const test = start();
    await test.open();
    test.close();
    test.loseKey();
    const unfinished = join(test.directory, 'unreadable-2026-01-01T00-00-00.000Z');
    mkdirSync(unfinished);
    renameSync(join(test.directory, 'store.db'), join(unfinished, 'store.db'));
    await replaceProfile(test.options);
    expect(readdirSync(unfinished)).toContain('journal.db');
    expect(readdirSync(test.directory).filter((name) => name.startsWith('unreadable-'))).toHaveLength(1);
  });

  it('with a damaged journal stops, and begun anew it keeps key and code, which may be those of the old files', async () => {
    const test = start();
    const code = (await test.open()).createRecoveryCode();
    test.close();
    writeFileSync(join(test.directory, 'journal.db'), Buffer.alloc(8192, 42));
    await expect(test.open()).rejects.toMatchObject({ code: 'store-unreadable' });
    const key = test.entries.get('store-key');
    await replaceProfile(test.options);
    const fresh = await test.open();
    expect(test.entries.get('store-key')).toBe(key);
    expect(fresh.state()).toEqual({ recoveryCode: 'set' });
    test.close();
    test.loseKey();
    await restoreKey(test.options, code);
    await test.open();
  });

  it('goes on over a new store when the old one is damaged, without being closed', async () => {
    const test = start();
    const profile = await test.open();
    addMailboxes(profile.store);
    profile.store.drafts.create(draft);
    profile.rebuild();
    expect(profile.store.mailboxes.list()).toEqual([]);
    expect(profile.store.drafts.list()).toMatchObject([{ subject: 'Kept' }]);
    expect(profile.state()).toEqual({ recoveryCode: 'unset', rebuiltAt: test.clock.now() });
    await expect(openProfile(test.options)).rejects.toMatchObject({ code: 'busy' });
  });

  it('for a session needs no code and is gone when it is closed', async () => {
    const test = start();
    test.options.vault.startSession();
    const profile = await test.open();
    expect(profile.state()).toEqual({ recoveryCode: 'later' });
    expect(() => profile.createRecoveryCode()).toThrow('input-invalid');
    test.close();
    expect(existsSync(profile.directory)).toBe(false);
    expect(existsSync(test.directory)).toBe(false);
  });
});

describe('the file with what is only here', () => {
  it('has the counts as they change and when the profile is closed, and nothing else', async () => {
    const test = start();
    const { store } = await test.open();
    expect(readOnlyHere(test.directory)).toEqual({
      drafts: 0,
      unsent: 0,
      changes: 0,
      imported: 0,
      savedAt: START,
    });
    const { inbox } = addMailboxes(store);
    const { added } = store.messages.addEnvelopes(inbox, [envelope(1), envelope(2)]);
    store.drafts.create(draft);
    store.outbox.add({
      accountId: ACCOUNT,
      draft: store.drafts.create(draft),
      source: new TextEncoder().encode('x'),
      smtpEnvelope: { from: 'a@x.org', to: ['b@x.org'] },
      messageIdHeader: '<x@x>',
      notBefore: START,
    });
    store.operations.enqueueFlags({ messageIds: added, add: ['\\Seen'], remove: [] });
    test.clock.advance(1_000);
    const counts = { drafts: 1, unsent: 1, changes: 2, imported: 0 };
    expect(readOnlyHere(test.directory)).toMatchObject(counts);
    store.drafts.create(draft);
    test.close();
    expect(readOnlyHere(test.directory)).toMatchObject({ ...counts, drafts: 2 });
    expect(
      Object.keys(JSON.parse(readFileSync(join(test.directory, 'only-here.json'), 'utf8'))).sort(),
    ).toEqual(['changes', 'drafts', 'imported', 'savedAt', 'unsent']);
  });

  it('that is missing or broken counts nothing', () => {
    const directory = temporaryFolder();
    const nothing = { drafts: 0, unsent: 0, changes: 0, imported: 0 };
    expect(readOnlyHere(directory)).toEqual(nothing);
    writeFileSync(join(directory, 'only-here.json'), '{"drafts":"many"}');
    expect(readOnlyHere(directory)).toEqual(nothing);
  });
});
