import { describe, expect, it } from 'vitest';
import type { Store } from '../../../../src-main/store/store.ts';
import type { MailboxId, MessageId, OperationId } from '../../../../src-shared/model/ids.ts';
import { FLAGGED, SEEN } from '../../../../src-shared/model/message.ts';
import { ACCOUNT, addMailboxes, envelope, only, openTestStore } from './test-store.ts';

function subjects(store: Store, mailboxId: MailboxId): string[] {
  return store.threads.page({ kind: 'mailbox', mailboxId }, 0, 200).rows.map((row) => row.subject);
}

function start() {
  const test = openTestStore();
  const mailboxes = addMailboxes(test.store);
  const { added } = test.store.messages.addEnvelopes(mailboxes.inbox, [
    envelope(1),
    envelope(2, { flags: [SEEN] }),
  ]);
  const [first, second] = added;
  if (first === undefined || second === undefined) throw new Error('not added');
  const move = (messageId: MessageId, from: MailboxId, to: MailboxId): OperationId =>
    only(
      test.store.operations.enqueueMove({
        messageIds: [messageId],
        from: { kind: 'mailbox', mailboxId: from },
        to,
      }),
    );
  const flagsOf = (messageId: MessageId) => test.store.messages.get(messageId)?.flags;
  return { ...test, ...mailboxes, first, second, move, flagsOf };
}

describe('flag operations', () => {
  it('show at once and touch only what they change', () => {
    const { store, first, second, inbox, flagsOf } = start();
    const id = only(store.operations.enqueueFlags({ messageIds: [first, second], add: [SEEN], remove: [] }));
    expect(flagsOf(first)).toEqual([SEEN]);
    expect(store.mailboxes.get(inbox)?.unread).toBe(0);
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({
      operationId: id,
      kind: 'flags',
      add: [SEEN],
      targets: [
        {
          messageId: first,
          mailboxId: inbox,
          uid: 1,
          uidValidity: 1000,
          messageIdHeader: '<m1@example.org>',
        },
      ],
    });
    expect(store.operations.enqueueFlags({ messageIds: [first], add: [SEEN], remove: [] })).toEqual([]);
  });

  it('stay on top of what the server says until they are done', () => {
    const { store, first, inbox, flagsOf } = start();
    const id = only(store.operations.enqueueFlags({ messageIds: [first], add: [FLAGGED], remove: [] }));
    store.messages.setServerFlags(inbox, [{ uid: 1, flags: [SEEN], modseq: 2n ** 60n }]);
    expect(flagsOf(first)).toEqual([SEEN, FLAGGED]);
    expect(store.messages.knownUids(inbox, { from: 1, to: 1 })).toEqual([{ uid: 1, flags: [SEEN] }]);
    store.operations.setRunning(id);
    store.operations.finish(id, {});
    expect(flagsOf(first)).toEqual([SEEN, FLAGGED]);
    store.messages.setServerFlags(inbox, [{ uid: 1, flags: [] }]);
    expect(flagsOf(first)).toEqual([]);
  });

  it('are taken back with the reason when they fail', () => {
    const { store, first, changes, flagsOf } = start();
    const id = only(store.operations.enqueueFlags({ messageIds: [first], add: [SEEN], remove: [] }));
    store.operations.fail(id, 'change-refused');
    expect(flagsOf(first)).toEqual([]);
    expect(changes).toContainEqual({
      kind: 'operationFailed',
      accountId: ACCOUNT,
      operationIds: [id],
      operationKind: 'flags',
      count: 1,
      code: 'change-refused',
    });
    expect(store.operations.due(ACCOUNT)).toEqual([]);
  });

  it('are undone only for the messages that they changed', () => {
    const { store, first, second, flagsOf } = start();
    const id = only(store.operations.enqueueFlags({ messageIds: [first, second], add: [SEEN], remove: [] }));
    store.operations.setRunning(id);
    store.operations.finish(id, {});
    const inverse = only(store.operations.undo([id]));
    expect([flagsOf(first), flagsOf(second)]).toEqual([[], [SEEN]]);
    expect(store.operations.get(inverse)).toMatchObject({ kind: 'flags', add: [], remove: [SEEN] });
  });

  it('wait for an earlier one on the same message, and for their time', () => {
    const { store, first, second, clock } = start();
    const star = only(store.operations.enqueueFlags({ messageIds: [first], add: [FLAGGED], remove: [] }));
    const read = only(store.operations.enqueueFlags({ messageIds: [first], add: [SEEN], remove: [] }));
    const other = only(store.operations.enqueueFlags({ messageIds: [second], add: [FLAGGED], remove: [] }));
    const due = () => store.operations.due(ACCOUNT).map((operation) => operation.operationId);
    // Two flag changes of one message are done together.
    expect(due()).toEqual([star, read, other]);
    store.operations.setRunning(star);
    expect(due()).toEqual([other]);
    store.operations.postpone(star, clock.now() + 1000);
    expect(due()).toEqual([other]);
    expect(store.operations.nextTryAt(ACCOUNT)).toBe(clock.now() + 1000);
    clock.time += 1000;
    expect(due()).toEqual([star, read, other]);
    expect(store.operations.get(star)?.attempts).toBe(1);
  });
});

describe('move operations', () => {
  it('that wait for a UID are not said to wait for a time', () => {
    const { store, first, inbox, archive, trash, move, clock } = start();
    const id = move(first, inbox, archive);
    const next = move(first, archive, trash);
    store.operations.setRunning(id);
    store.operations.finish(id, {});
    store.operations.postpone(next, clock.now() - 1);
    expect(store.operations.due(ACCOUNT)).toEqual([]);
    expect(store.operations.nextTryAt(ACCOUNT)).toBeUndefined();
    store.messages.addEnvelopes(archive, [envelope(1, { uid: 70 })]);
    expect(store.operations.nextTryAt(ACCOUNT)).toBe(clock.now() - 1);
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({ targets: [{ mailboxId: archive, uid: 70 }] });
  });

  it('show at once in both mailboxes and get the UID from the answer', () => {
    const { store, first, inbox, archive, move } = start();
    const id = move(first, inbox, archive);
    expect([subjects(store, inbox), subjects(store, archive)]).toEqual([['Subject 2'], ['Subject 1']]);
    expect(store.messages.placements(first)).toEqual([{ mailboxId: archive, uid: undefined }]);
    expect(store.messages.serverPlacements(first)).toEqual([{ mailboxId: inbox, uid: 1 }]);
    store.operations.setRunning(id);
    store.operations.finish(id, { newUids: new Map([[1, 77]]), uidValidity: 1000 });
    expect(store.messages.placements(first)).toEqual([{ mailboxId: archive, uid: 77 }]);
    expect(store.messages.knownUids(inbox, { from: 1, to: 99 })).toHaveLength(1);
    expect(store.messages.addEnvelopes(archive, [envelope(1, { uid: 77 })]).added).toEqual([]);
    expect(store.mailboxes.get(archive)?.total).toBe(1);
  });

  it('merge with what sync brought before the answer, and with what it brings after one without UIDs', () => {
    const { store, first, second, inbox, archive, move } = start();
    const id = move(first, inbox, archive);
    store.operations.setRunning(id);
    store.messages.addEnvelopes(archive, [envelope(1, { uid: 77 })]);
    store.messages.removeUids(inbox, [1]);
    store.operations.finish(id, { newUids: new Map([[1, 77]]), uidValidity: 1000 });
    expect(store.messages.placements(first)).toEqual([{ mailboxId: archive, uid: 77 }]);
    const other = move(second, inbox, archive);
    store.operations.setRunning(other);
    store.operations.finish(other, {});
    store.messages.addEnvelopes(archive, [envelope(2, { uid: 78, flags: [SEEN] })]);
    expect(store.messages.placements(second)).toEqual([{ mailboxId: archive, uid: 78 }]);
    expect(store.mailboxes.get(archive)).toMatchObject({ total: 2, unread: 1 });
  });

  it('leave no ghost when the server had nothing to move', () => {
    const { store, first, second, inbox, archive } = start();
    const id = only(
      store.operations.enqueueMove({
        messageIds: [first, second],
        from: { kind: 'mailbox', mailboxId: inbox },
        to: archive,
      }),
    );
    store.operations.setRunning(id);
    store.operations.finish(id, { newUids: new Map([[2, 78]]), uidValidity: 1000 });
    expect(subjects(store, archive)).toEqual(['Subject 2']);
    expect(store.messages.get(first)).toBeUndefined();
  });

  it('are taken back by fail and by undo, with the counters', () => {
    const { store, first, second, inbox, archive, move } = start();
    store.operations.fail(move(first, inbox, archive), 'mailbox-missing');
    expect(store.operations.undo([move(second, inbox, archive)])).toEqual([]);
    expect(subjects(store, inbox)).toEqual(['Subject 2', 'Subject 1']);
    expect(subjects(store, archive)).toEqual([]);
    expect(store.mailboxes.get(inbox)).toMatchObject({ total: 2, unread: 1 });
    expect(store.mailboxes.get(archive)).toMatchObject({ total: 0, unread: 0 });
  });

  it('are moved back by an undo after a try of which nobody knows what the server heard', () => {
    const { store, first, inbox, archive, move } = start();
    const id = move(first, inbox, archive);
    store.operations.setRunning(id);
    store.operations.postpone(id, 0);
    expect(store.operations.undo([id])).toHaveLength(1);
    expect(store.messages.placements(first).map(({ mailboxId }) => mailboxId)).toEqual([inbox]);
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({ operationId: id });
  });

  it('are moved back by an undo after the server heard of them', () => {
    const { store, first, inbox, archive, move } = start();
    const id = move(first, inbox, archive);
    store.operations.setRunning(id);
    const inverse = only(store.operations.undo([id]));
    expect(subjects(store, inbox)).toEqual(['Subject 2', 'Subject 1']);
    expect(store.operations.due(ACCOUNT)).toEqual([]);
    store.operations.finish(id, { newUids: new Map([[1, 77]]), uidValidity: 1000 });
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({
      operationId: inverse,
      kind: 'move',
      toMailboxId: inbox,
      targets: [{ mailboxId: archive, uid: 77 }],
    });
    store.operations.setRunning(inverse);
    store.operations.finish(inverse, { newUids: new Map([[77, 3]]), uidValidity: 1000 });
    expect(store.messages.placements(first)).toEqual([{ mailboxId: inbox, uid: 3 }]);
  });

  it('take back with them what later moves made of the same message', () => {
    const { store, first, inbox, archive, trash, move } = start();
    const id = move(first, inbox, archive);
    const next = move(first, archive, trash);
    const back = move(first, trash, inbox);
    store.operations.fail(id, 'change-refused');
    expect(store.messages.placements(first)).toEqual([{ mailboxId: inbox, uid: 1 }]);
    expect(store.operations.due(ACCOUNT)).toEqual([]);
    expect([next, back].map((one) => store.operations.get(one))).toEqual([undefined, undefined]);
    expect(store.mailboxes.get(inbox)).toMatchObject({ total: 2, unread: 1 });
  });

  it('move out of the inboxes of all accounts by the mailbox of each', () => {
    const { store, first, second, archive } = start();
    const ids = store.operations.enqueueMove({
      messageIds: [first, second],
      from: { kind: 'inboxes' },
      to: archive,
    });
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({ operationId: only(ids), kind: 'move' });
    expect(() =>
      store.operations.enqueueMove({ messageIds: [first], from: { kind: 'inboxes' }, to: 999 as MailboxId }),
    ).toThrow('mailbox-missing');
  });

  it('keep a pending star on the message that they move', () => {
    const { store, first, inbox, archive, move, flagsOf } = start();
    const star = only(store.operations.enqueueFlags({ messageIds: [first], add: [FLAGGED], remove: [] }));
    move(first, inbox, archive);
    expect(flagsOf(first)).toEqual([FLAGGED]);
    store.operations.setRunning(star);
    store.operations.finish(star, {});
    expect(flagsOf(first)).toEqual([FLAGGED]);
  });
});

describe('a star on a message that is being moved', () => {
  it('stays when the move fails, and is told to the server where the message is', () => {
    const { store, first, inbox, archive, move, flagsOf } = start();
    const id = move(first, inbox, archive);
    const star = only(store.operations.enqueueFlags({ messageIds: [first], add: [FLAGGED], remove: [] }));
    store.operations.setRunning(id);
    store.operations.fail(id, 'change-refused');
    expect(flagsOf(first)).toEqual([FLAGGED]);
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({
      operationId: star,
      targets: [{ mailboxId: inbox, uid: 1 }],
    });
    store.operations.setRunning(star);
    store.operations.finish(star, {});
    expect(flagsOf(first)).toEqual([FLAGGED]);
    expect(store.messages.placements(first)).toEqual([{ mailboxId: inbox, uid: 1 }]);
  });

  it('stays when the move, and one after it, are taken back', () => {
    const { store, first, inbox, archive, trash, move, flagsOf } = start();
    const id = move(first, inbox, archive);
    move(first, archive, trash);
    only(store.operations.enqueueFlags({ messageIds: [first], add: [FLAGGED], remove: [] }));
    store.operations.undo([id]);
    expect(flagsOf(first)).toEqual([FLAGGED]);
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({ kind: 'flags', targets: [{ uid: 1 }] });
  });
});

describe('deletions for good', () => {
  const delay = 10_000;

  it('show at once, wait for an undo, and leave nothing when the server has done them', () => {
    const { store, first, second, trash, clock, inbox, move } = start();
    const moved = move(first, inbox, trash);
    store.operations.setRunning(moved);
    store.operations.finish(moved, { newUids: new Map([[1, 5]]), uidValidity: 1000 });
    const id = only(
      store.operations.enqueueExpunge({ messageIds: [first, second], mailboxId: trash, delay }),
    );
    expect(subjects(store, trash)).toEqual([]);
    expect(store.operations.due(ACCOUNT)).toEqual([]);
    expect(store.operations.nextTryAt(ACCOUNT)).toBe(clock.now() + delay);
    expect(store.operations.pending(ACCOUNT)).toMatchObject({ expunge: 1, byChange: { deleted: 1 } });
    clock.time += delay;
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({
      operationId: id,
      kind: 'expunge',
      targets: [{ mailboxId: trash, uid: 5, messageIdHeader: '<m1@example.org>' }],
    });
    store.operations.setRunning(id);
    store.operations.finish(id, {});
    expect(store.messages.get(first)).toBeUndefined();
    expect(store.messages.get(second)).toBeDefined();
    expect(store.operations.undo([id])).toEqual([]);
  });

  it('come back by an undo, by a failure with its reason, and stay hidden where a server only marks them', () => {
    const { store, first, inbox, changes } = start();
    const enqueue = () =>
      only(store.operations.enqueueExpunge({ messageIds: [first], mailboxId: inbox, delay: 0 }));
    store.operations.undo([enqueue()]);
    expect(subjects(store, inbox)).toEqual(['Subject 2', 'Subject 1']);
    const failed = enqueue();
    store.operations.fail(failed, 'change-refused');
    expect(changes).toContainEqual(
      expect.objectContaining({ kind: 'operationFailed', operationKind: 'expunge', code: 'change-refused' }),
    );
    expect(subjects(store, inbox)).toEqual(['Subject 2', 'Subject 1']);
    const marked = enqueue();
    store.operations.setRunning(marked);
    store.operations.finish(marked, { onlyMarked: true });
    expect(subjects(store, inbox)).toEqual(['Subject 2']);
    expect(store.messages.knownUids(inbox, { from: 1, to: 1 })).toEqual([{ uid: 1, flags: ['\\Deleted'] }]);
    store.messages.setServerFlags(inbox, [{ uid: 1, flags: [] }]);
    expect(subjects(store, inbox)).toEqual(['Subject 2', 'Subject 1']);
  });

  it('do not wait when the person signs out and wants them done', () => {
    const { store, first, inbox } = start();
    only(store.operations.enqueueExpunge({ messageIds: [first], mailboxId: inbox, delay }));
    expect(store.operations.due(ACCOUNT)).toEqual([]);
    store.operations.releaseNow(ACCOUNT);
    expect(store.operations.due(ACCOUNT)).toHaveLength(1);
  });

  it('of all that a mailbox has name what is not known here by its UIDs', () => {
    const { store, inbox } = start();
    store.mailboxes.setSyncState(inbox, { uidNext: 900, backfilledTo: 100 });
    const id = only(store.operations.enqueueEmptying(inbox, 0));
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({
      operationId: id,
      targets: [],
      upTo: { mailboxId: inbox, uidValidity: 1000, uidNext: 900 },
    });
    store.mailboxes.setSyncState(inbox, { backfilledTo: 1 });
    expect(store.operations.enqueueEmptying(inbox, 0)).toEqual([]);
  });
});

describe('operations', () => {
  it('keep the copy of a sent message until it is appended', () => {
    const { store } = openTestStore();
    addMailboxes(store);
    const source = new TextEncoder().encode('Subject: s\r\n\r\nt');
    const id = store.operations.enqueueAppend({
      accountId: ACCOUNT,
      specialUse: 'sent',
      flags: ['\\Seen'],
      source,
      messageIdHeader: '<d@x>',
    });
    expect(store.operations.appendSource(id)).toEqual(new Uint8Array(source));
    store.operations.setRunning(id);
    store.operations.finish(id, {});
    expect(() => store.operations.appendSource(id)).toThrow('not-found');
  });

  it('keep a copy that was refused, tell it once also after a restart, and have it appended later', () => {
    const test = openTestStore();
    addMailboxes(test.store);
    const source = new TextEncoder().encode('Subject: s\r\n\r\nt');
    const request = { accountId: ACCOUNT, specialUse: 'sent' as const, flags: [], messageIdHeader: '<d@x>' };
    const id = test.store.operations.enqueueAppend({ ...request, source });
    test.store.operations.setRunning(id);
    test.store.operations.refuse(id, 'mailbox-full', test.clock.time + 1);
    const store = test.reopen();
    store.operations.refuse(id, 'mailbox-full', test.clock.time + 1);
    const told = test.changes.filter(({ kind }) => kind === 'operationFailed');
    expect(told).toMatchObject([{ operationIds: [id], operationKind: 'append', code: 'mailbox-full' }]);
    expect(store.operations.due(ACCOUNT)).toEqual([]);
    test.clock.time += 1;
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({ operationId: id, attempts: 2 });
    expect(store.operations.appendSource(id)).toEqual(new Uint8Array(source));
  });

  it('are counted by what the person did', () => {
    const { store, first, second, inbox, archive, move } = start();
    store.operations.enqueueFlags({ messageIds: [first, second], add: [SEEN, FLAGGED], remove: [] });
    move(first, inbox, archive);
    expect(store.operations.pending(ACCOUNT)).toEqual({
      flags: 2,
      move: 1,
      append: 0,
      expunge: 0,
      mailbox: 0,
      refused: 0,
      byChange: { read: 2, starred: 2, archived: 1 },
    });
  });

  it('survive a restart, with their effect', () => {
    const test = start();
    const id = test.move(test.first, test.inbox, test.archive);
    test.store.operations.setRunning(id);
    const store = test.reopen();
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({ operationId: id, state: 'pending' });
    expect(subjects(store, test.archive)).toEqual(['Subject 1']);
  });

  it('are forgotten a day after they were done', () => {
    const { store, first, inbox, archive, move, clock } = start();
    const id = move(first, inbox, archive);
    store.operations.finish(id, { newUids: new Map([[1, 5]]), uidValidity: 1000 });
    clock.time += 25 * 60 * 60_000;
    const star = only(store.operations.enqueueFlags({ messageIds: [first], add: [FLAGGED], remove: [] }));
    store.operations.finish(star, {});
    expect(store.operations.undo([id])).toEqual([]);
  });
});
