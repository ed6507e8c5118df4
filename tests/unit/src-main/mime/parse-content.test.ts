import { describe, expect, it } from 'vitest';
import { parseSource } from '../../../../src-main/mime/parse-source.ts';

const bytes = (head: string, body: string | number[]) =>
  Buffer.concat([Buffer.from(`${head}\r\n\r\n`), Buffer.from(body as string)]);
const text = (contentType: string, body: string | number[], encoding = '8bit') =>
  parseSource(bytes(`Content-Type: ${contentType}\r\nContent-Transfer-Encoding: ${encoding}`, body)).text;
const multipart = (subtype: string, ...parts: string[]) =>
  Buffer.from(
    `Subject: x\r\nContent-Type: multipart/${subtype}; boundary=b\r\n\r\npreamble\r\n${parts
      .map((part) => `--b\r\n${part}\r\n`)
      .join('')}--b--\r\nepilogue`,
  );
const namesOf = (source: Uint8Array) => parseSource(source).attachments.map(({ filename }) => filename);

describe('character sets', () => {
  it.each<[string, number[], string]>([
    ['utf-8', [0xe2, 0x82, 0xac], '€'],
    ['"UTF8"', [0xe2, 0x82, 0xac], '€'],
    ['iso-8859-1', [0xe9, 0x80], 'é€'],
    ['iso-8859-2', [0xb1, 0xe6], 'ąć'],
    ['iso-8859-5', [0xbf, 0xe0], 'Пр'],
    ['iso-8859-6', [0xe3], 'ك'],
    ['iso-8859-7', [0xe1], 'α'],
    ['iso-8859-8-i', [0xf9], 'ש'],
    ['iso-8859-15', [0xa4], '€'],
    ['iso-8859-16', [0xaa, 0xe0], 'Șà'],
    ['windows-1250', [0x9c], 'ś'],
    ['cp1251', [0xcf], 'П'],
    ['x-cp1252', [0x93], '“'],
    ['windows-1253', [0xe1], 'α'],
    ['windows-1254', [0xfd], 'ı'],
    ['windows-1255', [0xf9], 'ש'],
    ['windows-1256', [0xdf], 'ك'],
    ['windows-1257', [0xe0], 'ą'],
    ['windows-1258', [0xd5], 'Ơ'],
    ['windows-874', [0xa1], 'ก'],
    ['tis-620', [0xa1], 'ก'],
    ['koi8-r', [0xf0], 'П'],
    ['koi8-u', [0xa4], 'є'],
    ['ibm866', [0x8f], 'П'],
    ['macintosh', [0x8a], 'ä'],
    ['gb2312', [0xc4, 0xe3], '你'],
    ['gbk', [0xc4, 0xe3], '你'],
    ['gb18030', [0x81, 0x30, 0x81, 0x30], '\u0080'],
    ['big5', [0xa7, 0x41], '你'],
    ['euc-kr', [0xb0, 0xa1], '가'],
    ['ks_c_5601-1987', [0xb0, 0xa1], '가'],
    ['euc-jp', [0xc6, 0xfc], '日'],
    ['shift_jis', [0x93, 0xfa], '日'],
    ['cp932', [0x93, 0xfa], '日'],
    ['utf-16le', [0xac, 0x20], '€'],
    ['utf-16be', [0x20, 0xac], '€'],
  ])('of %s are read', (charset, body, expected) => {
    expect(text(`text/plain; charset=${charset}`, body)).toBe(expected);
  });

  it('of ISO-2022-JP are read, broken ones too', () => {
    const japanese = [0x1b, 0x24, 0x42, 0x46, 0x7c, 0x4b, 0x5c, 0x1b, 0x28, 0x42];
    expect(text('text/plain; charset=iso-2022-jp', japanese)).toBe('日本');
    expect(text('text/plain; charset=iso-2022-jp', [...japanese.slice(0, -3), 0x0d, 0x0a, 0x41])).toContain(
      '日本',
    );
    expect(
      text('text/plain; charset=iso-2022-jp', [0x41, 0x1b, 0x24, 0x42, 0xff, 0x1b, 0x28, 0x42, 0x5a]),
    ).toMatch(/^A.*Z$/u);
  });

  it('of no name, a wrong one or a common mistake fall back to what the bytes are', () => {
    const euro = [0xe2, 0x82, 0xac];
    expect(text('text/plain', euro)).toBe('€');
    expect(text('text/plain; charset=us-ascii', euro)).toBe('€');
    expect(text('text/plain; charset=x-unknown', euro)).toBe('€');
    expect(text('text/plain; charset=x-unknown', [0x93, 0x41])).toBe('“A');
    expect(text('text/plain; charset=utf-8', [0x47, 0x72, 0xfc, 0xdf, 0x65])).toBe('Grüße');
    expect(text('text/plain; charset=utf-8', [...euro, 0xff])).toBe('€\ufffd');
    expect(text('text/plain; charset=utf-16', 'plain ASCII')).toBe('plain ASCII');
    expect(text('text/plain; charset=iso-2022-kr', 'a\x1b$)Cb')).toBe('a\x1b$)Cb');
  });

  it('never make a tag out of UTF-7', () => {
    const { html } = parseSource(
      bytes('Content-Type: text/html; charset=utf-7', '+ADw-script+AD4-alert(1)+ADw-/script+AD4-'),
    );
    expect(html).toBe('+ADw-script+AD4-alert(1)+ADw-/script+AD4-');
  });
});

describe('transfer encodings', () => {
  it('that are broken cost themselves only', () => {
    expect(text('text/plain', 'SGVs\r\nbG8=\r\nIHlvdQ==', 'base64')).toBe('Hello you');
    expect(text('text/plain', 'SGVs*bG8h!\r\n', 'BASE64')).toBe('Hello!');
    expect(text('text/plain; charset=utf-8', 'a=20b=\r\nc=E2=82=AC =ZZ = 1=3', 'quoted-printable')).toBe(
      'a bc€ =ZZ = 1=3',
    );
    expect(text('text/plain', 'trailing   \r\nsoft=  \r\nbreak=', 'quoted-printable')).toBe(
      'trailing\nsoftbreak',
    );
    expect(text('text/plain', 'as it is', 'x-unknown')).toBe('as it is');
    expect(text('text/plain', 'SGk=', '"base64" (as always)')).toBe('Hi');
  });
});

describe('format=flowed', () => {
  const flowed = (body: string, more = '') => text(`text/plain; format=flowed${more}`, body);

  it('comes in whole lines, each quote depth by itself', () => {
    expect(flowed('one \r\nline\r\n>> deep \r\n>> quote \r\n> less\r\n\r\nend')).toBe(
      'one line\n>> deep quote \n> less\n\nend',
    );
  });

  it('takes off what was stuffed, and leaves the signature where it is', () => {
    expect(flowed('  two\r\n >no quote\r\n From here \r\n-- \r\nAnn')).toBe(
      ' two\n>no quote\nFrom here \n-- \nAnn',
    );
  });

  it('takes the space away with delsp', () => {
    expect(flowed('日 \r\n本\r\n', '; delsp=yes')).toBe('日本\n');
  });

  it('is not done to text that says nothing of it', () => {
    expect(text('text/plain', 'a \r\nb')).toBe('a \nb');
  });
});

describe('multiparts', () => {
  const plain = 'Content-Type: text/plain\r\n\r\nplain';
  const html = 'Content-Type: text/html\r\n\r\n<p>rich</p>';

  it('alternative: each form is there once', () => {
    expect(parseSource(multipart('alternative', plain, html))).toMatchObject({
      text: 'plain',
      html: '<p>rich</p>',
      attachments: [],
    });
  });

  it('mixed: several texts are shown one after the other, in both forms', () => {
    const message = parseSource(multipart('mixed', plain, html, 'Content-Type: text/plain\r\n\r\nfoot <er>'));
    expect(message.text).toBe('plain\nrich\nfoot <er>');
    expect(message.html).toContain('<p>rich</p>');
    expect(message.html).toContain('foot &#60;er&#62;');
  });

  it('mixed: a second text that is called a file is one, and what is attached too', () => {
    const log = 'Content-Type: text/plain; name="a.log"\r\nContent-Disposition: inline\r\n\r\nlog';
    const attached =
      'Content-Type: text/html\r\nContent-Disposition: attachment; filename=page.html\r\n\r\n<p>x</p>';
    const message = parseSource(multipart('mixed', plain, log, attached));
    expect(message.text).toBe('plain');
    expect(message.attachments).toMatchObject([
      { part: 0, filename: 'a.log', preview: 'text' },
      { part: 1, filename: 'page.html' },
    ]);
    expect(message.attachments[1]).not.toHaveProperty('preview');
  });

  it('alternative: a form is one, even when it has the name of a file', () => {
    const page = 'Content-Type: text/html; name="message.html"\r\n\r\n<p>rich</p>';
    expect(parseSource(multipart('alternative', plain, page))).toMatchObject({
      html: '<p>rich</p>',
      attachments: [],
    });
  });

  it('of an unknown kind are read as mixed; preamble and epilogue are not read', () => {
    const message = parseSource(multipart('x-new', plain, html));
    expect(message.text).toBe('plain\nrich');
    expect(JSON.stringify(message)).not.toMatch(/preamble|epilogue/);
  });

  it('without a single part are text, and without an end whole', () => {
    expect(parseSource(Buffer.from('Content-Type: multipart/mixed; boundary=b\r\n\r\nlost')).text).toBe(
      'lost',
    );
    expect(parseSource(Buffer.from('Content-Type: multipart/mixed\r\n\r\nlost')).text).toBe('lost');
    expect(
      parseSource(Buffer.from('Content-Type: multipart/mixed; boundary=b\n\n--b\n\nfirst\n--b\n\nlast')).text,
    ).toBe('first\nlast');
  });

  it('digest: parts are messages when nothing else is said', () => {
    const message = parseSource(
      multipart('digest', '\r\nSubject: one\r\n\r\nfirst', '\r\nSubject: two\r\n\r\nsecond'),
    );
    expect(message.attachments).toMatchObject([{ preview: 'message' }, { preview: 'message' }]);
  });

  it('signed and encrypted: said so, with the parts as files', () => {
    const signature = 'Content-Type: application/pkcs7-signature; name=smime.p7s\r\n\r\nx';
    const signed = parseSource(multipart('signed; protocol="application/pkcs7-signature"', plain, signature));
    expect(signed).toMatchObject({ text: 'plain', protection: { kind: 'signed', method: 'smime' } });
    expect(signed.attachments).toMatchObject([{ filename: 'smime.p7s' }]);
    const encrypted = parseSource(
      multipart(
        'encrypted; protocol="application/pgp-encrypted"',
        'Content-Type: application/pgp-encrypted\r\n\r\nVersion: 1',
        'Content-Type: application/octet-stream; name=encrypted.asc\r\n\r\n-----BEGIN PGP MESSAGE-----',
      ),
    );
    expect(encrypted.protection).toEqual({ kind: 'encrypted', method: 'openpgp' });
    expect(encrypted.attachments).toHaveLength(2);
  });

  it('and single parts of S/MIME and OpenPGP are told, quoted armour is not', () => {
    const smime = (type: string) =>
      parseSource(
        Buffer.from(`Content-Type: application/pkcs7-mime; smime-type=${type}; name=smime.p7m\r\n\r\nx`),
      ).protection;
    expect(smime('enveloped-data')).toEqual({ kind: 'encrypted', method: 'smime' });
    expect(smime('signed-data')).toEqual({ kind: 'signed', method: 'smime' });
    const armour = (line: string) => parseSource(Buffer.from(`\r\n${line}\r\n\r\nx`)).protection;
    expect(armour('-----BEGIN PGP MESSAGE-----')).toEqual({ kind: 'encrypted', method: 'openpgp' });
    expect(armour('-----BEGIN PGP SIGNED MESSAGE-----')).toEqual({ kind: 'signed', method: 'openpgp' });
    expect(armour('> -----BEGIN PGP MESSAGE-----')).toBeUndefined();
  });

  it('a body elsewhere is never fetched: it is a file without content to look at', () => {
    const elsewhere =
      'Content-Type: message/external-body; access-type=URL; URL="https://x.test/a"\r\n\r\nContent-Type: image/png\r\n\r\n';
    const [file] = parseSource(multipart('mixed', plain, elsewhere)).attachments;
    expect(file).toMatchObject({ contentType: 'message/external-body' });
    expect(file).not.toHaveProperty('preview');
  });
});

describe('names of files', () => {
  it.each([
    ["attachment; filename*=utf-8''%E2%82%AC%20rates.pdf", '€ rates.pdf'],
    ["attachment; filename*0*=utf-8''%E2%82; filename*1*=%AC; filename*2=.pdf", '€.pdf'],
    ["attachment; filename*=iso-8859-1'de'M%FCller.txt", 'Müller.txt'],
    ['attachment; filename="=?utf-8?B?4oKsLnR4dA==?="', '€.txt'],
    ['attachment; filename=Invoice(1).pdf', 'Invoice(1).pdf'],
    ['attachment; filename="a;b \\"c\\".txt" (comment)', 'a;b _c_.txt'],
    ['attachment; filename="first.txt"; filename="second.txt"', 'first.txt'],
    ['attachment; filename*0=a%2F..%2Fb; filename*1=.txt', 'a_2F.._2Fb.txt'],
    ["attachment; filename*=utf-8''..%2F..%2Fetc%2Fpasswd", 'passwd'],
  ])('of %s are read', (disposition, expected) => {
    expect(
      namesOf(Buffer.from(`Content-Type: application/x\r\nContent-Disposition: ${disposition}\r\n\r\nx`)),
    ).toEqual([expected]);
  });
});

describe('uuencoded files in the text', () => {
  const file = 'begin 644 cat.txt\r\n#0V%T\r\n`\r\nend\r\n';

  it('become attachments, and what only looks like one stays', () => {
    const message = parseSource(Buffer.from(`\r\nSee:\r\n${file}bye\r\nbegin 644 me at the station\r\n`));
    expect(message.text).toBe('See:\nbye\nbegin 644 me at the station\n');
    expect(message.attachments).toMatchObject([{ part: 0, filename: 'cat.txt', size: 3 }]);
  });

  it('are told from programs by their bytes', () => {
    const source = Buffer.from('\r\nbegin 755 notes.txt\r\n$(R$O8@\r\n`\r\nend\r\n');
    expect(parseSource(source).attachments).toMatchObject([{ isProgram: true }]);
  });
});

describe('kept headers', () => {
  it('are those of the top, unfolded, in their order and bounded', () => {
    const { headers } = parseSource(
      Buffer.from(
        [
          'Authentication-Results: mx.test;',
          '\tdkim=pass',
          'DKIM-Signature: v=1; a=rsa-sha256; d=Example.ORG; s=x; h=from; bh=d=no; b=xyz',
          ...Array.from({ length: 30 }, (_, index) => `From: a${index}@b.test`),
          'Reply-To: =?utf-8?q?x?= <c@d.test>',
          'List-Unsubscribe: <https://l.test/u>,',
          ' <mailto:u@l.test>',
          'List-Unsubscribe-Post: List-Unsubscribe=One-Click',
          'Content-Type: message/rfc822',
          '',
          'From: inner@x.test',
          'Precedence: bulk',
          '',
          '',
        ].join('\r\n'),
      ),
    );
    expect(headers).toMatchObject({
      authenticationResults: ['mx.test;\tdkim=pass'],
      signedBy: ['example.org'],
      replyTo: ['=?utf-8?q?x?= <c@d.test>'],
      sender: [],
      listUnsubscribe: '<https://l.test/u>, <mailto:u@l.test>',
      listUnsubscribePost: 'List-Unsubscribe=One-Click',
    });
    expect(headers?.from).toHaveLength(20);
    expect(headers).not.toHaveProperty('precedence');
  });
});
