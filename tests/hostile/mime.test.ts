import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { MailError } from '../../src-main/base/errors.ts';
import { createMessageParser, type MessageParser } from '../../src-main/mime/parse-message.ts';
import { buildParseWorker } from './mime-worker.ts';

let parser: MessageParser;
let worker: Awaited<ReturnType<typeof buildParseWorker>>;

beforeAll(async () => {
  worker = await buildParseWorker(await mkdtemp(join(tmpdir(), 'lk-mime-')));
  parser = createMessageParser({ workerPath: worker.path });
  await parser.parse(Buffer.from('Subject: warm\r\n\r\nup'));
});
afterAll(async () => {
  await parser.close();
  await worker.remove();
});

const HEAD = 'From: a@b.test\r\nSubject: x\r\n';
const nested = (depth: number) => {
  let text = HEAD;
  for (let level = 0; level < depth; level++) {
    text += `Content-Type: multipart/mixed; boundary="b${level}"\r\n\r\n--b${level}\r\n`;
  }
  return `${text}\r\ndeep`;
};
const parts = (count: number) =>
  `${HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n${'--b\r\nContent-Type: image/png\r\n\r\nx\r\n'.repeat(count)}--b--\r\n`;
const groups = (count: number) =>
  `From: ${'a:'.repeat(count)}\r\nTo: ${'('.repeat(count)}\r\nSubject: x\r\n\r\ntext`;

/** What it is, how it is made, and whether only its source can be shown. */
const CASES: [name: string, make: () => string, isSource: boolean][] = [
  ['10,000 levels of multipart', () => nested(10_000), true],
  ['100,000 parts', () => parts(100_000), true],
  ['a header of 30 MB', () => `${HEAD}X-Long: ${'x'.repeat(30_000_000)}\r\n\r\ntext`, true],
  ['a million headers', () => `${'X: y\r\n'.repeat(1_000_000)}\r\ntext`, true],
  ['70 MB', () => `${HEAD}\r\n${'x'.repeat(70_000_000)}`, true],
  ['one line of 50 MB', () => `${HEAD}\r\n${'x'.repeat(50_000_000)}`, true],
  [
    'a boundary of a million characters',
    () => `${HEAD}Content-Type: multipart/mixed; boundary=${'b'.repeat(1_000_000)}\r\n\r\nx`,
    false,
  ],
  [
    'a multipart that never ends',
    () => `${HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nfirst`,
    false,
  ],
  [
    'boundaries that begin with each other',
    () =>
      `${HEAD}Content-Type: multipart/mixed; boundary=a\r\n\r\n--a\r\nContent-Type: multipart/mixed; boundary=aa\r\n\r\n--aa\r\n\r\nin\r\n--a--\r\n`,
    false,
  ],
  ['nothing at all', () => '', false],
  [
    '100,000 unclosed svg elements',
    () => `${HEAD}Content-Type: text/html\r\n\r\n${'<svg '.repeat(100_000)}>text`,
    false,
  ],
  [
    'a million unclosed tags',
    () => `${HEAD}Content-Type: text/html\r\n\r\n${'<a href="'.repeat(1_000_000)}`,
    false,
  ],
  [
    'a million spaces that do not break',
    () => `${HEAD}Content-Type: text/html\r\n\r\n<p>${'\u00a0'.repeat(500_000)}x</p>`,
    false,
  ],
  [
    '20,000 levels of quotes',
    () => `${HEAD}Content-Type: text/html\r\n\r\n${'<blockquote>x'.repeat(20_000)}`,
    false,
  ],
];

/** What the engine's own thread is kept from doing meanwhile, in milliseconds. */
async function longestBlock(run: () => Promise<unknown>): Promise<number> {
  let last = performance.now();
  let longest = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 5);
  await run();
  clearInterval(timer);
  return longest;
}

describe('a message made to break the parser', () => {
  it.each(CASES)(
    'of %s is shown as it is or as its source, and the next one is read',
    async (_name, make, isSource) => {
      const source = Buffer.from(make());
      const message = await parser.parse(source);
      expect(message.isSource).toBe(isSource);
      if (isSource) expect(message.text).toBe(source.toString('utf8').slice(0, 1_000_000));
      expect((await parser.parse(Buffer.from(`${HEAD}\r\nnext`))).preview).toBe('next');
    },
  );

  it.each([1_000, 100_000])('of %i nested address groups does not end the process', async (count) => {
    const message = await parser.parse(Buffer.from(groups(count)));
    expect(message.text).toContain('text');
    expect((await parser.parse(Buffer.from(`${HEAD}\r\nnext`))).preview).toBe('next');
  });

  it('blocks the thread that asked for less than 100 ms', async () => {
    const source = Buffer.from(parts(9_000));
    // The quickest of five: other programs take the processor away, and that looks the same.
    const blocks: number[] = [];
    for (let n = 0; n < 5; n++) blocks.push(await longestBlock(() => parser.parse(source)));
    expect(Math.min(...blocks)).toBeLessThan(100);
  });

  it('that takes longer than its time is given up, and the worker is replaced', async () => {
    const hasty = createMessageParser({ workerPath: worker.path, timeLimit: 1 });
    const source = Buffer.from(parts(9_000));
    const message = await hasty.parse(source);
    expect(message.isSource).toBe(true);
    await hasty.close();
    await expect(hasty.parse(source)).rejects.toBeInstanceOf(MailError);
  });
});

describe('attachments', () => {
  const file = 'JVBERi0=';
  const source = Buffer.from(
    `${HEAD}Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nSee the file.\r\n--b\r\nContent-Type: application/pdf; name="../../etc/r\u202efdp.exe"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n${file}\r\n--b--\r\n`,
  );

  it('come back with their bytes and a harmless name', async () => {
    const { attachments } = await parser.parse(source);
    expect(attachments).toEqual([
      {
        part: 0,
        filename: 'rfdp.exe',
        contentType: 'application/pdf',
        size: 5,
        preview: 'pdf',
        isProgram: true,
      },
    ]);
    const { content, filename } = await parser.attachment(source, 0);
    expect(Buffer.from(content).toString()).toBe('%PDF-');
    expect(filename).toBe('rfdp.exe');
  });

  it('that are not there, or in a message beyond reading, are told apart', async () => {
    await expect(parser.attachment(source, 7)).rejects.toMatchObject({ code: 'not-found' });
    await expect(parser.attachment(Buffer.from(nested(10_000)), 0)).rejects.toMatchObject({
      code: 'too-complex',
    });
  });
});
