import { chmodSync, mkdirSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createGrantLock } from '../../../../src-main/accounts/grant-lock.ts';
import { createLog } from '../../../../src-main/base/log.ts';
import { runtimeFolder } from '../../../../src-main/base/runtime-folder.ts';
import type { GrantId } from '../../../../src-shared/model/ids.ts';
import { temporaryFolder } from '../store/test-store.ts';

const grantId = 'one' as GrantId;

function openLock(options: { folder?: () => string; waitMs?: number; holdMs?: number } = {}) {
  const lines: string[] = [];
  const folder = temporaryFolder();
  const settings = { log: createLog((line) => lines.push(line)), folder: () => folder, ...options };
  return { lock: createGrantLock(settings), other: createGrantLock(settings), lines };
}

describe('the lock of a grant', () => {
  it('lets one in at a time, and others in after it, also when it failed', async () => {
    const { lock, other } = openLock();
    const order: string[] = [];
    const first = lock(grantId, async () => {
      order.push('first in');
      await new Promise((resolve) => setImmediate(resolve));
      order.push('first out');
      throw new Error('failed');
    });
    const second = other(grantId, async () => order.push('second in'));
    await expect(first).rejects.toThrow('failed');
    await second;
    expect(order).toEqual(['first in', 'first out', 'second in']);
  });

  it('does not keep other grants waiting', async () => {
    const { lock, other } = openLock({ waitMs: 0 });
    await lock(grantId, () => other('two' as GrantId, async () => undefined));
  });

  it('says "later" to who has waited long enough', async () => {
    const { lock, other } = openLock({ waitMs: 30 });
    await lock(grantId, async () => {
      const waiting = other(grantId, async () => undefined);
      await expect(waiting).rejects.toMatchObject({ code: 'busy', retry: 'later' });
    });
  });

  it('is given back after its time, whatever hangs inside', async () => {
    const { lock, other } = openLock({ holdMs: 30, waitMs: 5_000 });
    let end = (): void => undefined;
    const ended = new Promise<void>((resolve) => {
      end = resolve;
    });
    const hanging = lock(grantId, () => ended);
    await other(grantId, async () => undefined);
    end();
    await hanging;
    await other(grantId, async () => undefined);
  });

  it('is gone without where no file can be made, and that is noted', async () => {
    const file = join(temporaryFolder(), 'file');
    writeFileSync(file, '');
    const { lock, lines } = openLock({ folder: () => join(file, 'run') });
    expect(await lock(grantId, async () => 'done')).toBe('done');
    expect(lines.join()).toContain('no lock for renewals');
  });
});

describe('the runtime folder', () => {
  it("is the session's, for this person only", () => {
    const session = temporaryFolder();
    const folder = runtimeFolder({ XDG_RUNTIME_DIR: session });
    expect(folder).toBe(join(session, 'latchkey-mail'));
    expect(statSync(folder).mode & 0o777).toBe(0o700);
    expect(runtimeFolder({ XDG_RUNTIME_DIR: session })).toBe(folder);
  });

  it('is one of the person in the folder for temporary files where the session has none', () => {
    const temporary = temporaryFolder();
    const folder = runtimeFolder({}, temporary);
    expect(folder.startsWith(join(temporary, 'latchkey-mail'))).toBe(true);
    expect(runtimeFolder({ XDG_RUNTIME_DIR: '/proc/none' }, temporary)).toBe(folder);
  });

  it.skipIf(process.platform === 'win32')('is never one that somebody else can enter, nor a link', () => {
    const temporary = temporaryFolder();
    const folder = runtimeFolder({}, temporary);
    chmodSync(folder, 0o777);
    expect(() => runtimeFolder({}, temporary)).toThrow('file-unwritable');
    const elsewhere = temporaryFolder();
    mkdirSync(join(elsewhere, 'target'), { mode: 0o700 });
    symlinkSync(join(elsewhere, 'target'), join(elsewhere, folder.slice(temporary.length + 1)));
    expect(() => runtimeFolder({}, elsewhere)).toThrow('file-unwritable');
  });
});
