import { scryptSync } from 'node:crypto';
import { expect, it, vi } from 'vitest';
import { createLog } from '../../../../src-main/base/log.ts';
import { type AppLock, createAppLock } from '../../../../src-main/lock/app-lock.ts';
import { createManualClock } from '../../../integration/manual-clock.ts';

// What makes a key of a passphrase takes tenths of a second, which is its purpose; tests/hostile/app-lock.test.ts takes that time.
vi.mock('../../../../src-main/base/passphrase.ts', async (original) => ({
  ...(await original<typeof import('../../../../src-main/base/passphrase.ts')>()),
  keyFromPassphrase: async (passphrase: string, salt: Uint8Array, _cost: object, length: number) =>
    scryptSync(passphrase.normalize('NFKC'), salt, length, { N: 16 }),
}));

const PASSPHRASE = 'lantern orbit maple seven';
const CODE = 'the recovery code';

function world(kept = new Map<string, string>()) {
  const manual = createManualClock(1_800_000_000_000);
  let slept = 0;
  const clock = {
    now: () => manual.now() + slept,
    after: manual.after,
    move: manual.advance,
    /** Time passes, and timers stand still. */
    sleep(ms: number) {
      slept += ms;
    },
  };
  const audited: { kind: string; detail: Record<string, string | number> }[] = [];
  const lines: string[] = [];
  const told: boolean[] = [];
  const vault = {
    isReadable: true,
    isWritable: true,
    async get(name: string) {
      if (!vault.isReadable) throw new Error('keychain-locked');
      return kept.get(name);
    },
    async put(name: string, value: string) {
      if (!vault.isWritable) throw new Error('keychain-failed');
      kept.set(name, value);
    },
    async delete(name: string) {
      kept.delete(name);
    },
  };
  const start = (): AppLock => {
    const lock = createAppLock({
      vault,
      clock,
      log: createLog((line) => lines.push(line)),
      isRecoveryCode: (text) => text === CODE,
      audit: (kind, detail) => audited.push({ kind, detail }),
    });
    lock.subscribe(({ isLocked }) => told.push(isLocked));
    return lock;
  };
  return { start, clock, kept, audited, lines, told, vault };
}

async function locked(minutes = 0) {
  const here = world();
  const lock = here.start();
  await lock.load();
  await lock.set({ passphrase: PASSPHRASE, afterMinutes: minutes });
  return { ...here, lock };
}

it('is open where no passphrase was ever set, and locking does nothing there', async () => {
  const { start } = world();
  const lock = start();
  expect(lock.isKnown()).toBe(false);
  await lock.load();
  expect(lock.lock()).toEqual({ isSet: false, isLocked: false, afterMinutes: 0 });
  expect(lock.needsUnlock()).toBe(false);
});

it('is closed at the next start, opens by the passphrase only, and keeps nothing of it', async () => {
  const { start, kept, lines, audited } = await locked();
  const text = JSON.stringify([...kept, lines, audited]);
  expect(text).not.toContain(PASSPHRASE);
  expect(text).not.toContain(Buffer.from(PASSPHRASE).toString('base64').slice(0, 20));
  const lock = start();
  await lock.load();
  expect(lock.state()).toMatchObject({ isSet: true, isLocked: true });
  await expect(lock.unlock(`${PASSPHRASE} `)).rejects.toMatchObject({
    code: 'passphrase-wrong',
    detail: { tries: 1 },
  });
  expect(lock.isLocked()).toBe(true);
  expect(await lock.unlock(PASSPHRASE)).toMatchObject({ isLocked: false });
  expect(audited.map(({ kind }) => kind)).toEqual(['lock-changed', 'lock-refused']);
});

it('takes the same passphrase from another keyboard', async () => {
  const { start } = world();
  const lock = start();
  await lock.set({ passphrase: 'cre\u0300me bru\u0302le\u0301e zwo\u0308lf', afterMinutes: 0 });
  lock.lock();
  expect(await lock.unlock('cr\u00e8me br\u00fbl\u00e9e zw\u00f6lf')).toMatchObject({ isLocked: false });
});

it('refuses a passphrase that is short or one letter again and again, and leaves the old one', async () => {
  const { lock } = await locked();
  for (const passphrase of ['short', 'aaaaaaaaaaaaaaaaaaaa', '            ', 'elevenchars']) {
    await expect(lock.set({ passphrase, current: PASSPHRASE, afterMinutes: 0 })).rejects.toMatchObject({
      code: 'passphrase-weak',
    });
  }
  expect(await lock.unlock(PASSPHRASE)).toMatchObject({ isLocked: false });
});

it('waits 30 s after the fifth wrong try, then longer up to 15 minutes, also over a restart, and says until when', async () => {
  const { start, clock } = await locked();
  let lock = start();
  await lock.load();
  for (let tries = 1; tries <= 5; tries++)
    await expect(lock.unlock('wrong')).rejects.toMatchObject({ code: 'passphrase-wrong' });
  expect(lock.state().waitUntil).toBe(clock.now() + 30_000);
  // Not even the right one, and not after a restart.
  lock = start();
  await lock.load();
  await expect(lock.unlock(PASSPHRASE)).rejects.toMatchObject({
    code: 'busy',
    detail: { waitUntil: clock.now() + 30_000 },
  });
  const waits: number[] = [];
  for (let round = 0; round < 6; round++) {
    clock.move((lock.state().waitUntil ?? clock.now()) - clock.now());
    await expect(lock.unlock('wrong')).rejects.toMatchObject({ code: 'passphrase-wrong' });
    waits.push(((lock.state().waitUntil ?? 0) - clock.now()) / 1000);
  }
  expect(waits).toEqual([60, 120, 240, 480, 900, 900]);
  clock.move(900_000);
  expect(await lock.unlock(PASSPHRASE)).toEqual({ isSet: true, isLocked: false, afterMinutes: 0 });
  lock.lock();
  await expect(lock.unlock('wrong')).rejects.toMatchObject({ detail: { tries: 1 } });
});

it('counts each of twenty tries that come at once', async () => {
  const { lock } = await locked();
  const tries = await Promise.allSettled(Array.from({ length: 20 }, () => lock.unlock('wrong')));
  const codes = tries.map((one) => (one.status === 'rejected' ? String(one.reason.code) : 'open'));
  expect(codes.filter((code) => code === 'passphrase-wrong')).toHaveLength(5);
  expect(codes.filter((code) => code === 'busy')).toHaveLength(15);
  expect(lock.isLocked()).toBe(true);
});

it('goes on counting when the keychain cannot be written', async () => {
  const { lock, vault } = await locked();
  vault.isWritable = false;
  for (let tries = 1; tries <= 5; tries++)
    await expect(lock.unlock('wrong')).rejects.toMatchObject({ detail: { tries } });
  await expect(lock.unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'busy' });
});

it('is not taken away, changed or loosened without the passphrase', async () => {
  const { start, lock, clock } = await locked(15);
  await expect(lock.remove('wrong')).rejects.toMatchObject({ code: 'passphrase-wrong' });
  await expect(lock.set({ passphrase: `${PASSPHRASE} new`, afterMinutes: 0 })).rejects.toMatchObject({
    code: 'unlock-needed',
  });
  clock.move(5 * 60_000);
  await expect(lock.set({ afterMinutes: 0 })).rejects.toMatchObject({ code: 'unlock-needed' });
  const other = start(); // does not know yet that a lock is set
  await expect(other.set({ passphrase: `${PASSPHRASE} new`, afterMinutes: 0 })).rejects.toMatchObject({
    code: 'unlock-needed',
  });
  expect(lock.state()).toMatchObject({ isSet: true, afterMinutes: 15 });
  await lock.set({ passphrase: `${PASSPHRASE} new`, current: PASSPHRASE, afterMinutes: 5 });
  await expect(lock.remove(PASSPHRASE)).rejects.toMatchObject({ code: 'passphrase-wrong' });
  expect(await lock.remove(`${PASSPHRASE} new`)).toEqual({ isSet: false, isLocked: false, afterMinutes: 0 });
});

it('wants the passphrase once more five minutes after it was given, whichever way the clock went', async () => {
  const { lock, clock } = await locked();
  expect(lock.needsUnlock()).toBe(false);
  clock.move(5 * 60_000 - 1);
  expect(lock.needsUnlock()).toBe(false);
  clock.move(1);
  expect(lock.needsUnlock()).toBe(true);
  await lock.unlock(PASSPHRASE);
  expect(lock.needsUnlock()).toBe(false);
  clock.move(-1);
  expect(lock.needsUnlock()).toBe(true);
});

it('locks by itself when nobody was there for so long, and not while somebody is', async () => {
  const { lock, clock, told } = await locked(5);
  for (let minute = 0; minute < 20; minute++) {
    clock.move(60_000);
    lock.touch();
  }
  expect(lock.isLocked()).toBe(false);
  clock.move(5 * 60_000);
  expect(lock.isLocked()).toBe(true);
  expect(told.at(-1)).toBe(true);
  lock.touch();
  expect(lock.isLocked()).toBe(true);
});

it('locks after a sleep in which timers stood still, before the hand that wakes the computer counts', async () => {
  const { lock, clock } = await locked(5);
  clock.sleep(60 * 60_000);
  lock.touch();
  lock.look();
  expect(lock.isLocked()).toBe(true);
});

it('opens by the recovery code, which then sets a new passphrase', async () => {
  const { start } = await locked();
  const lock = start();
  await lock.load();
  expect(await lock.unlock(CODE)).toMatchObject({ isLocked: false });
  await lock.set({ passphrase: `${PASSPHRASE} new`, current: CODE, afterMinutes: 0 });
  lock.lock();
  expect(await lock.unlock(`${PASSPHRASE} new`)).toMatchObject({ isLocked: false });
});

it('stays locked when its entry is damaged, or was written to be no obstacle', async () => {
  const good = (await locked()).kept.get('app-lock') ?? '';
  const cheap = { ...JSON.parse(good), cost: { n: 2, r: 8, p: 1 } };
  for (const text of ['', '{', 'null', JSON.stringify(cheap), good.replace('"hash":"', '"hash":"AA')]) {
    const { start, lines } = world(new Map([['app-lock', text]]));
    const lock = start();
    await lock.load();
    expect(lock.isLocked()).toBe(true);
    await expect(lock.unlock(PASSPHRASE)).rejects.toMatchObject({ code: 'passphrase-wrong' });
    expect(lines.join()).toContain('lock unreadable');
    expect(await lock.unlock(CODE)).toMatchObject({ isLocked: false });
  }
});

it('is not known while the keychain does not answer, and asks again', async () => {
  const { start, vault } = await locked();
  const lock = start();
  vault.isReadable = false;
  await expect(lock.load()).rejects.toThrow('keychain-locked');
  expect(lock.isKnown()).toBe(false);
  await expect(lock.unlock(PASSPHRASE)).rejects.toThrow('keychain-locked');
  vault.isReadable = true;
  await lock.load();
  expect(lock.isLocked()).toBe(true);
});
