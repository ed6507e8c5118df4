import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { needsSmtpUtf8, toSmtpAddress } from '../../../../src-main/smtp/smtp-address.ts';

describe('toSmtpAddress', () => {
  it('keeps a plain address and writes the domain in punycode', () => {
    expect(toSmtpAddress('Maya.Lind+x@lab.test')).toBe('Maya.Lind+x@lab.test');
    expect(toSmtpAddress('eve@Bücher.test')).toBe('eve@xn--bcher-kva.test');
    expect(needsSmtpUtf8(toSmtpAddress('eve@bücher.test'))).toBe(false);
    expect(needsSmtpUtf8(toSmtpAddress('änne@lab.test'))).toBe(true);
  });

  it('answers with an address in one line without brackets, or refuses', () => {
    const pieces = fc.constantFrom(
      '\r\n',
      '<',
      '>',
      ' ',
      '\0',
      '\u2028',
      '\u200b',
      '@',
      'lab.test',
      'a',
      'RCPT TO:',
      '。',
      '"',
    );
    fc.assert(
      fc.property(
        fc.array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 5 })), { maxLength: 8 }),
        (parts) => {
          let made: string | undefined;
          try {
            made = toSmtpAddress(parts.join(''));
          } catch (error) {
            expect(error).toMatchObject({ code: 'recipient-invalid' });
          }
          if (made !== undefined) expect(made).toMatch(/^[^\s<>\p{Cc}\p{Cf}@]+@[a-z0-9.-]+$/u);
        },
      ),
      { numRuns: 5_000 },
    );
  });
});
