/** The newer kinds of operations after a crash between the two files: what the journal says is brought to the store. */

import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDatabase } from '../../../../src-main/store/database.ts';
import { ACCOUNT, addMailboxes, envelope, KEY, LISTED, only, openTestStore } from './test-store.ts';

function start() {
  const test = openTestStore();
  const boxes = addMailboxes(test.store);
  const listed = [...LISTED, { path: 'Projects', delimiter: '/', name: 'Projects', selectable: true }];
  test.store.mailboxes.replaceList(ACCOUNT, listed);
  const projects = test.store.mailboxes.list(ACCOUNT).find(({ path }) => path === 'Projects')?.mailboxId;
  const messageId = only(test.store.messages.addEnvelopes(boxes.inbox, [envelope(1)]).added);
  const crash = (file: 'journal' | 'store', ...statements: string[]) => {
    test.store.close();
    const database = openDatabase({
      path: join(test.directory, `${file}.db`),
      key: KEY,
      synchronous: 'FULL',
    });
    for (const statement of statements) database.exec(statement);
    database.close();
    return test.reopen();
  };
  return { ...test, ...boxes, messageId, projects: projects ?? (0 as never), crash };
}
const paths = (store: ReturnType<typeof start>['store']) =>
  store.mailboxes.shown(ACCOUNT).map(({ path }) => path);
const DONE = `UPDATE operation SET state = 'done', settled_at = ${Date.now()}, result = '{"newUids":[]}'`;

describe('after a crash between the two files', () => {
  it('a new mailbox that the store had not heard of is there', () => {
    const { store, crash } = start();
    store.operations.enqueueCreateMailbox({ accountId: ACCOUNT, name: 'New' });
    const again = crash(
      'store',
      'DELETE FROM applied_operation',
      'DELETE FROM mailbox WHERE created_by IS NOT NULL',
    );
    expect(paths(again)).toContain('New');
    expect(only(again.operations.due(ACCOUNT))).toMatchObject({ act: 'create', state: 'pending' });
  });

  it('a mailbox that the journal calls made, renamed or deleted is', () => {
    const made = start();
    made.store.operations.enqueueCreateMailbox({ accountId: ACCOUNT, name: 'New' });
    expect(
      made
        .crash('journal', DONE)
        .mailboxes.list(ACCOUNT)
        .map(({ path }) => path),
    ).toContain('New');

    const renamed = start();
    renamed.store.operations.enqueueRenameMailbox(renamed.projects, 'Work');
    expect(renamed.crash('journal', DONE).mailboxes.get(renamed.projects)?.path).toBe('Work');

    const deleted = start();
    deleted.store.operations.enqueueDeleteMailbox(deleted.projects, 0);
    expect(deleted.crash('journal', DONE).mailboxes.get(deleted.projects)).toBeUndefined();
  });

  it('a mailbox whose making failed, or that the journal does not know, is gone', () => {
    for (const statement of [
      "UPDATE operation SET state = 'failed', settled_at = 1",
      'DELETE FROM operation',
    ]) {
      const { store, crash } = start();
      store.operations.enqueueCreateMailbox({ accountId: ACCOUNT, name: 'New' });
      expect(paths(crash('journal', statement))).not.toContain('New');
    }
  });

  it('a deletion for good is shown, done or taken back as the journal says', () => {
    const pending = start();
    const enqueue = ({ store, messageId, inbox }: typeof pending) =>
      store.operations.enqueueExpunge({ messageIds: [messageId], mailboxId: inbox, delay: 10_000 });
    enqueue(pending);
    const again = pending.crash(
      'store',
      'DELETE FROM applied_operation',
      'UPDATE placement SET hidden_by = NULL',
      'UPDATE mailbox SET total = 1, threads = 1 WHERE mailbox_id = (SELECT mailbox_id FROM placement)',
    );
    expect(again.messages.placements(pending.messageId)).toEqual([]);
    expect(again.operations.due(ACCOUNT)).toEqual([]); // the undo window goes on

    const done = start();
    enqueue(done);
    expect(done.crash('journal', DONE).messages.get(done.messageId)).toBeUndefined();

    const failed = start();
    enqueue(failed);
    const back = failed.crash('journal', "UPDATE operation SET state = 'failed', settled_at = 1");
    expect(back.messages.placements(failed.messageId)).toEqual([{ mailboxId: failed.inbox, uid: 1 }]);
  });

  it.each(['archive', 'inbox'] as const)(
    'moves that became one, ending in %s, lose and leave no message',
    (end) => {
      const test = start();
      const { store, messageId, inbox, trash } = test;
      const from = (mailboxId: typeof inbox) => ({ kind: 'mailbox' as const, mailboxId });
      const first = only(
        store.operations.enqueueMove({ messageIds: [messageId], from: from(inbox), to: trash }),
      );
      const second = only(
        store.operations.enqueueMove({ messageIds: [messageId], from: from(trash), to: test[end] }),
      );
      const isBack = end === 'inbox';
      const takenOver = JSON.stringify({ newUids: [], takenOver: { by: second, isBack } });
      const again = test.crash(
        'journal',
        `UPDATE operation SET state = 'done', settled_at = ${Date.now()}, result = '${takenOver}' WHERE operation_id = '${first}'`,
        `UPDATE operation SET targets = (SELECT targets FROM operation WHERE operation_id = '${first}') WHERE operation_id = '${second}'`,
        ...(isBack ? [`${DONE} WHERE operation_id = '${second}'`] : []),
      );
      const due = again.operations.due(ACCOUNT);
      if (isBack) {
        expect(due).toEqual([]);
        expect(again.messages.placements(messageId)).toEqual([{ mailboxId: inbox, uid: 1 }]);
      } else {
        expect(only(due)).toMatchObject({ operationId: second, targets: [{ mailboxId: inbox, uid: 1 }] });
        expect(again.messages.placements(messageId)).toEqual([{ mailboxId: test.archive, uid: undefined }]);
        expect(again.messages.serverPlacements(messageId)).toEqual([{ mailboxId: inbox, uid: 1 }]);
      }
    },
  );
});
