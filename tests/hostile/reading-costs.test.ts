/** What a message may cost the thread that serves all windows: every answer takes a moment, whatever stands in the mail. */
import { expect, it } from 'vitest';
import { readAnswerHead } from '../../src-main/mime/answer-head.ts';
import { cleanHtml } from '../../src-main/mime/mail-html.ts';
import { readTnef } from '../../src-main/mime/tnef.ts';
import { takeUuencoded } from '../../src-main/mime/uuencode.ts';
import { checkSignatures } from '../../src-main/trust/signature.ts';
import { parseMailto } from '../../src-shared/text/mailto.ts';
import { costOf } from '../fixtures/processor-time.ts';
import { makeKey } from '../unit/src-main/trust/signed-mail.ts';

/** Milliseconds of this processor; each of these took seconds to hours. */
const A_MOMENT = 1_500;

const key = makeKey();
const signal = new AbortController().signal;

it.each([
  ['a field of many lines', `X: ${'\r\n a'.repeat(40_000)}\r\n`],
  ['a field of carriage returns', `X: ${'\r'.repeat(200_000)}\r\n`],
  ['a signature of many lines', '', `from; x=1${'\r\n '.repeat(40_000)}`],
])('a signature below %s is refused, not looked at for minutes', async (_title, head, covers = 'from:x') => {
  const signature = `v=1; a=rsa-sha256; c=simple/simple; d=a.test; s=s; bh=AAAA; b=AAAA; h=${covers}`;
  const source = Buffer.from(
    `DKIM-Signature: ${signature}\r\nFrom: ada@a.test\r\nSubject: x\r\n${head}\r\nx\r\n`,
  );
  const options = { isWanted: () => true, receivedAt: 0, txt: async () => [key.record], signal };
  const cost = await costOf(() => expect(checkSignatures(source, options)).rejects.toThrow('too-complex'));
  expect(cost).toBeLessThan(A_MOMENT);
});

it('a message that is to be written on ends its elements as often as it likes', async () => {
  for (const name of ['script', 'style', 'title', 'svg']) {
    const html = `a<${name}>${`</${name} `.repeat(200_000)}`;
    const cost = await costOf(() =>
      expect(cleanHtml(html, { hasPart: () => true, keepsRemote: true }).html).toBe('a'),
    );
    expect(cost).toBeLessThan(A_MOMENT);
  }
});

it.each([
  ['List-Post', '<mailto:'],
  ['Mail-Followup-To', 'a'],
  ['Mail-Followup-To', 'a.@'],
  ['Delivered-To', '<'],
])('an answer reads a %s of 250 KB of %j at once', async (name, piece) => {
  const source = Buffer.from(`${name}: ${piece.repeat(250_000 / piece.length)}\r\n\r\n`);
  expect(await costOf(() => readAnswerHead(source))).toBeLessThan(A_MOMENT);
});

it('files that begin in a text and do not end there are looked for once', async () => {
  const text = `${'begin-base64 644 a\nAAAA\n'.repeat(60_000)}====\n`;
  let found: unknown;
  expect(
    await costOf(() => {
      found = takeUuencoded(text).files.map(({ name, content }) => [name, content.length]);
    }),
  ).toBeLessThan(A_MOMENT);
  expect(found).toEqual([['a', 3]]);
});

it('a winmail.dat with properties of no length, as many as it claims, ends', async () => {
  const number = (value: number): Buffer => {
    const bytes = Buffer.alloc(4);
    bytes.writeUInt32LE(value >>> 0);
    return bytes;
  };
  const size = 4_000_000;
  // PT_NULL, several of them, and a thousand times.
  const properties = Array.from({ length: 1_000 }, (_, at) =>
    Buffer.concat([number(((0x100 + at) << 16) | 0x1001), number(size / 8)]),
  );
  const data = Buffer.concat([number(properties.length), ...properties, Buffer.alloc(size)]);
  const head = [number(0x223e9f78), Buffer.alloc(2), Buffer.of(1), number(0x9003), number(data.length)];
  const stream = Buffer.concat([...head, data, Buffer.alloc(2)]);
  expect(await costOf(() => readTnef(stream))).toBeLessThan(A_MOMENT);
});

it('a link to write to hundreds of people, each of them mostly blanks, is read at once', async () => {
  const one = `a%3C${' '.repeat(300)}x`;
  const link = `mailto:${Array.from({ length: 300 }, () => one).join(',')}?cc=${Array.from({ length: 20 }, () => one).join(',')}`;
  expect(await costOf(() => parseMailto(link)?.to)).toBeLessThan(300);
});
