import fc from 'fast-check';
import PostalMime, { decodeWords } from 'postal-mime';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { composeMessage } from '../../src-main/mime/compose-message.ts';
import { harmlessFileName } from '../../src-main/mime/file-name.ts';
import { headerText } from '../../src-main/mime/write-head.ts';
import { submit } from '../../src-main/smtp/submit.ts';
import { trustAuthority } from '../integration/trust-authority.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { startSmtp } from '../servers/smtp.mjs';
import { hostileString } from '../unit/src-main/mime/hostile-strings.ts';

const MAYA = 'maya@lab.test';
const run = createRunFolder();
let smtp: Awaited<ReturnType<typeof startSmtp>>;
let distrust = () => {};

beforeAll(async () => {
  const certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
  smtp = await startSmtp({ certs, passwords: { [MAYA]: 'right' }, sizeLimit: 10_000_000 });
});
afterAll(async () => {
  distrust();
  await smtp.stop();
  await run.remove();
});
beforeEach(() => {
  smtp.messages.length = 0;
});

/** The message as the server has it. */
async function sent(source: Uint8Array): Promise<Buffer> {
  const before = smtp.messages.length;
  await submit({
    settings: { host: 'localhost', port: smtp.port, security: 'tls' },
    authentication: { kind: 'password', user: MAYA, password: async () => 'right' },
    smtpEnvelope: { from: MAYA, to: ['bob@lab.test'] },
    source,
    signal: new AbortController().signal,
  });
  expect(smtp.messages).toHaveLength(before + 1);
  const last = smtp.messages.at(-1);
  expect(last).toMatchObject({ from: MAYA, to: ['bob@lab.test'] });
  return last?.raw ?? Buffer.alloc(0);
}

/** RFC 5321 §2.3.8: a line ends with CRLF, and with nothing else. */
const canonical = (source: Uint8Array) =>
  Buffer.from(source)
    .toString('latin1')
    .replace(/\r\n|\r|\n/g, '\r\n');

it('brings a thousand strings to a real server as they were meant, each in its one field', async () => {
  const strings = fc.array(hostileString, { minLength: 50, maxLength: 50, size: 'max' });
  await fc.assert(
    fc.asyncProperty(strings, async (all) => {
      const [subject = ''] = all;
      const to = all.slice(1, 21).map((name, at) => ({ name, address: `p${at}@lab.test` }));
      const files = all.slice(21, 27);
      const fields = all.slice(27);
      const source = await composeMessage(
        { to, cc: [], subject, text: all.join('\n'), html: all.join('<p>') },
        {
          from: { name: 'Maya', address: MAYA },
          date: 0,
          messageIdHeader: '<1@lab.test>',
          attachments: files.map((filename) => ({ filename, contentType: '', content: Buffer.from('x') })),
          extraFields: fields.map((text, at) => [`X-F${at}`, text] as const),
        },
      );
      const raw = await sent(source);
      expect(raw.equals(Buffer.from(source))).toBe(true);
      const email = await PostalMime.parse(raw);
      expect(email.subject ?? '').toBe(headerText(subject));
      expect(email.to).toEqual(to.map(({ name, address }) => ({ name: headerText(name), address })));
      expect(email.bcc).toBeUndefined();
      expect(email.attachments.map((one) => one.filename)).toEqual(
        files.map((filename, at) => harmlessFileName(filename, 'application/octet-stream', at + 1)),
      );
      const own = email.headers.filter(({ key }) => key.startsWith('x-f'));
      expect(own.map(({ value }) => decodeWords(value))).toEqual(
        fields.map(headerText).filter((text) => text !== ''),
      );
    }),
    { numRuns: 20 },
  );
}, 60_000);

describe('what could end a message early', () => {
  const smuggled = [
    'MAIL FROM:<eve@evil.test>',
    'RCPT TO:<bob@lab.test>',
    'DATA',
    'Subject: smuggled',
    '',
    'x',
  ];
  const ends = [
    '\n.\n',
    '\r.\r',
    '\r\n.\n',
    '\n.\r\n',
    '\r\n.\r',
    '\r.\r\n',
    '\r\n.\r\n',
    '\0\n.\n',
    '\r\n\0.\r\n',
    '\n..\n',
    '\r\r\n.\r\r\n',
  ];

  it.each(ends)('%j arrives as part of the one message, equal but for its line ends', async (end) => {
    for (const lineEnd of ['\r\n', '\n', '\r']) {
      const source = Buffer.from(
        `From: ${MAYA}\r\nSubject: x\r\n\r\nbefore${end}${smuggled.join(lineEnd)}${end}after\r\n`,
      );
      const raw = await sent(source);
      expect(raw.toString('latin1')).toBe(canonical(source));
    }
    expect(smtp.messages).toHaveLength(3);
  });

  it('is cut by nothing where a piece of the message ends', async () => {
    // The pieces in which a message leaves have 64 KiB.
    for (const shift of [-3, -2, -1, 0, 1, 2]) {
      const head = `From: ${MAYA}\r\nSubject: x\r\n\r\n`;
      const body = 'x'.repeat(64 * 1024 - head.length + shift).replace(/(.{76})../g, '$1\r\n');
      const source = Buffer.from(`${head}${body}\n.\nMAIL FROM:<eve@evil.test>\r\n`);
      expect((await sent(source)).toString('latin1')).toBe(canonical(source));
    }
  });

  it('is text where a person wrote it', async () => {
    const text = ends.map((end) => `before${end}${smuggled.join('\r\n')}`).join('\n');
    const source = await composeMessage(
      { to: [{ name: '', address: 'bob@lab.test' }], cc: [], subject: 'x', text },
      { from: { name: '', address: MAYA }, attachments: [], date: 0, messageIdHeader: '<1@lab.test>' },
    );
    const email = await PostalMime.parse(await sent(source));
    expect(email.text?.trimEnd()).toBe(text.replaceAll('\0', '').replace(/\r\n?/g, '\n').trimEnd());
    expect(smtp.messages).toHaveLength(1);
  });
});
