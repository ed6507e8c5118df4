/** A server that plays a script: it answers with more than it was asked for, and names mailboxes so that they would be commands. */

import type { AddressInfo } from 'node:net';
import { createServer, type Server, type TLSSocket } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { createLog } from '../../src-main/base/log.ts';
import type { ImapConnection } from '../../src-main/imap/imap-connection.ts';
import { openImap } from '../../src-main/imap/open-imap.ts';
import { localhost, passwordOf } from '../integration/imap-lab.ts';
import { trustAuthority } from '../integration/trust-authority.ts';
import { type LabCertificates, makeCertificates } from '../servers/certs.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';

const run = createRunFolder();
let certs: LabCertificates;
let distrust: () => void;
let server: Server | undefined;
let connection: ImapConnection | undefined;

beforeAll(async () => {
  certs = await makeCertificates(`${run.path}/certs`);
  distrust = trustAuthority(certs.ca);
});
afterEach(() => {
  connection?.close();
  server?.close();
});
afterAll(async () => {
  distrust();
  await run.remove();
});

type Script = (
  command: string,
  write: (text: string) => Promise<void>,
  isOpen: () => boolean,
) => Promise<string | undefined>;

/** Logs in to a server that says what `script` writes before the tagged OK of a command, or before what it answers with instead. Answers with every line it was sent. */
async function connectTo(
  script: Script,
  capabilities = 'SPECIAL-USE LIST-STATUS',
): Promise<{ connection: ImapConnection; lines: string[] }> {
  const lines: string[] = [];
  const own = createServer(
    { key: certs.key, cert: certs.cert },
    (socket) => void serve(socket, { script, capabilities }, lines).catch(() => undefined),
  );
  server = own;
  await new Promise<void>((resolve) => own.listen(0, '127.0.0.1', resolve));
  connection = await openImap({
    settings: localhost((own.address() as AddressInfo).port),
    authentication: passwordOf('maya', 'secret'),
    signal: AbortSignal.timeout(30_000),
    log: createLog(() => undefined),
  });
  return { connection, lines };
}

async function serve(
  socket: TLSSocket,
  { script, capabilities }: { script: Script; capabilities: string },
  lines: string[],
): Promise<void> {
  socket.on('error', () => undefined);
  const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
  const write = async (text: string) => {
    if (socket.destroyed || socket.write(text)) return;
    await Promise.race([closed, new Promise<void>((resolve) => socket.once('drain', () => resolve()))]);
  };
  await write(`* OK [CAPABILITY IMAP4rev1 ${capabilities}] ready\r\n`);
  let rest = '';
  for await (const chunk of socket) {
    const parts = (rest + String(chunk)).split('\r\n');
    rest = parts.pop() ?? '';
    for (const line of parts) {
      lines.push(line);
      const [tag = '', ...words] = line.split(' ');
      const command = words.join(' ');
      if (/^CAPABILITY/i.test(command)) await write(`* CAPABILITY IMAP4rev1 ${capabilities}\r\n`);
      if (/^SELECT/i.test(command)) {
        await write('* 2 EXISTS\r\n* OK [UIDVALIDITY 1] ok\r\n* OK [UIDNEXT 9] ok\r\n* FLAGS (\\Seen)\r\n');
      }
      const end = await script(command, write, () => !socket.destroyed);
      await write(`${tag} ${end ?? 'OK done'}\r\n`);
    }
  }
}

const LARGE = 'x'.repeat(1_000_000);

describe('a server without measure', () => {
  it.each([
    ['of the message that was asked for', 5],
    ['of messages that nobody asked for', 700],
  ])('is left when it sends body after body %s', async (_what, uid) => {
    let sent = 0;
    const { connection } = await connectTo(async (command, write, isOpen) => {
      for (; /^UID FETCH/i.test(command) && isOpen() && sent < 400; sent += 1) {
        await write(`* 1 FETCH (UID ${uid} BODY[] {${LARGE.length}}\r\n${LARGE})\r\n`);
      }
    });
    await connection.openMailbox('INBOX');
    await expect(connection.fetchSources([5])).rejects.toMatchObject({ code: 'protocol-error' });
    expect(connection.isOpen()).toBe(false);
    expect(sent).toBeLessThan(200);
  });

  it('is left when its envelopes never end', async () => {
    let sent = 0;
    const { connection } = await connectTo(async (command, write, isOpen) => {
      for (; /FETCH/i.test(command) && isOpen() && sent < 200_000; sent += 1) {
        const envelope = '(NIL "s" NIL NIL NIL NIL NIL NIL NIL "<a@b>")';
        await write(`* 1 FETCH (UID ${sent + 1} FLAGS () ENVELOPE ${envelope})\r\n`);
      }
    });
    await connection.openMailbox('INBOX');
    await expect(connection.fetchNewest(2)).rejects.toMatchObject({ code: 'protocol-error' });
    expect(connection.isOpen()).toBe(false);
    expect(sent).toBeLessThan(150_000);
  });

  it('is left when it stops at its limit again and again and tells nothing', async () => {
    let asked = 0;
    const { connection } = await connectTo(async (command) => {
      if (!/^UID FETCH/i.test(command)) return undefined;
      asked += 1;
      return `OK [MESSAGELIMIT 1 ${4_294_967_296 - asked}] more`;
    });
    await connection.openMailbox('INBOX');
    await expect(connection.fetchFlags(1, 4_294_967_295)).rejects.toMatchObject({ code: 'protocol-error' });
    expect(asked).toBeLessThan(20_000);
  });

  it('is left when the keys of its mailboxes never end', async () => {
    let sent = 0;
    const { connection } = await connectTo(async (command, write, isOpen) => {
      const name = 'n'.repeat(900);
      for (; /MAILBOXID/i.test(command) && isOpen() && sent < 2_000_000; sent += 50) {
        const lines = Array.from(
          { length: 50 },
          (_, index) => `* STATUS "${name}${sent + index}" (MAILBOXID (m${sent + index}))\r\n`,
        );
        await write(lines.join(''));
      }
      return undefined;
    }, 'SPECIAL-USE LIST-STATUS OBJECTID');
    await expect(connection.listMailboxes()).rejects.toMatchObject({ code: 'protocol-error' });
    expect(sent).toBeLessThan(200_000);
  });

  it('is left when its list of mailboxes never ends', async () => {
    let sent = 0;
    const { connection } = await connectTo(async (command, write, isOpen) => {
      const name = 'n'.repeat(900);
      for (; /^LIST "" "?\*/i.test(command) && isOpen() && sent < 2_000_000; sent += 50) {
        const lines = Array.from({ length: 50 }, (_, index) => `* LIST () "/" "${name}${sent + index}"\r\n`);
        await write(lines.join(''));
      }
    });
    await expect(connection.listMailboxes()).rejects.toMatchObject({ code: 'protocol-error' });
    expect(connection.isOpen()).toBe(false);
    expect(sent).toBeLessThan(200_000);
  });

  it('is left when the log-in never comes to its end', async () => {
    let sent = 0;
    const connecting = connectTo(async (command, write, isOpen) => {
      for (; /^LOGIN/i.test(command) && isOpen() && sent < 2_000_000; sent += 50) {
        await write(`* LIST () "/" "${'n'.repeat(900)}"\r\n`.repeat(50));
      }
    });
    await expect(connecting).rejects.toMatchObject({ code: 'protocol-error' });
    expect(sent).toBeLessThan(100_000);
  });

  it('is left when it never ends to tell its name spaces', async () => {
    let sent = 0;
    const { connection } = await connectTo(async (command, write, isOpen) => {
      for (; /^LIST "" ""/i.test(command) && isOpen() && sent < 2_000_000; sent += 50) {
        await write(`* LIST () "/" "${'n'.repeat(900)}"\r\n`.repeat(50));
      }
    });
    await expect(connection.listMailboxes()).rejects.toMatchObject({ code: 'protocol-error' });
    expect(sent).toBeLessThan(100_000);
  });

  it('makes no envelope of news about flags that comes in between', async () => {
    const { connection } = await connectTo(async (command, write) => {
      if (/^UID FETCH/i.test(command)) await write('* 2 FETCH (UID 8 FLAGS (\\Seen))\r\n');
    });
    await connection.openMailbox('INBOX');
    expect(await connection.fetchEnvelopes([5])).toEqual([]);
  });
});

describe('a mailbox that is made', () => {
  it.each([
    ['with its use where the server can note it', 'CREATE-SPECIAL-USE', ['CREATE Sent (USE (\\Sent))']],
    ['plainly where it cannot', 'SPECIAL-USE', ['CREATE Sent']],
  ])('is made %s, and subscribed', async (_how, capabilities, created) => {
    const { connection, lines } = await connectTo(async () => undefined, capabilities);
    await connection.createMailbox('sent');
    const sent = lines.map((line) => line.slice(line.indexOf(' ') + 1));
    expect(sent.filter((line) => line.startsWith('CREATE'))).toEqual(created);
    expect(sent.filter((line) => line.startsWith('SUBSCRIBE'))).toEqual(['SUBSCRIBE Sent']);
  });
});

describe('a mailbox whose name is a command', () => {
  const name = 'a\r\nX1 LOGOUT\r\nb';

  it.each([
    ['of its own accord', true],
    ['when it is asked about each mailbox', false],
  ])('is left out of the list, and the others come with what the server tells %s', async (_how, isInList) => {
    const script: Script = async (command, write) => {
      if (/^LIST "" "?\*/i.test(command)) {
        await write(`* LIST () "/" INBOX\r\n* LIST () "/" {${name.length}}\r\n${name}\r\n`);
        await write('* LIST () "/" Plain\r\n');
        if (isInList) await write('* STATUS Plain (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 5)\r\n');
      }
      if (/^STATUS Plain/i.test(command)) {
        await write('* STATUS Plain (MESSAGES 3 UIDNEXT 4 UIDVALIDITY 5)\r\n');
      }
    };
    const { connection, lines } = await connectTo(
      script,
      isInList ? 'SPECIAL-USE LIST-STATUS' : 'SPECIAL-USE',
    );
    const listed = await connection.listMailboxes();
    expect(listed.map(({ path }) => path)).toEqual(['INBOX', 'Plain']);
    expect(listed[1]?.status).toEqual({ messages: 3, uidNext: 4, uidValidity: 5 });
    expect(connection.isOpen()).toBe(true);
    expect(lines.filter((line) => /LOGOUT|^b/.test(line))).toEqual([]);
  });

  it('never becomes one', async () => {
    const { connection, lines } = await connectTo(async () => undefined);
    await connection.openMailbox('INBOX');
    await expect(connection.moveMessages([1], name)).rejects.toThrow();
    await expect(connection.openMailbox(name)).rejects.toThrow();
    expect(lines.filter((line) => /LOGOUT|^b/.test(line))).toEqual([]);
  });
});
