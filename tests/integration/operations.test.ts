/** Changes of mailboxes, deletions for good, keywords and merged changes, against a real server. */

import { ImapFlow } from 'imapflow';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../../src-main/store/change.ts';
import type { Store } from '../../src-main/store/store.ts';
import type { AccountId, MailboxId, MessageId } from '../../src-shared/model/ids.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { type Dovecot, startDovecot } from '../servers/dovecot.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { localhost, passwordOf, rawMessage } from './imap-lab.ts';
import { addAccount, mailboxOf, messagesIn, openTestStore, startWorld, type World } from './sync-world.ts';
import { trustAuthority } from './trust-authority.ts';

const PASSWORD = 'a password for everyone';
const USERS = Array.from({ length: 20 }, (_, n) => `user${n}@lab.test`);

const run = createRunFolder();
let certs: Awaited<ReturnType<typeof makeCertificates>>;
let dovecot: Dovecot;
let distrust: () => void;
let count = 0;
let user: string;
let store: Store;
let account: AccountId;
let world: World;
let failures: Extract<Change, { kind: 'operationFailed' }>[];

beforeAll(async () => {
  certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
  dovecot = await startDovecot({
    run,
    certs,
    passwords: Object.fromEntries(USERS.map((one) => [one, PASSWORD])),
  });
});
afterAll(async () => {
  distrust?.();
  await run.remove();
});

beforeEach(() => {
  user = USERS[count % USERS.length] ?? '';
  store = openTestStore(run.folder(`profile${count++}`));
  failures = [];
  store.feed.subscribe((change) => change.kind === 'operationFailed' && failures.push(change));
});
afterEach(async () => {
  await world?.sync.stop();
  store.close();
});

async function start(): Promise<void> {
  account = addAccount(store, user, localhost(dovecot.imapsPort));
  startSync();
  await world.until('the list', () => isIdle() && store.mailboxes.list(account).length > 0);
}
function startSync(): void {
  world = startWorld(store, new Map([[account, passwordOf(user, PASSWORD)]]));
  world.sync.start();
}
const isIdle = () => world.sync.state(account) === 'online' && world.sync.progress(account).phase === 'idle';
const allDone = () =>
  world.until('nothing pending', () => Object.keys(store.operations.pending(account).byChange).length === 0);

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
const pathsThere = () => onServer(async (client) => (await client.list()).map(({ path }) => path).sort());
const subjectsThere = (path: string) =>
  onServer(async (client) => {
    await client.mailboxOpen(path);
    return (await client.fetchAll('1:*', { envelope: true })).map(({ envelope }) => envelope?.subject);
  });
const deliver = (subjects: string[], mailbox = 'INBOX') =>
  dovecot.store(
    user,
    subjects.map((subject) => ({ mailbox, raw: rawMessage({ id: `${subject}@lab.test`, subject }) })),
  );
const idOf = (path: string) => mailboxOf(store, account, path).mailboxId;
const shownPaths = () => store.mailboxes.shown(account).map(({ path }) => path);
const seen = (path: string, subjects: number) =>
  world.until(
    `${subjects} in ${path}`,
    () => isIdle() && messagesIn(store, account, path).length === subjects,
  );
const idsIn = (mailboxId: MailboxId): MessageId[] => store.mailboxes.messageIds(mailboxId);
const viewOf = (mailboxId: MailboxId) => ({ kind: 'mailbox' as const, mailboxId });

describe('a mailbox', () => {
  it('is made, filled, renamed with what is below it, and subscribed, on the server too', async () => {
    await deliver(['Goes there']);
    await start();
    await seen('INBOX', 1);
    const create = (name: string, parentId?: MailboxId) =>
      store.operations.enqueueCreateMailbox({ accountId: account, name, ...(parentId && { parentId }) });
    const shownId = (path: string) =>
      store.mailboxes.shown(account).find((one) => one.path === path)?.mailboxId ?? (0 as never);
    create('Büro & Co');
    create('Old', shownId('Büro & Co'));
    const inbox = idOf('INBOX');
    store.operations.enqueueMove({
      messageIds: idsIn(inbox),
      from: viewOf(inbox),
      to: shownId('Büro & Co/Old'),
    });
    store.operations.enqueueRenameMailbox(shownId('Büro & Co'), 'Work');
    store.operations.enqueueSubscribe(shownId('Work'), false);
    expect(shownPaths()).toEqual(expect.arrayContaining(['Work', 'Work/Old']));
    await allDone();
    expect(failures).toEqual([]);
    // Dovecot now and then leaves the lock of a renamed Maildir to the session that held it: others wait for its end, or for two minutes.
    await world.sync.stop();
    expect(await pathsThere()).toEqual(expect.arrayContaining(['Work', 'Work/Old']));
    expect(await subjectsThere('Work/Old')).toEqual(['Goes there']);
    const listed = await onServer((client) => client.list());
    expect(listed.filter((one) => one.subscribed).map(({ path }) => path)).not.toContain('Work');
    startSync();
    await seen('Work/Old', 1);
    expect(mailboxOf(store, account, 'Work').subscribed).toBe(false);
  });

  it('that another program made or renamed so already counts as done', async () => {
    await start();
    await onServer((client) => client.mailboxCreate('Before'));
    world.sync.wake();
    await world.until('it', () => store.mailboxes.list(account).some(({ path }) => path === 'Before'));
    const before = idOf('Before');
    await world.sync.stop();
    await onServer(async (client) => {
      await client.mailboxCreate('New');
      await client.mailboxRename('Before', 'After');
    });
    store.operations.enqueueCreateMailbox({ accountId: account, name: 'New' });
    store.operations.enqueueRenameMailbox(before, 'After');
    startSync();
    await allDone();
    expect(failures).toEqual([]);
    expect(store.mailboxes.get(before)?.path).toBe('After');
    expect(await pathsThere()).toEqual(expect.arrayContaining(['After', 'New']));
  });

  it('that the server refuses is taken back with the reason', async () => {
    await start();
    await onServer((client) => client.mailboxCreate('Mine'));
    world.sync.wake();
    await world.until('it', () => store.mailboxes.list(account).some(({ path }) => path === 'Mine'));
    const mine = idOf('Mine');
    await world.sync.stop();
    await onServer((client) => client.mailboxCreate('Taken'));
    store.operations.enqueueRenameMailbox(mine, 'Taken');
    store.operations.enqueueCreateMailbox({ accountId: account, name: '~root' });
    startSync();
    await allDone();
    expect(failures.map(({ operationKind, code }) => [operationKind, code])).toEqual([
      ['mailbox', 'mailbox-exists'],
      ['mailbox', 'mailbox-name-refused'],
    ]);
    await world.until('both there', () => shownPaths().includes('Mine') && shownPaths().includes('Taken'));
    expect(shownPaths()).not.toContain('~root');
  });

  it('is deleted with its mail in Trash, also mail that nobody has seen yet, and comes back by an undo', async () => {
    await onServer((client) => client.mailboxCreate('Doomed'));
    await deliver(['Known'], 'Doomed');
    await start();
    await seen('Doomed', 1);
    const [doomed, trash] = [idOf('Doomed'), store.mailboxes.bySpecialUse(account, 'trash')?.mailboxId];
    if (trash === undefined) throw new Error('no trash');
    await world.sync.stop();
    await deliver(['Unseen'], 'Doomed');
    const ids = [
      ...store.operations.enqueueMove({ messageIds: idsIn(doomed), from: viewOf(doomed), to: trash }),
      ...store.operations.enqueueDeleteMailbox(doomed, 0),
    ];
    startSync();
    await allDone();
    expect(await pathsThere()).not.toContain('Doomed');
    expect((await subjectsThere('Trash')).sort()).toEqual(['Known', 'Unseen']);
    store.operations.undo(ids);
    await allDone();
    expect(failures).toEqual([]);
    expect(await subjectsThere('Doomed')).toEqual(['Known']);
    expect(await subjectsThere('Trash')).toEqual(['Unseen']);
    await seen('Doomed', 1);
  });
});

describe('a deletion for good', () => {
  it('takes exactly its messages, and not what others marked', async () => {
    await deliver(['Goes', 'Stays', 'Marked by others']);
    await start();
    await seen('INBOX', 3);
    await onServer(async (client) => {
      await client.mailboxOpen('INBOX');
      await client.messageFlagsAdd('3', ['\\Deleted'], { uid: true });
    });
    const inbox = idOf('INBOX');
    const goes = messagesIn(store, account, 'INBOX').filter(({ subject }) => subject === 'Goes');
    const messageIds = goes.map(({ messageId }) => messageId);
    store.operations.enqueueExpunge({ messageIds, mailboxId: inbox, delay: 0 });
    await allDone();
    expect(await subjectsThere('INBOX')).toEqual(['Stays', 'Marked by others']);
    expect(failures).toEqual([]);
  });

  it('of all that is in Trash takes what was there, known or not, and not what comes later', async () => {
    await deliver(['One', 'Two'], 'Trash');
    await start();
    await seen('Trash', 2);
    const trash = idOf('Trash');
    // As if the back-fill had not come so far.
    const [known] = messagesIn(store, account, 'Trash').filter(({ subject }) => subject === 'Two');
    store.messages.removeUids(trash, [1]);
    store.mailboxes.setSyncState(trash, { backfilledTo: 2 });
    await world.sync.stop();
    store.operations.enqueueExpunge({
      messageIds: [known?.messageId ?? (0 as never)],
      mailboxId: trash,
      delay: 0,
    });
    store.operations.enqueueEmptying(trash, 0);
    await deliver(['Later'], 'Trash');
    startSync();
    await allDone();
    expect(await subjectsThere('Trash')).toEqual(['Later']);
    expect(failures).toEqual([]);
  });
});

describe('flag changes', () => {
  it('by the hundreds go as one, keywords as well, and a star set and taken away goes not at all', async () => {
    const subjects = Array.from({ length: 300 }, (_, n) => `Number ${n}`);
    await deliver(subjects);
    await start();
    const inbox = idOf('INBOX');
    await world.until('all', () => isIdle() && store.messages.uidCount(inbox) === 300);
    await world.sync.stop();
    const all = idsIn(inbox);
    for (const messageId of all) {
      store.operations.enqueueFlags({ messageIds: [messageId], add: ['\\Seen'], remove: [] });
    }
    store.operations.enqueueFlags({ messageIds: all.slice(0, 3), add: ['$Work'], remove: [] });
    store.operations.enqueueFlags({ messageIds: all, add: ['\\Flagged'], remove: [] });
    store.operations.enqueueFlags({ messageIds: all, add: [], remove: ['\\Flagged'] });
    const before = await onServer(
      async (client) => (await client.status('INBOX', { highestModseq: true })) || {},
    );
    startSync();
    await allDone();
    const after = await onServer(async (client) => {
      await client.mailboxOpen('INBOX');
      const found = await client.fetchAll('1:*', { flags: true });
      return { found, status: (await client.status('INBOX', { highestModseq: true })) || {} };
    });
    const flagsOf = ({ flags }: (typeof after.found)[number]) =>
      [...(flags ?? [])].filter((flag) => flag !== '\\Recent').sort();
    const texts = after.found.map((one) => flagsOf(one).join(' ')).sort();
    expect(texts).toEqual([...Array(3).fill('$Work \\Seen'), ...Array(297).fill('\\Seen')]);
    // Each command that changes something is one step of the mod-sequence: two groups of messages, one STORE each.
    const modseq = ({ highestModseq = 0n }: { highestModseq?: bigint }) => highestModseq;
    expect(Number(modseq(after.status) - modseq(before))).toBeLessThanOrEqual(3);
    expect(failures).toEqual([]);
  });
});
