import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createContentHandlers } from '../../../../src-main/ipc/content-handlers.ts';
import { attachmentOf, nestedOf } from '../../../../src-main/mime/parse-source.ts';
import { messageId as messageIdSchema } from '../../../../src-shared/model/ids.ts';
import { createTestShell } from './test-shell.ts';

const PNG = Buffer.from(
  'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==',
  'base64',
);
const part = (type: string, name: string, content: Buffer) =>
  `--b\r\nContent-Type: ${type}; name="${name}"\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n${content.toString('base64')}\r\n`;
const mail = (...parts: string[]) =>
  Buffer.from(`Subject: x\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n${parts.join('')}--b--\r\n`);

const inner = mail(part('text/plain', 'deep.txt', Buffer.from('deep')), part('image/png', 'p.png', PNG));
const source = mail(
  part('application/octet-stream', 'picture.dat', PNG),
  part('application/pdf', 'a.pdf', Buffer.from('%PDF-1.7')),
  part('text/csv; charset=iso-8859-2', 'a.txt', Buffer.from([0xb1])),
  part('text/html', 'page.html', Buffer.from('<p>')),
  part('application/pdf', 'fake.pdf', Buffer.from('<html>')),
  part('message/rfc822', 'letter.eml', inner),
  part('text/plain', 'a.txt', Buffer.from('x'.repeat(1_500_000))),
);
const messageId = messageIdSchema.parse(1);
const signal = new AbortController().signal;

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lk-save-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

function found<T>(part: T | undefined): T {
  if (part === undefined) throw new Error('no such part');
  return part;
}

function open({ isCancelled = false } = {}) {
  const context = {
    shell: createTestShell({ pickFolder: () => (isCancelled ? {} : { path: folder }) }),
    texts: { format: (key: string) => key },
    rooms: () => ({
      sync: {
        openAttachment: async (_id: unknown, number: number) => {
          const { content, ...names } = found(attachmentOf(source, number));
          return { ...names, writeTo: async (write: (piece: Uint8Array) => void) => write(content) };
        },
        attachmentContent: async (_id: unknown, number: number) => found(attachmentOf(source, number)),
      },
      parser: {
        attachment: async (from: Uint8Array, number: number, within: readonly number[] = []) =>
          found(attachmentOf(from, number, [...within])),
        nested: async (from: Uint8Array, path: readonly number[]) => found(nestedOf(from, [...path])),
      },
    }),
  };
  return createContentHandlers(context);
}

describe('messages.preview', () => {
  const preview = (number: number, within?: number[]) =>
    open()['messages.preview']({ messageId, part: number, within }, signal);

  it('shows what the bytes are, whatever the file is called', async () => {
    expect(await preview(0)).toEqual({
      kind: 'picture',
      url: `data:image/png;base64,${PNG.toString('base64')}`,
    });
    expect(await preview(1)).toMatchObject({ kind: 'pdf' });
    expect(await preview(2)).toEqual({ kind: 'text', text: 'ą', isCut: false });
  });

  it('refuses pages, and what only calls itself something', async () => {
    await expect(preview(3)).rejects.toMatchObject({ code: 'preview-unavailable' });
    await expect(preview(4)).rejects.toMatchObject({ code: 'preview-unavailable' });
  });

  it('cuts a long text', async () => {
    expect(await preview(6)).toMatchObject({ kind: 'text', text: 'x'.repeat(1_000_000), isCut: true });
  });

  it('reaches into a message that came inside', async () => {
    expect(await preview(0, [5])).toEqual({ kind: 'text', text: 'deep', isCut: false });
    await expect(preview(0, [1])).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('messages.getNested', () => {
  it('opens a message that came inside as mail, and nothing else', async () => {
    const { 'messages.getNested': getNested } = open();
    expect(await getNested({ messageId, path: [5] }, signal)).toMatchObject({
      subject: 'x',
      attachments: [{ filename: 'deep.txt' }, { filename: 'p.png' }],
    });
    await expect(getNested({ messageId, path: [0] }, signal)).rejects.toMatchObject({ code: 'not-found' });
  });
});

describe('messages.saveAttachments', () => {
  it('writes beside what is there, never over it, and follows no link', async () => {
    writeFileSync(join(folder, 'a.pdf'), 'mine');
    symlinkSync(join(folder, 'elsewhere'), join(folder, 'a.txt'));
    expect(await open()['messages.saveAttachments']({ messageId, parts: [1, 2, 6] }, signal)).toEqual({
      saved: 3,
    });
    expect(readdirSync(folder).sort()).toEqual(['a (2).pdf', 'a (2).txt', 'a (3).txt', 'a.pdf', 'a.txt']);
    expect(readFileSync(join(folder, 'a.pdf'), 'utf8')).toBe('mine');
    expect(readFileSync(join(folder, 'a (2).pdf'), 'utf8')).toBe('%PDF-1.7');
    expect(statSync(join(folder, 'a (2).pdf')).mode & 0o777).toBe(0o600);
  });

  it('writes nothing when no folder was picked', async () => {
    const saved = await open({ isCancelled: true })['messages.saveAttachments'](
      { messageId, parts: [1] },
      signal,
    );
    expect(saved).toEqual({ saved: 0 });
    expect(readdirSync(folder)).toEqual([]);
  });
});
