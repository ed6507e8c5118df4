import { copyFileSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { systemClock } from '../../../../src-main/base/clock.ts';
import { openDatabase } from '../../../../src-main/store/database.ts';
import { openStore } from '../../../../src-main/store/store.ts';
import type { GrantId } from '../../../../src-shared/model/ids.ts';
import { SEEN } from '../../../../src-shared/model/message.ts';
import { ACCOUNT, addMailboxes, envelope, KEY, only, openTestStore, temporaryFolder } from './test-store.ts';

/** A mailbox with one message, and a crash: SQL that stands for what one of the two files did not hear of. */
function start() {
  const test = openTestStore();
  const boxes = addMailboxes(test.store);
  const messageId = only(test.store.messages.addEnvelopes(boxes.inbox, [envelope(1)]).added);
  const from = { kind: 'mailbox' as const, mailboxId: boxes.inbox };
  const crash = (file: 'journal' | 'store', ...statements: string[]) => {
    test.store.close();
    const database = openDatabase({
      path: join(test.directory, `${file}.db`),
      key: KEY,
      synchronous: 'FULL',
    });
    for (const statement of statements) database.exec(statement);
    database.close();
    test.store = openStore({ directory: test.directory, key: KEY, clock: test.clock });
    return test.store;
  };
  return { ...test, ...boxes, messageId, from, crash };
}

describe('after a crash between a grant and its account', () => {
  it.each([
    ['revoking', 'needs-sign-in'],
    ['ended', 'needs-sign-in'],
    ['revoked', 'signed-out'],
    ['active', 'active'],
  ] as const)('a grant that is %s makes the account %s', (state, signIn) => {
    const { store, crash } = start();
    store.grants.update(store.grants.byAccount(ACCOUNT)?.grantId ?? ('' as GrantId), { state });
    const again = crash('journal');
    expect(again.accounts.get(ACCOUNT)?.signIn).toBe(signIn);
    expect(again.grants.byAccount(ACCOUNT)?.state).toBe(state);
  });
});

describe('after a crash between the two files', () => {
  it('an operation whose effect is missing gets it', () => {
    const { store, messageId, inbox, crash } = start();
    store.operations.enqueueFlags({ messageIds: [messageId], add: [SEEN], remove: [] });
    const again = crash(
      'store',
      'DELETE FROM applied_operation',
      "UPDATE placement SET flags = '', is_unread = 1",
      'UPDATE mailbox SET unread = 1, unread_threads = 1 WHERE total = 1',
      'UPDATE thread_mailbox SET unread = 1',
    );
    expect(again.messages.get(messageId)?.flags).toEqual([SEEN]);
    expect(again.mailboxes.get(inbox)?.unread).toBe(0);
    expect(only(again.operations.due(ACCOUNT)).state).toBe('pending');
  });

  it('an operation that the journal calls done is settled', () => {
    const { store, messageId, from, archive, crash } = start();
    const id = only(store.operations.enqueueMove({ messageIds: [messageId], from, to: archive }));
    store.operations.setRunning(id);
    const again = crash(
      'journal',
      `UPDATE operation SET state = 'done', settled_at = ${Date.now()}, result = '{"newUids":[[1,9]],"uidValidity":1000}'`,
    );
    expect(again.messages.placements(messageId)).toEqual([{ mailboxId: archive, uid: 9 }]);
    expect(again.messages.serverPlacements(messageId)).toEqual([{ mailboxId: archive, uid: 9 }]);
  });

  it('an operation that failed, or that the journal does not know, is rolled back', () => {
    for (const statement of [
      "UPDATE operation SET state = 'failed', settled_at = 1",
      'DELETE FROM operation',
    ]) {
      const { store, messageId, from, inbox, archive, crash } = start();
      store.operations.enqueueMove({ messageIds: [messageId], from, to: archive });
      const again = crash('journal', statement);
      expect(again.messages.placements(messageId)).toEqual([{ mailboxId: inbox, uid: 1 }]);
      expect(again.mailboxes.get(archive)?.total).toBe(0);
    }
  });

  it('mail of an account that was being erased goes', () => {
    const { crash } = start();
    const again = crash('journal', 'DELETE FROM account');
    expect(again.mailboxes.list()).toEqual([]);
    expect(again.accounts.size(ACCOUNT)).toEqual({ messages: 0, bytes: 0 });
  });
});

describe('opening a store', () => {
  it('with another key fails and leaves the files as they are', () => {
    const test = start();
    test.store.close();
    const other = { directory: test.directory, key: new Uint8Array(32).fill(9), clock: systemClock };
    expect(() => openStore(other)).toThrow('store-unreadable');
    expect(test.reopen().messages.get(test.messageId)?.subject).toBe('Subject 1');
  });

  it('with another key after a crash fails and leaves the files as they are, the log beside them too', () => {
    const test = start();
    // What a killed program leaves: the files as they stand while they are open.
    const copy = temporaryFolder();
    for (const name of ['journal.db', 'journal.db-wal', 'store.db', 'store.db-wal']) {
      copyFileSync(join(test.directory, name), join(copy, name));
    }
    const before = readdirSync(copy).map((name) => readFileSync(join(copy, name), 'base64'));
    const open = (byte: number) =>
      openStore({ directory: copy, key: new Uint8Array(32).fill(byte), clock: systemClock });
    expect(() => open(9)).toThrow('store-unreadable');
    expect(readdirSync(copy).map((name) => readFileSync(join(copy, name), 'base64'))).toEqual(before);
    const store = open(7);
    expect(store.messages.get(test.messageId)?.subject).toBe('Subject 1');
    store.close();
  });

  it('in a folder that cannot be made says so', () => {
    const test = openTestStore();
    writeFileSync(join(test.directory, 'file'), '');
    const directory = join(test.directory, 'file', 'profile');
    expect(() => openStore({ directory, key: KEY, clock: systemClock })).toThrow('file-unwritable');
  });
});
