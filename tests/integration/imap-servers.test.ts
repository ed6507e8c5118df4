/** What neither lab server offers: a scripted one says it, so that it is seen to be read. */
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createLog } from '../../src-main/base/log.ts';
import type { ImapConnection, MailboxNews } from '../../src-main/imap/imap-connection.ts';
import { openImap } from '../../src-main/imap/open-imap.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { PLAIN_CAPABILITIES, type ScriptedImap, startScriptedImap } from '../servers/scripted-imap.mjs';
import { localhost, passwordOf, rawMessage } from './imap-lab.ts';
import { trustAuthority } from './trust-authority.ts';

const USER = 'maya';
const COUNT = 10;
const run = createRunFolder();
let certs: Awaited<ReturnType<typeof makeCertificates>>;
let distrust: () => void;
let server: ScriptedImap;
let connection: ImapConnection;

beforeAll(async () => {
  certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
});
afterAll(async () => {
  distrust?.();
  await run.remove();
});
afterEach(async () => {
  connection?.close();
  await server?.stop();
});

async function start(extensions: string): Promise<void> {
  server = await startScriptedImap({ certs, capabilities: `${PLAIN_CAPABILITIES} ${extensions}` });
  for (let index = 1; index <= COUNT; index++) {
    server.deliver(USER, 'INBOX', rawMessage({ id: `m${index}@lab.test`, subject: `Message ${index}` }));
  }
  connection = await openImap({
    settings: localhost(server.port),
    authentication: passwordOf(USER, 'secret'),
    signal: new AbortController().signal,
    log: createLog(() => {}),
  });
  await connection.openMailbox('INBOX');
  server.lines.length = 0;
}

const said = () => server.lines.map((line) => line.replace(/^\S+ /, ''));
const uidsOf = (list: { uid: number }[]) => list.map(({ uid }) => uid);

describe('PARTIAL (RFC 9394)', () => {
  it('asks for the newest by position, without sequence numbers', async () => {
    await start('PARTIAL');
    server.script(/^UID FETCH 1:\*/, (command, pass) => {
      command.args = command.args.replace('1:*', '9:10');
      return pass();
    });
    expect(uidsOf(await connection.fetchNewest(2))).toEqual([10, 9]);
    expect(said()[0]).toMatch(/^UID FETCH 1:\* \(UID FLAGS .*\) \(PARTIAL -1:-2\)$/);
  });
});

describe('UIDONLY (RFC 9586)', () => {
  it('reads answers that name the message by its UID only', async () => {
    await start('');
    server.script(/^UID FETCH/, ({ say }) => {
      say('* 7 UIDFETCH (FLAGS (\\Seen))');
      return 'OK done';
    });
    expect(await connection.fetchFlags(1, 10)).toEqual([{ uid: 7, flags: ['\\Seen'] }]);
  });
});

describe('MESSAGELIMIT (RFC 9738)', () => {
  it('names no more messages in a command than the server allows, the newest first', async () => {
    await start('MESSAGELIMIT=4');
    expect(connection.capabilities.messageLimit).toBe(4);
    const uids = Array.from({ length: COUNT }, (_, index) => index + 1);
    expect(uidsOf(await connection.fetchEnvelopes(uids))).toEqual(uids.toReversed());
    expect(said().map((line) => /^UID FETCH (\S+)/.exec(line)?.[1])).toEqual(['9:10', '5:8', '1:4']);
    server.lines.length = 0;
    await connection.storeFlags(uids, { add: ['\\Seen'], remove: [] });
    expect(said().map((line) => /^UID STORE (\S+)/.exec(line)?.[1])).toEqual(['1:4', '5:8', '9:10']);
    const { uidMap } = await connection.moveMessages(uids, 'Archive');
    expect(uidMap?.size).toBe(COUNT);
  });

  it.each(['newest', 'oldest'])(
    'goes on where the server stopped, one that begins with the %s',
    async (first) => {
      await start('MESSAGELIMIT=4');
      server.script(
        /^UID FETCH/,
        ({ args, say }) => {
          const [, from = 0, to = 0] = /^(\d+):(\d+)/.exec(args)?.map(Number) ?? [];
          const wanted = Array.from({ length: COUNT }, (_, index) => index + 1).filter(
            (uid) => uid >= from && uid <= to,
          );
          const given = first === 'newest' ? wanted.toReversed().slice(0, 4) : wanted.slice(0, 4);
          for (const uid of given) say(`* ${uid} FETCH (UID ${uid} FLAGS ())`);
          return given.length < wanted.length ? `OK [MESSAGELIMIT 4 ${given.at(-1)}] partly done` : 'OK done';
        },
        10,
      );
      const flags = await connection.fetchFlags(1, 4_294_967_295);
      expect(uidsOf(flags).sort((a, b) => a - b)).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
      expect(said()).toHaveLength(3);
    },
  );
});

describe("Google's extension", () => {
  it('gives the name of a message', async () => {
    await start('X-GM-EXT-1');
    server.script(/^FETCH/, ({ args, say }) => {
      expect(args).toContain('X-GM-MSGID');
      const head = 'Subject: One\r\n\r\n';
      say(
        `* 10 FETCH (UID 10 X-GM-MSGID 1278455344230334865 FLAGS () INTERNALDATE "01-Jan-2026 00:00:00 +0000" RFC822.SIZE 10 BODY[HEADER.FIELDS (SUBJECT)] {${head.length}}\r\n${head})`,
      );
      return 'OK done';
    });
    expect(await connection.fetchNewest(1)).toMatchObject([
      { uid: 10, subject: 'One', emailId: '1278455344230334865' },
    ]);
  });
});

describe('a server with limits', () => {
  it('that told the largest message it takes is not sent a larger one', async () => {
    await start('APPENDLIMIT=1000');
    expect(connection.capabilities.appendLimit).toBe(1000);
    const message = { source: new Uint8Array(1_001), flags: [], internalDate: 0 };
    await expect(connection.append('Sent', message)).rejects.toMatchObject({ code: 'message-too-large' });
    expect(said()).toEqual([]);
  });

  it.each<[string, string, object]>([
    ['NO [THROTTLED] slow down', 'server-busy', { reason: 'throttled' }],
    ['NO [LIMIT] too much', 'server-busy', { reason: 'throttled' }],
    ['NO [UNAVAILABLE] backend', 'server-busy', { reason: 'unavailable' }],
    ['NO [INUSE] locked', 'server-busy', { reason: 'in-use' }],
    [
      'BAD Request is throttled. Suggested Backoff Time: 92415 milliseconds',
      'server-busy',
      { reason: 'throttled', waitMs: 92_415 },
    ],
    [
      'NO [OVERQUOTA] Account exceeded command or bandwidth limits. try again in 2 hours',
      'server-busy',
      { reason: 'throttled', waitMs: 7_200_000 },
    ],
    ['NO [OVERQUOTA] Quota exceeded', 'mailbox-full', { host: 'localhost' }],
    ['BAD User is authenticated but not connected.', 'imap-not-allowed', {}],
    ['NO [EXPUNGEISSUED] some are gone', 'message-gone', {}],
  ])('says %s', async (answer, code, detail) => {
    await start('');
    server.script(/^UID STORE/, answer);
    const stored = connection.storeFlags([1], { add: ['\\Seen'], remove: [] });
    await expect(stored).rejects.toMatchObject({ code, detail });
    server.script(/^UID FETCH/, answer);
    await expect(connection.fetchFlags(1, 10)).rejects.toMatchObject({ code, detail });
    expect(connection.isOpen()).toBe(true);
  });

  it.each([
    'NO [LIMIT] no more',
    'NO [UNAVAILABLE] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)',
    'NO [ALERT] Too many simultaneous connections. (Failure)',
  ])('says at login that too many connections are open: %s', async (answer) => {
    await start('');
    server.script(/^(AUTHENTICATE|LOGIN)/, answer);
    const opening = openImap({
      settings: localhost(server.port),
      authentication: passwordOf(USER, 'secret'),
      signal: new AbortController().signal,
      log: createLog(() => {}),
    });
    await expect(opening).rejects.toMatchObject({
      code: 'server-busy',
      retry: 'later',
      detail: { host: 'localhost', reason: 'connections' },
    });
  });
});

describe('NOTIFY (RFC 5465)', () => {
  beforeEach(() => start('NOTIFY'));

  it('that a server refuses is done without', async () => {
    server.script(/^NOTIFY/, 'NO [BADEVENT (MessageNew)] not this');
    expect(await connection.notify()).toBe(false);
    server.script(/^NOTIFY/, 'BAD what?');
    expect(await connection.notify()).toBe(false);
    expect(await connection.fetchFlags(1, 2)).toHaveLength(2);
  });

  it('that overflows says so', async () => {
    server.script(/^NOTIFY/, 'OK done');
    expect(await connection.notify()).toBe(true);
    const told: MailboxNews[] = [];
    connection.onMailboxNews((news) => told.push(news));
    server.shout('* STATUS "Gr&APw-n" (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 5)');
    server.shout('* OK [NOTIFICATIONOVERFLOW] too much is going on');
    await expect
      .poll(() => told)
      .toEqual([
        { kind: 'status', path: 'Grün', status: { messages: 3, uidNext: 4, uidValidity: 5 } },
        { kind: 'overflow' },
      ]);
  });
});
