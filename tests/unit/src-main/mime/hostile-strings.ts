import fc from 'fast-check';

/** What could end a header, begin another one, hide, or be read as something else than it is. */
const PIECES = [
  ...[
    '\r\n',
    '\n',
    '\r',
    '\0',
    '\u0085',
    '\u2028',
    '\u2029',
    '\v',
    '\f',
    '\t',
    ' ',
    '   ',
    '\r\n ',
    '\r\n\r\n',
  ],
  ...['\ud800', '\udc00', '\udfff\ud800', '😀', 'ü', 'é', '日本', '\u202e', '\u200b', '\ufeff', '\u00a0'],
  ...[
    'Bcc: eve@evil.test',
    '\r\nBcc: eve@evil.test',
    'Subject: x',
    'From ',
    '.',
    '\r\n.\r\n',
    '--',
    '=',
    '=?',
    '?=',
  ],
  ...[
    '=?utf-8?q?=0d=0aBcc:_eve=40evil.test?=',
    '=?UTF-8?B?DQpCY2M6IGV2ZUBldmlsLnRlc3Q=?=',
    '=?x?y?',
    '=?utf-8?Q?a b?=',
  ],
  ...[
    '"',
    '\\',
    '\\"',
    '<',
    '>',
    ',',
    ';',
    ':',
    '(',
    ')',
    '@',
    '[',
    ']',
    '<eve@evil.test>',
    ', eve@evil.test',
    'a'.repeat(90),
  ],
  ...["utf-8''%0d%0a", '*0*=', 'filename=', '%', '/', '../', 'x.exe'],
];

/** One string in a thousand has some 10,000 characters. */
export const hostileString: fc.Arbitrary<string> = fc.oneof(
  {
    weight: 700,
    arbitrary: fc.array(fc.constantFrom(...PIECES), { maxLength: 7, size: 'max' }).map((all) => all.join('')),
  },
  { weight: 200, arbitrary: fc.string({ unit: 'binary', maxLength: 30, size: 'max' }) },
  { weight: 99, arbitrary: fc.string({ unit: 'grapheme-ascii', maxLength: 60, size: 'max' }) },
  {
    weight: 1,
    arbitrary: fc
      .array(fc.constantFrom(...PIECES, 'word', 'Wörter'), {
        minLength: 1_500,
        maxLength: 2_500,
        size: 'max',
      })
      .map((all) => all.join(' ').slice(0, 10_000)),
  },
);
