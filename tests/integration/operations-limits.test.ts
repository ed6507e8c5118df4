/** Changes on servers that can or allow less, and changes that somebody else made first. */

import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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
/** Says nothing of MOVE, UIDPLUS, CONDSTORE and the like. */
let plain: Dovecot;
let distrust: () => void;
let dovecotNow: Dovecot;
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
    extra: `
mail_plugins = $mail_plugins acl
plugin {
  acl = vfile
}
protocol imap {
  mail_plugins = $mail_plugins acl imap_acl
}`,
  });
  plain = await startDovecot({
    run,
    certs,
    passwords: Object.fromEntries(USERS.map((one) => [one, PASSWORD])),
    extra: 'imap_capability = IMAP4rev1 SASL-IR LITERAL+ IDLE SPECIAL-USE',
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
  dovecotNow = dovecot;
  store.feed.subscribe((change) => change.kind === 'operationFailed' && failures.push(change));
});
afterEach(async () => {
  await world?.sync.stop();
  store.close();
});

async function start(): Promise<void> {
  account = addAccount(store, user, localhost(dovecotNow.imapsPort));
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
    port: dovecotNow.imapsPort,
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
const subjectsThere = (path: string) =>
  onServer(async (client) => {
    await client.mailboxOpen(path);
    return (await client.fetchAll('1:*', { envelope: true })).map(({ envelope }) => envelope?.subject);
  });
const deliver = (subjects: string[], mailbox = 'INBOX') =>
  dovecotNow.store(
    user,
    subjects.map((subject) => ({ mailbox, raw: rawMessage({ id: `${subject}@lab.test`, subject }) })),
  );
const idOf = (path: string) => mailboxOf(store, account, path).mailboxId;
const seen = (path: string, subjects: number) =>
  world.until(
    `${subjects} in ${path}`,
    () => isIdle() && messagesIn(store, account, path).length === subjects,
  );
const idsIn = (mailboxId: MailboxId): MessageId[] => store.mailboxes.messageIds(mailboxId);
const viewOf = (mailboxId: MailboxId) => ({ kind: 'mailbox' as const, mailboxId });

describe('a flag that the server does not keep', () => {
  it('is told and taken back, and others of the same change stay', async () => {
    await deliver(['Limited'], 'Shared');
    writeFileSync(join(dovecot.folder, 'mail', user, 'Maildir', '.Shared', 'dovecot-acl'), 'owner lrs\n');
    await start();
    await seen('Shared', 1);
    const messageIds = idsIn(idOf('Shared'));
    const flagsHere = () => store.messages.get(messageIds[0] ?? (0 as never))?.flags;
    store.operations.enqueueFlags({ messageIds, add: ['\\Flagged'], remove: [] });
    expect(flagsHere()).toEqual(['\\Flagged']);
    await world.until('the refusal', () => failures.length === 1);
    expect(failures).toMatchObject([{ operationKind: 'flags', code: 'change-refused', count: 1 }]);
    expect(flagsHere()).toEqual([]);
    store.operations.enqueueFlags({ messageIds, add: ['\\Seen', '$Work'], remove: [] });
    await world.until('the other', () => failures.length === 2 && flagsHere()?.length === 1);
    expect(flagsHere()).toEqual(['\\Seen']);
    expect(failures[1]).toMatchObject({ code: 'change-refused', count: 1 });
  });
});

describe('a server without MOVE and UIDPLUS', () => {
  it('gets copies and marks, never an expunge that would take others along', async () => {
    dovecotNow = plain;
    await deliver(['Moved', 'Deleted', 'Stays']);
    await start();
    await seen('INBOX', 3);
    const inbox = idOf('INBOX');
    const idsOf = (subject: string) =>
      messagesIn(store, account, 'INBOX')
        .filter((one) => one.subject === subject)
        .map(({ messageId }) => messageId);
    store.operations.enqueueMove({ messageIds: idsOf('Moved'), from: viewOf(inbox), to: idOf('Archive') });
    store.operations.enqueueExpunge({ messageIds: idsOf('Deleted'), mailboxId: inbox, delay: 0 });
    await allDone();
    expect(failures).toEqual([]);
    expect(await subjectsThere('Archive')).toEqual(['Moved']);
    expect(await subjectsThere('INBOX')).toEqual(['Moved', 'Deleted', 'Stays']);
    await world.until('rest', isIdle);
    expect(messagesIn(store, account, 'INBOX').map(({ subject }) => subject)).toEqual(['Stays']);
  });
});

describe('what somebody else did first', () => {
  it('counts as done for a move, and for a deletion', async () => {
    await deliver(['Moved', 'Gone']);
    await start();
    await seen('INBOX', 2);
    const inbox = idOf('INBOX');
    const [one, two] = ['Moved', 'Gone'].map((subject) =>
      messagesIn(store, account, 'INBOX').filter((message) => message.subject === subject),
    );
    const ids = (list: typeof one) => (list ?? []).map(({ messageId }) => messageId);
    await world.sync.stop();
    store.operations.enqueueMove({ messageIds: ids(one), from: viewOf(inbox), to: idOf('Archive') });
    store.operations.enqueueExpunge({ messageIds: ids(two), mailboxId: inbox, delay: 0 });
    await onServer(async (client) => {
      await client.mailboxOpen('INBOX');
      await client.messageMove('1', 'Archive', { uid: true });
      await client.messageDelete('2', { uid: true });
    });
    startSync();
    await allDone();
    expect(failures).toEqual([]);
    expect(await subjectsThere('Archive')).toEqual(['Moved']);
    await seen('Archive', 1);
  });

  it('is never undone to another message: a mailbox made anew, with others under the same UIDs', async () => {
    await deliver(['Meant', 'Also there'], 'Box');
    await start();
    await seen('Box', 2);
    const box = idOf('Box');
    await world.sync.stop();
    const messageIds = messagesIn(store, account, 'Box')
      .filter(({ subject }) => subject === 'Meant')
      .map(({ messageId }) => messageId);
    store.operations.enqueueExpunge({ messageIds, mailboxId: box, delay: 0 });
    await onServer(async (client) => {
      await client.mailboxDelete('Box');
      await client.mailboxCreate('Box');
      for (const subject of ['Innocent', 'Other', 'Meant']) {
        await client.append('Box', rawMessage({ id: `${subject}@lab.test`, subject }));
      }
    });
    startSync();
    await allDone();
    expect(await subjectsThere('Box')).toEqual(['Innocent', 'Other']);
    expect(failures).toEqual([]);
  });
});
