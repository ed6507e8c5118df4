import { ImapFlow } from 'imapflow';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '../../src-main/base/clock.ts';
import type { Authentication } from '../../src-main/sasl/authentication.ts';
import { createSearch, type Search } from '../../src-main/search/search.ts';
import type { Store } from '../../src-main/store/store.ts';
import type { AccountId } from '../../src-shared/model/ids.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { type Dovecot, startDovecot } from '../servers/dovecot.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { localhost, passwordOf, rawMessage } from './imap-lab.ts';
import { addAccount, mailboxOf, messagesIn, openTestStore, startWorld, type World } from './sync-world.ts';
import { trustAuthority } from './trust-authority.ts';

const PASSWORD = 'a password for everyone';
const USERS = Array.from({ length: 7 }, (_, n) => `seeker${n}@lab.test`);
const signal = new AbortController().signal;

const run = createRunFolder();
let certs: Awaited<ReturnType<typeof makeCertificates>>;
let dovecot: Dovecot;
let distrust: () => void;
let count = 0;
let user: string;
let store: Store;
let account: AccountId;
let world: World;
let search: Search;
let authentications: Map<AccountId, Authentication>;

beforeAll(async () => {
  certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
  const passwords = Object.fromEntries(USERS.map((one) => [one, PASSWORD]));
  dovecot = await startDovecot({ run, certs, passwords });
});
afterAll(async () => {
  distrust?.();
  await run.remove();
});
beforeEach(() => {
  user = USERS[count] ?? '';
  store = openTestStore(run.folder(`seek${count++}`));
  authentications = new Map();
});
afterEach(async () => {
  await world?.sync.stop();
  store.close();
});

/** Puts messages into a mailbox of the server, each text as subject and body. */
async function fill(
  path: string,
  messages: { subject: string; text: string; flags?: string[]; date?: Date }[],
): Promise<void> {
  const client = new ImapFlow({
    host: 'localhost',
    port: dovecot.imapsPort,
    secure: true,
    auth: { user, pass: PASSWORD },
    logger: false,
  });
  await client.connect();
  try {
    if (path !== 'INBOX') await client.mailboxCreate(path);
    for (const [index, { subject, text, flags = [], date = new Date() }] of messages.entries()) {
      const id = `${path}-${index}@lab.test`;
      await client.append(path, Buffer.from(rawMessage({ id, subject, text, date })), flags, date);
    }
  } finally {
    await client.logout();
  }
}

/** Syncs heads only: no text is here. */
async function start(): Promise<void> {
  account = addAccount(store, user, localhost(dovecot.imapsPort), 0);
  authentications.set(account, passwordOf(user, PASSWORD));
  world = startWorld(store, authentications);
  search = createSearch({ store, clock: systemClock, askServer: world.sync.searchServer });
  world.sync.start();
  await world.until(
    'everything is here',
    () => world.sync.state(account) === 'online' && world.sync.progress(account).phase === 'idle',
  );
}

const subjects = ({ hits }: { hits: { subject: string }[] }) => hits.map((hit) => hit.subject);

describe('a search on the server', () => {
  it('tells what the search here cannot know, in any script, newest first', async () => {
    await fill('INBOX', [
      { subject: 'One', text: 'The Übergröße is noted and paid' },
      { subject: 'Two', text: '明日の会議について' },
      { subject: 'Three', text: 'The uebergroesse is paid "in full"', flags: ['\\Seen'] },
      { subject: 'Noted', text: 'paid' },
    ]);
    await fill('Old/Würste', [
      { subject: 'Four', text: 'Übergröße, noted', date: new Date('2019-05-05T12:00:00Z') },
    ]);
    await start();
    const ask = async (query: string) => subjects(await search.onServer({ query }, signal));
    expect(search.find({ query: 'Übergröße', limit: 50 }).hits).toEqual([]);
    expect(await ask('Übergröße')).toEqual(['One', 'Four']);
    expect(await ask('会議')).toEqual(['Two']);
    expect(await ask('noted paid')).toEqual(['Noted', 'One']);
    expect(await ask('noted paid -übergröße')).toEqual(['Noted']);
    expect(await ask('"in full"')).toEqual(['Three']);
    expect(await ask('paid is:unread')).toEqual(['Noted', 'One']);
    expect(await ask('会議 OR noted')).toEqual(['Two', 'One', 'Four']);
    expect(await ask('noted before:2020-01-01')).toEqual(['Four']);
    expect(await ask('in:würste noted')).toEqual(['Four']);
    expect(await ask('subject:noted')).toEqual([]);
    expect(await ask('nothing-like-it')).toEqual([]);
    const { mailboxId } = mailboxOf(store, account, 'Old/Würste');
    expect(
      subjects(await search.onServer({ query: 'noted', scope: { kind: 'mailbox', mailboxId } }, signal)),
    ).toEqual(['Four']);
  });

  it('brings messages that are not here yet, and sync goes on as if it had brought them', async () => {
    await fill('INBOX', [{ subject: 'First', text: 'x' }]);
    await start();
    const mailbox = mailboxOf(store, account, 'INBOX');
    await fill('INBOX', [{ subject: 'Later', text: 'parachute' }]);
    const answer = await search.onServer({ query: 'parachute' }, signal);
    expect(subjects(answer)).toEqual(['Later']);
    expect(answer.failed).toEqual([]);
    await world.until('both are in view once', () => messagesIn(store, account, 'INBOX').length === 2);
    await world.until(
      'sync has seen it',
      () => (store.mailboxes.syncState(mailbox.mailboxId).uidNext ?? 0) > 2,
    );
    expect(messagesIn(store, account, 'INBOX')).toHaveLength(2);
    expect(subjects(search.find({ query: 'later', limit: 50 }))).toEqual(['Later']);
  });

  it('knows what came since it looked into the mailbox last', async () => {
    await fill('Old', [{ subject: 'First', text: 'parachute' }]);
    await fill('Empty', []);
    await start();
    const ask = async (query: string) => subjects(await search.onServer({ query }, signal));
    const add = async (path: string) => fill(path, [{ subject: `Later in ${path}`, text: 'parachute' }]);
    expect(await ask('parachute in:old')).toEqual(['First']);
    await add('Old');
    expect(await ask('parachute in:old')).toEqual(['Later in Old', 'First']);
    expect(await ask('parachute in:empty')).toEqual([]);
    await add('Empty');
    expect(await ask('parachute in:empty')).toEqual(['Later in Empty']);
  });

  it('asks all mailboxes also when the first screen came before the list of them', async () => {
    await fill('Old', [{ subject: 'Four', text: 'parachute' }]);
    await fill('Trash', [{ subject: 'Gone', text: 'parachute' }]);
    await start();
    const [inbox] = store.mailboxes.list(account).filter(({ specialUse }) => specialUse === 'inbox');
    store.mailboxes.replaceList(account, [
      { path: 'INBOX', delimiter: '/', name: 'INBOX', specialUse: 'inbox', selectable: true },
    ]);
    expect(store.mailboxes.list(account).map(({ mailboxId }) => mailboxId)).toEqual([inbox?.mailboxId]);
    const answer = await search.onServer({ query: 'parachute' }, signal);
    expect(subjects(answer)).toEqual(['Four']);
    expect(answer.failed).toEqual([]);
  });

  it('does not say that there is no more while a mailbox is another one than it was', async () => {
    await fill('INBOX', [{ subject: 'Here', text: 'parachute' }]);
    await fill('Old', [{ subject: 'Four', text: 'parachute' }]);
    await start();
    const { mailboxId } = mailboxOf(store, account, 'Old');
    const { uidValidity = 0 } = store.mailboxes.syncState(mailboxId);
    store.mailboxes.setSyncState(mailboxId, { uidValidity: uidValidity - 1 });
    const answer = await search.onServer({ query: 'parachute' }, signal);
    expect(subjects(answer)).toEqual(['Here']);
    expect(answer.failed).toEqual([{ accountId: account, code: 'change-refused' }]);
  });

  it('leaves the Trash alone unless it is named', async () => {
    await fill('Trash', [{ subject: 'Gone', text: 'parachute' }]);
    await start();
    expect(subjects(await search.onServer({ query: 'parachute' }, signal))).toEqual([]);
    expect(subjects(await search.onServer({ query: 'parachute in:trash' }, signal))).toEqual(['Gone']);
    expect(subjects(search.find({ query: 'gone', limit: 50 }))).toEqual([]);
    expect(subjects(search.find({ query: 'gone in:trash', limit: 50 }))).toEqual(['Gone']);
    expect(search.find({ query: 'gone in:nowhere', limit: 50 }).problems).toEqual([
      { text: 'in:nowhere', problem: 'mailbox-unknown' },
    ]);
  });

  it('tells which account could not be asked, and the hits of the others', async () => {
    await fill('INBOX', [{ subject: 'Here', text: 'parachute' }]);
    await start();
    const other = addAccount(store, 'other@lab.test', localhost(1), 0);
    const answer = await search.onServer({ query: 'parachute' }, signal);
    expect(subjects(answer)).toEqual(['Here']);
    expect(answer.failed).toEqual([{ accountId: other, code: 'offline' }]);
  });
});
