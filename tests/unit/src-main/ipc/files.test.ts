import { mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { savePage } from '../../../../src-main/ipc/files.ts';
import type { ShellClient } from '../../../../src-main/ipc/shell-client.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

/** A person who picks this path. */
const picking = (path: string): Pick<ShellClient, 'request'> => ({
  request: async () => ({ path }) as never,
});
const content = 'new';

describe('a file that is saved', () => {
  it('takes the place of what was there, and of a link without following it', async () => {
    const victim = join(folder, 'victim');
    writeFileSync(victim, 'precious');
    symlinkSync(victim, join(folder, 'a.txt'));
    expect(await savePage(picking(join(folder, 'a.txt')), 'a.txt', content)).toBe(true);
    expect(readFileSync(join(folder, 'a.txt'), 'utf8')).toBe('new');
    expect(readFileSync(victim, 'utf8')).toBe('precious');
    expect(readdirSync(folder).sort()).toEqual(['a.txt', 'victim']);
  });

  it('leaves alone what somebody put at the place where it is written first', async () => {
    const path = join(folder, 'a.txt');
    writeFileSync(path, 'old');
    const beside = `${path}.${process.pid}.part`;
    writeFileSync(beside, 'precious');
    await expect(savePage(picking(path), 'a.txt', content)).rejects.toMatchObject({
      code: 'file-unwritable',
    });
    expect(readFileSync(beside, 'utf8')).toBe('precious');
    expect(readFileSync(path, 'utf8')).toBe('old');
  });
});
