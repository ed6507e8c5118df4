import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../../src-main/base/log.ts';
import type { ImapConnection, MailboxNews } from '../../src-main/imap/imap-connection.ts';
import { openImap } from '../../src-main/imap/open-imap.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { type Dovecot, startDovecot } from '../servers/dovecot.mjs';
import { type FaultyProxy, startFaultyProxy } from '../servers/faulty-proxy.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { localhost, passwordOf, rawMessage } from './imap-lab.ts';
import { trustAuthority } from './trust-authority.ts';

const USER = 'maya@lab.test';
const PASSWORD = 'a password for maya';
const signal = new AbortController().signal;
const log = createLog(() => {});
const authentication = passwordOf(USER, PASSWORD);

const run = createRunFolder();
let dovecot: Dovecot;
/** Ends TLS, so that it sees the commands. */
let proxy: FaultyProxy;
let distrust: () => void;
const open = new Set<ImapConnection>();

beforeAll(async () => {
  const certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
  dovecot = await startDovecot({ run, certs, passwords: { [USER]: PASSWORD } });
  proxy = await startFaultyProxy({ port: dovecot.imapPort, certs });
  await dovecot.store(
    USER,
    Array.from({ length: 300 }, (_, index) => ({
      raw: rawMessage({ id: `m${index}@lab.test`, subject: `Message ${index}`, text: `Words ${index}.` }),
    })),
  );
});
afterAll(async () => {
  for (const connection of open) connection.close();
  await proxy?.stop();
  distrust?.();
  await run.remove();
});

async function connect(port = dovecot.imapsPort, compress = false): Promise<ImapConnection> {
  const connection = await openImap({ settings: localhost(port), authentication, signal, log, compress });
  open.add(connection);
  return connection;
}

/** The commands that went over the proxy's last connection, in order, without their tags. */
function commandsSaid(): string[] {
  const pieces = proxy.dialogues.at(-1)?.pieces ?? [];
  const up = pieces.filter(({ direction }) => direction === 'up').map(({ bytes }) => bytes);
  return Buffer.concat(up)
    .toString()
    .split('\r\n')
    .filter((line) => line !== '')
    .filter((line) => line.includes(' ')) // what AUTHENTICATE sends has none
    .map((line) => line.replace(/^\S+ /, ''));
}

const textOf = (bytes: Uint8Array | undefined) => Buffer.from(bytes ?? []).toString();

describe('round trips', () => {
  it('of a reconnect when nothing has changed are two after the login, and less than 4 kB', async () => {
    const known = await (await connect()).selectMailbox('INBOX');
    proxy.reset();
    const connection = await connect(proxy.port);
    const [login] = proxy.dialogues;
    const before = { down: login?.down ?? 0, up: login?.up ?? 0 };
    const { uidValidity, highestModseq = 0n } = known;
    const again = await connection.selectMailbox('INBOX', { uidValidity, highestModseq });
    expect(again.changes).toEqual({ changed: [], vanished: [] });
    const { uidNext } = again;
    expect(uidNext).toBe(known.uidNext);
    expect(commandsSaid()).toEqual([
      'ID ("name" "Latchkey Mail")',
      'AUTHENTICATE PLAIN',
      'ENABLE CONDSTORE QRESYNC',
      `SELECT INBOX (QRESYNC (${uidValidity} ${highestModseq}))`,
    ]);
    expect((login?.down ?? 0) - before.down + (login?.up ?? 0) - before.up).toBeLessThan(2_000);
  });

  it('of the first screen are five after the login, the previews included', async () => {
    proxy.reset();
    const connection = await connect(proxy.port);
    const listed = await connection.listMailboxes();
    expect(listed.find(({ path }) => path === 'INBOX')?.status?.messages).toBe(300);
    await connection.selectMailbox('INBOX');
    const newest = await connection.fetchNewest(50);
    const previews = await connection.fetchPreviews(newest.map(({ uid }) => uid));
    expect(newest).toHaveLength(50);
    expect(previews.get(newest[0]?.uid ?? 0)).toBe('Words 299.');
    const said = commandsSaid().map((command) => command.replace(/ .*/, ''));
    expect(said.slice(2)).toEqual(['ENABLE', 'NAMESPACE', 'LIST', 'SELECT', 'FETCH', 'UID']);
    expect(await connection.traffic()).toMatchObject({ commands: 8 });
  });
});

describe('NOTIFY', () => {
  it('tells of new mail and of read marks in mailboxes that are not open, and of the open one as IDLE does', async () => {
    await dovecot.store(USER, [
      { raw: rawMessage({ id: 'first@lab.test', subject: 'First' }), mailbox: 'Lists' },
    ]);
    const watching = await connect();
    const other = await connect();
    await watching.openMailbox('INBOX');
    expect(await watching.notify()).toBe(true);
    const told: MailboxNews[] = [];
    let news = 0;
    watching.onMailboxNews((one) => told.push(one));
    watching.onNews(() => {
      news += 1;
    });
    watching.idle();

    // By IMAP: Dovecot watches what it writes itself.
    const message = Buffer.from(rawMessage({ id: 'list@lab.test', subject: 'List' }));
    await other.append('Lists', { source: message, flags: [], internalDate: Date.now() });
    const ofLists = () =>
      told.flatMap((one) => (one.kind === 'status' && one.path === 'Lists' ? [one.status] : []));
    await expect.poll(() => ofLists().at(-1)?.messages, { timeout: 10_000 }).toBe(2);
    const before = ofLists().at(-1)?.highestModseq ?? 0n;
    await other.openMailbox('Lists');
    await other.storeFlags([1], { add: ['\\Seen'], remove: [] });
    await expect.poll(() => (ofLists().at(-1)?.highestModseq ?? 0n) > before, { timeout: 10_000 }).toBe(true);
    expect(news).toBe(0);

    await dovecot.store(USER, [{ raw: rawMessage({ id: 'inbox@lab.test', subject: 'Inbox' }) }]);
    await expect.poll(() => news, { timeout: 10_000 }).toBeGreaterThan(0);
    expect((await watching.fetchNewest(1))[0]?.subject).toBe('Inbox');
  });
});

describe('COMPRESS', () => {
  it('is used where it is asked for, and makes the list of envelopes a fraction', async () => {
    const uids = Array.from({ length: 300 }, (_, index) => index + 1);
    const bytes: number[] = [];
    for (const compress of [false, true]) {
      proxy.reset();
      const connection = await connect(proxy.port, compress);
      await connection.openMailbox('INBOX');
      expect(await connection.fetchEnvelopes(uids)).toHaveLength(300);
      bytes.push(proxy.total().down);
    }
    expect(bytes[1]).toBeLessThan((bytes[0] ?? 0) / 3);
  });
});

describe('a large message', () => {
  const part = (size: number) => Buffer.alloc(size, 7).toString('base64').replaceAll(/.{76}/g, '$&\r\n');
  const large = `Message-ID: <large@lab.test>\r\nFrom: a@lab.test\r\nSubject: Large\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n--b\r\nContent-Type: multipart/alternative; boundary=c\r\n\r\n--c\r\nContent-Type: text/plain\r\n\r\nThe text.\r\n--c\r\nContent-Type: text/html\r\n\r\n<p>The text.</p>\r\n--c--\r\n--b\r\nContent-Type: application/pdf; name=large.pdf\r\nContent-Disposition: attachment; filename="large.pdf"\r\nContent-Transfer-Encoding: base64\r\n\r\n${part(2_000_000)}\r\n--b\r\nContent-Type: text/csv; name=small.csv\r\nContent-Disposition: attachment; filename="small.csv"\r\n\r\na;b\r\n--b--\r\n`;
  let uid = 0;

  beforeAll(async () => {
    await dovecot.store(USER, [{ raw: large, mailbox: 'Large' }]);
    const connection = await connect();
    await connection.openMailbox('Large');
    uid = (await connection.fetchNewest(1))[0]?.uid ?? 0;
  });

  it('comes in pieces of at most 1 MB, from where an earlier try ended', async () => {
    const connection = await connect();
    await connection.openMailbox('Large');
    const pieces: Uint8Array[] = [];
    const size = await connection.fetchSource(uid, { onChunk: (chunk) => void pieces.push(chunk) });
    expect(Math.max(...pieces.map(({ length }) => length))).toBeLessThanOrEqual(1_000_000);
    expect(textOf(Buffer.concat(pieces)) === large).toBe(true);
    expect(size).toBe(large.length);
    const rest: Uint8Array[] = [];
    await connection.fetchSource(uid, {
      from: 2_500_000,
      onChunk: (chunk, at) => {
        expect(at).toBeGreaterThanOrEqual(2_500_000);
        rest.push(chunk);
      },
    });
    expect(textOf(Buffer.concat(rest)) === large.slice(2_500_000)).toBe(true);
  });

  it('comes without its large attachment, as a whole message, and the attachment by itself', async () => {
    const connection = await connect();
    await connection.openMailbox('Large');
    const [message] = await connection.fetchParts([uid], { maxAttachment: 1_000_000 });
    expect(message?.omitted).toEqual([
      {
        section: '2',
        type: 'application/pdf',
        name: 'large.pdf',
        size: expect.any(Number),
        encoding: 'base64',
      },
    ]);
    const source = textOf(message?.source);
    expect(source).toContain('The text.');
    expect(source).toContain('<p>The text.</p>');
    expect(source).toContain('filename="large.pdf"');
    expect(source).toContain('a;b');
    expect(source.length).toBeLessThan(2_000);
    const pieces: Uint8Array[] = [];
    await connection.fetchSource(uid, { section: '2', onChunk: (chunk) => void pieces.push(chunk) });
    const content = Buffer.from(textOf(Buffer.concat(pieces)), 'base64');
    expect(content.equals(Buffer.alloc(2_000_000, 7))).toBe(true);
    const [whole] = await connection.fetchParts([uid], { maxAttachment: 10_000_000 });
    expect(whole?.omitted).toEqual([]);
    expect(textOf(whole?.source) === large).toBe(true);
  });

  it('that is gone says so', async () => {
    const connection = await connect();
    await connection.openMailbox('Large');
    const fetched = connection.fetchSource(999, { onChunk: () => undefined });
    await expect(fetched).rejects.toMatchObject({ code: 'message-gone' });
    expect(await connection.fetchParts([999], { maxAttachment: 1 })).toEqual([]);
    expect(await connection.fetchEnvelopes([999])).toEqual([]);
    expect(await connection.fetchSources([999])).toEqual([]);
  });
});

describe('mailboxes', () => {
  it('are made, subscribed, renamed and removed', async () => {
    const connection = await connect();
    const find = async (path: string) => (await connection.listMailboxes()).find((one) => one.path === path);
    await connection.makeMailbox('Projects/Grün "&" mehr');
    expect(await find('Projects/Grün "&" mehr')).toMatchObject({ selectable: true, subscribed: true });
    await expect(connection.makeMailbox('Projects/Grün "&" mehr')).rejects.toMatchObject({
      code: 'mailbox-exists',
    });
    await connection.renameMailbox('Projects/Grün "&" mehr', 'Done');
    expect(await find('Projects/Grün "&" mehr')).toBeUndefined();
    expect(await find('Done')).toMatchObject({ subscribed: true });
    await connection.setSubscribed('Done', false);
    expect(await find('Done')).toMatchObject({ subscribed: false });
    await connection.openMailbox('Done');
    expect(await connection.mailboxStatus('INBOX')).toMatchObject({ uidNext: expect.any(Number) });
    await connection.removeMailbox('Done');
    expect(await find('Done')).toBeUndefined();
  });

  it('that are not there, have vanished, or cannot be named are missing, and cost no connection', async () => {
    const connection = await connect();
    await connection.makeMailbox('Soon gone');
    await connection.openMailbox('Soon gone');
    await (await connect()).removeMailbox('Soon gone');
    for (const path of [
      'Soon gone',
      'Never there',
      'new\r\nline',
      'nul\0',
      '',
      '&Jjo',
      '&&&',
      '../../x',

      'a'.repeat(600),
    ]) {
      const error = await connection.selectMailbox(path).catch((thrown: unknown) => thrown);
      expect(error, path).toMatchObject({ name: 'MailError', code: 'mailbox-missing' });
      await expect(connection.mailboxStatus(path), path).rejects.toMatchObject({ code: 'mailbox-missing' });
    }
    for (const path of ['new\r\nline', 'nul\0', '']) {
      await expect(connection.makeMailbox(path)).rejects.toMatchObject({ code: 'mailbox-name-refused' });
      await expect(connection.moveMessages([1], path)).rejects.toMatchObject({ code: 'mailbox-missing' });
    }
    expect(await connection.openMailbox('INBOX')).toMatchObject({ exists: expect.any(Number) });
  });
});
