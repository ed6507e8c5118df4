import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Authentication } from '../../src-main/sasl/authentication.ts';
import type { Store } from '../../src-main/store/store.ts';
import type { AccountId } from '../../src-shared/model/ids.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { type Dovecot, startDovecot } from '../servers/dovecot.mjs';
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
const USERS = Array.from({ length: 12 }, (_, n) => `first${n}@lab.test`);
const passwords = Object.fromEntries(USERS.map((user) => [user, PASSWORD]));
const run = createRunFolder();
const signal = new AbortController().signal;
let certs: Awaited<ReturnType<typeof makeCertificates>>;
let dovecot: Dovecot;
let distrust: () => void;
let user: string;
let count = 0;
let store: Store;
let world: World;
let account: AccountId;
let wiretap: Wiretap | undefined;

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
  user = USERS[count++] ?? '';
  store = openTestStore(run.folder(`first${count}`));
});
afterEach(async () => {
  await world?.sync.stop();
  await wiretap?.stop();
  wiretap = undefined;
  store.close();
});

function start(port: number): void {
  account = addAccount(store, user, localhost(port));
  const authentications = new Map<AccountId, Authentication>([[account, passwordOf(user, PASSWORD)]]);
  world = startWorld(store, authentications);
  world.sync.start();
}

const inbox = () => messagesIn(store, account, 'INBOX');
const isIdle = () => world.sync.state(account) === 'online' && world.sync.progress(account).phase === 'idle';
const fill = (server: Dovecot, length: number) =>
  server.store(
    user,
    Array.from({ length }, (_, n) => ({ raw: rawMessage({ id: `f${n}@lab.test`, subject: `F ${n}` }) })),
  );

describe('the first screen', () => {
  it('is here before anything else is asked for, after two commands', async () => {
    await fill(dovecot, 700);
    wiretap = await startWiretap({ certs, toPort: dovecot.imapPort });
    const heard = wiretap.commands;
    start(wiretap.port);
    let atFirst: string[] = [];
    await world.until('the first messages', () => {
      if (inbox().length < 50) return false;
      if (atFirst.length === 0) atFirst = heard.map(({ text }) => text);
      return true;
    });
    const names = atFirst.map((text) => text.replace(/^\S+ /, '').replace(/ .*/, ''));
    expect(wiretap.connections()).toBe(1);
    expect(names.filter((name) => name === 'LIST' || name === 'STATUS')).toEqual([]);
    expect(names.filter((name) => name === 'SELECT' || name === 'FETCH')).toEqual(['SELECT', 'FETCH']);
    expect(store.mailboxes.list(account).map(({ path }) => path)).toEqual(['INBOX']);
    await world.until('everything', () => isIdle() && inboxCount() === 700);
    expect(store.mailboxes.list(account).length).toBeGreaterThan(1);
    // The list with its status is one command, however many mailboxes there are.
    expect(wiretap.count(/ STATUS "/)).toBe(0);
  });

  it('has what the server previews of the texts, where no body is fetched by itself', async () => {
    await fill(dovecot, 30);
    account = addAccount(store, user, localhost(dovecot.imapsPort));
    store.accounts.setBodyMonths(account, 0);
    const authentications = new Map<AccountId, Authentication>([[account, passwordOf(user, PASSWORD)]]);
    world = startWorld(store, authentications);
    world.sync.start();
    await world.until(
      'previews',
      () => inbox().length === 30 && inbox().every(({ preview }) => preview !== ''),
    );
    expect(inbox().filter(({ messageId }) => store.bodies.has(messageId))).toEqual([]);
  });

  it('and a click are not kept waiting by the back-fill', async () => {
    await fill(dovecot, 4_000);
    start(dovecot.imapsPort);
    await world.until('the first screen', () => inbox().length >= 50);
    const slowest = { ms: 0 };
    for (const { messageId } of inbox().slice(0, 20)) {
      const before = performance.now();
      await world.sync.fetchBody(messageId, signal);
      slowest.ms = Math.max(slowest.ms, performance.now() - before);
    }
    expect(inboxCount()).toBeLessThan(4_000);
    expect(slowest.ms).toBeLessThan(1_500);
  });
});

const inboxCount = () => store.messages.uidCount(mailboxOf(store, account, 'INBOX').mailboxId);

describe('a server that takes few connections', () => {
  for (const most of [1, 2, 3]) {
    it(`is served with ${most}: mail, bodies, changes and news`, async () => {
      const server = await startDovecot({
        run,
        certs,
        passwords,
        extra: `protocol imap {\n  mail_max_userip_connections = ${most}\n}`,
      });
      await fill(server, 300);
      wiretap = await startWiretap({ certs, toPort: server.imapPort });
      start(wiretap.port);
      await world.until('everything', () => isIdle() && inboxCount() === 300);
      expect(store.mailboxes.list(account).length).toBeGreaterThan(1);
      const first = inbox()[0];
      if (!first) throw new Error('no message');
      const { mailboxId } = mailboxOf(store, account, 'INBOX');
      const archive = mailboxOf(store, account, 'Archive').mailboxId;
      await world.sync.fetchBody(first.messageId, signal);
      store.operations.enqueueMove({
        messageIds: [first.messageId],
        from: { kind: 'mailbox', mailboxId },
        to: archive,
      });
      await world.until('the move', () => store.operations.pending(account).move === 0);
      await server.store(user, [{ raw: rawMessage({ id: 'news@lab.test', subject: 'News' }) }]);
      await world.until('the news', () => find(inbox(), 'News') !== undefined);
      await world.until('rest', isIdle);
      expect(world.sync.state(account)).toBe('online');
      expect(world.registry.count(account)).toBeLessThanOrEqual(most);
      // The refusal was learned once, not met again and again.
      expect(wiretap.connections()).toBeLessThanOrEqual(most + 3);
      await world.sync.stop();
      await server.stop();
    });
  }
});
