import { describe, expect, it } from 'vitest';
import {
  cleanAddresses,
  cleanDate,
  cleanFlags,
  cleanInternalDate,
  cleanMailboxName,
  cleanMessageId,
  cleanText,
  identifiersIn,
} from '../../../../src-main/imap/clean.ts';

const RECEIVED = Date.UTC(2026, 10, 22);
const DAY = 24 * 60 * 60_000;

describe('texts of a server', () => {
  it('lose control characters and halves of surrogate pairs, and are bounded', () => {
    expect(cleanText('a\r\nb\u0000c\u2028d')).toBe('a b c d');
    expect(cleanText('\ud83d!')).toBe('\ufffd!');
    expect(cleanText('\ud83d\ude00')).toBe('\ud83d\ude00');
    expect(cleanText('x'.repeat(20_000))).toHaveLength(10_000);
    expect(cleanText(undefined)).toBe('');
  });

  it('cannot turn a mailbox name around or leave it empty', () => {
    expect(cleanMailboxName('in\u202exobni\u0007')).toBe('inxobni');
    expect(cleanMailboxName('\u0000')).toBe('\ufffd');
  });

  it('keep addresses that say something', () => {
    expect(cleanAddresses([{ name: 'A\nB', address: 'a@b.c' }, { name: '', address: '' }, {}])).toEqual([
      { name: 'A B', address: 'a@b.c' },
    ]);
    expect(cleanAddresses(Array.from({ length: 50_000 }, () => ({ address: 'a@b.c' })))).toHaveLength(500);
    expect(cleanAddresses(undefined)).toEqual([]);
  });
});

describe('times of a server', () => {
  it('fall back when they cannot be read', () => {
    expect(cleanInternalDate('no date', 7)).toBe(7);
    expect(cleanInternalDate(undefined, 7)).toBe(7);
    expect(cleanInternalDate(new Date(Number.NaN), 7)).toBe(7);
    expect(cleanInternalDate(new Date(RECEIVED), 7)).toBe(RECEIVED);
    expect(cleanInternalDate('9999-01-01T00:00:00Z', 7)).toBe(7);
  });

  it('are dropped when the sender claims the future or the time before 1970', () => {
    expect(cleanDate(new Date(RECEIVED + DAY), RECEIVED)).toBe(RECEIVED + DAY);
    expect(cleanDate(new Date(RECEIVED + 3 * DAY), RECEIVED)).toBeUndefined();
    expect(cleanDate('1904-01-01T00:00:00Z', RECEIVED)).toBeUndefined();
    expect(cleanDate(undefined, RECEIVED)).toBeUndefined();
  });
});

describe('flags and identifiers', () => {
  it('keep flags that the model can name, without \\Recent', () => {
    expect(cleanFlags(new Set(['\\Seen', '\\Recent', '$Forwarded', 'two words', 'a\r\nb', '']))).toEqual([
      '\\Seen',
      '$Forwarded',
    ]);
    expect(cleanFlags(Array.from({ length: 500 }, (_, n) => `k${n}`))).toHaveLength(100);
  });

  it('keep each identifier once, the last hundred of a thread without end', () => {
    expect(identifiersIn('<a@b> junk <c@d>\r\n <a@b>')).toEqual(['<a@b>', '<c@d>']);
    const many = Array.from({ length: 5_000 }, (_, n) => `<${n}@x>`).join(' ');
    expect(identifiersIn(many)).toHaveLength(100);
    expect(identifiersIn(many).at(-1)).toBe('<4999@x>');
  });

  it('keep a Message-ID without brackets as it is', () => {
    expect(cleanMessageId(' <a@b> ')).toBe('<a@b>');
    expect(cleanMessageId('a@b')).toBe('a@b');
    expect(cleanMessageId(undefined)).toBe('');
  });
});
