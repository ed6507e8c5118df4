import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import {
  type ConnectionRegistry,
  createConnectionRegistry,
} from '../../src-main/base/connection-registry.ts';
import { MailError } from '../../src-main/base/errors.ts';
import { LIMITS } from '../../src-main/base/limits.ts';
import { createLog } from '../../src-main/base/log.ts';
import { createOutbox, type Outbox } from '../../src-main/outbox/outbox.ts';
import type { Authentication } from '../../src-main/sasl/authentication.ts';
import { openStore, type Store } from '../../src-main/store/store.ts';
import type { DraftContent } from '../../src-shared/model/draft.ts';
import { type DraftId, grantId, type SubmissionId } from '../../src-shared/model/ids.ts';
import type { Submission } from '../../src-shared/model/submission.ts';
import { makeCertificates } from '../servers/certs.mjs';
import { createRunFolder } from '../servers/run-folder.mjs';
import { createManualClock, type ManualClock } from './manual-clock.ts';
import { account, failedOnce, grant, is, isGone, MAYA } from './outbox-records.ts';
import { type Cutter, startCutter } from './smtp-cutter.ts';
import { trustAuthority } from './trust-authority.ts';

const KEY = new Uint8Array(32).fill(7);
const run = createRunFolder();
let server: Cutter;
let distrust = () => {};

let folder: string;
let clock: ManualClock;
let store: Store;
let outbox: Outbox;
let registry: ConnectionRegistry;
let lines: string[];
let authentication: Authentication;

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
  folder = mkdtempSync(join(tmpdir(), 'lk-outbox-'));
  clock = createManualClock(Date.UTC(2026, 10, 22, 6));
  registry = createConnectionRegistry();
  lines = [];
  authentication = { kind: 'password', user: 'maya@lab.test', password: async () => 'right' };
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
  const log = createLog((line) => lines.push(line));
  outbox = createOutbox({
    store,
    authenticationFor: () => authentication,
    identityAuthentication: () => authentication,
    registry,
    clock,
    log,
  });
  outbox.start();
}

/** What a crash leaves: the store as it is on disk, and nobody who could still write to it. */
async function reopen(): Promise<void> {
  await outbox.stop();
  store.close();
  open();
}

function draft(change: Partial<DraftContent> = {}): DraftId {
  const people = { to: [{ name: 'Bob', address: 'bob@lab.test' }], cc: [], bcc: [] };
  return store.drafts.create({ accountId: MAYA, ...people, subject: 'Plan', text: 'Hi', ...change }).draftId;
}
const submissionOf = (id: SubmissionId) => store.outbox.list().find((one) => one.submissionId === id);

/** Resolves when the submission is as described, or gone when nothing is. */
function until(id: SubmissionId, fits: (submission: Submission | undefined) => boolean): Promise<void> {
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
describe('queueing', () => {
  it('answers at once, sends after the undo window, files the copy and forgets the draft', async () => {
    const draftId = draft({ bcc: [{ name: '', address: 'eve@lab.test' }], text: 'Hello\n.\nBob' });
    const { submissionId, state, notBefore } = await outbox.send(draftId);
    expect([state, notBefore - clock.now()]).toEqual(['queued', LIMITS.undoWindow]);
    expect(store.drafts.list()).toEqual([]);
    expect(store.contacts.people()).toEqual([]);
    clock.advance(LIMITS.undoWindow - 1);
    expect(server.connections()).toBe(0);
    clock.advance(1);
    await until(submissionId, isGone);
    expect(server.received).toHaveLength(1);
    expect(server.received[0]).toMatch(/^From: Maya Lind <maya@lab\.test>\r\nTo: Bob <bob@lab\.test>\r\n/);
    expect(server.received[0]).not.toContain('eve@');
    expect(server.wire()).toContain('RCPT TO:<eve@lab.test>\r\n');
    const [append, ...more] = store.operations.due(MAYA);
    expect(more).toEqual([]);
    expect(append).toMatchObject({ kind: 'append', specialUse: 'sent', flags: ['\\Seen'] });
    if (!append) throw new Error('no append');
    const copy = Buffer.from(store.operations.appendSource(append.operationId)).toString();
    expect(server.received[0]?.replaceAll('\r\n..', '\r\n.')).toBe(copy);
    expect(store.contacts.people().map(({ contact }) => contact)).toMatchObject([
      { name: 'Bob', addresses: ['bob@lab.test'], isCollected: true, timesWritten: 1 },
      { name: '', addresses: ['eve@lab.test'], isCollected: true, timesWritten: 1 },
    ]);
    expect(lines.join('\n')).not.toMatch(/bob@|eve@|Plan|right/);
  });

  it('refuses a message to nobody and one to a wrong address, and leaves the draft', async () => {
    await expect(outbox.send(draft({ to: [] }))).rejects.toMatchObject({ code: 'recipient-missing' });
    const to = [
      { name: '', address: 'bob@lab.test' },
      { name: '', address: 'ann@' },
      { name: 'Cem', address: '' },
    ];
    await expect(outbox.send(draft({ to }))).rejects.toMatchObject({
      code: 'recipient-invalid',
      detail: { address: 'ann@, Cem' },
    });
    expect(store.drafts.list()).toHaveLength(2);
    expect(store.outbox.list()).toEqual([]);
  });

  it('queues once, however often the button is pressed, with what was typed last', async () => {
    const draftId = draft();
    const both = [outbox.send(draftId), outbox.send(draftId)];
    clock.advance(5);
    store.drafts.save(draftId, {
      accountId: MAYA,
      to: [{ name: '', address: 'bob@lab.test' }],
      cc: [],
      bcc: [],
      subject: 'Plan B',
      text: 'Hi',
    });
    const [first, second] = await Promise.all(both);
    expect(first?.submissionId).toBe(second?.submissionId);
    expect(store.outbox.list()).toHaveLength(1);
    clock.advance(LIMITS.undoWindow);
    if (first) await until(first.submissionId, isGone);
    expect(server.received[0]).toContain('Subject: Plan B\r\n');
  });

  it('sends attachments, and refuses more than fits', async () => {
    const draftId = draft();
    store.drafts.addAttachment(draftId, {
      filename: 'a.pdf',
      contentType: 'application/pdf',
      content: Buffer.from('%PDF'),
    });
    const { submissionId } = await outbox.send(draftId);
    clock.advance(LIMITS.undoWindow);
    await until(submissionId, isGone);
    expect(server.received[0]).toMatch(/filename=a\.pdf\r\n(?:.*\r\n)*\r\nJVBERg==\r\n/);
    const large = draft();
    const content = Buffer.alloc(LIMITS.draftAttachments + 1);
    store.drafts.addAttachment(large, { filename: 'b', contentType: 'x/y', content });
    await expect(outbox.send(large)).rejects.toMatchObject({ code: 'attachment-too-large' });
  });

  it('names the answered message, and marks it answered once the answer is sent', async () => {
    store.mailboxes.replaceList(MAYA, [
      { path: 'INBOX', delimiter: '/', name: 'INBOX', specialUse: 'inbox', selectable: true },
    ]);
    const inbox = store.mailboxes.bySpecialUse(MAYA, 'inbox');
    if (!inbox) throw new Error('no inbox');
    store.mailboxes.setSyncState(inbox.mailboxId, { uidValidity: 1, uidNext: 2 });
    const people = { from: [], to: [], cc: [], bcc: [], replyTo: [] };
    const { added } = store.messages.addEnvelopes(inbox.mailboxId, [
      {
        ...people,
        uid: 1,
        flags: [],
        internalDate: 1,
        size: 10,
        messageIdHeader: '<q@lab.test>',
        inReplyTo: ['<p@lab.test>'],
        references: ['<o@lab.test>', '<p@lab.test>'],
        subject: 'Plan',
        hasAttachments: false,
      },
    ]);
    const [inReplyTo] = added;
    if (inReplyTo === undefined) throw new Error('not added');
    const to = [{ name: '', address: 'bob@lab.test' }];
    const content = { accountId: MAYA, to, cc: [], bcc: [], subject: 'Re: Plan', text: 'Yes', inReplyTo };
    const { submissionId } = await outbox.send(store.drafts.create(content).draftId);
    expect(store.operations.due(MAYA)).toEqual([]);
    clock.advance(LIMITS.undoWindow);
    await until(submissionId, isGone);
    expect(server.received[0]).toContain('In-Reply-To: <q@lab.test>\r\n');
    expect(server.received[0]).toMatch(/References: <o@lab\.test> <p@lab\.test> <q@lab\.test>\r\n/);
    await outbox.stop();
    expect(store.operations.due(MAYA).find(({ kind }) => kind === 'flags')).toMatchObject({
      add: ['\\Answered'],
    });
  });
});

describe('taking back', () => {
  it('makes a draft again within the undo window', async () => {
    const { submissionId } = await outbox.send(draft());
    expect((await outbox.cancel(submissionId))?.subject).toBe('Plan');
    clock.advance(LIMITS.undoWindow);
    expect(store.drafts.list()).toHaveLength(1);
    expect(server.connections()).toBe(0);
    await expect(outbox.cancel(submissionId)).rejects.toMatchObject({ code: 'not-found' });
  });

  it('works while the connection is being made, and nothing leaves', async () => {
    let ask = () => {};
    const asked = new Promise<void>((resolve) => {
      ask = resolve;
    });
    const password = () => {
      ask();
      return new Promise<string>((resolve) => clock.after(1_000, () => resolve('right')));
    };
    authentication = { kind: 'password', user: 'maya@lab.test', password };
    const { submissionId } = await outbox.send(draft());
    clock.advance(LIMITS.undoWindow);
    await asked;
    const cancelled = outbox.cancel(submissionId);
    clock.advance(1_000);
    await cancelled;
    expect(store.drafts.list()).toHaveLength(1);
    await registry.whenNone(MAYA, AbortSignal.timeout(5_000));
    expect(server.wire()).not.toContain('DATA');
  });
});

describe('failures', () => {
  async function sendAnd(fits: (submission: Submission | undefined) => boolean): Promise<SubmissionId> {
    const { submissionId } = await outbox.send(draft());
    clock.advance(LIMITS.undoWindow);
    await until(submissionId, fits);
    return submissionId;
  }

  it('that pass are tried again, later and later, with the same bytes', async () => {
    server.replies.set('RCPT', ['451 4.7.1 greylisted', '451 4.7.1 greylisted']);
    const submissionId = await sendAnd(failedOnce);
    const waits: number[] = [];
    for (const attempt of [1, 2]) {
      expect(store.outbox.get(submissionId)).toMatchObject({ error: 'server-busy', attempts: attempt });
      const { nextTryAt = 0 } = submissionOf(submissionId) ?? {};
      waits.push(nextTryAt - clock.now());
      const settled = until(submissionId, attempt === 1 ? (one) => one?.nextTryAt !== nextTryAt : isGone);
      clock.advance(nextTryAt - clock.now());
      await settled;
    }
    expect(waits[0]).toBeGreaterThanOrEqual(7_500);
    expect(waits[1]).toBeGreaterThanOrEqual(15_000);
    expect(server.received).toHaveLength(1);
  });

  it('for good wait for the person, who may send again or edit', async () => {
    server.replies.set('DOT', ['554 5.7.1 spam']);
    const submissionId = await sendAnd(is('failed'));
    expect(submissionOf(submissionId)).toMatchObject({ error: 'message-refused' });
    expect(outbox.retry(submissionId)).toMatchObject({ state: 'queued' });
    await until(submissionId, isGone);
    expect(server.received).toHaveLength(2);
    expect(server.received[0]).toBe(server.received[1]);
  });

  it('by a link cut after the message are unknown, and are never sent again by themselves', async () => {
    server.cutAt('after-dot');
    const submissionId = await sendAnd(is('unknown'));
    expect(submissionOf(submissionId)).toMatchObject({ error: 'submission-unknown' });
    server.cutAt('never');
    clock.advance(24 * 60 * 60_000);
    await reopen();
    clock.advance(24 * 60 * 60_000);
    expect(submissionOf(submissionId)?.state).toBe('unknown');
    expect(server.received).toHaveLength(1);
    outbox.retry(submissionId);
    await until(submissionId, isGone);
    expect(server.received[1]).toBe(server.received[0]);
  });

  it('by a link cut in the message are tried again by themselves', async () => {
    server.cutAt('message');
    const draftId = draft();
    // More than fits into the buffers on the way: what fits has left as a whole, and then nobody knows.
    const content = Buffer.alloc(9_000_000, 'long line of text ');
    store.drafts.addAttachment(draftId, { filename: 'a.txt', contentType: 'text/plain', content });
    const { submissionId } = await outbox.send(draftId);
    clock.advance(LIMITS.undoWindow);
    await until(submissionId, failedOnce);
    expect(submissionOf(submissionId)).toMatchObject({ state: 'queued', error: 'connection-lost' });
    expect(server.received).toEqual([]);
    server.cutAt('never');
    outbox.wake();
    await until(submissionId, isGone);
    expect(server.received).toHaveLength(1);
  });

  it('of the program while a message was leaving are unknown; what was only queued goes', async () => {
    const { submissionId } = await outbox.send(draft());
    const other = await outbox.send(draft({ subject: 'Other' }));
    store.outbox.update(submissionId, { state: 'sending' });
    await reopen();
    expect(submissionOf(submissionId)).toMatchObject({ state: 'unknown', error: 'submission-unknown' });
    clock.advance(LIMITS.undoWindow);
    await until(other.submissionId, isGone);
    expect(server.received).toHaveLength(1);
    expect(server.received[0]).toContain('Subject: Other');
  });

  it('of some recipients leave the rest sent, and a draft to those who did not get it', async () => {
    server.replies.set('RCPT', ['250 ok', '550 5.1.1 no such user']);
    const to = ['bob@lab.test', 'ann@lab.test'].map((address) => ({ name: '', address }));
    const { submissionId } = await outbox.send(draft({ to }));
    clock.advance(LIMITS.undoWindow);
    await until(submissionId, is('sent'));
    expect(submissionOf(submissionId)).toMatchObject({ refused: ['ann@lab.test'] });
    await registry.whenNone(MAYA, AbortSignal.timeout(5_000));
    expect(store.operations.due(MAYA)).toHaveLength(1);
    clock.advance(24 * 60 * 60_000);
    expect(server.received).toHaveLength(1);
    const again = await outbox.cancel(submissionId);
    expect(again?.to).toEqual([{ name: '', address: 'ann@lab.test' }]);
  });

  it('of the sign-in wait for another one, and then go', async () => {
    server.replies.set('AUTH', ['535 5.7.8 no']);
    const submissionId = await sendAnd(is('failed'));
    expect(submissionOf(submissionId)).toMatchObject({ error: 'password-refused' });
    store.accounts.renew({
      accountId: MAYA,
      grant: grant('g2'),
      audit: { accountId: MAYA, kind: 'signed-in-again' },
    });
    await until(submissionId, isGone);
    expect(server.received).toHaveLength(1);
  });

  it('of the grant keep the message queued until the person has signed in again', async () => {
    const ended = new MailError('grant-ended', { retry: 'after-sign-in' });
    const good = authentication;
    let ask = () => {};
    const asked = new Promise<void>((resolve) => {
      ask = resolve;
    });
    const password = () => {
      store.accounts.setSignIn(MAYA, 'needs-sign-in');
      ask();
      return Promise.reject(ended);
    };
    authentication = { kind: 'password', user: 'maya@lab.test', password };
    const { submissionId } = await outbox.send(draft());
    clock.advance(LIMITS.undoWindow);
    await asked;
    await registry.whenNone(MAYA, AbortSignal.timeout(5_000));
    await until(submissionId, is('queued'));
    clock.advance(60 * 60_000);
    expect(server.received).toEqual([]);
    authentication = good;
    store.accounts.setSignIn(MAYA, 'active');
    await until(submissionId, isGone);
  });
});

it('does not try without end when the disk is full', async () => {
  const full = () => {
    throw new MailError('disk-full', { retry: 'later' });
  };
  const { update } = store.outbox;
  store.outbox.update = full;
  const { submissionId } = await outbox.send(draft());
  clock.advance(LIMITS.undoWindow);
  await outcome();
  expect([server.connections(), server.received]).toEqual([1, []]);
  store.outbox.update = update;
  clock.advance(60_000);
  await until(submissionId, isGone);
  expect(server.connections()).toBe(2);

  function outcome(): Promise<void> {
    return new Promise((resolve) => {
      lines.push = (...more) => {
        if (more.some((line) => line.includes('outcome not written'))) resolve();
        return lines.length;
      };
    });
  }
});

describe('an account that gives its access back', () => {
  it('sends nothing any more, and what is leaving is broken off', async () => {
    let give = () => {};
    const asked = new Promise<void>((resolve) => {
      give = resolve;
    });
    const password = () => {
      give();
      return new Promise<string>(() => {});
    };
    authentication = { kind: 'password', user: 'maya@lab.test', password };
    const { submissionId } = await outbox.send(draft());
    clock.advance(LIMITS.undoWindow);
    await asked;
    expect(registry.count(MAYA)).toBe(1);
    store.grants.update(grantId.parse('g1'), { state: 'revoking' });
    await registry.whenNone(MAYA, AbortSignal.timeout(5_000));
    clock.advance(60 * 60_000);
    expect(submissionOf(submissionId)).toMatchObject({ state: 'queued' });
    expect(server.received).toEqual([]);
  });

  it('may be told to send all at once before', async () => {
    const { submissionId } = await outbox.send(draft());
    store.outbox.releaseNow(MAYA);
    await until(submissionId, isGone);
    expect(server.received).toHaveLength(1);
  });
});

it('leaves filing the copy to a server that does it', async () => {
  store.accounts.renew({
    accountId: MAYA,
    grant: grant('g3'),
    audit: { accountId: MAYA, kind: 'signed-in-again' },
    account: { ...account(server.port), sendSavesCopy: true },
  });
  const { submissionId } = await outbox.send(draft());
  clock.advance(LIMITS.undoWindow);
  await until(submissionId, isGone);
  expect(store.operations.due(MAYA)).toEqual([]);
});
