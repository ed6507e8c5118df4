import { ImapFlow } from 'imapflow';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { checkImap } from '../../src-main/imap/check-imap.ts';
import type { Authentication } from '../../src-main/sasl/authentication.ts';
import type { Store } from '../../src-main/store/store.ts';
import type { AccountId, MessageId } from '../../src-shared/model/ids.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { type Cyrus, startCyrus } from '../servers/cyrus.mjs';
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
const USERS = Array.from({ length: 12 }, (_, n) => `cyra${n}`);
const passwords = Object.fromEntries(USERS.map((user) => [user, PASSWORD]));
const run = createRunFolder();
const signal = new AbortController().signal;
let certs: Awaited<ReturnType<typeof makeCertificates>>;
/** By their hierarchy separators: "/" with mailboxes beside INBOX, "." with mailboxes inside it. */
const servers = new Map<string, Cyrus>();
let distrust: () => void;
let count = 0;
let store: Store;
let world: World;
let account: AccountId;
let user: string;

beforeAll(async () => {
  certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
  servers.set('/', await startCyrus({ run, certs, passwords }));
  servers.set('.', await startCyrus({ run, certs, passwords, separator: '.' }));
  servers.set('scan', await startCyrus({ run, certs, passwords, suppressed: ['QRESYNC', 'CONDSTORE'] }));
});
afterAll(async () => {
  distrust?.();
  await run.remove();
});
afterEach(async () => {
  await world?.sync.stop();
  store?.close();
});

const serverOf = (name: string): Cyrus => {
  const server = servers.get(name);
  if (!server) throw new Error('no Cyrus');
  return server;
};

/** Another client of the same person. */
async function other<T>(server: Cyrus, task: (client: ImapFlow) => Promise<T>): Promise<T> {
  const client = new ImapFlow({
    host: 'localhost',
    port: server.imapsPort,
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

const append = (client: ImapFlow, subject: string, mailbox = 'INBOX') =>
  client.append(mailbox, rawMessage({ id: `${subject}@lab.test`, subject }));

function start(server: Cyrus): void {
  store = openTestStore(run.folder(`store${count}`));
  account = addAccount(store, user, localhost(server.imapsPort));
  world = startWorld(store, new Map<AccountId, Authentication>([[account, passwordOf(user, PASSWORD)]]));
  world.sync.start();
}

const inbox = () => messagesIn(store, account, 'INBOX');
const isIdle = () => world.sync.state(account) === 'online' && world.sync.progress(account).phase === 'idle';
const idOf = (list: ReturnType<typeof inbox>, subject: string): MessageId => {
  const message = find(list, subject);
  if (!message) throw new Error(`no ${subject}`);
  return message.messageId;
};
const nextUser = () => {
  user = USERS[count++] ?? '';
};

for (const [name, archivePath] of [
  ['/', 'Archive'],
  ['.', 'INBOX.Archive'],
  ['scan', 'Archive'],
] as const) {
  describe(`Cyrus (${name})`, () => {
    it('brings everything with bodies, shows news by itself, carries out flags, moves and expunges', async () => {
      nextUser();
      const server = serverOf(name);
      await other(server, async (client) => {
        for (let n = 0; n < 70; n++) await append(client, `Number ${n}`);
      });
      start(server);
      const { mailboxId } = await (async () => {
        await world.until('everything', () => isIdle() && inbox().length >= 70);
        return mailboxOf(store, account, 'INBOX');
      })();
      expect(store.messages.uidCount(mailboxId)).toBe(70);
      const archive = store.mailboxes.bySpecialUse(account, 'archive');
      expect(archive?.path).toBe(archivePath);
      expect(store.mailboxes.bySpecialUse(account, 'sent')).toBeDefined();
      await world.until('all bodies', () => store.bodies.missingCount(account, 0) === 0);

      await other(server, (client) => append(client, 'Arrived now'));
      await world.until('the news', () => find(inbox(), 'Arrived now') !== undefined);
      await other(server, async (client) => {
        await client.mailboxOpen('INBOX');
        await client.messageFlagsAdd('1:2', ['\\Flagged'], { uid: true });
        await client.messageDelete('3', { uid: true });
      });
      // Without QRESYNC Cyrus tells a client in IDLE no less: it just has to look.
      await world.until('the expunge', () => store.messages.uidCount(mailboxId) === 70);
      await world.until('the flags', () =>
        store.messages
          .knownUids(mailboxId, { from: 1, to: 2 })
          .every(({ flags }) => flags.includes('\\Flagged')),
      );

      const messageIds = [idOf(inbox(), 'Number 50'), idOf(inbox(), 'Number 51')];
      store.operations.enqueueFlags({ messageIds, add: ['\\Seen', '$Work'], remove: [] });
      store.operations.enqueueMove({
        messageIds,
        from: { kind: 'mailbox', mailboxId },
        to: archive?.mailboxId ?? mailboxId,
      });
      await world.until('both', () => {
        const { flags, move } = store.operations.pending(account);
        return flags === 0 && move === 0;
      });
      const moved = await other(server, async (client) => {
        await client.mailboxOpen(archivePath);
        return client.fetchAll('1:*', { envelope: true, flags: true });
      });
      expect(moved.map(({ envelope }) => envelope?.subject).sort()).toEqual(['Number 50', 'Number 51']);
      for (const { flags } of moved)
        expect([...(flags ?? [])]).toEqual(expect.arrayContaining(['\\Seen', '$Work']));
      await world.until('them there', () => messagesIn(store, account, archivePath).length === 2);
      expect(
        messagesIn(store, account, archivePath)
          .map(({ messageId }) => messageId)
          .sort(),
      ).toEqual(messageIds.sort());
    });

    it('finds out what changed while the program was not running', async () => {
      nextUser();
      const server = serverOf(name);
      await other(server, async (client) => {
        for (let n = 0; n < 20; n++) await append(client, `Old ${n}`);
      });
      start(server);
      await world.until('everything', () => isIdle() && inbox().length === 20);
      await world.sync.stop();
      await other(server, async (client) => {
        await client.mailboxOpen('INBOX');
        await client.messageDelete('5:8', { uid: true });
        await client.messageFlagsAdd('1', ['\\Answered'], { uid: true });
        await append(client, 'New one');
      });
      world = startWorld(store, new Map([[account, passwordOf(user, PASSWORD)]]));
      world.sync.start();
      await world.until('the new one', () => find(inbox(), 'New one') !== undefined);
      await world.until('the rest', () => isIdle() && inbox().length === 17);
      expect(find(inbox(), 'Old 0')?.flags).toContain('\\Answered');
      expect(find(inbox(), 'Old 5')).toBeUndefined();
    });
  });
}

describe('Cyrus', () => {
  it('refuses a wrong password without a code, and that is a refusal', async () => {
    nextUser();
    const { imapsPort } = serverOf('/');
    store = openTestStore(run.folder(`store${count}`));
    account = addAccount(store, user, localhost(imapsPort));
    world = startWorld(store, new Map([[account, passwordOf(user, 'not the password')]]));
    world.sync.start();
    await world.until('the refusal', () => world.sync.state(account) === 'needs-sign-in');
    const authentication = passwordOf(user, 'not the password');
    await expect(checkImap(localhost(imapsPort), authentication, signal)).rejects.toMatchObject({
      code: 'password-refused',
    });
  });

  it('makes a mailbox anew: its messages are known again, and no body is fetched twice', async () => {
    nextUser();
    const server = serverOf('/');
    const sources = await other(server, async (client) => {
      await client.mailboxCreate('Projects');
      for (let n = 0; n < 10; n++) await append(client, `Kept ${n}`, 'Projects');
      await client.mailboxOpen('Projects');
      return client.fetchAll('1:*', { source: true });
    });
    start(server);
    const archived = () => messagesIn(store, account, 'Projects');
    await world.until(
      'everything',
      () => isIdle() && archived().length === 10 && store.bodies.missingCount(account, 0) === 0,
    );
    const before = archived().map(({ messageId }) => messageId);
    const { mailboxId } = mailboxOf(store, account, 'Projects');
    const { uidValidity } = store.mailboxes.syncState(mailboxId);
    const parsed = world.parsedCount();
    await other(server, async (client) => {
      await client.mailboxDelete('Projects');
      await client.mailboxCreate('Projects');
      await append(client, 'Another', 'Projects');
      for (const { source } of sources.reverse()) await client.append('Projects', source ?? '');
    });
    world.sync.wake();
    await world.until('the other', () => find(archived(), 'Another') !== undefined);
    await world.until('all of them', () => isIdle() && archived().length === 11);
    expect(store.mailboxes.syncState(mailboxOf(store, account, 'Projects').mailboxId).uidValidity).not.toBe(
      uidValidity,
    );
    expect(archived().map(({ messageId }) => messageId)).toEqual(expect.arrayContaining(before));
    await world.until('its body', () => store.bodies.missingCount(account, 0) === 0);
    expect(world.parsedCount() - parsed).toBe(1);
  });
});
