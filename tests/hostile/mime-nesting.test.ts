/** More messages that are made to break a reader: letters in letters without end, and more people than live in a town. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { createMessageParser, type MessageParser } from '../../src-main/mime/parse-message.ts';
import { buildParseWorker } from './mime-worker.ts';

let parser: MessageParser;
let worker: Awaited<ReturnType<typeof buildParseWorker>>;

beforeAll(async () => {
  worker = await buildParseWorker(await mkdtemp(join(tmpdir(), 'lk-mime-')));
  parser = createMessageParser({ workerPath: worker.path });
});
afterAll(async () => {
  await parser.close();
  await worker.remove();
});

const HEAD = 'From: a@b.test\r\nSubject: x\r\n';

it.each([
  ['10,000 letters in letters', () => `${`${HEAD}Content-Type: message/rfc822\r\n\r\n`.repeat(10_000)}deep`],
  ['a million addresses', () => `${HEAD}To: ${'a@b.test, '.repeat(1_000_000)}z@b.test\r\n\r\ntext`],
  [
    'a reference to 500,000 letters',
    () => `${HEAD}References: ${'<a@b.test>\r\n '.repeat(500_000)}<z@b.test>\r\n\r\ntext`,
  ],
])('a message of %s is read or shown as its source, and the next one is read', async (_name, make) => {
  const message = await parser.parse(Buffer.from(make()));
  // What stands inside is text, or a file to open: never nothing.
  expect((message.text ?? '') !== '' || message.attachments.length > 0).toBe(true);
  expect((await parser.parse(Buffer.from(`${HEAD}\r\nnext`))).preview).toBe('next');
});
