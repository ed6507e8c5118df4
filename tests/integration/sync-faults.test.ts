import { ImapFlow } from 'imapflow';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Clock } from '../../src-main/base/clock.ts';
import type { Authentication } from '../../src-main/sasl/authentication.ts';
import type { FetchedEnvelope } from '../../src-main/store/mail-records.ts';
import type { Store } from '../../src-main/store/store.ts';
import type { AccountId } from '../../src-shared/model/ids.ts';
import { makeCertificates, selfSignedCertificate } from '../servers/certs.mjs';
import { type Dovecot, startDovecot } from '../servers/dovecot.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { localhost, passwordOf, rawMessage } from './imap-lab.ts';
import { passTo, startPlain, startWiretap, type Wiretap } from './sync-wiretap.ts';
import {
  addAccount,
  find,
  mailboxOf,
  messagesIn,
  movableClock,
  openTestStore,
  startWorld,
  type World,
} from './sync-world.ts';
import { trustAuthority } from './trust-authority.ts';

const PASSWORD = 'a password for everyone';
const USERS = Array.from({ length: 30 }, (_, n) => `fault${n}@lab.test`);
const passwords = Object.fromEntries(USERS.map((user) => [user, PASSWORD]));
const run = createRunFolder();
let certs: Awaited<ReturnType<typeof makeCertificates>>;
let dovecot: Dovecot;
let distrust: () => void;
let user: string;
let count = 0;
let store: Store;
let world: World;
let authentications: Map<AccountId, Authentication>;
let stoppable: { stop(): Promise<void> }[] = [];

beforeAll(async () => {
  certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
  dovecot = await startDovecot({ run, certs, passwords });
});
afterAll(async () => {
  distrust?.();
  await run.remove();
});
beforeEach(() => {
  nextUser();
  store = openTestStore(run.folder(`fault${count}`));
  authentications = new Map();
});
afterEach(async () => {
  await world?.sync.stop();
  for (const one of stoppable) await one.stop();
  stoppable = [];
  store.close();
});

function nextUser(): string {
  user = USERS[count++] ?? '';
  return user;
}
function add(port: number, name = user): AccountId {
  const account = addAccount(store, name, localhost(port));
  authentications.set(account, passwordOf(name, PASSWORD));
  return account;
}
function start(clock?: Clock): void {
  world = startWorld(store, authentications, clock ? { clock } : {});
  world.sync.start();
}
async function tap(options: Partial<Parameters<typeof startWiretap>[0]> = {}): Promise<Wiretap> {
  const wiretap = await startWiretap({ certs, toPort: dovecot.imapPort, ...options });
  stoppable.push(wiretap);
  return wiretap;
}
async function plain(...values: Parameters<typeof startPlain>) {
  const server = await startPlain(...values);
  stoppable.push(server);
  return server;
}
const inbox = (account: AccountId) => messagesIn(store, account, 'INBOX');
const isIdle = (account: AccountId) =>
  world.sync.state(account) === 'online' && world.sync.progress(account).phase === 'idle';
const deliver = (subject: string, name = user) =>
  dovecot.store(name, [{ raw: rawMessage({ id: `${subject}@lab.test`, subject }) }]);
const fill = (length: number, name = user) =>
  dovecot.store(
    name,
    Array.from({ length }, (_, n) => ({ raw: rawMessage({ id: `f${n}@lab.test`, subject: `F ${n}` }) })),
  );

async function onServer<T>(task: (client: ImapFlow) => Promise<T>): Promise<T> {
  const client = new ImapFlow({
    host: 'localhost',
    port: dovecot.imapsPort,
    secure: true,
    auth: { user, pass: PASSWORD },
    tls: { ca: certs.ca },
    logger: false,
  });
  client.on('error', () => {});
  await client.connect();
  try {
    return await task(client);
  } finally {
    await client.logout();
  }
}

describe('an answer that nobody can understand', () => {
  it('costs its own message the envelope, and no other message anything', async () => {
    await fill(300);
    await deliver('Poison');
    await fill(100);
    // A line that ends in the middle of its list, for one message and as often as it is asked for.
    const { port } = await tap({
      mangle: (line) =>
        line.includes('Poison') && line.includes('FETCH') ? '* 301 FETCH (UID (((\r\n' : line,
    });
    const account = add(port);
    start();
    await world.until('the list', () => store.mailboxes.list(account).length > 1);
    const { mailboxId } = mailboxOf(store, account, 'INBOX');
    await world.until('every message', () => store.messages.uidCount(mailboxId) === 401);
    await world.until('its end', () => store.mailboxes.syncState(mailboxId).backfilledTo === 1);
    const { uidNext = 1 } = store.mailboxes.syncState(mailboxId);
    expect(store.messages.knownUids(mailboxId, { from: 1, to: uidNext })).toHaveLength(401);
  });
});

describe('once a day', () => {
  it('everything is compared, and what a server never told is put right', async () => {
    await fill(60);
    const clock = movableClock();
    const account = add(dovecot.imapsPort);
    start(clock);
    await world.until('everything', () => isIdle(account) && store.bodies.missingCount(account, 0) === 0);
    const { mailboxId } = mailboxOf(store, account, 'INBOX');
    const { comparedAt } = store.mailboxes.syncState(mailboxId);
    expect(comparedAt).toBeGreaterThan(0);
    // As if the server had kept silent: an expunge, an arrival and a flag that only one side knows.
    store.messages.removeUids(mailboxId, [7]);
    store.messages.setServerFlags(mailboxId, [{ uid: 9, flags: ['\\Flagged'] }]);
    const ghost: FetchedEnvelope = {
      uid: 4_000,
      flags: [],
      internalDate: Date.now(),
      size: 10,
      messageIdHeader: '<ghost@lab.test>',
      inReplyTo: [],
      references: [],
      subject: 'Ghost',
      from: [],
      to: [],
      cc: [],
      bcc: [],
      replyTo: [],
      hasAttachments: false,
    };
    store.messages.addEnvelopes(mailboxId, [{ ...ghost, uid: 58 + 3 }]);
    store.mailboxes.setSyncState(mailboxId, { uidNext: 62 });
    clock.forward(23 * 60 * 60_000);
    world.sync.wake();
    await world.until('a look', () => isIdle(account));
    clock.forward(2 * 60 * 60_000);
    world.sync.wake();
    await world.until(
      'the comparison',
      () => (store.mailboxes.syncState(mailboxId).comparedAt ?? 0) !== comparedAt,
    );
    await world.until('what was missing', () => find(inbox(account), 'F 6') !== undefined);
    expect(find(inbox(account), 'F 8')?.flags).toEqual([]);
    expect(find(inbox(account), 'Ghost')).toBeUndefined();
    expect(store.messages.uidCount(mailboxId)).toBe(60);
  });

  it('is not waited for when the server says less than it knew before', async () => {
    await fill(30);
    let lie = false;
    const { port } = await tap({
      mangle: (line) => (lie ? line.replace(/HIGHESTMODSEQ \d+/g, 'HIGHESTMODSEQ 1') : line),
    });
    const account = add(port);
    start();
    await world.until('everything', () => isIdle(account) && inbox(account).length === 30);
    lie = true;
    await onServer(async (client) => {
      await client.mailboxOpen('INBOX');
      await client.messageFlagsAdd('3', ['\\Flagged'], { uid: true });
      await client.messageDelete('4', { uid: true });
    });
    await world.until('the expunge', () => inbox(account).length === 29);
    await world.until('the flag', () => find(inbox(account), 'F 2')?.flags.includes('\\Flagged') === true);
  });
});

describe('servers that offer less', () => {
  for (const missing of ['QRESYNC', 'CONDSTORE', 'LIST-STATUS', 'ESEARCH', 'NOTIFY', 'IDLE']) {
    it(`show new mail, flags and expunges without ${missing}`, async () => {
      await fill(25);
      const words = missing === 'CONDSTORE' ? / (CONDSTORE|QRESYNC)\b/g : new RegExp(` ${missing}\\b`, 'g');
      const { port } = await tap({
        mangle: (line) => (line.includes('CAPABILITY') ? line.replace(words, '') : line),
      });
      const account = add(port);
      start();
      await world.until('everything', () => isIdle(account) && inbox(account).length === 25);
      await onServer(async (client) => {
        await client.mailboxOpen('INBOX');
        await client.messageFlagsAdd('3', ['\\Flagged'], { uid: true });
        await client.messageDelete('4', { uid: true });
        await client.append('INBOX', rawMessage({ id: 'late@lab.test', subject: 'Late' }));
        await client.append('Archive', rawMessage({ id: 'filed@lab.test', subject: 'Filed' }));
      });
      world.sync.wake();
      await world.until('the new one', () => find(inbox(account), 'Late') !== undefined);
      await world.until('the expunge', () => find(inbox(account), 'F 3') === undefined);
      await world.until('the flag', () => find(inbox(account), 'F 2')?.flags.includes('\\Flagged') === true);
      await world.until(
        'the other mailbox',
        () => find(messagesIn(store, account, 'Archive'), 'Filed') !== undefined,
      );
    });
  }
});

describe('a link', () => {
  it('that comes back brings new mail within ten seconds, though nobody tells of it', async () => {
    const first = await tap();
    const account = add(first.port);
    start();
    await world.until('rest', () => isIdle(account));
    await first.stop();
    await world.until('offline', () => world.sync.state(account) === 'offline');
    await deliver('Meanwhile');
    // Some tries are made, and waited for longer and longer.
    const before = world.lines.length;
    await world.until('tries', () => world.lines.length > before + 2);
    const since = Date.now();
    const back = await plain(passTo(dovecot.imapsPort), first.port);
    await world.until('the message', () => find(inbox(account), 'Meanwhile') !== undefined);
    expect(Date.now() - since).toBeLessThan(10_000);
    expect(back.port).toBe(first.port);
  });

  it('that died without a sign is noticed, and made again', async () => {
    const wiretap = await tap();
    const account = add(wiretap.port);
    start(movableClock(40));
    await world.until('rest', () => isIdle(account));
    const connections = wiretap.connections();
    wiretap.stall();
    await deliver('Into silence');
    await world.until('the message', () => find(inbox(account), 'Into silence') !== undefined);
    expect(wiretap.connections()).toBeGreaterThan(connections);
  });

  it('that died without a sign is noticed at once when the computer wakes up', async () => {
    const wiretap = await tap();
    const account = add(wiretap.port);
    start();
    await world.until('rest', () => isIdle(account));
    wiretap.stall();
    await deliver('After sleep');
    const since = Date.now();
    world.sync.wake();
    await world.until('the message', () => find(inbox(account), 'After sleep') !== undefined);
    expect(Date.now() - since).toBeLessThan(10_000);
  });

  it('through a page that answers for everybody is no refusal, and mail comes as soon as it is left', async () => {
    const forged = await selfSignedCertificate(certs);
    const portal = await plain((socket) => {
      socket.end('HTTP/1.1 302 Found\r\nLocation: http://portal.example/\r\n\r\n');
    });
    const [open, sealed] = [user, nextUser()];
    const wiretap = await tap({ certs: forged });
    const accounts = [add(portal.port, open), add(wiretap.port, sealed)];
    await deliver('Behind the portal', open);
    start();
    for (const account of accounts) {
      await world.until('offline', () => world.sync.state(account) === 'offline');
      expect(store.accounts.get(account)?.signIn).toBe('active');
      expect(store.grants.byAccount(account)?.state).toBe('active');
    }
    await portal.stop();
    await plain(passTo(dovecot.imapsPort), portal.port);
    const [account] = accounts;
    if (!account) throw new Error('no account');
    await world.until('the message', () => find(inbox(account), 'Behind the portal') !== undefined);
  });

  it('that stalls keeps no other account waiting', async () => {
    const dead = await plain(() => {});
    const [stuck, well] = [user, nextUser()];
    add(dead.port, stuck);
    const account = add(dovecot.imapsPort, well);
    await fill(200, well);
    start();
    await world.until('everything', () => isIdle(account) && inbox(account).length >= 100);
    await deliver('On time', well);
    await world.until('the news', () => find(inbox(account), 'On time') !== undefined);
  });
});
