import { describe, expect, it } from 'vitest';
import { parseSource, sourceAsMessage } from '../../../../src-main/mime/parse-source.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const part = (head: string, body: string) => `--b\r\n${head}\r\n\r\n${body}\r\n`;
const image = (cid: string, content = PNG, type = 'image/png') =>
  part(
    `Content-Type: ${type}; name="p.png"\r\nContent-ID: <${cid}>\r\nContent-Transfer-Encoding: base64`,
    content.toString('base64'),
  );
const html = (body: string) => part('Content-Type: text/html; charset=utf-8', body);
const related = (...parts: string[]) =>
  Buffer.from(`Subject: x\r\nContent-Type: multipart/related; boundary=b\r\n\r\n${parts.join('')}--b--\r\n`);

describe('parseSource', () => {
  it('reads text in the character set it was written in', () => {
    const source = Buffer.concat([
      Buffer.from('Content-Type: text/plain; charset=koi8-r\r\n\r\n'),
      Buffer.from([0xf0, 0xd2, 0xc9, 0xd7, 0xc5, 0xd4]),
    ]);
    const message = parseSource(source);
    expect(message).toMatchObject({ text: 'Привет', preview: 'Привет', isSource: false, attachments: [] });
    expect(message).not.toHaveProperty('html');
  });

  it('puts the lines of format=flowed together again', () => {
    const message = parseSource(
      Buffer.from('Content-Type: text/plain; format=flowed\r\n\r\nlong \r\nline\r\n'),
    );
    expect(message.text?.trim()).toBe('long line');
  });

  it('takes the text of HTML where no other is', () => {
    const message = parseSource(Buffer.from('Content-Type: text/html\r\n\r\n<p>Hello <b>you</b></p>'));
    expect(message.text).toBe('Hello you');
    expect(message.html).toContain('<b>you</b>');
    expect(message.searchText).toBe('Hello you');
  });

  it('takes the text of the HTML too when the text part is empty', () => {
    const source = Buffer.from(
      `Content-Type: multipart/alternative; boundary=b\r\n\r\n${part('Content-Type: text/plain', ' ')}${html('<p>Only here</p>')}--b--\r\n`,
    );
    expect(parseSource(source)).toMatchObject({ text: 'Only here', preview: 'Only here' });
  });

  it('gives the pictures that the HTML names, not as attachments', () => {
    const message = parseSource(related(html('<img src="cid:one@x">'), image('one@x'), image('unused@x')));
    expect(Object.keys(message.inlineImages)).toEqual(['one@x']);
    expect(message.inlineImages['one@x']).toBe(`data:image/png;base64,${PNG.toString('base64')}`);
    expect(message.attachments).toEqual([
      { part: 1, filename: 'p.png', contentType: 'image/png', size: PNG.length, preview: 'picture' },
    ]);
  });

  it('takes for a picture only what is one, whatever it says', () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>1</script></svg>');
    const huge = Buffer.from(PNG);
    huge.writeUInt32BE(100_000, 16);
    huge.writeUInt32BE(100_000, 20);
    const message = parseSource(
      related(
        html('<img src="cid:a"><img src=cid:b><img src="cid:c">'),
        image('a', svg),
        image('b', huge),
        image('c', PNG, 'application/pdf'),
      ),
    );
    expect(Object.keys(message.inlineImages)).toEqual(['c']);
    expect(message.inlineImages.c).toMatch(/^data:image\/png;base64,/);
    expect(message.attachments.map(({ part: number }) => number)).toEqual([0, 1]);
  });

  it('lets the first of several parts with one Content-ID count', () => {
    const gif = Buffer.from('R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7', 'base64');
    const message = parseSource(
      related(html('<img src="cid:a">'), image('a'), image('a', gif), image('__proto__')),
    );
    expect(message.inlineImages.a).toMatch(/^data:image\/png/);
    expect(Object.getPrototypeOf(message.inlineImages)).toBe(Object.prototype);
  });

  it('keeps a message inside a message as a file, with its own parts inside', () => {
    const inner = `Subject: inner\r\nContent-Type: multipart/mixed; boundary=i\r\n\r\n--i\r\n\r\nsecret\r\n--i\r\nContent-Type: text/html\r\n\r\n<img src="cid:a">\r\n--i--`;
    const message = parseSource(
      related(
        part('Content-Type: text/plain', 'outer'),
        part('Content-Type: message/rfc822', inner),
        image('a'),
      ),
    );
    expect(message.text?.trim()).toBe('outer');
    expect(message.inlineImages).toEqual({});
    expect(message.attachments[0]).toMatchObject({
      filename: 'inner.eml',
      contentType: 'message/rfc822',
    });
  });

  it('finds attachments by their names', () => {
    const file = part('Content-Type: application/pdf; name="budget 2026.pdf"', 'x');
    expect(parseSource(related(part('Content-Type: text/plain', 'hi'), file)).searchText).toBe(
      'hi\nbudget 2026.pdf',
    );
  });
});

describe('sourceAsMessage', () => {
  it('shows bytes of every kind as text', () => {
    expect(sourceAsMessage(Buffer.from('zażółć'))).toMatchObject({ text: 'zażółć', isSource: true });
    expect(sourceAsMessage(Buffer.from([0x41, 0xe9, 0x42])).text).toBe('AéB');
    expect(sourceAsMessage(Buffer.from('ж'.repeat(600_000)).subarray(1))).toMatchObject({ isSource: true });
    expect(sourceAsMessage(Buffer.from(`a${'ж'.repeat(600_000)}`)).text).toBe(`a${'ж'.repeat(499_999)}`);
  });
});
