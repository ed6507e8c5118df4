import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import { createWriteStream } from 'node:fs';
import {
  appendFile,
  chmod,
  mkdir,
  readdir,
  readFile,
  rm,
  stat,
  symlink,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { finished } from 'node:stream/promises';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { MailError } from '../../src-main/base/errors.ts';
import { mboxEntry } from '../../src-main/mime/mbox.ts';
import { removeLocalAccount } from '../../src-main/transfer/local-accounts.ts';
import type { AccountId } from '../../src-shared/model/ids.ts';
import type { Transfer } from '../../src-shared/model/transfer.ts';
import { addAccount } from './sync-world.ts';
import { openTransferWorld, type TransferWorld } from './transfer-world.ts';

let world: TransferWorld;
let account: AccountId;

beforeAll(async () => {
  world = await openTransferWorld();
});
afterAll(() => world.close());
beforeEach(async () => {
  await world.reopen({ isNew: true });
  account = world.addAccount();
});

const FROM = 'From ada@example.org Thu Jan  1 00:00:10 2026';
const TIME = Date.UTC(2026, 0, 1, 0, 0, 10);

function mail(number: number, body = 'Hello there\n', head = ''): string {
  return `From: Ada <ada@example.org>\nTo: bo@example.org\nMessage-ID: <m${number}@x.example>\n${head}Subject: Mail ${number}\nDate: Thu, 1 Jan 2026 00:00:05 +0000\n\n${body}`;
}

const mbox = (...mails: string[]): string => mails.map((one) => `${FROM}\n${one}\n`).join('');

async function put(name: string, content: string | Uint8Array): Promise<string> {
  const path = world.path(name);
  await mkdir(join(path, '..'), { recursive: true });
  await writeFile(path, content);
  return path;
}

const WORDS = 'the river meeting draft budget lantern Thursday ticket harbour window answer copper'.split(
  ' ',
);

/** Mail as it is: most of the messages small, most of the bytes in attachments. */
async function writeLarge(path: string, size: number): Promise<void> {
  const file = createWriteStream(path);
  const words = (count: number): string =>
    Array.from({ length: count }, (_, index) => WORDS[(index * 7 + count) % WORDS.length]).join(' ');
  const attachment = `${randomBytes(600_000).toString('base64').replace(/.{76}/g, '$&\n')}\n`;
  for (let written = 0, number = 0; written < size; number++) {
    const parts = `--b\n\n${words(200)}\n--b\nContent-Type: application/pdf; name="${number}.pdf"\nContent-Transfer-Encoding: base64\n\n${attachment}--b--\n`;
    const text =
      number % 10 === 0
        ? mail(number, parts, 'MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=b\n')
        : mail(number, `${words(100 + number)}\n`);
    const entry = mbox(text);
    written += entry.length;
    if (!file.write(entry)) await once(file, 'drain');
  }
  file.end();
  await finished(file);
}

describe('importing', () => {
  it('brings an mbox file into a mailbox of its name, whole and searchable at once, and nothing the second time', async () => {
    const path = await put(
      'Travel.mbox',
      mbox(mail(1, 'Lisbon\n', 'Status: O\n'), mail(2, 'Porto\n', 'Status: RO\nX-Status: F\n')),
    );
    const first = await world.import(account, path);
    expect(first).toMatchObject({
      state: 'done',
      kind: 'import',
      messages: 2,
      skipped: 0,
      name: 'Travel.mbox',
    });
    expect(first.bytesDone).toBe((await stat(path)).size);
    expect(first.bytesTotal).toBe(first.bytesDone);
    const [one, two] = world.contents(account, 'Travel');
    expect(one).toMatchObject({ subject: 'Mail 1', flags: [], internalDate: TIME });
    expect(two?.flags).toEqual(['\\Seen', '\\Flagged']);
    if (!one) throw new Error('no message');
    expect(world.store.bodies.get(one.messageId)).toMatchObject({ text: 'Lisbon\n', isSource: false });
    expect(Buffer.from(world.store.bodies.source(one.messageId) ?? []).toString()).toBe(mail(1, 'Lisbon\n'));

    expect(await world.import(account, path)).toMatchObject({ state: 'done', messages: 0, skipped: 2 });
    expect(world.subjects(account, 'Travel')).toEqual(['Mail 1', 'Mail 2']);
  });

  it('brings what was added to the file since, and leaves moved and read messages where and as they are', async () => {
    const path = await put('Later.mbox', mbox(mail(1), mail(2)));
    await world.import(account, path);
    const [first] = world.contents(account, 'Later');
    if (!first) throw new Error('no message');
    const from = { kind: 'mailbox' as const, mailboxId: world.mailbox(account, 'Later') };
    world.store.operations.enqueueMove({
      messageIds: [first.messageId],
      from,
      to: world.mailbox(account, 'Trash'),
    });
    await expect.poll(() => world.contents(account, 'Trash')[0]?.uid).toBe(1);
    await appendFile(path, mbox(mail(3)));
    expect(await world.import(account, path)).toMatchObject({ messages: 1, skipped: 2 });
    expect(world.subjects(account, 'Later')).toEqual(['Mail 2', 'Mail 3']);
    expect(world.subjects(account, 'Trash')).toEqual(['Mail 1']);
  });

  it('brings a folder of EML files with its subfolders, dated by what they say, else by the file', async () => {
    const received = 'Received: from a (b; c) by d;\n Fri, 2 Jan 2026 10:00:00 +0200 (EET)\n';
    await put('eml/one.eml', mail(1, 'a\n', received));
    await put('eml/two.EML', mail(2));
    await put('eml/notes.txt', 'Not: mail');
    await put('eml/.hidden.eml', mail(9));
    await put('eml/Sent Items/three.eml', mail(3));
    const undated = await put('eml/Work/2025/four.eml', 'Subject: Mail 4\n\nHi');
    await utimes(undated, 1_700_000_000, 1_700_000_000);
    await put('eml/broken.eml', randomBytes(1_000));
    await symlink(world.path('eml'), world.path('eml/circle')).catch(() => undefined);
    const done = await world.import(account, world.path('eml'));
    expect(done).toMatchObject({ state: 'done', messages: 4, skipped: 1, error: 'import-unreadable' });
    expect(
      world.contents(account, 'eml').map(({ subject, internalDate }) => [subject, internalDate]),
    ).toEqual([
      ['Mail 1', Date.UTC(2026, 0, 2, 8)],
      ['Mail 2', TIME - 5_000],
    ]);
    expect(world.subjects(account, 'Sent')).toEqual(['Mail 3']);
    expect(world.store.mailboxes.bySpecialUse(account, 'sent')?.path).toBe('Sent');
    expect(world.contents(account, 'Work/2025')[0]?.internalDate).toBe(1_700_000_000_000);
  });

  it('brings the folder of another mail program, with the mailboxes below its mailboxes', async () => {
    await put('Local Folders/Inbox', mbox(mail(1)));
    await put('Local Folders/Inbox.msf', '// <!-- <mdb:mork:z v="1.4"/> -->');
    await put('Local Folders/Inbox.sbd/Family', mbox(mail(2)));
    await put('Local Folders/Unsent Messages', '');
    await put('Local Folders/Archives.sbd/2024', mbox(mail(3)));
    await put('Local Folders/Apple.mbox/mbox', mbox(mail(4)));
    const done = await world.import(account, world.path('Local Folders'));
    expect(done).toMatchObject({ state: 'done', messages: 4, skipped: 0 });
    const where = ['INBOX', 'INBOX/Family', 'Archive/2024', 'Apple'].map((path) =>
      world.subjects(account, path),
    );
    expect(where).toEqual([['Mail 1'], ['Mail 2'], ['Mail 3'], ['Mail 4']]);
  });

  it('keeps a message that the end of the file cut off, and says so', async () => {
    const path = await put('Cut.mbox', mbox(mail(1), mail(2)).slice(0, -20));
    expect(await world.import(account, path)).toMatchObject({
      state: 'done',
      messages: 2,
      error: 'import-cut',
    });
    expect(world.subjects(account, 'Cut')).toEqual(['Mail 1', 'Mail 2']);
  });

  it('says of what is no mail that it is none', async () => {
    const none = [
      await put('empty.mbox', ''),
      await put('binary.mbox', randomBytes(100_000)),
      await put('text.mbox', 'From me to you\n\nHello\n'),
      await put('nothing/readme', 'Hi'),
      world.path('nothing'),
      world.path('missing'),
    ];
    for (const path of none) {
      expect(await world.import(account, path)).toMatchObject({
        state: 'failed',
        error: 'import-unreadable',
      });
    }
    expect(world.store.local.count()).toBe(0);
  });

  it('counts a file that may not be read and brings the others', async () => {
    const secret = await put('mixed/secret.mbox', mbox(mail(1)));
    await put('mixed/open.mbox', mbox(mail(2)));
    await chmod(secret, 0);
    // Root may read everything: for this import it is somebody else.
    const isRoot = process.getuid?.() === 0;
    if (isRoot) await chmod(world.path('.'), 0o755);
    if (isRoot) process.seteuid?.(65_534);
    try {
      expect(await world.import(account, world.path('mixed'))).toMatchObject({ state: 'done', messages: 1 });
    } finally {
      if (isRoot) process.seteuid?.(0);
    }
  });

  it('passes over a message that is too large for anybody, and brings the ones around it', async () => {
    const path = world.path('Huge.mbox');
    const file = createWriteStream(path);
    file.write(mbox(mail(1)));
    file.write(`${FROM}\nSubject: huge\n\n`);
    const part = `${'x'.repeat(78)}\n`.repeat(12_800);
    for (let megabytes = 0; megabytes < 66; megabytes++) file.write(part);
    file.end(`\n${mbox(mail(3))}`);
    await finished(file);
    const done = await world.import(account, path);
    expect(done).toMatchObject({ state: 'done', messages: 2, skipped: 1, error: 'message-too-large' });
    expect(world.subjects(account, 'Huge')).toEqual(['Mail 1', 'Mail 3']);
    await rm(path);
  });

  it('keeps messages that nobody can parse, and shows them as their source', async () => {
    let deep = 'Subject: Deep\n';
    for (let level = 0; level < 300; level++)
      deep += `Content-Type: multipart/mixed; boundary="b${level}"\n\n--b${level}\n`;
    const path = await put('Odd.mbox', mbox(deep, mail(2, 'x\n', `X-Long: ${'a'.repeat(1_000_000)}\n`)));
    expect(await world.import(account, path)).toMatchObject({ state: 'done', messages: 2 });
    const [first, second] = world.contents(account, 'Odd');
    if (!first || !second) throw new Error('no message');
    expect(first.subject).toBe('Deep');
    expect(world.store.bodies.get(first.messageId)).toMatchObject({ isSource: true });
    expect(world.store.bodies.source(second.messageId)?.length).toBeGreaterThan(1_000_000);
  });

  it('brings 25 MB in bounded memory, told a few times a second, with turns for everybody else', {
    timeout: 120_000,
  }, async () => {
    const path = world.path('Large.mbox');
    await writeLarge(path, 25_000_000);
    // What the worker, the caches of both databases and the code itself take, they take once.
    const small = world.path('Warm.mbox');
    await writeLarge(small, 4_000_000);
    await world.import(account, small);
    await rm(small);
    const before = process.memoryUsage().rss;
    let most = before;
    let longest = 0;
    let last = performance.now();
    let events = 0;
    const stopHearing = world.transfers.subscribe(() => {
      events += 1;
    });
    const watch = setInterval(() => {
      most = Math.max(most, process.memoryUsage().rss);
      longest = Math.max(longest, performance.now() - last - 10);
      last = performance.now();
    }, 10);
    const began = performance.now();
    const done = await world.import(account, path);
    const took = performance.now() - began;
    clearInterval(watch);
    stopHearing();
    expect(done).toMatchObject({ state: 'done', skipped: 0 });
    expect(done.bytesDone).toBeGreaterThan(25_000_000);
    expect(events).toBeLessThanOrEqual(2 + took / 200);
    // Far more than a step takes: other programs run beside the tests, and they take the processor away, from the whole as from each step.
    expect(longest).toBeLessThan(Math.max(1_000, took / 5));
    expect((most - before) / 1_000_000).toBeLessThan(120);
    await rm(path);
  });

  it('stops when it is cancelled; what came stays, and the rest comes the next time', async () => {
    const path = await put(
      'Long.mbox',
      mbox(...Array.from({ length: 600 }, (_, number) => mail(number, 'y'.repeat(3_000)))),
    );
    const { transferId } = world.transfers.importFrom({ accountId: account, format: 'mbox', paths: [path] });
    await new Promise<void>((resolve) => {
      const stop = world.transfers.subscribe(({ messages }) => {
        if (messages === 0) return;
        stop();
        resolve();
      });
    });
    world.transfers.cancel(transferId);
    const ended = await world.ended(transferId);
    expect(ended).toMatchObject({ state: 'cancelled' });
    expect(ended.messages).toBeLessThan(600);
    expect(world.contents(account, 'Long')).toHaveLength(ended.messages);
    expect(await world.import(account, path)).toMatchObject({ messages: 600 - ended.messages });
    expect(new Set(world.subjects(account, 'Long')).size).toBe(600);
  });

  it('goes into accounts without a server only', () => {
    const other = addAccount(world.store, 'bo@example.org', { host: 'localhost', port: 1, security: 'tls' });
    const request = { accountId: other, format: 'mbox' as const, paths: [world.path('x')] };
    expect(() => world.transfers.importFrom(request)).toThrow(new MailError('input-invalid'));
  });
});

describe('an account without a server', () => {
  it('is usable alone: always there, changed at once, and gone with everything in it when it is removed', async () => {
    const path = await put('Mine.mbox', mbox(mail(1, 'x\n', 'Status: O\n')));
    await world.import(account, path);
    expect(world.sync.state(account)).toBe('local');
    const [message] = world.contents(account, 'Mine');
    if (!message) throw new Error('no message');
    world.store.operations.enqueueFlags({
      messageIds: [message.messageId],
      add: ['\\Seen', '\\Flagged'],
      remove: [],
    });
    await expect.poll(() => world.store.operations.pending(account).flags).toBe(0);
    expect(world.contents(account, 'Mine')[0]?.flags).toEqual(['\\Seen', '\\Flagged']);
    await removeLocalAccount(account, world);
    expect(world.store.accounts.list()).toEqual([]);
    expect(world.store.local.count()).toBe(0);
    await expect(removeLocalAccount(account, world)).rejects.toThrow(new MailError('not-found'));
  });

  it('has its mail again after store.db was lost, with flags and places', async () => {
    await world.import(account, await put('Safe.mbox', mbox(mail(1), mail(2))));
    const [first] = world.contents(account, 'Safe');
    if (!first) throw new Error('no message');
    const from = { kind: 'mailbox' as const, mailboxId: world.mailbox(account, 'Safe') };
    world.store.operations.enqueueFlags({ messageIds: [first.messageId], add: ['\\Flagged'], remove: [] });
    world.store.operations.enqueueMove({
      messageIds: [first.messageId],
      from,
      to: world.mailbox(account, 'Archive'),
    });
    await expect.poll(() => world.contents(account, 'Archive')[0]?.uid).toBe(1);
    await world.reopen({
      before: async (directory) => {
        for (const suffix of ['', '-wal', '-shm'])
          await rm(join(directory, `store.db${suffix}`), { force: true });
      },
    });
    await expect.poll(() => world.store.accounts.size(account).messages).toBe(2);
    await expect.poll(() => world.sync.progress(account).phase).toBe('idle');
    expect(world.subjects(account, 'Safe')).toEqual(['Mail 2']);
    const [again] = world.contents(account, 'Archive');
    expect(again).toMatchObject({ subject: 'Mail 1', flags: ['\\Seen', '\\Flagged'] });
    if (!again) throw new Error('no message');
    expect(Buffer.from(world.store.bodies.source(again.messageId) ?? []).toString()).toBe(mail(1));
  });
});

describe('exporting', () => {
  const odd = [
    mail(1, 'From here\n>From there\n\nFrom ada@example.org Thu Jan  1 00:00:10 2026\nSubject: x\n'),
    mail(2, 'no end of line'),
    mail(3, 'crlf\n').replaceAll('\n', '\r\n'),
    `${mail(4)}\0\0`,
  ];

  async function filled(): Promise<void> {
    const flags = [['\\Seen'], [], ['\\Flagged', 'work'], ['\\Answered', '\\Seen']];
    const entries = odd.map((text, index) =>
      mboxEntry({
        source: Buffer.from(text, 'latin1'),
        flags: flags[index] ?? [],
        internalDate: TIME + index * 1_000,
        sender: 'ada@example.org',
      }),
    );
    await world.import(account, await put('Odd.mbox', Buffer.concat(entries.flat())));
  }

  function everything(path: string) {
    return world.contents(account, path).map(({ messageId, flags, internalDate }) => ({
      source: Buffer.from(world.store.bodies.source(messageId) ?? []).toString('latin1'),
      flags: [...flags].sort(),
      internalDate,
    }));
  }

  it('writes an mbox file out of which the same messages come back, byte for byte, with flags and dates', async () => {
    await filled();
    const before = everything('Odd');
    expect(before.map(({ source }) => source)).toEqual(odd);
    const path = world.path('out.mbox');
    const done = await world.export(world.mailbox(account, 'Odd'), 'mbox', path);
    expect(done).toMatchObject({ state: 'done', kind: 'export', messages: 4, skipped: 0, name: 'out.mbox' });
    await world.reopen({ isNew: true });
    account = world.addAccount();
    expect(await world.import(account, path)).toMatchObject({ state: 'done', messages: 4, skipped: 0 });
    expect(everything('out')).toEqual(before);
  });

  it('writes EML files with the very bytes, a name of their own and the date of the message', async () => {
    await filled();
    const mailbox = world.mailbox(account, 'Odd');
    expect(await world.export(mailbox, 'eml', world.path('out'))).toMatchObject({
      state: 'done',
      messages: 4,
    });
    const names = (await readdir(world.path('out'))).sort();
    expect(names).toEqual([1, 2, 3, 4].map((number) => `${number} 2026-01-01 Mail ${number}.eml`));
    const contents = await Promise.all(names.map((name) => readFile(world.path('out', name), 'latin1')));
    expect(contents).toEqual(odd);
    expect((await stat(world.path('out', names[1] ?? ''))).mtimeMs).toBe(TIME + 1_000);
    // A second time beside it, never into it.
    expect(await world.export(mailbox, 'eml', world.path('out'))).toMatchObject({
      state: 'done',
      messages: 4,
    });
    expect(await readdir(world.path('out (2)'))).toHaveLength(4);
  });

  it('fetches what is not here, and leaves out and counts what cannot be fetched', async () => {
    const other = addAccount(world.store, 'bo@example.org', { host: 'localhost', port: 1, security: 'tls' });
    world.store.mailboxes.replaceList(other, [
      { path: 'INBOX', delimiter: '/', name: 'INBOX', specialUse: 'inbox', selectable: true },
    ]);
    const inbox = world.mailbox(other, 'INBOX');
    const envelope = (number: number) => ({
      uid: number,
      flags: [],
      internalDate: TIME,
      size: 100,
      messageIdHeader: `<m${number}@x.example>`,
      inReplyTo: [],
      references: [],
      subject: `Mail ${number}`,
      from: [],
      to: [],
      cc: [],
      bcc: [],
      replyTo: [],
      hasAttachments: false,
    });
    const { added } = world.store.messages.addEnvelopes(inbox, [1, 2, 3].map(envelope));
    for (const [index, messageId] of added.entries()) {
      if (index !== 1) world.remote.set(messageId, Buffer.from(mail(index + 1)));
    }
    const done = await world.export(inbox, 'mbox', world.path('server.mbox'));
    expect(done).toMatchObject({ state: 'done', messages: 2, skipped: 1, error: 'offline' });
    expect(await readFile(world.path('server.mbox'), 'latin1')).not.toContain('Mail 2');
  });

  it('says when it may not write there, and leaves nothing behind when it is cancelled', async () => {
    await filled();
    const mailbox = world.mailbox(account, 'Odd');
    const nowhere = await world.export(mailbox, 'mbox', world.path('no', 'such', 'folder', 'x.mbox'));
    expect(nowhere).toMatchObject({ state: 'failed', error: 'file-unwritable' });
    await mkdir(world.path('target'));
    const { transferId } = world.transfers.exportTo({
      mailboxId: mailbox,
      format: 'mbox',
      path: world.path('target/x.mbox'),
    });
    world.transfers.cancel(transferId);
    const ended: Transfer = await world.ended(transferId);
    expect(ended.state).toBe('cancelled');
    expect(await readdir(world.path('target'))).toEqual([]);
  });
});
