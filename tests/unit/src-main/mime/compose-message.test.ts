import fc from 'fast-check';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { MailError } from '../../../../src-main/base/errors.ts';
import { composeMessage, contentTypeOf } from '../../../../src-main/mime/compose-message.ts';

const FROM = { name: 'Maya Lind', address: 'maya@lab.test' };
const content = { to: [{ name: 'Bob', address: 'bob@lab.test' }], cc: [], subject: 'Hello', text: 'Hi Bob' };
const options = {
  from: FROM,
  attachments: [],
  date: Date.UTC(2026, 10, 22, 6, 30),
  messageIdHeader: '<1@lab.test>',
};
const compose = async (
  change: Partial<Parameters<typeof composeMessage>[0]> = {},
  more: Partial<Parameters<typeof composeMessage>[1]> = {},
) => Buffer.from(await composeMessage({ ...content, ...change }, { ...options, ...more }));
const headersOf = (source: Buffer) => {
  const head = source.toString('latin1').split('\r\n\r\n')[0] ?? '';
  return head
    .split(/\r\n(?![ \t])/)
    .map((line) => (line.split(':')[0] ?? '').toLowerCase())
    .sort();
};
const PLAIN_HEADERS = [
  'content-transfer-encoding',
  'content-type',
  'date',
  'from',
  'message-id',
  'mime-version',
  'subject',
  'to',
];

describe('composeMessage', () => {
  it('writes who gets it hidden into a draft that is kept, and into nothing else', async () => {
    const bcc = [{ name: 'Eve', address: 'eve@lab.test' }];
    expect((await compose({}, { bcc })).toString()).toContain('Bcc: Eve <eve@lab.test>\r\n');
    const sent = { ...content, bcc };
    expect((await compose(sent)).toString()).not.toContain('eve@');
  });

  it('writes what was asked for and nothing about the program or the computer', async () => {
    const source = await compose();
    expect(headersOf(source)).toEqual(PLAIN_HEADERS);
    expect(source.toString()).toContain('Message-ID: <1@lab.test>\r\n');
    expect(source.toString()).toContain('Date: Sun, 22 Nov 2026 06:30:00 +0000\r\n');
    expect(source.toString()).toContain('From: Maya Lind <maya@lab.test>\r\n');
  });

  it('never writes hidden recipients', async () => {
    const withBcc = { ...content, bcc: [{ name: 'Eve', address: 'eve@lab.test' }] };
    const source = Buffer.from(await composeMessage(withBcc, options));
    expect(source.toString()).not.toMatch(/bcc|eve/i);
  });

  it('names the message that it answers, and of a long thread the beginning and the end', async () => {
    const references = Array.from({ length: 200 }, (_, index) => `<${index}@lab.test>`);
    const email = await PostalMime.parse(await compose({}, { inReplyTo: '<199@lab.test>', references }));
    expect(email.inReplyTo).toBe('<199@lab.test>');
    const ids = email.references?.split(/\s+/) ?? [];
    expect(ids).toHaveLength(50);
    expect([ids[0], ids[1], ids.at(-1)]).toEqual(['<0@lab.test>', '<151@lab.test>', '<199@lab.test>']);
  });

  it('drops Message-IDs that are none', async () => {
    const source = await compose(
      {},
      { inReplyTo: '<a\r\nBcc: eve@evil.test>', references: ['<a b>', 'x', '<ok@x>'] },
    );
    expect(source.toString()).not.toMatch(/In-Reply-To|eve/);
    expect(source.toString()).toContain('References: <ok@x>\r\n');
  });

  it('has CRLF everywhere, ASCII only, no line over 998 bytes', async () => {
    const text = `lone\rcr\nlf\r\ncrlf\0\n.\n${'wörd '.repeat(2_000)}\n${'x'.repeat(5_000)}\nFrom here`;
    const attachments = [
      {
        filename: 'a.eml',
        contentType: 'message/rfc822',
        content: Buffer.from(`Subject: ü\n\n${'y'.repeat(3_000)}`),
      },
    ];
    const source = await compose({ text, subject: 'Grüße '.repeat(80) }, { attachments });
    const wire = source.toString('latin1');
    expect(wire).toMatch(/^(?:[\x20-\x7e\t]{0,998}\r\n)*$/);
    const email = await PostalMime.parse(source);
    expect(email.text?.trimEnd()).toBe(text.replaceAll('\0', '').replace(/\r\n?/g, '\n').replace(/ $/m, ''));
    expect(email.subject).toBe('Grüße '.repeat(80).trim());
    expect(email.attachments[0]?.filename).toBe('a.eml');
    expect(Buffer.from(email.attachments[0]?.content as ArrayBuffer)).toEqual(attachments[0]?.content);
  });

  it('keeps an empty text, and attachments byte by byte under a harmless name', async () => {
    const bytes = Buffer.from(Array.from({ length: 256 }, (_, index) => index));
    const attachments = [
      { filename: '../Übersicht\r\nX: y.pdf', contentType: 'application/pdf', content: bytes },
    ];
    const email = await PostalMime.parse(await compose({ text: '' }, { attachments }));
    expect(email.attachments[0]).toMatchObject({
      filename: 'Übersicht X_ y.pdf',
      mimeType: 'application/pdf',
    });
    expect(Buffer.from(email.attachments[0]?.content as ArrayBuffer)).toEqual(bytes);
  });

  it('reads no file and no address of the network that a field names', async () => {
    const hostile = { path: '/etc/passwd' } as unknown as string;
    const attachments = [
      { filename: 'x', contentType: 'text/plain', content: hostile as unknown as Uint8Array },
    ];
    const sources = await Promise.allSettled([compose({ text: hostile }), compose({}, { attachments })]);
    expect(
      JSON.stringify(sources.map((one) => (one.status === 'fulfilled' ? `${one.value}` : ''))),
    ).not.toMatch(/root:|cm9vd/);
  });

  it.each([
    'bob',
    'bob@',
    'a@b.test>\r\nBcc: eve@evil.test',
    'a b@c.test',
    'a@b\u2028c.test',
    'x@y.test\u202e',
  ])('refuses the address %j and names it', async (address) => {
    const failed = compose({ to: [{ name: '', address }] });
    await expect(failed).rejects.toBeInstanceOf(MailError);
    await expect(failed).rejects.toMatchObject({ code: 'recipient-invalid', detail: { address } });
  });

  it('lets nothing in a subject, a name or a file name become a header of its own', async () => {
    const pieces = fc.constantFrom(
      '\r\n',
      '\n',
      '\r',
      '\0',
      '\u2028',
      '\u0085',
      'Bcc: eve@evil.test',
      '=?utf-8?q?=0d=0aBcc:?=',
      ' ',
      '<',
      '>',
      '"',
      '\\',
      ',',
      ';',
      '(',
      ':',
      '@',
      'ü',
      '😀',
    );
    const text = fc
      .array(fc.oneof(pieces, fc.string({ unit: 'binary', maxLength: 20 })), { maxLength: 12 })
      .map((parts) => parts.join(''));
    await fc.assert(
      fc.asyncProperty(text, text, text, async (subject, name, filename) => {
        const to = [{ name, address: 'bob@lab.test' }];
        const attachments = [{ filename, contentType: filename, content: Buffer.from('x') }];
        const source = await compose(
          { subject, to, cc: to },
          { from: { name, address: FROM.address }, attachments },
        );
        const allowed = [...PLAIN_HEADERS, 'cc'];
        expect(headersOf(source).filter((header) => !allowed.includes(header))).toEqual([]);
        const email = await PostalMime.parse(source);
        expect(email.to).toHaveLength(1);
        expect(email.to?.[0]?.address).toBe('bob@lab.test');
        expect(email.from?.address).toBe(FROM.address);
        expect(email.bcc).toBeUndefined();
        expect(email.attachments).toHaveLength(1);
      }),
      { numRuns: 1_500 },
    );
  });

  it('gives back subject and name as they were meant', async () => {
    const word = fc
      .string({ unit: 'grapheme', minLength: 1, maxLength: 40 })
      .filter((text) => !/[\p{Cc}\p{Cf}\p{Z}=]/u.test(text));
    await fc.assert(
      fc.asyncProperty(word, word, async (subject, name) => {
        const email = await PostalMime.parse(
          await compose({ subject, to: [{ name, address: 'bob@lab.test' }] }),
        );
        expect(email.subject).toBe(subject);
        expect(email.to?.[0]?.name).toBe(name);
      }),
      { numRuns: 500 },
    );
  });
});

it('knows the type of a file by its name', () => {
  expect(['Offer.PDF', 'photo.jpg', 'notes', '.profile', 'a.b\u0000c'].map(contentTypeOf)).toEqual([
    'application/pdf',
    'image/jpeg',
    'application/octet-stream',
    'application/octet-stream',
    'application/octet-stream',
  ]);
});
