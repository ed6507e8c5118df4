import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { harmlessFileName, plainContentType } from '../../../../src-main/mime/file-name.ts';

const named = (name: string | null, contentType = 'application/pdf') =>
  harmlessFileName(name, contentType, 3);

describe('harmlessFileName', () => {
  it.each([
    ['report.pdf', 'report.pdf'],
    ['Übersicht – März.pdf', 'Übersicht – März.pdf'],
    ['../../.ssh/authorized_keys', 'authorized_keys'],
    ['..\\..\\evil.bat', 'evil.bat'],
    ['/etc/passwd', 'passwd'],
    ['C:\\Windows\\x.dll', 'x.dll'],
    ['\\\\host\\share', 'share'],
    ['a:stream', 'a_stream'],
    ['nul\0.txt', '_nul.txt'],
    ['CON.txt', '_CON.txt'],
    ['com¹', '_com¹'],
    ['console.txt', 'console.txt'],
    ['%HOMEPATH%.txt', '_HOMEPATH_.txt'],
    ['-rf', '_rf'],
    ['~root', '_root'],
    ['.bashrc', '_bashrc'],
    ['name. . ', 'name'],
    ['invoice\u202efdp.exe', 'invoicefdp.exe'],
    ['X.pdf                                   .exe', 'X.pdf.exe'],
    ['two\r\nlines.txt', 'two lines.txt'],
    ['', 'attachment-3.pdf'],
    ['..', 'attachment-3.pdf'],
    [null, 'attachment-3.pdf'],
  ])('makes of %j %j', (name, expected) => {
    expect(named(name)).toBe(expected);
  });

  it('names a nameless message and what nobody knows', () => {
    expect(named(null, 'message/rfc822')).toBe('attachment-3.eml');
    expect(named(null, 'application/x-unknown')).toBe('attachment-3.bin');
  });

  it('keeps the extension of a long name, at most 200 bytes in all', () => {
    const long = named(`${'ж'.repeat(5_000)}.pdf`);
    expect(Buffer.byteLength(long)).toBeLessThanOrEqual(200);
    expect(long.endsWith('ж.pdf')).toBe(true);
    expect(Buffer.byteLength(named(`a.${'x'.repeat(9_000)}`))).toBeLessThanOrEqual(200);
  });

  it('gives for every text a name without path, control or reserved characters', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 300 }),
      fc.stringMatching(/^[./\\:~ a-z\u202e-]*$/),
    );
    fc.assert(
      fc.property(text, (name) => {
        const made = named(name);
        expect(made).toMatch(/^[^/\\:*?"<>|\p{Cc}\p{Cf}\s.~-][^/\\:*?"<>|\p{Cc}\p{Cf}]*$/u);
        expect(made).not.toMatch(/[\s.]$/u);
        expect(Buffer.byteLength(made)).toBeLessThanOrEqual(200);
        expect(named(made)).toBe(made);
      }),
      { numRuns: 2_000 },
    );
  });
});

describe('plainContentType', () => {
  it('lets only a type through', () => {
    expect(plainContentType('Image/PNG')).toBe('image/png');
    expect(plainContentType('text/html\r\nX: y')).toBe('application/octet-stream');
    expect(plainContentType('')).toBe('application/octet-stream');
  });
});
