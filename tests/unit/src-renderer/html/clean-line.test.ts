import { describe, expect, it } from 'vitest';
import { cleanLine } from '../../../../src-renderer/html/clean-line.ts';

describe("a line of other people's text", () => {
  it('loses what turns the direction of the rest', () => {
    expect(cleanLine('invoice\u202efdp.exe')).toBe('invoicefdp.exe');
    expect(cleanLine('\u2066a\u2069')).toBe('a');
  });

  it('loses what cannot be seen', () => {
    expect(cleanLine('a\u200b\u2800\u3164\u{e0041}b\u0000')).toBe('ab');
  });

  it('is one line', () => {
    expect(cleanLine(' a\r\n\tb\u2028c ')).toBe('a b c');
  });

  it('keeps words of every script, with their joiners and accents', () => {
    expect(cleanLine('می\u200cخواهم é山田 👩\u200d💻')).toBe('می\u200cخواهم é山田 👩\u200d💻');
  });

  it('has no towers of accents', () => {
    expect([...cleanLine(`a${'\u0301'.repeat(500)}`)].length).toBe(5);
  });
});
