import { ImapFlow } from 'imapflow';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Authentication } from '../../src-main/sasl/authentication.ts';
import type { Change } from '../../src-main/store/change.ts';
import type { Store } from '../../src-main/store/store.ts';
import { type AccountId, messageId } from '../../src-shared/model/ids.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { type Dovecot, startDovecot } from '../servers/dovecot.mjs';
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
const USERS = Array.from({ length: 20 }, (_, n) => `user${n}@lab.test`);
const signal = new AbortController().signal;

const run = createRunFolder();
let certs: Awaited<ReturnType<typeof makeCertificates>>;
let dovecot: Dovecot;
let distrust: () => void;
let count = 0;

/** Each test has a user, a profile folder and an account of its own. */
let user: string;
let folder: string;
let store: Store;
let account: AccountId;
let world: World;
let authentications: Map<AccountId, Authentication>;

beforeAll(async () => {
  certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
  dovecot = await startDovecot({
    run,
    certs,
    passwords: Object.fromEntries(USERS.map((user) => [user, PASSWORD])),
  });
});
afterAll(async () => {
  distrust?.();
  await run.remove();
});

beforeEach(() => {
  user = USERS[count % USERS.length] ?? '';
  folder = run.folder(`profile${count++}`);
  store = openTestStore(folder);
  authentications = new Map();
});
afterEach(async () => {
  await world?.sync.stop();
  store.close();
});

function start(imap = localhost(dovecot.imapsPort)): void {
  account = addAccount(store, user, imap);
  authentications.set(account, passwordOf(user, PASSWORD));
  world = startWorld(store, authentications);
  world.sync.start();
}

const inbox = () => messagesIn(store, account, 'INBOX');
const isOnline = () => world.sync.state(account) === 'online';
const isIdle = () => isOnline() && world.sync.progress(account).phase === 'idle';

/** What is on the server, seen by another client. */
async function onServer<T>(task: (client: ImapFlow) => Promise<T>, server = dovecot): Promise<T> {
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

const deliver = (subject: string, options: { mailbox?: string; flags?: string[]; headers?: string } = {}) => {
  const { headers, ...rest } = options;
  return dovecot.store(user, [
    { ...rest, raw: rawMessage({ id: `${subject}@lab.test`, subject, ...(headers && { headers }) }) },
  ]);
};

describe('a new account', () => {
  it('shows the newest fifty first and then everything, with bodies', async () => {
    const hour = 60 * 60_000;
    await dovecot.store(
      user,
      Array.from({ length: 2_000 }, (_, n) => {
        const date = new Date(Date.now() - (2_000 - n) * hour);
        return {
          raw: rawMessage({ id: `n${n}@lab.test`, subject: `Number ${n}`, date }),
          internalDate: date,
        };
      }),
    );
    const firstAdded: number[] = [];
    store.feed.subscribe((change: Change) => {
      if (change.kind === 'messages' && change.added.length > 0 && firstAdded.length === 0) {
        firstAdded.push(...inbox().map(({ messageId }) => messageId));
        expect(find(inbox(), 'Number 1999')).toBeDefined();
      }
    });
    start();
    expect(world.sync.state(account)).toBe('connecting');
    await world.until('the first screen', () => inbox().length >= 50);
    expect(firstAdded.length).toBeLessThanOrEqual(100);
    const { mailboxId } = mailboxOf(store, account, 'INBOX');
    // The rest is still on its way: a click does not wait for it.
    const clicked = inbox().at(-1);
    const body = await world.sync.fetchBody(clicked?.messageId ?? NO_MESSAGE, signal);
    expect(body.text).toContain('Text of Number');
    expect(store.messages.uidCount(mailboxId)).toBeLessThan(2_000);
    await world.until('all envelopes', () => store.messages.uidCount(mailboxId) === 2_000);
    await world.until('all bodies', () => store.bodies.missing(account, { since: 0, limit: 1 }).length === 0);
    await world.until('rest', isIdle);
    expect(store.mailboxes.syncState(mailboxId)).toMatchObject({ backfilledTo: 1, uidNext: 2_001 });
    // A click and the background may meet at the same message, no more than once.
    expect(world.parsedCount()).toBeLessThanOrEqual(2_001);
    expect(world.sync.progress(account).checkedAt).toBeGreaterThan(0);
  });

  it('opens at once what the person clicks, with its attachment', async () => {
    const boundary = 'x1';
    await dovecot.store(user, [
      {
        raw: `Message-ID: <att@lab.test>\r\nSubject: Attached\r\nFrom: a@lab.test\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=${boundary}\r\n\r\n--${boundary}\r\nContent-Type: text/plain\r\n\r\nSee below.\r\n--${boundary}\r\nContent-Type: text/csv; name=a.csv\r\nContent-Disposition: attachment; filename=a.csv\r\n\r\n1,2\r\n--${boundary}--\r\n`,
      },
    ]);
    start();
    await world.until('the message', () => find(inbox(), 'Attached') !== undefined);
    const message = find(inbox(), 'Attached');
    if (!message) throw new Error('gone');
    expect(message.hasAttachments).toBe(true);
    const body = await world.sync.fetchBody(message.messageId, signal);
    expect(body.text).toContain('See below.');
    const [attachment] = body.attachments;
    const { filename, content } = await world.sync.attachmentContent(
      message.messageId,
      attachment?.part ?? -1,
      signal,
    );
    expect(filename).toBe('a.csv');
    expect(Buffer.from(content).toString()).toContain('1,2');
  });

  it('works over STARTTLS', async () => {
    await deliver('Over STARTTLS');
    start(localhost(dovecot.imapPort, 'starttls'));
    await world.until('the message', () => find(inbox(), 'Over STARTTLS') !== undefined);
  });
});

describe('news of the server', () => {
  it('appears by itself: new mail, flags of another client, an expunge', async () => {
    await deliver('There before');
    start();
    await world.until('the first message', () => inbox().length === 1);
    await world.until('online', isOnline);
    await deliver('Arrived now');
    await world.until('the new message', () => find(inbox(), 'Arrived now') !== undefined);

    await onServer(async (client) => {
      await client.mailboxOpen('INBOX');
      await client.messageFlagsAdd('1', ['\\Seen', '\\Flagged'], { uid: true });
    });
    const older = () => find(inbox(), 'There before');
    await world.until('the flags', () => older()?.flags.includes('\\Flagged') === true);
    expect(older()?.flags).toContain('\\Seen');

    await onServer(async (client) => {
      await client.mailboxOpen('INBOX');
      await client.messageDelete('1', { uid: true });
    });
    await world.until('the expunge', () => older() === undefined);
    expect(inbox().map(({ subject }) => subject)).toEqual(['Arrived now']);
  });

  it('appears also in mailboxes that are not watched, when the person asks', async () => {
    start();
    await world.until('the list', () => store.mailboxes.list(account).length > 1);
    await world.until('rest', isIdle);
    await deliver('Filed by a rule', { mailbox: 'Archive' });
    world.sync.wake();
    await world.until(
      'it',
      () => find(messagesIn(store, account, 'Archive'), 'Filed by a rule') !== undefined,
    );
  });

  it('starts a mailbox anew when its UIDVALIDITY changes, and fetches no body twice', async () => {
    await deliver('Keeps its body', { mailbox: 'Projects' });
    start();
    const archived = () => find(messagesIn(store, account, 'Projects'), 'Keeps its body');
    await world.until('the message', () => archived() !== undefined);
    await world.until('its body', () => store.bodies.has(archived()?.messageId ?? NO_MESSAGE));
    await world.until('rest', isIdle);
    const messageId = archived()?.messageId;
    const before = store.mailboxes.syncState(mailboxOf(store, account, 'Projects').mailboxId).uidValidity;
    expect(world.parsedCount()).toBe(1);
    // Nobody looks while it is made anew: Dovecot would take the new one for the old one (NO [TRYCREATE]), and we would see it empty.
    await world.sync.stop();
    await onServer(async (client) => {
      await client.mailboxOpen('Projects');
      const one = await client.fetchOne('1', { source: true });
      await client.mailboxClose();
      await client.mailboxDelete('Projects');
      await client.mailboxCreate('Projects');
      await client.append('Projects', rawMessage({ id: 'other@lab.test', subject: 'Another' }));
      await client.append('Projects', one ? (one.source ?? '') : '');
    });
    world = startWorld(store, authentications);
    world.sync.start();
    const state = () => store.mailboxes.syncState(mailboxOf(store, account, 'Projects').mailboxId);
    await world.until(
      'the new UIDVALIDITY',
      () => state().uidValidity !== before && state().backfilledTo === 1,
    );
    await world.until(
      'the other',
      () => find(messagesIn(store, account, 'Projects'), 'Another') !== undefined,
    );
    expect(archived()?.messageId).toBe(messageId);
    await world.until('its body', () => store.bodies.missing(account, { since: 0, limit: 1 }).length === 0);
    expect(world.parsedCount()).toBe(1);
  });
});

const NO_MESSAGE = messageId.parse(999_999_999);

describe('changes of the person', () => {
  it('reach the server: read, starred, archived, and news of them costs nothing twice', async () => {
    for (const subject of ['One', 'Two', 'Three']) await deliver(subject);
    start();
    await world.until('three messages', () => inbox().length === 3 && isIdle());
    const idOf = (subject: string) => {
      const message = find(inbox(), subject);
      if (!message) throw new Error(`no ${subject}`);
      return message.messageId;
    };
    const [one, two, three] = [idOf('One'), idOf('Two'), idOf('Three')];
    store.operations.enqueueFlags({ messageIds: [one, two], add: ['\\Seen'], remove: [] });
    store.operations.enqueueFlags({ messageIds: [three], add: ['\\Seen'], remove: [] });
    store.operations.enqueueFlags({ messageIds: [one], add: ['\\Flagged'], remove: [] });
    const archive = mailboxOf(store, account, 'Archive').mailboxId;
    const { mailboxId } = mailboxOf(store, account, 'INBOX');
    store.operations.enqueueMove({ messageIds: [one], from: { kind: 'mailbox', mailboxId }, to: archive });
    expect(inbox().map(({ subject }) => subject)).not.toContain('One');
    const pending = () => store.operations.pending(account);
    await world.until('nothing pending', () => pending().flags === 0 && pending().move === 0);

    const seen = await onServer(async (client) => {
      await client.mailboxOpen('INBOX');
      const left = await client.fetchAll('1:*', { uid: true, flags: true, envelope: true });
      await client.mailboxOpen('Archive');
      const moved = await client.fetchAll('1:*', { uid: true, flags: true, envelope: true });
      return { left, moved };
    });
    const rows = (list: typeof seen.left) =>
      list.map(
        ({ envelope, flags }) =>
          `${envelope?.subject} ${[...(flags ?? [])].filter((f) => f !== '\\Recent').sort()}`,
      );
    expect(rows(seen.left)).toEqual(['Two \\Seen', 'Three \\Seen']);
    expect(rows(seen.moved)).toEqual(['One \\Flagged,\\Seen']);
    await world.until('rest', isIdle);
    expect(messagesIn(store, account, 'Archive').map(({ messageId }) => messageId)).toEqual([one]);
    expect(store.messages.serverPlacements(one)).toEqual([{ mailboxId: archive, uid: 1 }]);
  });

  it('wait while the server is away, and are carried out when it is back', async () => {
    await deliver('Waits');
    start();
    await world.until('the message', () => inbox().length === 1 && isIdle());
    await world.sync.stop();
    store.operations.enqueueFlags({
      messageIds: inbox().map(({ messageId }) => messageId),
      add: ['\\Flagged'],
      remove: [],
    });
    world = startWorld(store, authentications);
    world.sync.start();
    await world.until('nothing pending', () => store.operations.pending(account).flags === 0);
    const flags = await onServer(async (client) => {
      await client.mailboxOpen('INBOX');
      const one = await client.fetchOne('1', { flags: true });
      return one ? [...(one.flags ?? [])] : [];
    });
    expect(flags).toContain('\\Flagged');
  });

  it('are taken back with their reason when the server refuses', async () => {
    await deliver('Cannot go there');
    await deliver('Filler', { mailbox: 'Doomed' });
    start();
    await world.until(
      'both',
      () => inbox().length === 1 && messagesIn(store, account, 'Doomed').length === 1 && isIdle(),
    );
    const failures: string[] = [];
    store.feed.subscribe((change: Change) => {
      if (change.kind === 'operationFailed') failures.push(`${change.operationKind} ${change.code}`);
    });
    await onServer((client) => client.mailboxDelete('Doomed'));
    const doomed = mailboxOf(store, account, 'Doomed').mailboxId;
    const { mailboxId } = mailboxOf(store, account, 'INBOX');
    const messageIds = inbox().map(({ messageId }) => messageId);
    store.operations.enqueueMove({ messageIds, from: { kind: 'mailbox', mailboxId }, to: doomed });
    await world.until('the failure', () => failures.length > 0);
    expect(failures).toEqual(['move mailbox-missing']);
    await world.until('the message back', () => inbox().length === 1);
  });

  it('put a copy into Sent once, however often they are tried', async () => {
    start();
    await world.until(
      'the list',
      () => store.mailboxes.bySpecialUse(account, 'sent') !== undefined && isIdle(),
    );
    const source = Buffer.from(rawMessage({ id: 'sent@lab.test', subject: 'Sent once' }));
    const append = () =>
      store.operations.enqueueAppend({
        accountId: account,
        specialUse: 'sent',
        flags: ['\\Seen'],
        source,
        messageIdHeader: '<sent@lab.test>',
      });
    append();
    append();
    await world.until('nothing pending', () => store.operations.pending(account).append === 0);
    const found = await onServer(async (client) => {
      await client.mailboxOpen('Sent');
      return client.fetchAll('1:*', { flags: true });
    });
    expect(found).toHaveLength(1);
    expect([...(found[0]?.flags ?? [])]).toContain('\\Seen');
    await world.until('it here', () => find(messagesIn(store, account, 'Sent'), 'Sent once') !== undefined);
  });

  it('never move another message than the one that was meant', async () => {
    await deliver('Meant');
    start();
    await world.until('the message', () => inbox().length === 1 && isIdle());
    await world.sync.stop();
    const { mailboxId } = mailboxOf(store, account, 'INBOX');
    const archive = mailboxOf(store, account, 'Archive').mailboxId;
    const messageIds = inbox().map(({ messageId }) => messageId);
    store.operations.enqueueMove({ messageIds, from: { kind: 'mailbox', mailboxId }, to: archive });
    await onServer(async (client) => {
      await client.mailboxOpen('INBOX');
      await client.messageDelete('1', { uid: true });
      await client.append('INBOX', rawMessage({ id: 'innocent@lab.test', subject: 'Innocent' }));
    });
    const failures: string[] = [];
    store.feed.subscribe((change: Change) => {
      if (change.kind === 'operationFailed') failures.push(change.code);
    });
    world = startWorld(store, authentications);
    world.sync.start();
    await world.until('the end of the move', () => store.operations.pending(account).move === 0);
    await world.until('the innocent one', () => find(inbox(), 'Innocent') !== undefined);
    expect(failures.filter((code) => code !== 'message-gone')).toEqual([]);
    const archived = await onServer(
      async (client) => (await client.status('Archive', { messages: true })) || {},
    );
    expect(archived).toMatchObject({ messages: 0 });
  });
});
