import { describe, expect, it } from 'vitest';
import type { MailboxId, MessageId, OperationId } from '../../../../src-shared/model/ids.ts';
import { FLAGGED } from '../../../../src-shared/model/message.ts';
import { ACCOUNT, addMailboxes, envelope, only, openTestStore } from './test-store.ts';

function start() {
  const test = openTestStore();
  const boxes = addMailboxes(test.store);
  const [first = 0 as MessageId, second = 0 as MessageId] = test.store.messages.addEnvelopes(boxes.inbox, [
    envelope(1),
    envelope(2),
  ]).added;
  const move = (messageIds: MessageId[], from: MailboxId, to: MailboxId): OperationId =>
    only(test.store.operations.enqueueMove({ messageIds, from: { kind: 'mailbox', mailboxId: from }, to }));
  const whereIs = (messageId: MessageId) => test.store.messages.placements(messageId);
  return { ...test, ...boxes, first, second, move, whereIs };
}

describe('a move after a move that was not yet sent', () => {
  it('is one move from where the message is to where it is to be', () => {
    const { store, first, inbox, archive, trash, move, whereIs } = start();
    move([first], inbox, archive);
    const last = move([first], archive, trash);
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({
      operationId: last,
      toMailboxId: trash,
      targets: [{ mailboxId: inbox, uid: 1 }],
    });
    expect(whereIs(first)).toEqual([{ mailboxId: trash, uid: undefined }]);
    store.operations.setRunning(last);
    store.operations.finish(last, { newUids: new Map([[1, 9]]), uidValidity: 1000 });
    expect(whereIs(first)).toEqual([{ mailboxId: trash, uid: 9 }]);
    expect(store.operations.due(ACCOUNT)).toEqual([]);
    expect(store.mailboxes.get(archive)?.total).toBe(0);
  });

  it('is no move at all when it brings the message back', () => {
    const { store, first, second, inbox, archive, move, whereIs } = start();
    move([first, second], inbox, archive);
    move([first, second], archive, inbox);
    only(store.operations.enqueueFlags({ messageIds: [first], add: [FLAGGED], remove: [] }));
    const due = store.operations.due(ACCOUNT);
    expect(due.map(({ kind }) => kind)).toEqual(['flags']);
    expect(due).toMatchObject([{ targets: [{ mailboxId: inbox, uid: 1 }] }]);
    expect(whereIs(first)).toEqual([{ mailboxId: inbox, uid: 1 }]);
    expect(whereIs(second)).toEqual([{ mailboxId: inbox, uid: 2 }]);
    expect(store.messages.get(first)?.flags).toEqual([FLAGGED]);
    expect(store.mailboxes.get(inbox)).toMatchObject({ total: 2, unread: 2 });
  });

  it('leads back step by step when it is undone, sent or not', () => {
    for (const isSent of [false, true]) {
      const { store, first, inbox, archive, trash, move, whereIs } = start();
      const one = move([first], inbox, archive);
      const two = move([first], archive, trash);
      store.operations.due(ACCOUNT);
      if (isSent) {
        store.operations.setRunning(two);
        store.operations.finish(two, { newUids: new Map([[1, 9]]), uidValidity: 1000 });
      }
      store.operations.undo([two]);
      expect(whereIs(first).map(({ mailboxId }) => mailboxId)).toEqual([archive]);
      store.operations.undo([one]);
      expect(whereIs(first).map(({ mailboxId }) => mailboxId)).toEqual([inbox]);
    }
  });

  it('stays two where one of them was tried, or only some messages went on, or a flag came between', () => {
    const { store, first, second, inbox, archive, trash, move } = start();
    const tried = move([first], inbox, archive);
    store.operations.setRunning(tried);
    store.operations.postpone(tried, 0);
    move([first], archive, trash);
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({ operationId: tried });
    store.operations.finish(tried, { newUids: new Map([[1, 5]]), uidValidity: 1000 });
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({ targets: [{ mailboxId: archive, uid: 5 }] });

    const other = start();
    const both = other.move([other.first, other.second], other.inbox, other.archive);
    other.move([other.second], other.archive, other.trash);
    expect(only(other.store.operations.due(ACCOUNT))).toMatchObject({ operationId: both });

    const starred = start();
    const before = starred.move([second], starred.inbox, starred.archive);
    only(starred.store.operations.enqueueFlags({ messageIds: [second], add: [FLAGGED], remove: [] }));
    starred.move([second], starred.archive, starred.trash);
    expect(only(starred.store.operations.due(ACCOUNT))).toMatchObject({ operationId: before });
  });

  it('stays two where it takes messages out of several mailboxes', () => {
    const { store, first, second, inbox, archive, trash, move } = start();
    const sent = move([first], inbox, trash);
    store.operations.setRunning(sent);
    store.operations.finish(sent, { newUids: new Map([[1, 9]]), uidValidity: 1000 });
    const earlier = move([second], inbox, trash);
    move([first, second], trash, archive);
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({ operationId: earlier, toMailboxId: trash });
  });

  it('does not keep a flag waiting that was set before both', () => {
    const { store, first, second, inbox, archive, move } = start();
    const flagged = only(store.operations.enqueueFlags({ messageIds: [first], add: [FLAGGED], remove: [] }));
    move([first, second], inbox, archive);
    move([first], archive, inbox);
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({
      operationId: flagged,
      targets: [{ mailboxId: inbox, uid: 1 }],
    });
  });

  it('goes on from where the message is, when the move before it only brought it back', () => {
    const { store, first, inbox, archive, trash, move, whereIs } = start();
    for (const _ of [1, 2]) {
      move([first], inbox, archive);
      move([first], archive, inbox);
    }
    const last = move([first], inbox, trash);
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({
      operationId: last,
      toMailboxId: trash,
      targets: [{ mailboxId: inbox, uid: 1 }],
    });
    expect(whereIs(first)).toEqual([{ mailboxId: trash, uid: undefined }]);
  });

  it('stays two when the program ended while the first was under way', () => {
    const test = start();
    const tried = test.move([test.first], test.inbox, test.archive);
    test.store.operations.setRunning(tried);
    const { operations } = test.reopen();
    test.move([test.first], test.archive, test.inbox);
    expect(only(operations.due(ACCOUNT))).toMatchObject({ operationId: tried, attempts: 1 });
  });

  it('is told as failed with the one that it builds on, and not where that leaves the message where it is to be', () => {
    for (const isBack of [false, true]) {
      const { store, first, inbox, archive, trash, move, whereIs, changes } = start();
      const tried = move([first], inbox, archive);
      store.operations.setRunning(tried);
      const next = move([first], archive, isBack ? inbox : trash);
      store.operations.fail(tried, 'mailbox-full');
      expect(store.operations.due(ACCOUNT)).toEqual([]);
      expect(whereIs(first)).toEqual([{ mailboxId: inbox, uid: 1 }]);
      const failed = changes.flatMap((one) => (one.kind === 'operationFailed' ? one.operationIds : []));
      expect(failed).toEqual(isBack ? [tried] : [tried, next]);
    }
  });
});
