import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createDraggedFiles } from '../../../../src-main/ipc/dragged-files.ts';

let temporary: string;
beforeEach(() => {
  temporary = mkdtempSync(join(tmpdir(), 'lk-drag-'));
});
afterEach(() => rmSync(temporary, { recursive: true, force: true }));

const write = (files: ReturnType<typeof createDraggedFiles>, name: string, text: string) =>
  files.write(name, async (piece) => piece(Buffer.from(text)));

describe('attachments that are dragged out', () => {
  it('are files of their own name which only their owner can read, two of one name side by side', async () => {
    const files = createDraggedFiles(temporary);
    const one = await write(files, 'plan.pdf', 'one');
    const other = await write(files, 'plan.pdf', 'other');
    expect([basename(one), basename(other)]).toEqual(['plan.pdf', 'plan.pdf']);
    expect([readFileSync(one, 'utf8'), readFileSync(other, 'utf8')]).toEqual(['one', 'other']);
    expect(statSync(one).mode & 0o777).toBe(0o600);
    expect(statSync(dirname(one)).mode & 0o777).toBe(0o700);
  });

  it('are gone at the end, and also at the next start when there was none', async () => {
    const files = createDraggedFiles(temporary);
    await write(files, 'plan.pdf', 'one');
    files.remove();
    expect(readdirSync(temporary)).toEqual([]);
    await write(files, 'plan.pdf', 'left by a crash');
    writeFileSync(join(temporary, 'of-somebody-else'), '');
    createDraggedFiles(temporary);
    expect(readdirSync(temporary)).toEqual(['of-somebody-else']);
  });

  it('leave nothing readable behind when their content fails, and go on when their folder was erased', async () => {
    const files = createDraggedFiles(temporary);
    await expect(files.write('a.txt', () => Promise.reject(new Error('cut')))).rejects.toThrow('cut');
    for (const name of readdirSync(temporary)) rmSync(join(temporary, name), { recursive: true });
    expect(readFileSync(await write(files, 'a.txt', 'again'), 'utf8')).toBe('again');
  });
});
