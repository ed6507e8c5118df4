/** Messages with a time of their own, and what the person says of messages that wait. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createConnectionRegistry } from '../../src-main/base/connection-registry.ts';
import { createLog } from '../../src-main/base/log.ts';
import { createOutbox, type Outbox } from '../../src-main/outbox/outbox.ts';
import { openDatabase } from '../../src-main/store/database.ts';
import { openStore, type Store } from '../../src-main/store/store.ts';
import type { DraftId, MessageId, SubmissionId } from '../../src-shared/model/ids.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { account, grant, is, isGone, MAYA } from './outbox-records.ts';
import { type Cutter, startCutter } from './smtp-cutter.ts';
import { trustAuthority } from './trust-authority.ts';

const KEY = new Uint8Array(32).fill(7);
const START = Date.UTC(2026, 10, 22, 6);
const HOUR = 60 * 60_000;
const run = createRunFolder();
let server: Cutter;
let distrust = () => {};
let folder: string;
let clock: ManualClock;
let store: Store;
let outbox: Outbox;

beforeAll(async () => {
  const certs = await makeCertificates(run.folder('certs'));
  distrust = trustAuthority(certs.ca);
  server = await startCutter(certs);
});
afterAll(async () => {
  distrust();
  await server.stop();
  await run.remove();
});
beforeEach(() => {
  server.reset();
  folder = mkdtempSync(join(tmpdir(), 'lk-later-'));
  clock = createManualClock(START);
  open();
  store.accounts.add({
    account: account(server.port),
    grant: grant('g1'),
    audit: { accountId: MAYA, kind: 'signed-in' },
  });
});
afterEach(async () => {
  await outbox.stop();
  store.close();
  rmSync(folder, { recursive: true, force: true });
});

function open(): void {
  store = openStore({ directory: folder, key: KEY, clock });
  outbox = createOutbox({
    store,
    authenticationFor: () => ({ kind: 'password', user: 'maya@lab.test', password: async () => 'right' }),
    identityAuthentication: () => ({
      kind: 'password',
      user: 'maya@lab.test',
      password: async () => 'right',
    }),
    registry: createConnectionRegistry(),
    clock,
    log: createLog(() => undefined),
  });
  outbox.start();
}
async function restart(later: number): Promise<void> {
  await outbox.stop();
  store.close();
  clock = createManualClock(clock.now() + later);
  open();
}
function draft(inReplyTo?: MessageId): DraftId {
  const to = [{ name: 'Bob', address: 'bob@lab.test' }];
  const content = { accountId: MAYA, to, cc: [], bcc: [], subject: 'Plan', text: 'Hi' };
  return store.drafts.create({ ...content, ...(inReplyTo !== undefined && { inReplyTo }) }).draftId;
}
/** A message from Bob, in INBOX. */
function received(): MessageId {
  store.mailboxes.replaceList(MAYA, [
    { path: 'INBOX', delimiter: '/', name: 'INBOX', specialUse: 'inbox', selectable: true },
  ]);
  const [inbox] = store.mailboxes.list(MAYA);
  if (!inbox) throw new Error('no mailbox');
  store.mailboxes.setSyncState(inbox.mailboxId, { uidValidity: 1 });
  const from = [{ name: 'Bob', address: 'bob@lab.test' }];
  const people = { from, to: [], cc: [], bcc: [], replyTo: [] };
  const head = { messageIdHeader: '<p@lab.test>', inReplyTo: [], references: [], subject: 'Plan' };
  const { added } = store.messages.addEnvelopes(inbox.mailboxId, [
    { uid: 1, flags: [], internalDate: START, size: 100, hasAttachments: false, ...head, ...people },
  ]);
  const [messageId] = added;
  if (messageId === undefined) throw new Error('not added');
  return messageId;
}
const submissionOf = (id: SubmissionId) => store.outbox.list().find((one) => one.submissionId === id);
function until(id: SubmissionId, fits: (one: ReturnType<typeof submissionOf>) => boolean): Promise<void> {
  return new Promise((resolve) => {
    const look = () => {
      if (!fits(submissionOf(id))) return;
      stop();
      resolve();
    };
    const stop = store.feed.subscribe(look);
    look();
  });
}

describe('a message with a time of its own', () => {
  it('waits for it over a restart, goes once, and carries that time as its date', async () => {
    const { submissionId, sendAt, notBefore } = await outbox.send(draft(), { sendAt: START + 3 * 24 * HOUR });
    expect([sendAt, notBefore]).toEqual([START + 3 * 24 * HOUR, START + 3 * 24 * HOUR]);
    clock.advance(2 * 24 * HOUR);
    await restart(HOUR);
    expect(submissionOf(submissionId)).toMatchObject({ state: 'queued', sendAt });
    expect(server.connections()).toBe(0);
    clock.advance(23 * HOUR);
    await until(submissionId, isGone);
    expect(server.received).toHaveLength(1);
    expect(server.received[0]).toContain('Date: Wed, 25 Nov 2026 06:00:00 +0000');
    clock.advance(24 * HOUR);
    expect(server.received).toHaveLength(1);
  });

  it('goes when the computer was off or asleep at its time, and when the clock was set on', async () => {
    const first = await outbox.send(draft(), { sendAt: START + HOUR });
    await restart(3 * HOUR);
    await until(first.submissionId, isGone);
    const second = await outbox.send(draft(), { sendAt: clock.now() + HOUR });
    // A clock that was set: no timer knows of it, and the next look does.
    const { now } = clock;
    clock.now = () => now() + 2 * HOUR;
    clock.advance(60_000);
    await until(second.submissionId, isGone);
    expect(server.received).toHaveLength(2);
  });

  it('goes at once when the person says so, dated now, and becomes a draft when it is taken back', async () => {
    const { submissionId } = await outbox.send(draft(), { sendAt: START + 24 * HOUR });
    clock.advance(HOUR);
    expect(await outbox.sendNow(submissionId)).not.toHaveProperty('sendAt');
    await until(submissionId, isGone);
    expect(server.received[0]).toContain('Date: Sun, 22 Nov 2026 07:00:00 +0000');
    const other = await outbox.send(draft(), { sendAt: START + 24 * HOUR });
    await outbox.cancel(other.submissionId);
    clock.advance(48 * HOUR);
    expect(store.drafts.list()).toHaveLength(1);
    expect(server.received).toHaveLength(1);
  });

  it('that is past is now, after the undo window', async () => {
    const submission = await outbox.send(draft(), { sendAt: START - HOUR });
    expect(submission).not.toHaveProperty('sendAt');
    expect(submission.notBefore).toBe(START + 10_000);
  });
});

describe('the undo window', () => {
  it('is as long as the person set it', async () => {
    store.settings.set({ undoSeconds: 3 });
    expect((await outbox.send(draft())).notBefore).toBe(START + 3_000);
    store.settings.set({ undoSeconds: 0 });
    const { submissionId } = await outbox.send(draft());
    await until(submissionId, isGone);
    expect(server.received).toHaveLength(1);
  });
});

describe('a message that may have been sent', () => {
  async function unknown(draftId = draft()): Promise<SubmissionId> {
    server.cutAt('after-dot');
    const { submissionId } = await outbox.send(draftId);
    clock.advance(10_000);
    await until(submissionId, is('unknown'));
    server.cutAt('never');
    return submissionId;
  }

  it('is looked for, and again after a restart, and never sent by itself', async () => {
    const submissionId = await unknown();
    const lookups = () => store.operations.due(MAYA).filter(({ kind }) => kind === 'lookup');
    expect(lookups()).toHaveLength(1);
    const [lookup] = lookups();
    if (lookup) store.operations.finish(lookup.operationId, {});
    expect(lookups()).toEqual([]);
    await restart(HOUR);
    expect(lookups()).toHaveLength(1);
    outbox.wake();
    expect(lookups()).toHaveLength(1);
    await expect(outbox.sendNow(submissionId)).rejects.toMatchObject({ code: 'input-invalid' });
    expect(server.received).toHaveLength(1);
  });

  it('leaves the outbox when the person knows that it arrived, with a copy for Sent, and what it answers is answered', async () => {
    const submissionId = await unknown(draft(received()));
    outbox.settle(submissionId);
    expect(store.outbox.list()).toEqual([]);
    expect(store.operations.due(MAYA)).toMatchObject([
      { kind: 'append', specialUse: 'sent' },
      { kind: 'flags', add: ['\\Answered'] },
    ]);
    clock.advance(24 * HOUR);
    expect(server.received).toHaveLength(1);
    expect(() => outbox.settle(submissionId)).toThrow('not-found');
    const queued = await outbox.send(draft());
    expect(() => outbox.settle(queued.submissionId)).toThrow('input-invalid');
  });
});

it('a draft that has lost an attachment is not sent without it', async () => {
  const draftId = draft();
  store.drafts.addAttachment(draftId, {
    filename: 'a.pdf',
    contentType: 'application/pdf',
    content: Buffer.from('%PDF'),
  });
  await outbox.stop();
  store.close();
  const journal = openDatabase({ path: join(folder, 'journal.db'), key: KEY, synchronous: 'FULL' });
  journal.exec('DELETE FROM draft_attachment');
  journal.close();
  open();
  await expect(outbox.send(draftId)).rejects.toMatchObject({ code: 'attachment-unreadable' });
  expect(store.outbox.list()).toEqual([]);
  expect(store.drafts.list()).toHaveLength(1);
});
