/** A message of which nobody knows whether it was sent is looked for where the server files what it sends. */

import { ImapFlow } from 'imapflow';
import { afterAll, afterEach, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Store } from '../../src-main/store/store.ts';
import type { AccountId, SubmissionId } from '../../src-shared/model/ids.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { type Dovecot, startDovecot } from '../servers/dovecot.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { localhost, passwordOf, rawMessage } from './imap-lab.ts';
import { addAccount, openTestStore, startWorld, type World } from './sync-world.ts';
import { trustAuthority } from './trust-authority.ts';

const PASSWORD = 'a password for everyone';
const USERS = Array.from({ length: 4 }, (_, n) => `user${n}@lab.test`);
const run = createRunFolder();
let certs: Awaited<ReturnType<typeof makeCertificates>>;
let dovecot: Dovecot;
let distrust: () => void;
let count = 0;
let user: string;
let store: Store;
let account: AccountId;
let world: World;

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
  account = addAccount(store, user, localhost(dovecot.imapsPort));
});
afterEach(async () => {
  await world?.sync.stop();
  store.close();
});

function start(): void {
  world = startWorld(store, new Map([[account, passwordOf(user, PASSWORD)]]));
  world.sync.start();
}
const fileIt = (mailbox: string) =>
  dovecot.store(user, [{ mailbox, raw: rawMessage({ id: 'gone@lab.test', subject: 'Gone' }) }]);

function unknown(): SubmissionId {
  const to = [{ name: '', address: 'bob@lab.test' }];
  const draft = store.drafts.create({ accountId: account, to, cc: [], bcc: [], subject: 'Gone', text: '' });
  const { submissionId } = store.outbox.add({
    accountId: account,
    draft,
    source: Buffer.from(rawMessage({ id: 'gone@lab.test', subject: 'Gone' })),
    smtpEnvelope: { from: user, to: ['bob@lab.test'] },
    messageIdHeader: '<gone@lab.test>',
    notBefore: 0,
  });
  store.outbox.setUnknown(submissionId);
  return submissionId;
}
const inSent = async () => {
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
  const status = await client.status('Sent', { messages: true });
  await client.logout();
  return status === false ? undefined : status.messages;
};

it('found there it was sent, and no second copy is made', async () => {
  await fileIt('Sent');
  unknown();
  start();
  await world.until('it settled', () => store.outbox.list().length === 0);
  expect(store.drafts.list()).toEqual([]);
  expect(store.operations.pending(account).append).toBe(0);
  expect(await inSent()).toBe(1);
});

it('not found it stays and says when it was looked for, and is found when the server files it late', async () => {
  const submissionId = unknown();
  start();
  await world.until('the look', () => store.outbox.get(submissionId)?.lookedUpAt !== undefined);
  expect(store.outbox.get(submissionId)?.state).toBe('unknown');
  // The next look has its time.
  await world.until('the next', () => (store.operations.nextTryAt(account) ?? 0) > Date.now() + 20_000);
  await fileIt('Sent');
  store.outbox.lookUpUnknown();
  await world.until('it settled', () => store.outbox.list().length === 0);
  expect(await inSent()).toBe(1);
});
