import {
  existsSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { checkDatabase, openDatabase } from '../../../../src-main/store/database.ts';
import { openStore, type StoreTrouble } from '../../../../src-main/store/store.ts';
import { FLAGGED, SEEN } from '../../../../src-shared/model/message.ts';
import { ACCOUNT, addMailboxes, envelope, KEY, LISTED, only, openTestStore } from './test-store.ts';

/** A mailbox with three messages. */
function start() {
  const test = openTestStore();
  const boxes = addMailboxes(test.store);
  const { added } = test.store.messages.addEnvelopes(
    boxes.inbox,
    [1, 2, 3].map((uid) => envelope(uid)),
  );
  const [one, two, three] = added.sort((a, b) => a - b);
  if (one === undefined || two === undefined || three === undefined) throw new Error('not three');
  const path = join(test.directory, 'store.db');
  return {
    ...test,
    ...boxes,
    one,
    two,
    three,
    path,
    get store() {
      return test.store;
    },
    /** Closes, damages store.db and opens again. */
    damage(how: 'garbage' | 'torn' | 'gone' = 'garbage') {
      test.store.close();
      if (how === 'gone') rmSync(path);
      else if (how === 'torn') truncateSync(path, Math.floor(statSync(path).size / 8192) * 4096);
      else writeFileSync(path, Buffer.alloc(16_384, 42));
      test.clock.time += 60_000;
      return test.reopen();
    },
    aside: () => readdirSync(test.directory).filter((name) => /^store\.db\.damaged-.*Z$/.test(name)),
  };
}

/** What sync does first: the list (in another order than before), then the newest envelopes. */
function fillAgain(store: ReturnType<typeof start>['store'], uids: number[], uidValidity = 1000) {
  store.mailboxes.replaceList(ACCOUNT, [...LISTED].reverse());
  const idOf = (path: string) => {
    const found = store.mailboxes.list(ACCOUNT).find((one) => one.path === path);
    if (!found) throw new Error(`no ${path}`);
    return found.mailboxId;
  };
  const inbox = idOf('INBOX');
  store.mailboxes.setSyncState(inbox, { uidValidity });
  const { added } = store.messages.addEnvelopes(
    inbox,
    uids.map((uid) => envelope(uid)),
  );
  return { inbox, archive: idOf('Archive'), added };
}

describe('a damaged store.db', () => {
  it.each(['garbage', 'torn', 'gone'] as const)(
    '(%s) is made anew, and what exists only here is kept',
    (how) => {
      const test = start();
      test.store.drafts.create({ accountId: ACCOUNT, to: [], cc: [], bcc: [], subject: 'Kept', text: '' });
      test.store.operations.enqueueFlags({ messageIds: [test.one], add: [SEEN], remove: [] });
      const store = test.damage(how);
      expect(store.mailboxes.list()).toEqual([]);
      expect(store.accounts.list()).toHaveLength(1);
      expect(store.drafts.list().map(({ subject }) => subject)).toEqual(['Kept']);
      expect(store.notes.get('rebuilt-at')).toBe(test.clock.time);
      expect(test.aside()).toHaveLength(how === 'gone' ? 0 : 1);
    },
  );

  it('is put aside with its log, the last two are kept, and a third within minutes is a disk that is broken', () => {
    const test = start();
    test.damage();
    test.clock.time += 11 * 60_000;
    test.damage();
    test.clock.time += 11 * 60_000;
    test.damage();
    expect(test.aside()).toHaveLength(2);
    test.damage();
    expect(() => test.damage()).toThrow('store-unreadable');
    expect(test.aside()).toHaveLength(2);
    test.clock.time += 11 * 60_000;
    expect(test.reopen().accounts.list()).toHaveLength(1);
  });

  it('leaves no ids behind that would be others now', () => {
    const test = start();
    const before = new Set(test.store.mailboxes.list().map(({ mailboxId }) => mailboxId));
    const store = test.damage();
    fillAgain(store, [1]);
    for (const { mailboxId } of store.mailboxes.list()) expect(before.has(mailboxId)).toBe(false);
  });

  it('goes with an account that is erased, whose mail is in it', async () => {
    const test = start();
    const store = test.damage();
    expect(test.aside()).toHaveLength(1);
    await store.accounts.erase(ACCOUNT);
    expect(test.aside()).toEqual([]);
  });

  it('is found by a query while the store is open, and told with the file that it is', () => {
    const test = start();
    for (let uid = 10; uid < 400; uid++) test.store.messages.addEnvelopes(test.inbox, [envelope(uid)]);
    test.store.close();
    const mail = openDatabase({ path: test.path, key: KEY, synchronous: 'NORMAL' });
    const pages = mail
      .all<{ pageno: number }>("SELECT pageno FROM dbstat WHERE name = 'message' AND pagetype = 'leaf'")
      .map((row) => row.pageno);
    mail.close();
    const bytes = readFileSync(test.path);
    for (const page of pages) bytes.fill(42, (page - 1) * 4096, page * 4096);
    writeFileSync(test.path, bytes);
    const troubles: StoreTrouble[] = [];
    const store = openStore({
      directory: test.directory,
      key: KEY,
      clock: test.clock,
      onTrouble: (trouble) => troubles.push(trouble),
    });
    onTestFinished(() => store.close());
    expect(() => store.messages.get(test.one)).toThrow('store-unreadable');
    const error = expect.objectContaining({ code: 'store-unreadable' });
    expect(troubles).toEqual([{ file: 'store', error }]);
    expect(
      ['quick', 'full'].map((depth) => checkDatabase({ path: test.path, key: KEY }, depth as 'full')),
    ).toEqual([false, false]);
  });

  it('is found by the check also when only an index is damaged, and a sound one is found sound', () => {
    const test = start();
    const check = (depth: 'quick' | 'full') => checkDatabase({ path: test.path, key: KEY }, depth);
    expect([check('quick'), check('full')]).toEqual([true, true]);
    test.store.close();
    const mail = openDatabase({ path: test.path, key: KEY, synchronous: 'NORMAL' });
    mail.exec('PRAGMA writable_schema = ON');
    mail.run(
      "UPDATE sqlite_master SET sql = replace(sql, 'account_id, message_id', 'message_id, account_id') WHERE name = 'message_account'",
    );
    mail.close();
    expect([check('quick'), check('full')]).toEqual([true, false]);
  });
});

describe('operations after a rebuild', () => {
  it('wait until their mailboxes are known, then run by UID, and show their effect as the messages come', () => {
    const test = start();
    test.store.operations.enqueueFlags({ messageIds: [test.one], add: [SEEN], remove: [] });
    test.store.operations.enqueueMove({
      messageIds: [test.two],
      from: { kind: 'mailbox', mailboxId: test.inbox },
      to: test.archive,
    });
    const store = test.damage();
    expect(store.operations.due(ACCOUNT)).toEqual([]);
    const { inbox, archive } = fillAgain(store, [3]);
    expect(store.operations.due(ACCOUNT)).toMatchObject([
      { kind: 'flags', add: [SEEN], targets: [{ mailboxId: inbox, uid: 1, uidValidity: 1000 }] },
      { kind: 'move', toMailboxId: archive, targets: [{ mailboxId: inbox, uid: 2, uidValidity: 1000 }] },
    ]);
    const { added } = store.messages.addEnvelopes(inbox, [envelope(1), envelope(2)]);
    const [one, two] = added.sort((a, b) => a - b);
    if (one === undefined || two === undefined) throw new Error('not two');
    expect(store.messages.get(one)?.flags).toEqual([SEEN]);
    expect(store.messages.placements(two)).toEqual([{ mailboxId: archive, uid: undefined }]);
    expect(store.mailboxes.get(inbox)).toMatchObject({ total: 2, unread: 1 });
  });

  it('find a message by its Message-ID where UIDs are others, and never take another one for it', () => {
    const test = start();
    test.store.operations.enqueueFlags({ messageIds: [test.one, test.two], add: [FLAGGED], remove: [] });
    const store = test.damage();
    const { inbox } = fillAgain(store, [], 2000);
    // UID 1 is another message now, and the first one has UID 7.
    const { added } = store.messages.addEnvelopes(inbox, [
      envelope(1, { messageIdHeader: '<other@example.org>' }),
      envelope(7, { messageIdHeader: '<m1@example.org>' }),
    ]);
    const flags = new Map(
      added.map((id) => [store.messages.get(id)?.messageIdHeader, store.messages.get(id)?.flags]),
    );
    expect(flags.get('<m1@example.org>')).toEqual([FLAGGED]);
    expect(flags.get('<other@example.org>')).toEqual([]);
    const { targets } = only(store.operations.due(ACCOUNT)) as {
      targets: { uid: number; uidValidity: number }[];
    };
    expect(targets).toContainEqual(expect.objectContaining({ uid: 7, uidValidity: 2000 }));
    // The other keeps what it was queued with: the runner compares UIDVALIDITY and touches nothing.
    expect(targets).toContainEqual(expect.objectContaining({ uid: 2, uidValidity: 1000 }));
  });

  it('that build on a move that was not yet done wait for their message, and are not given up', () => {
    const test = start();
    test.store.operations.enqueueMove({
      messageIds: [test.one],
      from: { kind: 'mailbox', mailboxId: test.inbox },
      to: test.archive,
    });
    test.store.operations.enqueueFlags({ messageIds: [test.one], add: [FLAGGED], remove: [] });
    const store = test.damage();
    const { inbox, archive } = fillAgain(store, []);
    expect(store.operations.due(ACCOUNT).map(({ kind }) => kind)).toEqual(['move']);
    const one = only(store.messages.addEnvelopes(inbox, [envelope(1)]).added);
    expect(store.messages.placements(one)).toEqual([{ mailboxId: archive, uid: undefined }]);
    expect(store.messages.get(one)?.flags).toEqual([FLAGGED]);
    const move = only(store.operations.due(ACCOUNT));
    store.operations.setRunning(move.operationId);
    store.operations.finish(move.operationId, { newUids: new Map([[1, 9]]) });
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({
      kind: 'flags',
      targets: [{ uid: 9, mailboxId: archive }],
    });
  });

  it('survive another crash and another rebuild on the way', () => {
    const test = start();
    test.store.operations.enqueueFlags({ messageIds: [test.one], add: [SEEN], remove: [] });
    test.damage();
    test.clock.time += 11 * 60_000;
    fillAgain(test.reopen(), [3]);
    test.clock.time += 11 * 60_000;
    const store = test.damage();
    const { inbox, added } = fillAgain(store, [1]);
    expect(store.messages.get(only(added))?.flags).toEqual([SEEN]);
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({ targets: [{ mailboxId: inbox, uid: 1 }] });
  });

  it('that a rebuild is going on is told until every mailbox is filled', () => {
    const test = start();
    const store = test.damage();
    fillAgain(store, [1]);
    const boxes = store.mailboxes.list(ACCOUNT);
    for (const { mailboxId } of boxes.slice(1)) store.mailboxes.setSyncState(mailboxId, { backfilledTo: 1 });
    expect(test.reopen().notes.get('rebuilt-at')).toBeDefined();
    const told = test.changes.length;
    test.store.mailboxes.setSyncState(boxes[0]?.mailboxId ?? test.inbox, { backfilledTo: 1 });
    expect(test.store.notes.get('rebuilt-at')).toBeUndefined();
    expect(test.changes.slice(told)).toContainEqual({ kind: 'profile' });
  });
});

describe('a store that cannot be opened', () => {
  it('because its journal is damaged is left as it is, both files', () => {
    const test = start();
    test.store.close();
    writeFileSync(join(test.directory, 'journal.db'), Buffer.alloc(16_384, 42));
    const before = filesOf(test.directory);
    expect(() => test.reopen()).toThrow('store-unreadable');
    expect(filesOf(test.directory)).toEqual(before);
  });

  it('because its journal is gone is left as it is, or its mail would be erased as nobody’s', () => {
    const test = start();
    test.store.close();
    renameSync(join(test.directory, 'journal.db'), join(test.directory, 'elsewhere'));
    expect(() => test.reopen()).toThrow('store-unreadable');
    expect(existsSync(join(test.directory, 'journal.db'))).toBe(false);
    renameSync(join(test.directory, 'elsewhere'), join(test.directory, 'journal.db'));
    expect(test.reopen().messages.get(test.one)?.subject).toBe('Subject 1');
  });

  it.each(['journal', 'store'])('because a newer program wrote %s.db is left as it is', (file) => {
    const test = start();
    test.store.close();
    const database = openDatabase({
      path: join(test.directory, `${file}.db`),
      key: KEY,
      synchronous: 'FULL',
    });
    database.exec('PRAGMA user_version = 99');
    database.close();
    const before = filesOf(test.directory);
    expect(() => test.reopen()).toThrow('store-newer');
    expect(filesOf(test.directory)).toEqual(before);
  });
});

function filesOf(directory: string): Record<string, string> {
  return Object.fromEntries(
    readdirSync(directory).map((name) => [name, readFileSync(join(directory, name), 'base64')]),
  );
}

describe('a draft that answers', () => {
  it('answers the same message after a rebuild, whatever key that has by then', () => {
    const test = start();
    const content = { accountId: ACCOUNT, to: [], cc: [], bcc: [], subject: 'Re', text: 'Yes.' };
    const { draftId } = test.store.drafts.create({ ...content, inReplyTo: test.two });
    const header = test.store.messages.get(test.two)?.messageIdHeader;
    const store = test.damage();
    expect(store.drafts.get(draftId)?.inReplyTo).toBeUndefined();
    fillAgain(store, [3, 2, 1]);
    const answered = store.drafts.get(draftId)?.inReplyTo;
    expect(answered && store.messages.get(answered)?.messageIdHeader).toBe(header);
  });
});
