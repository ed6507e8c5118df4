import { describe, expect, it } from 'vitest';
import { headerFieldsOf } from '../../../../src-main/imap/header-fields.ts';
import { startCounting } from '../../../fixtures/processor-time.ts';

const read = (...lines: string[]) => headerFieldsOf(Buffer.from(`${lines.join('\r\n')}\r\n\r\n`));
const fromOf = (value: string) => read(`From: ${value}`).from;

describe('the fields of a header', () => {
  it('are read whatever their order, case and folding', () => {
    expect(
      read(
        'SUBJECT: A long',
        '\tsubject',
        'from : "Doe, Jane" <jane@lab.test>',
        'To: a@lab.test,',
        ' "B" <b@lab.test>',
        'Message-Id:<one@lab.test>',
        'In-Reply-To: <zero@lab.test>',
        'References: <first@lab.test>',
        ' <zero@lab.test>',
        'Date: Thu, 1 Jan 2026 00:00:00 +0000 (UTC)',
      ),
    ).toEqual({
      subject: 'A long subject',
      from: [{ name: 'Doe, Jane', address: 'jane@lab.test' }],
      to: [
        { name: '', address: 'a@lab.test' },
        { name: 'B', address: 'b@lab.test' },
      ],
      cc: [],
      bcc: [],
      replyTo: [],
      messageIdHeader: '<one@lab.test>',
      inReplyTo: ['<zero@lab.test>'],
      references: ['<first@lab.test>', '<zero@lab.test>'],
      date: 'Thu, 1 Jan 2026 00:00:00 +0000 (UTC)',
    });
  });

  it('are empty where there is nothing', () => {
    const nothing = headerFieldsOf(undefined);
    expect(nothing).toEqual(read('no colon here', ': no name', ''));
    expect(nothing).toMatchObject({ subject: '', from: [], messageIdHeader: '', references: [] });
  });

  it.each([
    ['=?utf-8?B?R3LDvMOfZQ==?=', 'Grüße'],
    ['=?iso-8859-1?Q?Gr=FC=DFe_aus?= =?iso-8859-1?Q?_K=F6ln?=', 'Grüße aus Köln'],
    // One character in two words, and a language (RFC 2231 §5).
    ['=?utf-8?B?4pw=?= =?utf-8?B?k29r?=', '✓ok'],
    ['=?koi8-r*ru?Q?=F0=D2=C9=D7=C5=D4?=', 'Привет'],
    ['=?iso-2022-jp?B?GyRCJDMkcyRLJEEkTxsoQg==?=', 'こんにちは'],
    ['plain =?utf-8?Q?and?= mixed', 'plain and mixed'],
    ['=?utf-8?Q?no end', '=?utf-8?Q?no end'],
    ['=?x-unknown?Q?a=20b?=', 'a b'],
    ['=?utf-8?Q?a=0D=0ABcc:_x@evil.test?=', 'a Bcc: x@evil.test'],
  ])('subject %s', (written, shown) => {
    expect(read(`Subject: ${written}`).subject).toBe(shown);
  });

  it('are UTF-8 where they can be, else what most senders of such headers mean', () => {
    expect(read('Subject: Grüße ✓').subject).toBe('Grüße ✓');
    expect(headerFieldsOf(Buffer.from('Subject: Gr\xfc\xdfe\r\n', 'latin1')).subject).toBe('Grüße');
    expect(fromOf('Jürgen <j@lab.test>')).toEqual([{ name: 'Jürgen', address: 'j@lab.test' }]);
  });

  it.each([
    ['a@lab.test', [['', 'a@lab.test']]],
    ['<a@lab.test>', [['', 'a@lab.test']]],
    ['a@lab.test (Ada Example)', [['Ada Example', 'a@lab.test']]],
    ['=?utf-8?B?w4RkYQ==?= <a@lab.test>', [['Äda', 'a@lab.test']]],
    ['"=?utf-8?Q?=C3=84da?=" <a@lab.test>', [['Äda', 'a@lab.test']]],
    ['"say \\"hi\\"" <a@lab.test>', [['say "hi"', 'a@lab.test']]],
    // An address as a name is a name; one in a quoted name is none.
    ['"boss@bank.test" <x@evil.test>', [['boss@bank.test', 'x@evil.test']]],
    ['"a@evil.test x"@internal.test', [['', 'a@evil.test x@internal.test']]],
    ['undisclosed-recipients:;', [['undisclosed-recipients', '']]],
    [
      'Team: a@lab.test, "B" <b@lab.test>;, c@lab.test',
      [
        ['', 'a@lab.test'],
        ['B', 'b@lab.test'],
        ['', 'c@lab.test'],
      ],
    ],
    [', ,', []],
    ['Nobody', [['Nobody', '']]],
  ])('addresses %s', (written, people) => {
    expect(fromOf(written)).toEqual(people.map(([name, address]) => ({ name, address })));
  });

  it('that stand there twice hide nobody; of other fields the first counts', () => {
    const fields = read('From: a@lab.test', 'From: b@lab.test', 'Subject: One', 'Subject: Two');
    expect(fields.from.map(({ address }) => address)).toEqual(['a@lab.test', 'b@lab.test']);
    expect(fields.subject).toBe('One');
  });

  it('of absurd length are read in little time, and not to the end', () => {
    const spent = startCounting();
    const people = Array.from({ length: 50_000 }, (_, index) => `"P ${index}" <p${index}@lab.test>`);
    const words = '=?utf-8?Q?x?= '.repeat(100_000);
    const fields = read(
      `To: ${people.join(', ')}`,
      `Subject: ${words}`,
      `References: ${'<a@b> '.repeat(500_000)}`,
    );
    expect(fields.to).toHaveLength(500);
    expect(fields.subject.length).toBeLessThanOrEqual(10_000);
    expect(spent()).toBeLessThan(2_000);
  });
});
