import { chownSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { bytesOf, leftSessions } from '../../../../src-main/profile/profile-files.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-files-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const left = () => leftSessions(folder).map((path) => basename(path));

it('finds the sessions that were killed, and neither one that runs nor a link', () => {
  mkdirSync(join(folder, 'latchkey-session-999999999-a'));
  mkdirSync(join(folder, `latchkey-session-${process.ppid}-a`));
  mkdirSync(join(folder, 'precious'));
  symlinkSync(join(folder, 'precious'), join(folder, 'latchkey-session-999999999-b'));
  writeFileSync(join(folder, 'latchkey-session-999999999-c'), '');
  expect(left()).toEqual(['latchkey-session-999999999-a']);
});

// Only root can give a folder to somebody else.
it.runIf(process.getuid?.() === 0)('leaves alone what another person put there', () => {
  mkdirSync(join(folder, 'latchkey-session-999999999-a'));
  chownSync(join(folder, 'latchkey-session-999999999-a'), 65_534, 65_534);
  expect(left()).toEqual([]);
});

it('counts a link as a link, also one that leads around in a circle', () => {
  writeFileSync(join(folder, 'five'), '12345');
  for (const name of ['a', 'b', 'c']) symlinkSync('.', join(folder, name));
  expect(bytesOf(folder)).toBe(5 + 3);
});
