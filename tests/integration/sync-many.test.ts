import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ImapFlow } from 'imapflow';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Authentication } from '../../src-main/sasl/authentication.ts';
import type { Store } from '../../src-main/store/store.ts';
import type { AccountId } from '../../src-shared/model/ids.ts';
import { startCounting } from '../fixtures/processor-time.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { type Dovecot, startDovecot } from '../servers/dovecot.mjs';
import { mailOwner } from '../servers/dovecot-config.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { localhost, passwordOf, rawMessage } from './imap-lab.ts';
import { startWiretap, type Wiretap } from './sync-wiretap.ts';
import {
  addAccount,
  find,
  mailboxOf,
  messagesIn,
  openTestStore,
  startWorld,
  type World,
} from './sync-world.ts';
import { trustAuthority } from './trust-authority.ts';

const PASSWORD = 'a password for everyone';
const USERS = Array.from({ length: 6 }, (_, n) => `many${n}@lab.test`);
const passwords = Object.fromEntries(USERS.map((user) => [user, PASSWORD]));
const run = createRunFolder();
let certs: Awaited<ReturnType<typeof makeCertificates>>;
let dovecot: Dovecot;
let distrust: () => void;
let user: string;
let count = 0;
let store: Store;
let world: World;
let account: AccountId;
let wiretap: Wiretap;
let tap: Wiretap | undefined;

beforeAll(async () => {
  certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
  dovecot = await startDovecot({ run, certs, passwords });
});
afterAll(async () => {
  distrust?.();
  await run.remove();
});
beforeEach(async () => {
  user = USERS[count++] ?? '';
  store = openTestStore(run.folder(`many${count}`));
  wiretap = await startWiretap({ certs, toPort: dovecot.imapPort });
});
afterEach(async () => {
  await world?.sync.stop();
  await wiretap.stop();
  await tap?.stop();
  tap = undefined;
  store.close();
});

function start(port = wiretap.port): void {
  account = addAccount(store, user, localhost(port));
  restart();
}
function restart(): void {
  world = startWorld(store, new Map<AccountId, Authentication>([[account, passwordOf(user, PASSWORD)]]));
  world.sync.start();
}
const isIdle = () => world.sync.state(account) === 'online' && world.sync.progress(account).phase === 'idle';

async function connect(): Promise<ImapFlow> {
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
  return client;
}

/** Empty mailboxes, as a delivery agent would make them; deeper than one level every tenth. */
function makeMailboxes(length: number): void {
  const owner = mailOwner();
  const root = join(dovecot.folder, 'mail', user, 'Maildir');
  const make = (folder: string) => {
    mkdirSync(folder, { recursive: true });
    if (owner) chownSync(folder, owner.uid, owner.gid);
  };
  for (const folder of [join(root, '..'), root]) make(folder);
  for (const part of ['cur', 'new', 'tmp']) make(join(root, part));
  for (let n = 0; n < length; n++) {
    const folder = join(root, n % 10 === 0 ? `.Group ${n}` : `.Group ${n - (n % 10)}.Project ${n}`);
    make(folder);
    for (const part of ['cur', 'new', 'tmp']) make(join(folder, part));
    writeFileSync(join(folder, 'maildirfolder'), '');
    if (owner) chownSync(join(folder, 'maildirfolder'), owner.uid, owner.gid);
  }
}

describe('ten thousand mailboxes', () => {
  it('are listed within seconds, and none of them is opened to be known', async () => {
    await dovecot.store(user, [{ raw: rawMessage({ id: 'first@lab.test', subject: 'First' }) }]);
    // Dovecot would take a minute to make them. What the program makes of the list is what is measured.
    const many = Array.from({ length: 10_000 }, (_, n) => {
      const path = `"Group ${n % 100}/Project ${n}"`;
      return `* LIST (\\HasNoChildren) "/" ${path}\r\n* STATUS ${path} (MESSAGES 0 UIDNEXT 1 UIDVALIDITY ${n + 1} HIGHESTMODSEQ 1)\r\n`;
    }).join('');
    tap = await startWiretap({
      certs,
      toPort: dovecot.imapPort,
      mangle: (line) => (/^\S+ OK List completed/.test(line) ? many + line : line),
    });
    start(tap.port);
    await world.until(
      'the first screen',
      () => find(messagesIn(store, account, 'INBOX'), 'First') !== undefined,
    );
    const spent = startCounting();
    await world.until('the list', () => store.mailboxes.list(account).length > 10_000);
    expect(spent()).toBeLessThan(5_000);
    await world.until('rest', isIdle);
    expect(tap?.count(/ (SELECT|EXAMINE|STATUS) /)).toBeLessThan(8);
    expect(tap.connections()).toBeLessThanOrEqual(4);
    const until = spent() + 5_000;
    world.sync.wake();
    await world.until('the list again', () => (tap?.count(/ LIST /) ?? 0) > 1 && isIdle());
    expect(spent()).toBeLessThan(until);
  });
});

describe('two hundred mailboxes', () => {
  it('cost in proportion to the three that changed', async () => {
    makeMailboxes(200);
    await dovecot.store(
      user,
      Array.from({ length: 20 }, (_, n) => ({
        mailbox: `Group ${n * 10}`,
        raw: rawMessage({ id: `m${n}@lab.test`, subject: `M ${n}` }),
      })),
    );
    start();
    await world.until(
      'everything',
      () => isIdle() && store.mailboxes.list(account).filter(({ total }) => total > 0).length === 20,
    );
    await world.sync.stop();
    const before = wiretap.commands.length;
    for (const n of [10, 20, 30]) {
      await dovecot.store(user, [
        { mailbox: `Group ${n}`, raw: rawMessage({ id: `new${n}@lab.test`, subject: `New ${n}` }) },
      ]);
    }
    restart();
    await world.until('all three', () =>
      [10, 20, 30].every((n) => mailboxOf(store, account, `Group ${n}`).total === 2),
    );
    await world.until('rest', isIdle);
    const opened = wiretap.commands.slice(before).filter(({ text }) => / SELECT /.test(text));
    const paths = new Set(opened.map(({ text }) => /"(.*?)"/.exec(text)?.[1] ?? 'INBOX'));
    expect([...paths].filter((path) => path.startsWith('Group')).sort()).toEqual([
      'Group 10',
      'Group 20',
      'Group 30',
    ]);
  });
});

describe('a mailbox that others change', () => {
  it('is as on the server after a storm of ten thousand changes, in a few looks', async () => {
    await dovecot.store(
      user,
      Array.from({ length: 1_000 }, (_, n) => ({
        raw: rawMessage({ id: `s${n}@lab.test`, subject: `S ${n}` }),
      })),
    );
    start();
    const { mailboxId } = await (async () => {
      await world.until('everything', () => isIdle() && inboxCount() === 1_000);
      return mailboxOf(store, account, 'INBOX');
    })();
    await world.until('bodies', () => isIdle() && store.bodies.missingCount(account, 0) === 0);
    const looks = wiretap.count(/ SELECT "?INBOX/);
    const memory = process.memoryUsage().rss;
    const client = await connect();
    await client.mailboxOpen('INBOX');
    // Ten rounds over all: ten thousand changes.
    for (let round = 0; round < 5; round++) {
      await client.messageFlagsAdd('1:*', ['\\Flagged'], { uid: true });
      await client.messageFlagsRemove('1:*', ['\\Flagged'], { uid: true });
    }
    await client.messageFlagsAdd('1:*', ['$Last'], { uid: true });
    await client.messageDelete('500:509', { uid: true });
    await client.logout();
    const isSo = () => {
      const known = store.messages.knownUids(mailboxId, { from: 1, to: 1_000 });
      return known.length === 990 && known.every(({ flags }) => flags.join() === '$Last');
    };
    await world.until('the end of it', isSo);
    await world.until('rest', isIdle);
    expect(isSo()).toBe(true);
    expect(wiretap.count(/ SELECT "?INBOX/) - looks).toBeLessThan(40);
    expect(process.memoryUsage().rss - memory).toBeLessThan(200_000_000);
  });

  it('by two others at once is as on the server when it is quiet', async () => {
    await dovecot.store(
      user,
      Array.from({ length: 200 }, (_, n) => ({
        raw: rawMessage({ id: `t${n}@lab.test`, subject: `T ${n}` }),
      })),
    );
    start();
    await world.until('everything', () => isIdle() && inboxCount() === 200);
    const { mailboxId } = mailboxOf(store, account, 'INBOX');
    const clients = await Promise.all([connect(), connect()]);
    // The same walk each time: a small generator of its own.
    let seed = 7;
    const random = (below: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31;
      return seed % below;
    };
    await Promise.all(
      clients.map(async (client, which) => {
        await client.mailboxOpen('INBOX');
        for (let n = 0; n < 60; n++) {
          const uid = `${1 + random(200)}`;
          const kind = random(5);
          if (kind === 0) await client.messageFlagsAdd(uid, ['\\Seen'], { uid: true });
          else if (kind === 1) await client.messageFlagsRemove(uid, ['\\Seen'], { uid: true });
          else if (kind === 2) await client.messageDelete(uid, { uid: true });
          else if (kind === 3) await client.messageMove(uid, 'Archive', { uid: true });
          else await client.append('INBOX', rawMessage({ id: `w${which}.${n}@lab.test`, subject: `W ${n}` }));
        }
        await client.logout();
      }),
    );
    const truth = await connect();
    await truth.mailboxOpen('INBOX');
    const there = (await truth.fetchAll('1:*', { uid: true, flags: true }))
      .map(({ uid, flags }) => `${uid} ${[...(flags ?? [])].filter((flag) => flag !== '\\Recent').sort()}`)
      .sort();
    await truth.logout();
    const here = () =>
      store.messages
        .knownUids(mailboxId, { from: 1, to: 100_000 })
        .map(({ uid, flags }) => `${uid} ${flags.sort()}`)
        .sort();
    await world.until('the same', () => here().join('\n') === there.join('\n'));
    world.sync.wake();
    await world.until('rest', isIdle);
    expect(here()).toEqual(there);
    expect(store.messages.uidCount(mailboxId)).toBe(there.length);
  });
});

const inboxCount = () => store.messages.uidCount(mailboxOf(store, account, 'INBOX').mailboxId);
