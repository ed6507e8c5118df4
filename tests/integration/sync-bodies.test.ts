import { createHash, randomBytes } from 'node:crypto';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { LIMITS } from '../../src-main/base/limits.ts';
import type { Authentication } from '../../src-main/sasl/authentication.ts';
import type { Store } from '../../src-main/store/store.ts';
import type { AccountId, MessageId } from '../../src-shared/model/ids.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { type Dovecot, startDovecot } from '../servers/dovecot.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { localhost, passwordOf, rawMessage } from './imap-lab.ts';
import { passTo, startPlain, startWiretap } from './sync-wiretap.ts';
import { addAccount, find, messagesIn, openTestStore, startWorld, type World } from './sync-world.ts';
import { trustAuthority } from './trust-authority.ts';

const PASSWORD = 'a password for everyone';
const USERS = Array.from({ length: 10 }, (_, n) => `body${n}@lab.test`);
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
let stoppable: { stop(): Promise<void> }[] = [];

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
  store = openTestStore(run.folder(`body${count}`));
});
afterEach(async () => {
  await world?.sync.stop();
  for (const one of stoppable) await one.stop();
  stoppable = [];
  store.close();
});

function start(port: number, bodyMonths = 12): void {
  account = addAccount(store, user, localhost(port), bodyMonths);
  world = startWorld(store, new Map<AccountId, Authentication>([[account, passwordOf(user, PASSWORD)]]));
  world.sync.start();
}
const inbox = () => messagesIn(store, account, 'INBOX');
const isIdle = () => world.sync.state(account) === 'online' && world.sync.progress(account).phase === 'idle';
const idOf = (subject: string): MessageId => {
  const message = find(inbox(), subject);
  if (!message) throw new Error(`no ${subject}`);
  return message.messageId;
};
const hash = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');

function withAttachments(subject: string, attachments: { name: string; content: Uint8Array }[]): Buffer {
  const parts = attachments.map(
    ({ name, content }) =>
      `--b\r\nContent-Type: application/octet-stream; name=${name}\r\nContent-Disposition: attachment; filename=${name}\r\nContent-Transfer-Encoding: base64\r\n\r\n${Buffer.from(
        content,
      )
        .toString('base64')
        .replace(/.{76}/g, '$&\r\n')}\r\n`,
  );
  return Buffer.from(
    `Message-ID: <${subject}@lab.test>\r\nSubject: ${subject}\r\nFrom: a@lab.test\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain\r\n\r\nSee what is with it.\r\n${parts.join('')}--b--\r\n`,
  );
}

describe('a message with a large attachment', () => {
  it('is here without it, is read and found, and the attachment comes when it is wanted', async () => {
    const [large, small] = [randomBytes(3_000_000), randomBytes(2_000)];
    const raw = withAttachments('Heavy', [
      { name: 'small.bin', content: small },
      { name: 'large.bin', content: large },
    ]);
    await dovecot.store(user, [{ raw }]);
    const wiretap = await startWiretap({ certs, toPort: dovecot.imapPort });
    stoppable.push(wiretap);
    start(wiretap.port);
    await world.until('the body', () => isIdle() && store.bodies.has(idOf('Heavy')));
    expect(wiretap.received()).toBeLessThan(1_000_000);
    const messageId = idOf('Heavy');
    const body = store.bodies.get(messageId);
    expect(body?.text).toContain('See what is with it.');
    expect(body?.attachments.map(({ filename }) => filename)).toEqual(['small.bin', 'large.bin']);
    const [first, second] = body?.attachments ?? [];
    expect(second?.size).toBeGreaterThan(2_900_000);
    expect(second?.size).toBeLessThan(3_100_000);
    const one = await world.sync.attachmentContent(messageId, first?.part ?? -1, signal);
    expect(hash(one.content)).toBe(hash(small));
    const other = await world.sync.attachmentContent(messageId, second?.part ?? -1, signal);
    expect(other.filename).toBe('large.bin');
    expect(hash(other.content)).toBe(hash(large));
    const source: Uint8Array[] = [];
    await world.sync.streamSource(messageId, (piece) => void source.push(piece), signal);
    expect(hash(Buffer.concat(source))).toBe(hash(raw));
  });

  it('can be larger than any message that is read whole, and goes on where a broken link ended it', async () => {
    const large = randomBytes(LIMITS.messageSize);
    await dovecot.store(user, [{ raw: withAttachments('Giant', [{ name: 'giant.bin', content: large }]) }]);
    const expected = hash(large);
    const relay = await startPlain(passTo(dovecot.imapsPort));
    stoppable.push(relay);
    start(relay.port);
    await world.until('the message', () => isIdle() && find(inbox(), 'Giant') !== undefined);
    const messageId = idOf('Giant');
    const body = await world.sync.fetchBody(messageId, signal);
    expect(body.text).toContain('See what is with it.');
    const { writeTo, filename } = await world.sync.openAttachment(
      messageId,
      body.attachments[0]?.part ?? -1,
      signal,
    );
    expect(filename).toBe('giant.bin');
    const digest = createHash('sha256');
    const before = process.memoryUsage().rss;
    let [written, largest, cuts, most] = [0, 0, 0, 0];
    await writeTo((piece) => {
      digest.update(piece);
      written += piece.length;
      largest = Math.max(largest, piece.length);
      most = Math.max(most, process.memoryUsage().rss);
      if (written > (cuts + 1) * 20_000_000) {
        cuts += 1;
        relay.cut();
      }
    });
    expect(cuts).toBe(3);
    expect(written).toBe(large.length);
    expect(digest.digest('hex')).toBe(expected);
    expect(largest).toBeLessThan(2_000_000);
    expect(most - before).toBeLessThan(150_000_000);
  });

  it('tells a full disk as such and fetches no more', async () => {
    await dovecot.store(user, [
      { raw: withAttachments('Too much', [{ name: 'much.bin', content: randomBytes(4_000_000) }]) },
    ]);
    start(dovecot.imapsPort);
    await world.until('the message', () => isIdle() && find(inbox(), 'Too much') !== undefined);
    const { writeTo } = await world.sync.openAttachment(idOf('Too much'), 0, signal);
    const full = Object.assign(new Error('no room'), { code: 'ENOSPC' });
    let pieces = 0;
    const written = writeTo(() => {
      pieces += 1;
      throw full;
    });
    await expect(written).rejects.toBe(full);
    expect(pieces).toBe(1);
  });
});

describe('what is fetched before it is opened', () => {
  const DAY = 24 * 60 * 60_000;
  const old = (subject: string, days: number) => {
    const date = new Date(Date.now() - days * DAY);
    return { raw: rawMessage({ id: `${subject}@lab.test`, subject, date }), internalDate: date };
  };

  it('is what the account says: so many months, nothing, everything', async () => {
    await dovecot.store(user, [
      old('Ancient', 4_000),
      old('Last year', 500),
      old('Autumn', 80),
      old('Today', 0),
    ]);
    start(dovecot.imapsPort, 0);
    await world.until('the list', () => isIdle() && inbox().length === 4);
    const here = () => inbox().filter(({ messageId }) => store.bodies.has(messageId)).length;
    expect(here()).toBe(0);
    const totals: number[] = [];
    world.sync.subscribe(() => {
      const { phase, total } = world.sync.progress(account);
      if (phase === 'bodies') totals.push(total ?? -1);
    });
    store.accounts.setBodyMonths(account, 3);
    await world.until('three months', () => isIdle() && here() === 2);
    store.accounts.setBodyMonths(account, 1200);
    await world.until('everything', () => isIdle() && here() === 4);
    expect(totals).toContain(2);
    expect(totals).not.toContain(-1);
  });

  it('never keeps one message that cannot be parsed from being shown', async () => {
    await dovecot.store(user, [
      { raw: Buffer.concat([Buffer.from('Subject: Odd\r\n\r\n'), randomBytes(3_000)]) },
    ]);
    start(dovecot.imapsPort);
    await world.until('the message', () => isIdle() && find(inbox(), 'Odd') !== undefined);
    const body = await world.sync.fetchBody(idOf('Odd'), signal);
    expect((body.text ?? '').length).toBeGreaterThan(0);
    expect(store.bodies.source(idOf('Odd'))?.length).toBeGreaterThan(3_000);
  });
});
