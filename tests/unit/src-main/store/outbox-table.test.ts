import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../../src-main/store/database.ts';
import type { Store } from '../../../../src-main/store/store.ts';
import type { MessageId } from '../../../../src-shared/model/ids.ts';
import { ACCOUNT, addMailboxes, KEY, only, openTestStore, START } from './test-store.ts';

const content = {
  accountId: ACCOUNT,
  to: [{ name: 'Bob', address: 'bob@example.org' }],
  cc: [],
  bcc: [{ name: '', address: 'half-typed' }],
  subject: 'Hello',
  text: 'Text',
};
const file = { filename: 'a.txt', contentType: 'text/plain', content: new Uint8Array([1, 2, 0, 3]) };

function draftWithFile(store: Store) {
  const made = store.drafts.create({ ...content, inReplyTo: 77 as MessageId });
  return store.drafts.addAttachment(made.draftId, file);
}

function queue(store: Store, notBefore = START + 10_000) {
  const draft = draftWithFile(store);
  const submission = store.outbox.add({
    accountId: ACCOUNT,
    draft,
    source: new TextEncoder().encode('source'),
    smtpEnvelope: { from: 'ada@example.org', to: ['bob@example.org'] },
    messageIdHeader: '<sent@example.org>',
    notBefore,
  });
  return { draft, submission, id: submission.submissionId };
}

describe('drafts', () => {
  it('survive a restart with what was typed and attached', () => {
    const test = openTestStore();
    const draft = draftWithFile(test.store);
    test.clock.time += 5;
    const saved = test.store.drafts.save(draft.draftId, { ...content, text: 'More' });
    const store = test.reopen();
    expect(store.drafts.get(draft.draftId)).toEqual(saved);
    expect(saved).toMatchObject({
      text: 'More',
      inReplyTo: 77,
      savedAt: START + 5,
      attachments: [{ part: 0, filename: 'a.txt', contentType: 'text/plain', size: 4 }],
    });
    expect(store.drafts.attachmentContent(draft.draftId, 0)).toEqual(file.content);
  });

  it('are listed newest first, and say when they are not there', () => {
    const { store, clock } = openTestStore();
    const first = store.drafts.create(content);
    clock.time += 1;
    const second = store.drafts.create({ ...content, subject: 'Second' });
    expect(store.drafts.list().map((draft) => draft.draftId)).toEqual([second.draftId, first.draftId]);
    store.drafts.remove(first.draftId);
    store.drafts.remove(first.draftId);
    expect(() => store.drafts.save(first.draftId, content)).toThrow('not-found');
    expect(() => store.drafts.addAttachment(first.draftId, file)).toThrow('not-found');
    expect(() => store.drafts.attachmentContent(first.draftId, 0)).toThrow('not-found');
  });

  it('lose an attachment that is taken out, and give its number to no other while others are there', () => {
    const { store } = openTestStore();
    const { draftId } = draftWithFile(store);
    store.drafts.addAttachment(draftId, { ...file, filename: 'b.txt' });
    store.drafts.removeAttachment(draftId, 0);
    const draft = store.drafts.addAttachment(draftId, { ...file, filename: 'c.txt' });
    expect(draft.attachments.map((one) => [one.part, one.filename])).toEqual([
      [1, 'b.txt'],
      [2, 'c.txt'],
    ]);
  });
});

describe('the outbox', () => {
  it('takes the draft over, and gives it back with its attachment', () => {
    const { store, changes } = openTestStore();
    const { draft, submission, id } = queue(store);
    expect(store.drafts.list()).toEqual([]);
    expect(() => store.drafts.save(draft.draftId, content)).toThrow('not-found');
    expect(store.outbox.list()).toEqual([submission]);
    expect(submission).toEqual({
      submissionId: id,
      accountId: ACCOUNT,
      to: [...content.to, ...content.bcc],
      subject: 'Hello',
      state: 'queued',
      queuedAt: START,
      notBefore: START + 10_000,
      refused: [],
    });
    changes.length = 0;
    expect(store.outbox.toDraft(id)).toEqual(draft);
    expect(store.drafts.attachmentContent(draft.draftId, 0)).toEqual(file.content);
    expect(changes.map((change) => change.kind)).toEqual(['drafts', 'outbox']);
    expect(() => store.outbox.toDraft(id)).toThrow('not-found');
  });

  it('is due after the undo window and after the waiting time', () => {
    const { store, clock } = openTestStore();
    const { id } = queue(store);
    expect(store.outbox.due(START + 9_999)).toEqual([]);
    expect(only(store.outbox.due(START + 10_000))).toMatchObject({
      submissionId: id,
      smtpEnvelope: { from: 'ada@example.org', to: ['bob@example.org'] },
      inReplyTo: 77,
      messageIdHeader: '<sent@example.org>',
      attempts: 0,
    });
    store.outbox.update(id, { nextTryAt: START + 60_000, error: 'offline', attempts: 1 });
    expect(store.outbox.due(START + 59_999)).toEqual([]);
    expect(only(store.outbox.list())).toMatchObject({ nextTryAt: START + 60_000, error: 'offline' });
    clock.time += 20_000;
    store.outbox.releaseNow(ACCOUNT);
    expect(store.outbox.due(clock.now())).toHaveLength(1);
    store.outbox.update(id, { state: 'failed', error: null, refused: ['x@y'] });
    expect(store.outbox.due(clock.now())).toEqual([]);
    expect(only(store.outbox.list())).not.toHaveProperty('error');
  });

  it('hands a sent message over to the mailbox Sent in one step, over a restart', () => {
    const test = openTestStore();
    addMailboxes(test.store);
    const { id } = queue(test.store);
    const source = test.store.outbox.source(id);
    const appended = test.store.outbox.finishSent(id, { appendTo: 'sent' });
    const store = test.reopen();
    expect(store.outbox.list()).toEqual([]);
    expect(store.drafts.list()).toEqual([]);
    const operation = only(store.operations.due(ACCOUNT));
    expect(operation).toMatchObject({
      operationId: appended,
      kind: 'append',
      specialUse: 'sent',
      flags: ['\\Seen'],
      messageIdHeader: '<sent@example.org>',
    });
    expect(store.operations.appendSource(operation.operationId)).toEqual(source);
  });

  it('leaves no append where the provider files the copy itself', () => {
    const { store } = openTestStore();
    addMailboxes(store);
    expect(store.outbox.finishSent(queue(store).id, {})).toBeUndefined();
    expect(store.operations.due(ACCOUNT)).toEqual([]);
  });

  it('has an unknown message looked for, once at a time, until somebody knows', () => {
    const test = openTestStore();
    addMailboxes(test.store);
    const { id } = queue(test.store);
    test.store.outbox.setUnknown(id, 1);
    expect(only(test.store.outbox.list())).toMatchObject({ state: 'unknown', error: 'submission-unknown' });
    const lookup = only(test.store.operations.due(ACCOUNT));
    expect(lookup).toMatchObject({ kind: 'lookup', messageIdHeader: '<sent@example.org>', looks: 0 });
    test.store.outbox.notFound(id);
    test.store.operations.setRunning(lookup.operationId);
    test.store.operations.lookAgain(lookup.operationId, test.clock.time + 30_000);
    expect(only(test.store.outbox.list()).lookedUpAt).toBe(START);
    const store = test.reopen();
    expect(store.operations.due(ACCOUNT)).toEqual([]);
    store.outbox.lookUpUnknown();
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({ looks: 1, attempts: 0 });
    expect(store.operations.pending(ACCOUNT).byChange).toEqual({});
    store.outbox.update(id, { state: 'queued', error: null });
    expect(store.operations.due(ACCOUNT)).toEqual([]);
  });

  it('lets go of what was found in Sent, without a copy of its own', () => {
    const { store } = openTestStore();
    addMailboxes(store);
    const { id } = queue(store);
    store.outbox.setUnknown(id);
    store.outbox.foundSent(id);
    expect(store.outbox.list()).toEqual([]);
    expect(store.drafts.list()).toEqual([]);
    expect(store.operations.due(ACCOUNT)).toEqual([]);
  });

  it('keeps a time that the person chose, also when all else is to go at once', () => {
    const { store } = openTestStore();
    const draft = draftWithFile(store);
    const entry = {
      accountId: ACCOUNT,
      draft,
      source: new Uint8Array([1]),
      smtpEnvelope: { from: 'a@x', to: ['b@x'] },
      messageIdHeader: '<later@x>',
    };
    store.outbox.add({ ...entry, notBefore: START + 1_000_000, sendAt: START + 1_000_000 });
    store.outbox.releaseNow(ACCOUNT);
    expect(store.outbox.due(START + 999_999)).toEqual([]);
    expect(only(store.outbox.due(START + 1_000_000))).toMatchObject({ sendAt: START + 1_000_000 });
  });
});

describe('attachments of a draft', () => {
  it('that are damaged or missing are told, not left out', () => {
    const test = openTestStore();
    const { draftId } = draftWithFile(test.store);
    test.store.drafts.checkAttachments(draftId);
    const change = (sql: string) => {
      test.store.close();
      const journal = openDatabase({
        path: join(test.directory, 'journal.db'),
        key: KEY,
        synchronous: 'FULL',
      });
      journal.exec(sql);
      journal.close();
      return test.reopen();
    };
    const cut = change("UPDATE draft_attachment SET content = x'01'");
    expect(() => cut.drafts.attachmentContent(draftId, 0)).toThrow('attachment-unreadable');
    const gone = change('DELETE FROM draft_attachment');
    expect(() => gone.drafts.checkAttachments(draftId)).toThrow('attachment-unreadable');
  });

  it('that were taken out are not missed', () => {
    const { store } = openTestStore();
    const { draftId } = draftWithFile(store);
    store.drafts.removeAttachment(draftId, 0);
    store.drafts.removeAttachment(draftId, 0);
    store.drafts.checkAttachments(draftId);
  });
});
