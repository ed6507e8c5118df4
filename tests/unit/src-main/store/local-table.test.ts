import { createHash } from 'node:crypto';
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { headerFieldsOf } from '../../../../src-main/imap/header-fields.ts';
import type { FilledMessage } from '../../../../src-main/store/local-records.ts';
import type { StoredBody } from '../../../../src-main/store/mail-records.ts';
import type { Store } from '../../../../src-main/store/store.ts';
import type { LocalAccount } from '../../../../src-shared/model/account.ts';
import type { AccountId, MailboxId } from '../../../../src-shared/model/ids.ts';
import { addAccount, openTestStore, START } from './test-store.ts';

const LOCAL = 'local-1' as AccountId;

const account: LocalAccount = {
  accountId: LOCAL,
  auth: 'none',
  address: '',
  displayName: 'Old mail',
  providerId: 'local',
  providerName: '',
  bodyMonths: 12,
  addedAt: START,
};

const body: StoredBody = {
  text: 'Hello',
  attachments: [],
  inlineImages: {},
  isSource: false,
  preview: 'Hello',
  searchText: 'Hello',
};

function sourceOf(number: number, text = 'Hello'): Uint8Array {
  return new Uint8Array(
    Buffer.from(`Message-ID: <m${number}@x.example>\r\nSubject: Mail ${number}\r\n\r\n${text}`),
  );
}

function filled(source: Uint8Array, uid: number, flags: string[] = []): FilledMessage {
  const { date: _, ...envelope } = headerFieldsOf(source);
  const sha256 = createHash('sha256').update(source).digest();
  return { uid, source, sha256, flags, internalDate: START, envelope, body };
}

/** As an import does it. */
function bring(store: Store, mailboxId: MailboxId, sources: Uint8Array[], flags: string[] = []): void {
  const uids = store.local.append(
    mailboxId,
    sources.map((source) => filled(source, 0, flags)),
  );
  showAll(store, mailboxId, sources, uids, flags);
}

function showAll(
  store: Store,
  mailboxId: MailboxId,
  sources: Uint8Array[],
  uids: number[],
  flags: string[],
): void {
  const messages = sources.map((source, index) => filled(source, uids[index] ?? 0, flags));
  for (const _ of store.local.fill(mailboxId, messages));
}

/** As sync does it: everything that is missing in the store. */
function refill(store: Store): number {
  let count = 0;
  for (;;) {
    const { mailboxId, messages } = store.local.missing(LOCAL);
    if (messages.length === 0) return count;
    count += messages.length;
    for (const _ of store.local.fill(
      mailboxId,
      messages.map((one) => ({ ...one, ...readAgain(one.source) })),
    ));
  }
}

function readAgain(source: Uint8Array) {
  const { envelope } = filled(source, 0);
  return { envelope, body };
}

/** As sync does it: everything that is due. */
function carryOut(store: Store): void {
  for (let [next] = store.operations.due(LOCAL); next; [next] = store.operations.due(LOCAL)) {
    store.operations.setRunning(next.operationId);
    store.local.carryOut(store.operations.get(next.operationId) ?? next);
  }
}

function subjectsIn(store: Store, mailboxId: MailboxId): string[] {
  return store.contents.after(mailboxId, 0, 1_000).map(({ subject }) => subject);
}

function open() {
  const test = openTestStore();
  test.store.accounts.addLocal(account);
  const inbox = test.store.local.addMailbox(LOCAL, 'INBOX', 'inbox');
  const trash = test.store.local.addMailbox(LOCAL, 'Trash', 'trash');
  return { test, inbox, trash };
}

/** What is left when store.db is lost. */
function loseStore(test: ReturnType<typeof openTestStore>): Store {
  test.store.close();
  for (const suffix of ['', '-wal', '-shm'])
    rmSync(join(test.directory, `store.db${suffix}`), { force: true });
  return test.reopen();
}

const idOf = (store: Store, path: string): MailboxId => {
  const found = store.mailboxes.list(LOCAL).find((one) => one.path === path);
  if (!found) throw new Error(`no mailbox ${path}`);
  return found.mailboxId;
};

describe('mail that exists only here', () => {
  it('is shown with its flags, its bytes and its place in the index of mailboxes', () => {
    const { test, inbox } = open();
    bring(test.store, inbox, [sourceOf(1), sourceOf(2)], ['\\Seen', 'work']);
    const [first] = test.store.contents.after(inbox, 0, 10);
    expect(subjectsIn(test.store, inbox)).toEqual(['Mail 1', 'Mail 2']);
    expect(first).toMatchObject({ flags: ['\\Seen', 'work'], internalDate: START });
    if (!first) throw new Error('no message');
    expect(test.store.bodies.source(first.messageId)).toEqual(sourceOf(1));
    expect(test.store.bodies.get(first.messageId)).toMatchObject({ text: 'Hello' });
    expect(test.store.mailboxes.get(inbox)).toMatchObject({ total: 2, unread: 0 });
    expect(test.store.local.count()).toBe(2);
    expect(test.store.accounts.size(LOCAL)).toMatchObject({ messages: 2 });
  });

  it('knows what was brought into a mailbox before, also when it has left it', () => {
    const { test, inbox, trash } = open();
    bring(test.store, inbox, [sourceOf(1)]);
    const { sha256 } = filled(sourceOf(1), 0);
    expect(test.store.local.isKnown(inbox, sha256)).toBe(true);
    expect(test.store.local.isKnown(trash, sha256)).toBe(false);
    const [message] = test.store.contents.after(inbox, 0, 1);
    if (!message) throw new Error('no message');
    test.store.operations.enqueueMove({
      messageIds: [message.messageId],
      from: { kind: 'mailbox', mailboxId: inbox },
      to: trash,
    });
    carryOut(test.store);
    expect(test.store.local.isKnown(inbox, sha256)).toBe(true);
  });

  it('is there again after store.db was lost, with the changes that were made to it', () => {
    const { test, inbox, trash } = open();
    const { store } = test;
    bring(
      store,
      inbox,
      [1, 2, 3, 4].map((number) => sourceOf(number)),
    );
    const ids = store.contents.after(inbox, 0, 10).map(({ messageId }) => messageId);
    store.operations.enqueueFlags({ messageIds: ids.slice(0, 1), add: ['\\Flagged'], remove: [] });
    store.operations.enqueueMove({
      messageIds: ids.slice(1, 2),
      from: { kind: 'mailbox', mailboxId: inbox },
      to: trash,
    });
    store.operations.enqueueExpunge({ messageIds: ids.slice(2, 3), mailboxId: inbox, delay: 0 });
    carryOut(store);
    expect(subjectsIn(store, inbox)).toEqual(['Mail 1', 'Mail 4']);

    const again = loseStore(test);
    again.local.open(LOCAL);
    expect(refill(again)).toBe(3);
    expect(subjectsIn(again, idOf(again, 'INBOX'))).toEqual(['Mail 1', 'Mail 4']);
    expect(subjectsIn(again, idOf(again, 'Trash'))).toEqual(['Mail 2']);
    const [flagged] = again.contents.after(idOf(again, 'INBOX'), 0, 1);
    expect(flagged).toMatchObject({ flags: ['\\Flagged'] });
    if (!flagged) throw new Error('no message');
    expect(again.bodies.source(flagged.messageId)).toEqual(sourceOf(1));
    expect(refill(again)).toBe(0);
  });

  it('finds what a crash left between the journal and the store, and nothing twice', () => {
    const { test, inbox } = open();
    bring(test.store, inbox, [sourceOf(1)]);
    const sources = [sourceOf(2), sourceOf(3)];
    const uids = test.store.local.append(
      inbox,
      sources.map((source) => filled(source, 0)),
    );
    // The envelopes were written, one body was, then the power went.
    const steps = test.store.local.fill(
      inbox,
      sources.map((source, index) => filled(source, uids[index] ?? 0)),
    );
    steps.next();
    steps.next();
    const store = test.reopen();
    store.local.open(LOCAL);
    expect(refill(store)).toBe(1);
    expect(subjectsIn(store, inbox)).toEqual(['Mail 1', 'Mail 2', 'Mail 3']);
    for (const { messageId } of store.contents.after(inbox, 0, 10))
      expect(store.bodies.has(messageId)).toBe(true);
  });

  it('does not come back when it was deleted for good, and leaves no source', () => {
    const { test, inbox } = open();
    const { store } = test;
    bring(store, inbox, [sourceOf(1)]);
    const [message] = store.contents.after(inbox, 0, 1);
    if (!message) throw new Error('no message');
    store.operations.enqueueExpunge({ messageIds: [message.messageId], mailboxId: inbox, delay: 0 });
    carryOut(store);
    expect(store.local.count()).toBe(0);
    expect(store.local.isKnown(inbox, filled(sourceOf(1), 0).sha256)).toBe(false);
    expect(store.messages.get(message.messageId)).toBeUndefined();
    expect(refill(test.reopen())).toBe(0);
  });

  it('is undone like everywhere', () => {
    const { test, inbox, trash } = open();
    const { store } = test;
    bring(store, inbox, [sourceOf(1)]);
    const [message] = store.contents.after(inbox, 0, 1);
    if (!message) throw new Error('no message');
    const operationIds = store.operations.enqueueMove({
      messageIds: [message.messageId],
      from: { kind: 'mailbox', mailboxId: inbox },
      to: trash,
    });
    carryOut(store);
    expect(subjectsIn(store, trash)).toEqual(['Mail 1']);
    store.operations.undo(operationIds);
    carryOut(store);
    expect([subjectsIn(store, inbox), subjectsIn(store, trash)]).toEqual([['Mail 1'], []]);
    const again = loseStore(test);
    again.local.open(LOCAL);
    refill(again);
    expect(subjectsIn(again, idOf(again, 'INBOX'))).toEqual(['Mail 1']);
  });

  it('has mailboxes that are made, renamed with what is below them, and deleted when they are empty', () => {
    const { test } = open();
    const { store } = test;
    store.operations.enqueueCreateMailbox({ accountId: LOCAL, name: 'Work' });
    carryOut(store);
    store.operations.enqueueCreateMailbox({ accountId: LOCAL, parentId: idOf(store, 'Work'), name: 'Old' });
    carryOut(store);
    bring(store, idOf(store, 'Work/Old'), [sourceOf(1)]);
    store.operations.enqueueRenameMailbox(idOf(store, 'Work'), 'Office');
    carryOut(store);
    expect(subjectsIn(store, idOf(store, 'Office/Old'))).toEqual(['Mail 1']);
    store.operations.enqueueCreateMailbox({ accountId: LOCAL, name: 'Empty' });
    carryOut(store);
    store.operations.enqueueDeleteMailbox(idOf(store, 'Empty'), 0);
    carryOut(store);

    const again = loseStore(test);
    again.local.open(LOCAL);
    refill(again);
    expect(
      again.mailboxes
        .list(LOCAL)
        .map(({ path }) => path)
        .sort(),
    ).toEqual(['INBOX', 'Office', 'Office/Old', 'Trash']);
    expect(subjectsIn(again, idOf(again, 'Office/Old'))).toEqual(['Mail 1']);
  });

  it('files a draft in a mailbox that is made for it', () => {
    const { test } = open();
    const { store } = test;
    store.operations.enqueueAppend({
      accountId: LOCAL,
      specialUse: 'drafts',
      flags: ['\\Draft'],
      source: sourceOf(7),
      messageIdHeader: '<m7@x.example>',
    });
    carryOut(store);
    store.local.open(LOCAL);
    expect(refill(store)).toBe(1);
    expect(subjectsIn(store, idOf(store, 'Drafts'))).toEqual(['Mail 7']);
  });

  it('keeps a large source in parts, and takes away the parts of one that was cut off', () => {
    const { test, inbox } = open();
    const large = sourceOf(1, 'x'.repeat(3_500_000));
    const { sha256 } = filled(large, 0);
    for (const _ of test.store.local.keepSource(sha256, large));
    bring(test.store, inbox, [large]);
    const [message] = test.store.contents.after(inbox, 0, 1);
    if (!message?.uid) throw new Error('no message');
    expect(Buffer.from(test.store.local.source(inbox, message.uid) ?? []).equals(large)).toBe(true);
    expect(Buffer.from(test.store.bodies.source(message.messageId) ?? []).equals(large)).toBe(true);

    const other = sourceOf(2, 'y'.repeat(3_500_000));
    const steps = test.store.local.keepSource(filled(other, 0).sha256, other);
    steps.next();
    const store = test.reopen();
    bring(store, inbox, [other]);
    const [, second] = store.contents.after(inbox, 0, 2);
    if (!second) throw new Error('no message');
    expect(Buffer.from(store.bodies.source(second.messageId) ?? []).equals(other)).toBe(true);
  });

  it('goes with its account, and takes nothing of another account that has the same message', async () => {
    const { test, inbox } = open();
    const { store } = test;
    addAccount(store);
    bring(store, inbox, [sourceOf(1)]);
    store.mailboxes.replaceList('account-1' as AccountId, [
      { path: 'INBOX', delimiter: '/', name: 'INBOX', specialUse: 'inbox', selectable: true },
    ]);
    const [theirs] = store.mailboxes.list('account-1' as AccountId);
    if (!theirs) throw new Error('no mailbox');
    const { envelope } = filled(sourceOf(1), 0);
    const size = sourceOf(1).length;
    const { added } = store.messages.addEnvelopes(theirs.mailboxId, [
      { ...envelope, hasAttachments: false, uid: 1, flags: [], internalDate: START, size },
    ]);
    const [messageId] = added;
    if (messageId === undefined) throw new Error('no message');
    store.bodies.put(messageId, { ...body, source: sourceOf(1) });
    await expect(store.accounts.erase(LOCAL)).resolves.toEqual({ messages: 1 });
    expect(store.local.count()).toBe(0);
    expect(store.mailboxes.list(LOCAL)).toEqual([]);
    expect(store.bodies.source(messageId)).toEqual(sourceOf(1));
  });
});
