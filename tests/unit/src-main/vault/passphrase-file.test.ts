import { createHash } from 'node:crypto';
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PASSPHRASE_FILE } from '../../../../src-main/vault/passphrase-file.ts';
import { createVault } from '../../../../src-main/vault/vault.ts';
import { createManualClock } from '../../../integration/manual-clock.ts';
import { START, temporaryFolder } from '../store/test-store.ts';
import { createMemoryKeychain } from './memory-keychain.ts';

const PASSPHRASE = 'seven quiet otters ride';
const CANARY = 'canary-4f1b';
const ZEROS = Buffer.alloc(16).toString('base64');

/** A profile's folder on a computer without a keychain. */
function startWithout() {
  const directory = join(temporaryFolder(), 'mail');
  const path = join(directory, PASSPHRASE_FILE);
  const { keychain, entries, fault } = createMemoryKeychain();
  fault.absent = true;
  const clock = createManualClock(START);
  const open = () =>
    createVault({ service: 'test', keychain, clock, name: 'None', platform: 'linux', passphraseFile: path });
  async function create() {
    const vault = open();
    await vault.check();
    await vault.createPassphrase(PASSPHRASE);
    return vault;
  }
  return { directory, path, clock, entries, fault, open, create };
}

describe('secrets behind a passphrase', () => {
  it('are there again after the passphrase was typed, and not before', async () => {
    const { open, create } = startWithout();
    const vault = await create();
    expect(vault.state()).toEqual({ state: 'ready', kind: 'passphrase', name: 'secrets.json' });
    await vault.put('grant/one', 'x'.repeat(3_000));
    const again = open();
    expect(again.state()).toMatchObject({ state: 'locked', kind: 'passphrase' });
    expect(await again.check()).toMatchObject({ state: 'locked', kind: 'passphrase' });
    await expect(again.get('grant/one')).rejects.toMatchObject({ code: 'keychain-locked' });
    expect((await again.openPassphrase(PASSPHRASE)).state).toBe('ready');
    expect(await again.get('grant/one')).toBe('x'.repeat(3_000));
    await again.delete('grant/one');
    expect(await vault.get('grant/one')).toBe('x'.repeat(3_000));
  });

  it('are put aside unopened when the passphrase is forgotten, so that another place can be chosen', async () => {
    const { open, create, directory, path } = startWithout();
    await (await create()).put('store-key', CANARY);
    const before = readFileSync(path);
    const again = open();
    expect(await again.forgetPassphrase()).toMatchObject({ state: 'absent', kind: 'keychain' });
    const [aside = ''] = readdirSync(directory);
    expect(aside).toMatch(/^forgotten-\d+-secrets\.json$/);
    expect(readFileSync(`${directory}/${aside}`)).toEqual(before);
    await again.createPassphrase('another set of quiet words');
    expect(await again.get('store-key')).toBeUndefined();
    await expect(again.forgetPassphrase()).rejects.toMatchObject({ code: 'input-invalid' });
  });

  it('stand in no file in plain, in a file that only its owner may read', async () => {
    const { create, directory, path } = startWithout();
    const vault = await create();
    await vault.put('grant/one', CANARY);
    await vault.put('store-key', CANARY.repeat(200));
    expect(readdirSync(directory)).toEqual([PASSPHRASE_FILE]);
    expect(statSync(path).mode & 0o777).toBe(0o600);
    const text = readFileSync(path, 'utf8');
    for (const form of [CANARY, Buffer.from(CANARY).toString('base64'), PASSPHRASE, 'otters', 'grant/one'])
      expect(text).not.toContain(form);
  });

  it('have another nonce with each write', async () => {
    const { create, path } = startWithout();
    const vault = await create();
    const nonces = new Set<string>();
    for (let write = 0; write < 20; write++) {
      await vault.put('grant/one', `secret ${write}`);
      nonces.add(JSON.parse(readFileSync(path, 'utf8')).nonce);
    }
    expect(nonces.size).toBe(20);
  });

  it('do not open with another passphrase, and after five wrong ones make whoever guesses wait', async () => {
    const { create, open, clock, path } = startWithout();
    await create();
    const before = readFileSync(path, 'utf8');
    const vault = open();
    const guess = () => vault.openPassphrase('seven quiet otters rode');
    for (let wrong = 0; wrong < 5; wrong++)
      await expect(guess()).rejects.toMatchObject({ code: 'passphrase-wrong' });
    await expect(guess()).rejects.toMatchObject({ code: 'busy', detail: { seconds: 2 } });
    await expect(vault.openPassphrase(PASSPHRASE)).rejects.toMatchObject({ code: 'busy' });
    clock.advance(2_000);
    await expect(guess()).rejects.toMatchObject({ code: 'passphrase-wrong' });
    await expect(guess()).rejects.toMatchObject({ code: 'busy', detail: { seconds: 4 } });
    clock.advance(4_000);
    expect((await vault.openPassphrase(PASSPHRASE)).state).toBe('ready');
    expect(JSON.parse(readFileSync(path, 'utf8')).head).toEqual(JSON.parse(before).head);
  });

  it('open with the same passphrase typed on a keyboard that writes its characters in another way', async () => {
    const { open, fault } = startWithout();
    const vault = open();
    fault.absent = true;
    await vault.check();
    await vault.createPassphrase('Zürich liegt am schönen See'.normalize('NFC'));
    const again = open();
    await again.openPassphrase('Zürich liegt am schönen See'.normalize('NFD'));
    expect(again.state().state).toBe('ready');
  });

  it('are not put behind a passphrase that is short or all the same', async () => {
    const { open, path } = startWithout();
    const vault = open();
    await vault.check();
    for (const weak of [
      '',
      'short',
      'elevenchars',
      'aaaaaaaaaaaaaaaa',
      'abababababab',
      `${' '.repeat(20)}abc`,
    ])
      await expect(vault.createPassphrase(weak)).rejects.toMatchObject({ code: 'passphrase-weak' });
    expect(existsSync(path)).toBe(false);
    expect(vault.state().state).toBe('absent');
  });

  it('are not put there beside a keychain, in a session, or over a file that is there', async () => {
    const { create, open, path, fault } = startWithout();
    fault.absent = false;
    const beside = open();
    await beside.check();
    await expect(beside.createPassphrase(PASSPHRASE)).rejects.toMatchObject({ code: 'input-invalid' });
    await expect(beside.openPassphrase(PASSPHRASE)).rejects.toMatchObject({ code: 'input-invalid' });
    fault.absent = true;
    const session = open();
    await session.check();
    session.startSession();
    await expect(session.createPassphrase(PASSPHRASE)).rejects.toMatchObject({ code: 'input-invalid' });
    expect(existsSync(path)).toBe(false);
    const late = open();
    await late.check();
    await create();
    const before = readFileSync(path, 'utf8');
    await expect(late.createPassphrase(PASSPHRASE)).rejects.toMatchObject({ code: 'input-invalid' });
    await expect(open().createPassphrase(PASSPHRASE)).rejects.toMatchObject({ code: 'input-invalid' });
    expect(readFileSync(path, 'utf8')).toBe(before);
  });

  it('go with the profile when it is thrown away', async () => {
    const { create, path, open } = startWithout();
    const vault = await create();
    await vault.put('grant/one', CANARY);
    await vault.clear();
    expect(existsSync(path)).toBe(false);
    expect((await open().check()).state).toBe('absent');
  });
});

/** Another text, whatever it began with: one in 64 begins with any one character. */
const otherFirst = (text: string): string => `${text.startsWith('A') ? 'B' : 'A'}${text.slice(1)}`;

describe('a file of secrets that somebody changed or cut', () => {
  type File = {
    head: { kdf: { n: number; salt: string }; proof: string };
    data: string;
    tag: string;
    sum: string;
  };
  const changed = (change: (file: File) => void) => (text: string) => {
    const file = JSON.parse(text) as File;
    change(file);
    return JSON.stringify(file);
  };

  const DAMAGES: [string, (text: string) => string][] = [
    ['empty', () => ''],
    ['cut in half', (text) => text.slice(0, text.length / 2)],
    ['without its last character', (text) => text.slice(0, -1)],
    ['of another version', (text) => text.replace('"version":1', '"version":2')],
    ['with a changed byte', changed((file) => Object.assign(file, { data: otherFirst(file.data) }))],
    ['with a changed tag', changed((file) => Object.assign(file, { tag: ZEROS }))],
    [
      'with a cost that would take the memory',
      changed(({ head }) => Object.assign(head.kdf, { n: 2 ** 30 })),
    ],
    ['with a cost that is no obstacle', changed(({ head }) => Object.assign(head.kdf, { n: 2 }))],
    ['with another salt', changed(({ head }) => Object.assign(head.kdf, { salt: ZEROS }))],
    ['with something added', changed((file) => Object.assign(file, { extra: 1 }))],
  ];

  it('is said to be damaged, and is not written over, nor by a program that had it open', async () => {
    const { create, open, path } = startWithout();
    const vault = await create();
    await vault.put('grant/one', CANARY);
    const whole = readFileSync(path, 'utf8');
    for (const [name, damage] of DAMAGES) {
      const text = damage(whole);
      writeFileSync(path, text);
      const again = open();
      const opening = again.openPassphrase(PASSPHRASE);
      await expect(opening, name).rejects.toMatchObject({ code: 'secrets-unreadable' });
      await expect(again.put('grant/two', 'x'), name).rejects.toMatchObject({ code: 'keychain-locked' });
      await expect(again.createPassphrase(PASSPHRASE), name).rejects.toMatchObject({ code: 'input-invalid' });
      await expect(vault.put('grant/two', 'x'), name).rejects.toMatchObject({ code: 'secrets-unreadable' });
      expect(readFileSync(path, 'utf8'), name).toBe(text);
    }
    writeFileSync(path, whole);
    await vault.put('grant/two', 'x');
  });

  it('does not open when somebody changed it so that its sum fits', async () => {
    const { create, open, path } = startWithout();
    const vault = await create();
    await vault.put('grant/one', CANARY);
    const file = JSON.parse(readFileSync(path, 'utf8'));
    file.data = otherFirst(file.data);
    const { head, nonce, data, tag } = file;
    file.sum = createHash('sha256')
      .update(JSON.stringify([head, nonce, data, tag]))
      .digest('hex');
    writeFileSync(path, JSON.stringify(file));
    await expect(open().openPassphrase(PASSPHRASE)).rejects.toMatchObject({ code: 'secrets-unreadable' });
  });
});
