import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseMailto } from '../../../../src-shared/text/mailto.ts';

const nothing = { to: [], cc: [], bcc: [], subject: '', body: '' };
const people = (...addresses: string[]) => addresses.map((address) => ({ name: '', address }));

describe('parseMailto', () => {
  it('reads the fields of RFC 6068 and no others', () => {
    expect(
      parseMailto(
        'MAILTO:bob@lab.test,ann@lab.test?To=cem%40lab.test&cc=d@lab.test&BCC=e@lab.test&subject=caf%C3%A9%20%2B+1' +
          '&body=one%0D%0Atwo&in-reply-to=%3C1%40lab.test%3E&attach=/etc/passwd&attachment=x&X-Evil=1&from=eve@evil.test#end',
      ),
    ).toEqual({
      to: people('bob@lab.test', 'ann@lab.test', 'cem@lab.test'),
      cc: people('d@lab.test'),
      bcc: people('e@lab.test'),
      subject: 'café ++1',
      body: 'one\ntwo',
      inReplyTo: '<1@lab.test>',
    });
  });

  it('is nothing for another scheme, and empty for an empty link', () => {
    expect(parseMailto('https://lab.test/?to=bob@lab.test')).toBeUndefined();
    expect(parseMailto('x mailto:bob@lab.test')).toBeUndefined();
    expect(parseMailto('mailto:')).toEqual(nothing);
  });

  it('keeps a comma that belongs to an address, and a name', () => {
    expect(parseMailto('mailto:%22Lind%2C%20Maya%22%20%3Cmaya@lab.test%3E')?.to).toEqual([
      { name: 'Lind, Maya', address: 'maya@lab.test' },
    ]);
  });

  it('takes the first of two subjects, lets no line break into one, and leaves broken escapes as they are', () => {
    const found = parseMailto(
      'mailto:?subject=a%0D%0ABcc:%20eve@evil.test&subject=b&body=%E0%A4%A&in-reply-to=x',
    );
    expect(found).toEqual({ ...nothing, subject: 'a Bcc: eve@evil.test', body: '%E0%A4%A' });
  });

  it('takes a hundred people and no more', () => {
    const many = Array.from({ length: 500 }, (_, at) => `p${at}@lab.test`).join(',');
    expect(parseMailto(`mailto:${many}?cc=${many}`)).toMatchObject({
      to: { length: 100 },
      cc: { length: 100 },
    });
  });

  it('gives back what was written into a link, whatever it is', () => {
    const word = fc
      .string({ unit: 'grapheme', maxLength: 30 })
      .filter((text) => !/[\p{C}\p{Zl}\p{Zp}]/u.test(text));
    const line = fc.array(word, { maxLength: 4 }).map((words) => words.join('\n'));
    fc.assert(
      fc.property(word, line, (subject, body) => {
        const link = `mailto:?subject=${encodeURIComponent(subject)}&body=${encodeURIComponent(body.replaceAll('\n', '\r\n'))}`;
        expect(parseMailto(link)).toEqual({ ...nothing, subject: subject.trim(), body });
      }),
    );
  });

  it('never fails, and never lets what cannot be seen into a line', () => {
    const link = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc
        .array(
          fc.constantFrom(
            '%0d',
            '%0A',
            '%00',
            '&',
            '?',
            '=',
            'to',
            'subject',
            'body',
            '%',
            '%ff',
            '\u202e',
            '@',
            ',',
          ),
          {
            maxLength: 30,
          },
        )
        .map((all) => all.join('')),
    );
    fc.assert(
      fc.property(link, (text) => {
        const found = parseMailto(`mailto:${text}`);
        const lines = [found?.subject ?? '', ...(found?.to ?? []).flatMap((one) => [one.name, one.address])];
        expect(lines.join('')).not.toMatch(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        expect(found?.body ?? '').not.toMatch(/[\0\r\u2028]/);
      }),
    );
  });
});
