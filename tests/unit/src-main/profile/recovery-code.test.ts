import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import {
  findRecovery,
  newRecoveryCode,
  openRecovery,
  writeRecovery,
} from '../../../../src-main/profile/recovery-code.ts';
import { temporaryFolder } from '../store/test-store.ts';

const KEY = new Uint8Array(32).map((_, index) => index);
const OTHER = new Uint8Array(32).fill(1);

describe('a recovery code', () => {
  it('is eight groups of four characters that cannot be mistaken for each other, and never the same twice', () => {
    const codes = Array.from({ length: 50 }, newRecoveryCode);
    for (const code of codes) expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}(-[0-9A-HJKMNP-TV-Z]{4}){7}$/);
    expect(new Set(codes).size).toBe(50);
  });

  it('opens the key that was put under it, however it is written down', () => {
    const directory = temporaryFolder();
    const code = newRecoveryCode();
    writeRecovery(directory, KEY, code);
    const bare = code.replaceAll('-', '');
    const spellings = [
      code,
      code.toLowerCase(),
      bare,
      ` ${bare.match(/../g)?.join(' ')}\n`,
      code.replaceAll('-', '\u2013'),
      code.replaceAll('0', 'o').replaceAll('1', 'l'),
      code.replaceAll('0', 'O').replaceAll('1', 'I'),
    ];
    for (const spelling of spellings) expect(openRecovery(directory, spelling)).toEqual(Buffer.from(KEY));
  });

  it('opens nothing when it is another one, and neither does what is no code', () => {
    const directory = temporaryFolder();
    const code = newRecoveryCode();
    expect(openRecovery(directory, code)).toBeUndefined();
    writeRecovery(directory, KEY, code);
    const last = code.at(-1) === '0' ? '1' : '0';
    const wrong = [
      newRecoveryCode(),
      code.slice(0, -1) + last,
      code.slice(0, -1),
      `${code}0`,
      '',
      'U'.repeat(32),
      'é'.repeat(32),
    ];
    for (const one of wrong) expect(openRecovery(directory, one)).toBeUndefined();
  });

  it('is void when a newer one was made', () => {
    const directory = temporaryFolder();
    const [old, newer] = [newRecoveryCode(), newRecoveryCode()];
    writeRecovery(directory, KEY, old);
    writeRecovery(directory, KEY, newer);
    expect(openRecovery(directory, old)).toBeUndefined();
    expect(openRecovery(directory, newer)).toEqual(Buffer.from(KEY));
  });

  it('leaves a file that only its owner reads, that holds neither key nor code, and that no bit can be changed of', () => {
    const directory = temporaryFolder();
    const code = newRecoveryCode();
    writeRecovery(directory, KEY, code);
    const path = join(directory, 'recovery.json');
    const text = readFileSync(path, 'utf8');
    if (process.platform !== 'win32') expect(statSync(path).mode & 0o777).toBe(0o600);
    expect(text).not.toContain(Buffer.from(KEY).toString('base64').slice(0, 20));
    expect(text).not.toContain(code.slice(0, 9));
    const file = JSON.parse(text) as Record<string, string>;
    for (const name of ['keyId', 'salt', 'iv', 'tag', 'key']) {
      const bytes = Buffer.from(file[name] ?? '', 'base64');
      bytes.writeUInt8((bytes[0] ?? 0) ^ 1, 0);
      writeFileSync(path, JSON.stringify({ ...file, [name]: bytes.toString('base64') }));
      expect(openRecovery(directory, code), name).toBeUndefined();
    }
    for (const broken of ['', '{', '[]', '{"version":2}', JSON.stringify({ ...file, tag: 'AAAA' })]) {
      writeFileSync(path, broken);
      expect(openRecovery(directory, code)).toBeUndefined();
    }
  });

  it('tells for which key it was made', () => {
    const directory = temporaryFolder();
    expect(findRecovery(directory, KEY)).toBe('none');
    writeRecovery(directory, KEY, newRecoveryCode());
    expect(findRecovery(directory, KEY)).toBe('this');
    expect(findRecovery(directory, OTHER)).toBe('other');
  });
});
