import { once } from 'node:events';
import net from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Authentication } from '../../src-main/sasl/authentication.ts';
import type { Store } from '../../src-main/store/store.ts';
import type { AccountId } from '../../src-shared/model/ids.ts';
import { makeCertificates, selfSignedCertificate } from '../servers/certs.mjs';
import { type Dovecot, startDovecot } from '../servers/dovecot.mjs';
import { listenOnLoopback } from '../servers/net.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { localhost, passwordOf, rawMessage } from './imap-lab.ts';
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
const USERS = Array.from({ length: 30 }, (_, n) => `link${n}@lab.test`);
const passwords = Object.fromEntries(USERS.map((user) => [user, PASSWORD]));

const run = createRunFolder();
let certs: Awaited<ReturnType<typeof makeCertificates>>;
let dovecot: Dovecot;
let distrust: () => void;
let count = 0;
let folder: string;
let store: Store;
let world: World;
let authentications: Map<AccountId, Authentication>;

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
  folder = run.folder(`link${count}`);
  store = openTestStore(folder);
  authentications = new Map();
});
afterEach(async () => {
  await world?.sync.stop();
  store.close();
});

const nextUser = () => USERS[count++ % USERS.length] ?? '';
const inbox = (account: AccountId) => messagesIn(store, account, 'INBOX');
const stateOf = (account: AccountId) => world.sync.state(account);
const isIdle = (account: AccountId) =>
  stateOf(account) === 'online' && world.sync.progress(account).phase === 'idle';

function add(user: string, settings = localhost(dovecot.imapsPort), password = PASSWORD): AccountId {
  const account = addAccount(store, user, settings);
  authentications.set(account, passwordOf(user, password));
  return account;
}

function startSync(): void {
  world = startWorld(store, authentications);
  world.sync.start();
}

const deliver = (user: string, subject: string, server = dovecot) =>
  server.store(user, [{ raw: rawMessage({ id: `${subject}@lab.test`, subject }) }]);

/** Passes bytes on to the server, and can be cut. */
function createRelay(toPort: number) {
  const sockets = new Set<net.Socket>();
  let received = 0;
  const server = net.createServer((from) => {
    const to = net.connect(toPort, '127.0.0.1');
    for (const socket of [from, to]) {
      sockets.add(socket);
      socket.on('error', () => {});
      socket.on('close', () => {
        sockets.delete(socket);
        from.destroy();
        to.destroy();
      });
    }
    to.on('data', (data) => {
      received += data.length;
    });
    from.pipe(to).pipe(from);
  });
  return {
    server,
    received: () => received,
    listenAt: (port: number) => new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve)),
    /** Cuts what is connected; new connections are taken. */
    drop() {
      for (const socket of sockets) socket.destroy();
    },
    async cut() {
      server.close();
      for (const socket of sockets) socket.destroy();
      await once(server, 'close');
    },
  };
}

async function closedPort(): Promise<number> {
  const server = net.createServer();
  const port = await listenOnLoopback(server);
  server.close();
  await once(server, 'close');
  return port;
}

describe('a link that breaks', () => {
  it('is made again by itself when the server cuts it off', async () => {
    const user = nextUser();
    const account = add(user);
    startSync();
    await world.until('rest', () => isIdle(account));
    const states: string[] = [];
    world.sync.subscribe((id) => states.push(stateOf(id)));
    await dovecot.kick(user);
    await world.until('the loss', () => states.includes('connecting') || states.includes('offline'));
    await deliver(user, 'While away');
    await world.until('the message', () => find(inbox(account), 'While away') !== undefined);
    await world.until('online', () => stateOf(account) === 'online');
  });

  it('is offline while the server is down at the start, and online when it comes', async () => {
    const user = nextUser();
    await deliver(user, 'Patience');
    const port = await closedPort();
    const account = add(user, localhost(port));
    startSync();
    await world.until('offline', () => stateOf(account) === 'offline');
    expect(world.sync.progress(account).lastError).toBe('connection-refused');
    expect(store.accounts.get(account)?.signIn).toBe('active');
    const relay = createRelay(dovecot.imapsPort);
    await relay.listenAt(port);
    world.sync.wake();
    await world.until('the message', () => find(inbox(account), 'Patience') !== undefined);
    await world.until('online', () => stateOf(account) === 'online');
    expect(world.sync.progress(account).lastError).toBeUndefined();
    await world.sync.stop();
    await relay.cut();
  });

  it('loses no message when it breaks again and again in the middle of the back-fill', async () => {
    const user = nextUser();
    await dovecot.store(
      user,
      Array.from({ length: 2_200 }, (_, n) => ({
        raw: rawMessage({ id: `c${n}@lab.test`, subject: `C ${n}` }),
      })),
    );
    const port = await closedPort();
    const relay = createRelay(dovecot.imapsPort);
    await relay.listenAt(port);
    const account = add(user, localhost(port));
    startSync();
    await world.until('the list', () => store.mailboxes.bySpecialUse(account, 'inbox') !== undefined);
    const { mailboxId } = mailboxOf(store, account, 'INBOX');
    for (const part of [50, 500, 1_200]) {
      await world.until(`more than ${part}`, () => store.messages.uidCount(mailboxId) >= part);
      relay.drop();
    }
    await world.until('everything', () => store.messages.uidCount(mailboxId) === 2_200);
    await world.until('its end', () => store.mailboxes.syncState(mailboxId).backfilledTo === 1);
    await world.sync.stop();
    await relay.cut();
  });

  it('costs little when nothing has changed since the last start', async () => {
    const user = nextUser();
    await dovecot.store(
      user,
      Array.from({ length: 300 }, (_, n) => ({
        raw: rawMessage({ id: `r${n}@lab.test`, subject: `R ${n}` }),
      })),
    );
    const port = await closedPort();
    const relay = createRelay(dovecot.imapsPort);
    await relay.listenAt(port);
    const account = add(user, localhost(port));
    startSync();
    const { until } = world;
    await until(
      'everything',
      () => isIdle(account) && store.bodies.missing(account, { since: 0, limit: 1 }).length === 0,
    );
    const atFirst = relay.received();
    await world.sync.stop();
    store.close();
    store = openTestStore(folder);
    startSync();
    await world.until('rest', () => isIdle(account) && world.sync.progress(account).checkedAt !== undefined);
    await deliver(user, 'Only this');
    await world.until('the news', () => find(inbox(account), 'Only this') !== undefined);
    expect(store.messages.uidCount(mailboxOf(store, account, 'INBOX').mailboxId)).toBe(301);
    // TLS handshakes and greetings of both connections are in it.
    expect(relay.received() - atFirst).toBeLessThan(20_000);
    expect(world.parsedCount()).toBeLessThanOrEqual(1);
    await world.sync.stop();
    await relay.cut();
  });
});

describe('an account that may not come in', () => {
  it('asks for a sign-in when the password is refused, and leaves the others alone', async () => {
    const [good, bad] = [nextUser(), nextUser()];
    await deliver(good, 'For the good one');
    const refused = add(bad, localhost(dovecot.imapsPort), 'not the password');
    const account = add(good);
    startSync();
    await world.until('the refusal', () => stateOf(refused) === 'needs-sign-in');
    await world.until('the other', () => find(inbox(account), 'For the good one') !== undefined);
    expect(store.accounts.get(refused)?.signIn).toBe('needs-sign-in');
    expect(store.grants.byAccount(refused)).toMatchObject({ state: 'ended' });
    expect(store.audit.list({ accountId: refused, limit: 1 })).toMatchObject([{ kind: 'login-refused' }]);
    expect(world.registry.count(refused)).toBe(0);
    // Tried once: a second try could lock the account.
    expect(
      dovecot.log().match(new RegExp(`${bad}.*Password mismatch`, 'gi'))?.length ?? 0,
    ).toBeLessThanOrEqual(1);
    await expect(
      world.sync.fetchBody(inbox(account)[0]?.messageId ?? never(), new AbortController().signal),
    ).resolves.toBeDefined();
  });

  it('stays offline, with the reason, when the certificate is not to be trusted', async () => {
    const server = await startDovecot({ run, certs: await selfSignedCertificate(certs), passwords });
    const account = add(nextUser(), localhost(server.imapsPort));
    startSync();
    await world.until('offline', () => stateOf(account) === 'offline');
    expect(world.sync.progress(account).lastError).toBe('tls-untrusted');
    expect(store.accounts.get(account)?.signIn).toBe('active');
    await server.stop();
  });
});

describe('signing in again', () => {
  it('with other server settings goes to that server', async () => {
    const user = nextUser();
    await deliver(user, 'On the right server');
    const account = add(user, localhost(await closedPort()));
    startSync();
    await world.until('offline', () => stateOf(account) === 'offline');
    const [stored, grant] = [store.accounts.server(account), store.grants.byAccount(account)];
    if (!stored || !grant) throw new Error('no account');
    const { signIn: _, ...before } = stored;
    store.accounts.renew({
      accountId: account,
      grant,
      account: { ...before, imap: localhost(dovecot.imapsPort) },
      audit: { kind: 'signed-in-again' },
    });
    await world.until('its mail', () => inbox(account).length === 1);
  });
});

describe('signing out', () => {
  it('closes every connection as soon as the grant is being revoked', async () => {
    const user = nextUser();
    await deliver(user, 'Stays here');
    const account = add(user);
    startSync();
    const hasBody = () => inbox(account).some(({ messageId }) => store.bodies.has(messageId));
    await world.until('the body', hasBody);
    expect(world.registry.count(account)).toBeGreaterThanOrEqual(2);
    const grant = store.grants.byAccount(account);
    if (grant) store.grants.update(grant.grantId, { state: 'revoking' });
    await world.registry.whenNone(account, AbortSignal.timeout(2_000));
    expect(inbox(account)).toHaveLength(1);
    store.accounts.setSignIn(account, 'signed-out');
    expect(stateOf(account)).toBe('signed-out');
    expect(hasBody()).toBe(true);
  });

  it('stops the account that is erased', async () => {
    const account = add(nextUser());
    startSync();
    await world.until('online', () => stateOf(account) === 'online');
    await store.accounts.erase(account);
    await world.registry.whenNone(account, AbortSignal.timeout(2_000));
    expect(world.lines.filter((line) => line.includes('loopEnded'))).toEqual([]);
  });
});

describe.each([
  ['neither CONDSTORE nor QRESYNC nor ESEARCH', 'IMAP4rev1 IDLE UIDPLUS MOVE ENABLE SPECIAL-USE'],
  ['CONDSTORE without QRESYNC', 'IMAP4rev1 IDLE UIDPLUS MOVE ENABLE SPECIAL-USE CONDSTORE ESEARCH'],
])('a server with %s', (_, capability) => {
  it('is kept up with all the same', async () => {
    const server = await startDovecot({ run, certs, passwords, capability });
    const user = nextUser();
    await server.store(
      user,
      Array.from({ length: 120 }, (_unused, n) => ({
        raw: rawMessage({ id: `p${n}@lab.test`, subject: `P ${n}` }),
      })),
    );
    const account = add(user, localhost(server.imapsPort));
    startSync();
    const uidCount = () => store.messages.uidCount(mailboxOf(store, account, 'INBOX').mailboxId);
    await world.until('everything', () => isIdle(account) && uidCount() === 120);
    await server.doveadm(
      'flags',
      'add',
      '-u',
      user,
      '\\Flagged',
      'mailbox',
      'INBOX',
      'header',
      'subject',
      'P 7',
    );
    const flagged = () => inbox(account).filter(({ flags }) => flags.includes('\\Flagged'));
    await world.until('the flags', () => flagged().length > 0);
    await server.doveadm('expunge', '-u', user, 'mailbox', 'INBOX', 'uid', '100,3');
    await world.until('the expunge', () => uidCount() === 118);
    await deliver(user, 'And new mail', server);
    await world.until('new mail', () => find(inbox(account), 'And new mail') !== undefined);
    await world.sync.stop();
    await server.doveadm('expunge', '-u', user, 'mailbox', 'INBOX', 'uid', '50');
    startSync();
    await world.until('what happened meanwhile', () => uidCount() === 118);
    await world.sync.stop();
    await server.stop();
  });
});

function never(): never {
  throw new Error('there should be a message');
}
