import { once } from 'node:events';
import http from 'node:http';
import net from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../../src-main/base/log.ts';
import { checkImap } from '../../src-main/imap/check-imap.ts';
import type { ImapConnection } from '../../src-main/imap/imap-connection.ts';
import { openImap } from '../../src-main/imap/open-imap.ts';
import type { Authentication } from '../../src-main/sasl/authentication.ts';
import { makeCertificates, selfSignedCertificate, wrongHostCertificate } from '../servers/certs.mjs';
import { type Dovecot, startDovecot } from '../servers/dovecot.mjs';
import { listenOnLoopback } from '../servers/net.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { localhost, passwordOf, rawMessage } from './imap-lab.ts';
import { trustAuthority } from './trust-authority.ts';

const USER = 'maya@lab.test';
const PASSWORD = 'a password for maya';
const signal = new AbortController().signal;
const lines: string[] = [];
const log = createLog((line) => lines.push(line));
const authentication = passwordOf(USER, PASSWORD);

const run = createRunFolder();
let certs: Awaited<ReturnType<typeof makeCertificates>>;
let dovecot: Dovecot;
let distrust: () => void;

beforeAll(async () => {
  certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
  dovecot = await startDovecot({ run, certs, passwords: { [USER]: PASSWORD } });
});
afterAll(async () => {
  distrust?.();
  await run.remove();
});

async function withConnection<T>(
  use: (connection: ImapConnection) => Promise<T>,
  settings = localhost(dovecot.imapsPort),
): Promise<T> {
  const connection = await openImap({ settings, authentication, signal, log });
  try {
    return await use(connection);
  } finally {
    connection.close();
  }
}

/** A token source that gives these one after the other. */
function tokens(...list: string[]) {
  const given: string[] = [];
  const invalidated: string[] = [];
  const authentication: Authentication = {
    kind: 'oauth',
    user: USER,
    token: {
      get: async () => {
        const accessToken = list[given.length] ?? 'token-none';
        given.push(accessToken);
        return { accessToken, expiresAt: undefined };
      },
      invalidate: (accessToken) => void invalidated.push(accessToken),
    },
  };
  return { given, invalidated, authentication };
}

const codeOf = (settings: ReturnType<typeof localhost>, with_ = authentication) =>
  checkImap(settings, with_, signal).then(
    () => 'ok',
    (error: unknown) => (error instanceof Error ? error.message : String(error)),
  );

describe('checking an account', () => {
  it('accepts a good password over implicit TLS', async () => {
    expect(await codeOf(localhost(dovecot.imapsPort))).toBe('ok');
  });

  it('accepts a good password over STARTTLS', async () => {
    expect(await codeOf(localhost(dovecot.imapPort, 'starttls'))).toBe('ok');
  });

  it('tries a wrong password once and asks for a sign-in', async () => {
    let asked = 0;
    const wrong: Authentication = { kind: 'password', user: USER, password: async () => `wrong ${++asked}` };
    await expect(checkImap(localhost(dovecot.imapsPort), wrong, signal)).rejects.toMatchObject({
      code: 'password-refused',
      retry: 'after-sign-in',
    });
    expect(asked).toBe(1);
  });

  it('renews a refused access token once, on a new connection, and only then asks for a sign-in', async () => {
    const endpoint = http.createServer((request, response) => {
      request.setEncoding('utf8');
      let body = '';
      request.on('data', (text) => {
        body += text;
      });
      request.on('end', () => {
        const active = body.includes('token-good');
        response.setHeader('content-type', 'application/json');
        response.end(JSON.stringify(active ? { active, username: USER, scope: 'imap' } : { active }));
      });
    });
    const port = await listenOnLoopback(endpoint);
    const server = await startDovecot({
      run,
      certs,
      passwords: {},
      introspectionUrl: `http://127.0.0.1:${port}/introspection`,
    });
    const settings = localhost(server.imapsPort);

    const mended = tokens('token-stale', 'token-good');
    expect(await codeOf(settings, mended.authentication)).toBe('ok');
    expect(mended.invalidated).toEqual(['token-stale']);

    const ended = tokens('token-stale', 'token-stale-too', 'token-never-asked-for');
    await expect(checkImap(settings, ended.authentication, signal)).rejects.toMatchObject({
      code: 'login-refused',
      retry: 'after-sign-in',
    });
    expect(ended.given).toEqual(['token-stale', 'token-stale-too']);

    // The authorization server is down: nobody has refused anything.
    endpoint.close();
    endpoint.closeAllConnections();
    const waiting = tokens('token-good');
    await expect(checkImap(settings, waiting.authentication, signal)).rejects.toMatchObject({
      code: 'server-busy',
      retry: 'later',
    });
    expect(waiting.invalidated).toEqual([]);
    await server.stop();
  });

  it('tells that a server knows no login with a token', async () => {
    expect(await codeOf(localhost(dovecot.imapsPort), tokens('a').authentication)).toBe('imap-not-allowed');
  });

  it('refuses a certificate that no authority signed, and one for another host', async () => {
    const selfSigned = await startDovecot({ run, certs: await selfSignedCertificate(certs), passwords: {} });
    expect(await codeOf(localhost(selfSigned.imapsPort))).toBe('tls-untrusted');
    expect(await codeOf(localhost(selfSigned.imapPort, 'starttls'))).toBe('tls-untrusted');
    const elsewhere = await startDovecot({ run, certs: await wrongHostCertificate(certs), passwords: {} });
    expect(await codeOf(localhost(elsewhere.imapsPort))).toBe('tls-wrong-host');
    expect(await codeOf(localhost(elsewhere.imapPort, 'starttls'))).toBe('tls-wrong-host');
    await Promise.all([selfSigned.stop(), elsewhere.stop()]);
  });

  it('refuses a server without TLS before a credential is sent', async () => {
    let received = '';
    const server = net.createServer((socket) => {
      socket.on('error', () => {});
      socket.on('data', (data) => {
        const text = data.toString('latin1');
        received += text;
        const tag = text.split(' ')[0];
        socket.write(`* CAPABILITY IMAP4rev1 AUTH=PLAIN\r\n${tag} OK done\r\n`);
      });
      socket.write('* OK [CAPABILITY IMAP4rev1 AUTH=PLAIN] plain only\r\n');
    });
    const port = await listenOnLoopback(server);
    expect(await codeOf(localhost(port, 'starttls'))).toBe('tls-missing');
    expect(received).not.toContain('AUTHENTICATE');
    expect(received).not.toContain('LOGIN');
    expect(await codeOf(localhost(port, 'tls'))).toBe('tls-missing');
    server.close();
  });

  it('refuses a session that claims to be logged in before STARTTLS', async () => {
    const server = net.createServer((socket) => {
      socket.on('error', () => {});
      socket.write('* PREAUTH [CAPABILITY IMAP4rev1 STARTTLS] welcome\r\n');
      socket.on('data', (data) => socket.write(`${data.toString('latin1').split(' ')[0]} OK done\r\n`));
    });
    const port = await listenOnLoopback(server);
    expect(await codeOf(localhost(port, 'starttls'))).toBe('tls-missing');
    server.close();
  });

  it('tells a refused connection from a name that does not exist', async () => {
    expect(await codeOf(localhost(await deadPort()))).toBe('connection-refused');
    expect(await codeOf({ ...localhost(993), host: 'nowhere.invalid' })).toMatch(/host-not-found|offline/);
  });

  it('gives up at once when it is cancelled', async () => {
    const server = net.createServer(() => {});
    const port = await listenOnLoopback(server);
    const controller = new AbortController();
    const reason = new Error('cancelled');
    const connected = once(server, 'connection');
    const check = checkImap(localhost(port), authentication, controller.signal);
    await connected;
    controller.abort(reason);
    await expect(check).rejects.toBe(reason);
    server.close();
  });
});

describe('a connection', () => {
  it('lists mailboxes with their use, and tells what it can do', async () => {
    await withConnection(async (connection) => {
      expect(connection.capabilities).toEqual({
        condstore: true,
        qresync: true,
        move: true,
        uidplus: true,
        listStatus: true,
        notify: true,
        preview: true,
        objectId: false,
        gmail: false,
        partial: false,
        replace: false,
      });
      const listed = await connection.listMailboxes();
      const inbox = listed.find(({ path }) => path === 'INBOX');
      expect(inbox).toMatchObject({ specialUse: 'inbox', selectable: true, delimiter: '/' });
      expect(listed.find(({ specialUse }) => specialUse === 'trash')?.path).toBe('Trash');
      expect(inbox?.status).toMatchObject({ uidNext: 1 });
    });
  });

  it('fetches the newest first, whole sources, changes, and finds a Message-ID', async () => {
    const folder = 'Fetch';
    await dovecot.store(
      USER,
      [1, 2, 3].map((n) => ({
        mailbox: folder,
        raw: rawMessage({
          id: `f${n}@lab.test`,
          subject: `Number ${n}`,
          headers: 'References: <a@b> <c@d>\r\n',
        }),
      })),
    );
    await withConnection(async (connection) => {
      const opened = await connection.openMailbox(folder);
      expect(opened).toMatchObject({ exists: 3, uidNext: 4 });
      const newest = await connection.fetchNewest(2);
      expect(newest.map(({ subject }) => subject)).toEqual(['Number 3', 'Number 2']);
      expect(newest[0]).toMatchObject({
        uid: 3,
        messageIdHeader: '<f3@lab.test>',
        references: ['<a@b>', '<c@d>'],
        from: [{ name: 'Ada Example', address: 'ada@lab.test' }],
        hasAttachments: false,
        flags: [],
      });
      expect(await connection.existingUids(1, 10)).toEqual([1, 2, 3]);
      expect(await connection.searchMessageId('<f2@lab.test>')).toEqual([2]);
      expect(await connection.searchMessageId('<none@lab.test>')).toEqual([]);
      const [first] = await connection.fetchSources([1]);
      expect(Buffer.from(first?.source ?? []).toString()).toContain('Text of Number 1.');
      const stored = await connection.storeFlags([1, 2], { add: ['\\Seen'], remove: ['\\Flagged'] });
      expect(new Map(stored.map(({ uid, flags }) => [uid, flags]))).toEqual(
        new Map([
          [1, ['\\Seen']],
          [2, ['\\Seen']],
        ]),
      );
      const since = opened.highestModseq ?? 0n;
      const { changed } = await connection.fetchChanges(since);
      expect(changed.map(({ uid, flags }) => ({ uid, flags }))).toEqual([
        { uid: 1, flags: ['\\Seen'] },
        { uid: 2, flags: ['\\Seen'] },
      ]);
      const moved = await connection.moveMessages([3], 'Archive');
      expect([...(moved.uidMap ?? [])]).toEqual([[3, 1]]);
      expect((await connection.fetchChanges(since)).vanished).toEqual([3]);

      const { changes } = await connection
        .openMailbox('Archive')
        .then(() =>
          connection.selectMailbox(folder, { uidValidity: opened.uidValidity, highestModseq: since }),
        );
      expect(changes?.vanished).toEqual([3]);
      expect(changes?.changed.map(({ uid }) => uid)).toEqual([1, 2]);
    });
  });

  it('answers with the reason when a change is refused', async () => {
    await dovecot.store(USER, [{ mailbox: 'Refuse', raw: rawMessage({ id: 'r@lab.test', subject: 'R' }) }]);
    await withConnection(async (connection) => {
      await connection.openMailbox('Refuse');
      await expect(connection.moveMessages([1], 'No such mailbox')).rejects.toMatchObject({
        code: 'mailbox-missing',
      });
      await expect(connection.openMailbox('Nor this')).rejects.toMatchObject({ code: 'mailbox-missing' });
      await expect(
        connection.append('Nor that', { source: Buffer.from('a: b\r\n\r\n'), flags: [], internalDate: 0 }),
      ).rejects.toMatchObject({ code: 'mailbox-missing' });
    });
  });

  it('moves without MOVE and never expunges what someone else marked', async () => {
    const plain = await startDovecot({
      run,
      certs,
      passwords: { [USER]: PASSWORD },
      capability: 'IMAP4rev1 UIDPLUS IDLE ENABLE',
    });
    await plain.store(USER, [
      { raw: rawMessage({ id: 'm1@lab.test', subject: 'To move' }) },
      { raw: rawMessage({ id: 'm2@lab.test', subject: 'Marked by another' }), flags: ['\\Deleted'] },
    ]);
    await withConnection(async (connection) => {
      expect(connection.capabilities.move).toBe(false);
      await connection.openMailbox('INBOX');
      const uids = await connection.searchMessageId('<m1@lab.test>');
      const { uidMap } = await connection.moveMessages(uids, 'Archive');
      expect(uidMap?.size).toBe(1);
      expect(await connection.searchMessageId('<m1@lab.test>')).toEqual([]);
      expect(await connection.searchMessageId('<m2@lab.test>')).toHaveLength(1);
    }, localhost(plain.imapsPort));
    await plain.stop();
  });

  it('leaves the original, marked, on a server that cannot expunge one message', async () => {
    const plain = await startDovecot({
      run,
      certs,
      passwords: { [USER]: PASSWORD },
      capability: 'IMAP4rev1 IDLE',
    });
    await plain.store(USER, [{ raw: rawMessage({ id: 'n1@lab.test', subject: 'To copy' }) }]);
    await withConnection(async (connection) => {
      await connection.openMailbox('INBOX');
      await connection.moveMessages([1], 'Archive');
      expect(await connection.fetchFlags(1, 10)).toMatchObject([{ uid: 1, flags: ['\\Deleted'] }]);
    }, localhost(plain.imapsPort));
    await plain.stop();
  });

  it('tells news while it waits, and its end when the server cuts it off', async () => {
    await withConnection(async (connection) => {
      await connection.openMailbox('INBOX');
      const news = new Promise<void>((resolve) => connection.onNews(resolve));
      connection.idle();
      await dovecot.store(USER, [{ raw: rawMessage({ id: 'idle@lab.test', subject: 'Now' }) }]);
      await news;
      const closed = new Promise<void>((resolve) => connection.onClose(resolve));
      await dovecot.kick(USER);
      await closed;
      expect(connection.isOpen()).toBe(false);
      await expect(connection.openMailbox('INBOX')).rejects.toMatchObject({
        code: 'connection-lost',
        retry: 'later',
      });
    });
  });

  it('writes no password into the log', () => {
    expect(lines.length).toBeGreaterThan(0);
    expect(lines.join('\n')).not.toContain(PASSWORD);
  });
});

async function deadPort(): Promise<number> {
  const server = net.createServer();
  const port = await listenOnLoopback(server);
  server.close();
  await once(server, 'close');
  return port;
}
