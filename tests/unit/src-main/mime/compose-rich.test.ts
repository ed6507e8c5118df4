import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { composeMessage } from '../../../../src-main/mime/compose-message.ts';
import { beginText } from '../../../../src-main/mime/draft-text.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const options = {
  from: { name: 'Maya', address: 'maya@lab.test' },
  attachments: [],
  date: 0,
  messageIdHeader: '<1@lab.test>',
};
const content = { to: [{ name: '', address: 'bob@lab.test' }], cc: [], subject: 'x', text: 'Hi Bob' };
const compose = async (
  change: Partial<Parameters<typeof composeMessage>[0]>,
  more: Partial<Parameters<typeof composeMessage>[1]> = {},
) => Buffer.from(await composeMessage({ ...content, ...change }, { ...options, ...more }));
const typesOf = (source: Buffer) =>
  [...source.toString().matchAll(/^Content-Type: ([\w/-]+)/gm)].map((match) => match[1]);

describe('composeMessage', () => {
  it('writes rich text as HTML and as plain text', async () => {
    const source = await compose({ html: '<p>Hi <b>Bob</b></p><script>x</script>' });
    expect(typesOf(source)).toEqual(['multipart/alternative', 'text/plain', 'text/html']);
    expect(source.toString()).toContain('Content-Type: text/plain; charset=utf-8; format=flowed\r\n');
    const email = await PostalMime.parse(source);
    expect(email.text?.trim()).toBe('Hi Bob');
    expect(email.html?.trim()).toBe(
      '<!DOCTYPE html><html><head><meta http-equiv="Content-Type" content="text/html; charset=utf-8"></head><body><p>Hi <b>Bob</b></p></body></html>',
    );
  });

  it('puts pictures that the text names beside it, and everything else behind', async () => {
    const picture = { filename: 'a.png', contentType: 'image/png', content: PNG };
    const source = await compose(
      { html: `<p><img src="cid:a@x"><img src="data:image/png;base64,${PNG.toString('base64')}"></p>` },
      { attachments: [{ ...picture, contentId: 'a@x' }, picture, { ...picture, contentId: 'unused@x' }] },
    );
    expect(typesOf(source)).toEqual([
      'multipart/mixed',
      'multipart/alternative',
      'text/plain',
      'multipart/related',
      'text/html',
      ...Array<string>(4).fill('image/png'),
    ]);
    const email = await PostalMime.parse(source);
    expect(email.attachments.map(({ disposition, related }) => [disposition, related ?? false])).toEqual([
      ['inline', true],
      ['inline', true],
      ['attachment', false],
      ['attachment', false],
    ]);
    expect(email.attachments[0]?.contentId).toBe('<a@x>');
    expect(email.html).toContain(
      `src="cid:${encodeURIComponent(email.attachments[1]?.contentId?.slice(1, -1) ?? '')}"`,
    );
    expect(email.html).not.toContain('data:');
  });

  it('quotes what it answers, in both forms', async () => {
    const quote = {
      kind: 'reply' as const,
      intro: 'Bob wrote:',
      text: 'one\n> two',
      html: '<p onx="1">one</p></body>',
    };
    const email = await PostalMime.parse(await compose({ html: '<p>Hi</p>', quote }));
    expect(email.text?.trim()).toBe('Hi Bob\n\nBob wrote:\n> one\n>> two');
    expect(email.html).toMatch(
      /<p>Hi<\/p><br><div>Bob wrote:<\/div><blockquote type="cite" style="[^"]*"><p>one<\/p><\/blockquote><\/body><\/html>/,
    );
    const plain = await PostalMime.parse(await compose({ quote }));
    expect(plain.html).toBeUndefined();
    expect(plain.text?.trim()).toBe('Hi Bob\n\nBob wrote:\n> one\n>> two');
  });

  it('shows what it passes on as it was, text as HTML where there is no other', async () => {
    const quote = { kind: 'forward' as const, intro: 'From: <b>\nTo: x', text: 'a <b>\n  c' };
    const email = await PostalMime.parse(await compose({ html: '<p>See</p>', quote }));
    expect(email.text?.trim()).toBe('Hi Bob\n\nFrom: <b>\nTo: x\n\na <b>\n  c');
    expect(email.html).toContain('<div>From: &#60;b&#62;<br>To: x</div><br><div>a &#60;b&#62;<br>');
  });

  it('passes a whole message on byte by byte, as the message that it is', async () => {
    const original = Buffer.from('From: a@b.test\r\nSubject: ü\r\n\r\n.\r\n--x\r\nFrom here\r\n\r\n');
    const file = { filename: 'Plan.eml', contentType: 'message/rfc822', content: original };
    const source = await compose({}, { attachments: [file] });
    expect(source.toString()).toContain('Content-Type: message/rfc822');
    expect(source.toString()).toContain('Content-Transfer-Encoding: 8bit');
    expect(source.includes(original)).toBe(true);
    for (const odd of ['a\nb', 'a\rb\r\n', 'a\0b', `${'x'.repeat(1_200)}\r\n`]) {
      const opaque = await PostalMime.parse(
        await compose({}, { attachments: [{ ...file, content: Buffer.from(odd) }] }),
      );
      expect(opaque.attachments[0]?.mimeType).toBe('application/octet-stream');
      expect(Buffer.from(opaque.attachments[0]?.content as ArrayBuffer).toString()).toBe(odd);
    }
  });

  it('writes text that people read so that it can be read in the source', async () => {
    for (const text of ['Привет, мир', '日本語', `${'1234567890'.repeat(20_000)}`]) {
      expect((await compose({ text })).toString()).not.toContain('base64');
      expect((await PostalMime.parse(await compose({ text }))).text?.trim()).toBe(text);
    }
    expect((await compose({})).toString()).toContain('Content-Transfer-Encoding: 7bit');
  });

  it('asks for a receipt where the person wants one, and writes fields of its own under their names only', async () => {
    const source = await compose({}, { asksReceipt: true, extraFields: [['X-Own', 'ü\r\nBcc: x']] });
    expect(source.toString()).toContain('Disposition-Notification-To: Maya <maya@lab.test>\r\n');
    expect(source.toString()).not.toMatch(/^Bcc/m);
    await expect(compose({}, { extraFields: [['Bcc', 'x']] })).rejects.toMatchObject({ code: 'internal' });
  });
});

describe('beginText', () => {
  const signature = { text: 'Maya\nLab & Co' };

  it('is empty without a signature', () => {
    expect(beginText({ text: '' }, undefined, false)).toEqual({ text: '' });
    expect(beginText({ text: '' }, undefined, true)).toEqual({ text: '', html: '' });
  });

  it('puts the signature below what stands there', () => {
    expect(beginText({ text: '' }, signature, false)).toEqual({ text: '\n\n-- \nMaya\nLab & Co' });
    expect(beginText({ text: '' }, signature, true).html).toBe(
      '<p></p><div data-signature="">Maya<br>Lab &#38; Co</div>',
    );
    expect(beginText({ text: 'a\nb\n\n<c>' }, { ...signature, html: '<b>M</b>' }, true)).toEqual({
      text: 'a\nb\n\n<c>\n\n-- \nMaya\nLab & Co',
      html: '<p>a<br>b</p><p>&#60;c&#62;</p><div data-signature=""><b>M</b></div>',
    });
  });
});
