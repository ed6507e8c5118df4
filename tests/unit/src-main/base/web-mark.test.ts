import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { markFromWeb } from '../../../../src-main/base/web-mark.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-mark-'));
  writeFileSync(join(folder, 'a.pdf'), 'x');
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

it('writes the zone of the internet beside a file, as Windows keeps it in a stream of the file', async () => {
  await markFromWeb(join(folder, 'a.pdf'), 'win32');
  expect(readFileSync(join(folder, 'a.pdf:Zone.Identifier'), 'utf8')).toBe('[ZoneTransfer]\r\nZoneId=3\r\n');
});

it('leaves a file as it is where there is no mark, and a save that cannot be marked is a save', async () => {
  await markFromWeb(join(folder, 'a.pdf'), 'linux');
  await markFromWeb(join(folder, 'missing', 'a.pdf'), 'win32');
  await markFromWeb(join(folder, 'missing.pdf'), 'darwin');
  expect(readdirSync(folder)).toEqual(['a.pdf']);
});
