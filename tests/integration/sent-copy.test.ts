/** Where the copy of a sent message and a draft go when the mailbox for them is missing, or full. */
import { randomBytes } from 'node:crypto';
import { ImapFlow } from 'imapflow';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Change } from '../../src-main/store/change.ts';
import type { Store } from '../../src-main/store/store.ts';
import type { AccountId, OperationId } from '../../src-shared/model/ids.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { type Dovecot, startDovecot } from '../servers/dovecot.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { localhost, passwordOf, rawMessage } from './imap-lab.ts';
import { addAccount, openTestStore, startWorld, type World } from './sync-world.ts';
import { trustAuthority } from './trust-authority.ts';

const PASSWORD = 'a password for everyone';
const USERS = Array.from({ length: 5 }, (_, n) => `user${n}@lab.test`);

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
    extra: `
namespace inbox {
  mailbox Sent {
    auto = no
  }
  mailbox Drafts {
    auto = no
  }
}
mail_plugins = $mail_plugins quota
plugin {
  quota = count:User quota
  quota_vsizes = yes
  quota_grace = 0
  quota_rule = *:storage=1M
}
protocol imap {
  mail_plugins = $mail_plugins quota
}`,
  });
});
afterAll(async () => {
  distrust?.();
  await run.remove();
});

beforeEach(async () => {
  user = USERS[count % USERS.length] ?? '';
  store = openTestStore(run.folder(`profile${count++}`));
  failures = [];
  store.feed.subscribe((change) => change.kind === 'operationFailed' && failures.push(change));
  account = addAccount(store, user, localhost(dovecot.imapsPort));
  world = startWorld(store, new Map([[account, passwordOf(user, PASSWORD)]]));
  world.sync.start();
  await world.until('the list', () => isIdle() && store.mailboxes.list(account).length > 0);
});
afterEach(async () => {
  await world?.sync.stop();
  store.close();
});

const isIdle = () => world.sync.state(account) === 'online' && world.sync.progress(account).phase === 'idle';

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

const subjectsIn = (path: string) =>
  onServer(async (client) => {
    await client.mailboxOpen(path);
    return (await client.fetchAll('1:*', { envelope: true })).map(({ envelope }) => envelope?.subject);
  });

const append = (subject: string, specialUse: 'sent' | 'drafts' = 'sent', text?: string): OperationId =>
  store.operations.enqueueAppend({
    accountId: account,
    specialUse,
    flags: ['\\Seen'],
    source: Buffer.from(rawMessage({ id: `${subject}@lab.test`, subject, ...(text && { text }) })),
    messageIdHeader: `<${subject}@lab.test>`,
  });
const allFiled = () => world.until('all filed', () => store.operations.pending(account).append === 0);

describe('the copy of a sent message', () => {
  it('gets a Sent mailbox, and a draft a Drafts mailbox, where the account has none', async () => {
    expect(store.mailboxes.bySpecialUse(account, 'sent')).toBeUndefined();
    append('one');
    append('two');
    append('three', 'drafts');
    await allFiled();
    expect(failures).toEqual([]);
    expect(await subjectsIn('Sent')).toEqual(['one', 'two']);
    expect(await subjectsIn('Drafts')).toEqual(['three']);
    const subscribed = await onServer((client) => client.list());
    const made = subscribed.filter(({ path }) => path === 'Sent' || path === 'Drafts');
    expect(made.map(({ subscribed: is }) => is)).toEqual([true, true]);
    expect(store.mailboxes.bySpecialUse(account, 'sent')?.path).toBe('Sent');
  });

  it('gets it also when the mailbox was deleted after the list was read', async () => {
    append('before');
    await allFiled();
    await world.until('the new mailbox', () => isIdle());
    await onServer((client) => client.mailboxDelete('Sent'));
    append('after');
    await allFiled();
    expect(await subjectsIn('Sent')).toEqual(['after']);
    expect(failures).toEqual([]);
  });

  it('is kept while the mailbox is full, which is told once, and filed when there is room', async () => {
    const large = (bytes: number) =>
      randomBytes(bytes / 2)
        .toString('hex')
        .replace(/.{76}/g, '$&\r\n');
    await onServer((client) =>
      client.append('INBOX', rawMessage({ id: 'large@lab.test', subject: 'Large', text: large(700_000) })),
    );
    const id = append('no room', 'sent', large(500_000));
    await world.until('the refusal', () => failures.length > 0);
    expect(failures).toMatchObject([{ operationIds: [id], operationKind: 'append', code: 'mailbox-full' }]);
    const tries = () => store.operations.get(id)?.attempts ?? 0;
    const before = tries();
    store.operations.postpone(id, 0); // its time has come
    await world.until('another try', () => tries() > before + 1);
    expect(failures).toHaveLength(1);
    expect(Buffer.from(store.operations.appendSource(id)).toString()).toContain('Subject: no room');
    expect(store.operations.nextTryAt(account)).toBeGreaterThan(Date.now() + 20_000);

    await onServer(async (client) => {
      await client.mailboxOpen('INBOX');
      await client.messageDelete('1:*');
    });
    store.operations.postpone(id, 0);
    await allFiled();
    expect(await subjectsIn('Sent')).toEqual(['no room']);
  });
});
