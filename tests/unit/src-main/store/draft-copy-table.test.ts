import { describe, expect, it } from 'vitest';
import type { DraftCopy } from '../../../../src-main/store/draft-records.ts';
import { REST_MS } from '../../../../src-main/store/draft-table.ts';
import type { Store } from '../../../../src-main/store/store.ts';
import type { AccountId, DraftId } from '../../../../src-shared/model/ids.ts';
import {
  ACCOUNT,
  addAccount,
  addMailboxes,
  envelope,
  LISTED,
  openTestStore,
  type TestStore,
} from './test-store.ts';

const VALIDITY = 7;
const content = { accountId: ACCOUNT, to: [], cc: [], bcc: [], subject: 'Plan', text: 'Hello' };
const drafts = {
  path: 'Drafts',
  delimiter: '/',
  name: 'Drafts',
  specialUse: 'drafts' as const,
  selectable: true,
};

/** An account whose Drafts is known to be empty. */
function open(): TestStore & { known(store?: Store): void } {
  const test = openTestStore();
  addMailboxes(test.store);
  test.store.mailboxes.replaceList(ACCOUNT, [...LISTED, drafts]);
  const known = (store = test.store) =>
    store.mailboxes.setSyncState(idOf(store), { uidValidity: VALIDITY, uidNext: 1, backfilledTo: 1 });
  known();
  return Object.assign(test, { known });
}

function idOf(store: Store) {
  const found = store.mailboxes.bySpecialUse(ACCOUNT, 'drafts');
  if (!found) throw new Error('no Drafts');
  return found.mailboxId;
}

const header = (uid: number) => `<copy${uid}@example.org>`;

/** Stores the newest version as the server would be asked to. */
function storeNext({ draftCopies }: Store, uid: number): DraftCopy | undefined {
  const work = draftCopies.next(ACCOUNT);
  if (work?.kind !== 'store') throw new Error(`nothing to store but ${work?.kind}`);
  const copyId = draftCopies.begin(work.draft.draftId, work.version, header(uid));
  if (copyId === undefined) throw new Error('not begun');
  draftCopies.confirm(copyId, { uid, uidValidity: VALIDITY });
  return work.before;
}

/** Sync comes by: this is what is in Drafts. */
function sync(store: Store, uids: number[], gone: number[] = []): void {
  const mailboxId = idOf(store);
  const found = uids.map((uid) => envelope(uid, { messageIdHeader: header(uid), flags: ['\\Draft'] }));
  store.messages.addEnvelopes(mailboxId, found);
  store.messages.removeUids(mailboxId, gone);
  store.mailboxes.setSyncState(mailboxId, { uidNext: Math.max(0, ...uids, ...gone) + 1 });
}

const shown = (store: Store) => store.mailboxes.messageIds(idOf(store)).length;

function stored(test: TestStore): DraftId {
  const { draftId } = test.store.drafts.create(content);
  test.store.drafts.leave(draftId);
  storeNext(test.store, 1);
  sync(test.store, [1]);
  return draftId;
}

describe('what is to be done for a draft', () => {
  it('is nothing until it has rested; each change lets it rest anew', () => {
    const { store, clock } = open();
    const { draftId } = store.drafts.create(content);
    expect(store.draftCopies.next(ACCOUNT)).toBeUndefined();
    store.drafts.save(draftId, { ...content, text: 'one' });
    clock.time += REST_MS - 1;
    store.drafts.save(draftId, { ...content, text: 'two' });
    clock.time += REST_MS - 1;
    expect(store.draftCopies.next(ACCOUNT)).toBeUndefined();
    expect(store.draftCopies.nextAt(ACCOUNT)).toBe(clock.time + 1);
    clock.time += 1;
    expect(store.draftCopies.next(ACCOUNT)).toMatchObject({ kind: 'store', draft: { text: 'two' } });
  });

  it('is the same after a restart', () => {
    const test = open();
    const { draftId } = test.store.drafts.create(content);
    test.store.drafts.save(draftId, { ...content, text: 'one' });
    test.clock.time += REST_MS;
    expect(test.reopen().draftCopies.next(ACCOUNT)).toMatchObject({ kind: 'store', draft: { draftId } });
  });

  it('is nothing after saving what is there already', () => {
    const { store, clock } = open();
    const { draftId, savedAt } = store.drafts.create(content);
    clock.time += 5;
    expect(store.drafts.save(draftId, content).savedAt).toBe(savedAt);
    clock.time += REST_MS;
    expect(store.draftCopies.next(ACCOUNT)).toBeUndefined();
  });

  it('is to store the newest version in the place of the one before, and then to remove that', () => {
    const test = open();
    const draftId = stored(test);
    const { store } = test;
    expect(store.drafts.get(draftId)?.storedAt).toBe(test.clock.time);
    store.drafts.save(draftId, { ...content, text: 'one' });
    expect(store.drafts.get(draftId)?.storedAt).toBeUndefined();
    store.drafts.leave(draftId);
    expect(storeNext(store, 2)).toMatchObject({ messageIdHeader: header(1), place: { uid: 1 } });
    const work = store.draftCopies.next(ACCOUNT);
    expect(work).toMatchObject({ kind: 'remove', copy: { messageIdHeader: header(1) } });
    if (work?.kind === 'remove') store.draftCopies.forget(work.copy.copyId);
    expect(store.draftCopies.next(ACCOUNT)).toBeUndefined();
    expect(store.drafts.get(draftId)?.storedAt).toBeDefined();
  });

  it('is to look for what a crash left, before anything is sent again', () => {
    const test = open();
    const { draftId } = test.store.drafts.create(content);
    test.store.drafts.leave(draftId);
    test.store.draftCopies.begin(draftId, 1, header(1));
    const store = test.reopen();
    const work = store.draftCopies.next(ACCOUNT);
    expect(work).toMatchObject({ kind: 'find', copy: { messageIdHeader: header(1) } });
    if (work?.kind === 'find') store.draftCopies.confirm(work.copy.copyId, { uid: 4, uidValidity: VALIDITY });
    expect(store.draftCopies.next(ACCOUNT)).toBeUndefined();
    expect(store.drafts.get(draftId)?.storedAt).toBeDefined();
  });

  it('is to look for it again when the mailbox has begun anew', () => {
    const test = open();
    stored(test);
    test.store.mailboxes.setSyncState(idOf(test.store), { uidValidity: VALIDITY + 1 });
    expect(test.store.draftCopies.next(ACCOUNT)).toMatchObject({ kind: 'find' });
  });

  it('does not overtake the person: what was changed meanwhile is not taken for stored', () => {
    const { store } = open();
    const { draftId } = store.drafts.create(content);
    store.drafts.leave(draftId);
    const work = store.draftCopies.next(ACCOUNT);
    if (work?.kind !== 'store') throw new Error('nothing to store');
    const copyId = store.draftCopies.begin(draftId, work.version, header(1));
    store.drafts.save(draftId, { ...content, text: 'more' });
    store.draftCopies.confirm(copyId ?? 0, { uid: 1, uidValidity: VALIDITY });
    expect(store.drafts.get(draftId)?.storedAt).toBeUndefined();
    expect(store.draftCopies.begin(draftId, work.version, header(2))).toBeUndefined();
    store.drafts.leave(draftId);
    expect(storeNext(store, 2)).toMatchObject({ copyId });
  });

  it('is to take it away where it was, when it is written from another account', () => {
    const test = open();
    const draftId = stored(test);
    const other = 'account-2' as AccountId;
    addAccount(test.store, other);
    test.store.drafts.save(draftId, { ...content, accountId: other });
    test.store.drafts.leave(draftId);
    expect(test.store.draftCopies.next(ACCOUNT)).toMatchObject({ kind: 'remove' });
    expect(test.store.draftCopies.next(other)).toMatchObject({ kind: 'store', before: undefined });
  });
});

describe('the list of Drafts', () => {
  it('shows no copy, and shows it when it is a message again', () => {
    const test = open();
    const draftId = stored(test);
    expect(shown(test.store)).toBe(0);
    const store = test.reopen();
    expect(shown(store)).toBe(0);
    store.drafts.remove(draftId);
    expect(shown(store)).toBe(0);
    const work = store.draftCopies.next(ACCOUNT);
    if (work?.kind !== 'remove') throw new Error('nothing to remove');
    // The server would not: then it is there, and is seen.
    store.draftCopies.forget(work.copy.copyId);
    expect(shown(store)).toBe(1);
  });

  it('shows what the server has besides', () => {
    const test = open();
    stored(test);
    sync(test.store, [1, 2]);
    expect(shown(test.store)).toBe(1);
  });
});

describe('a copy that went away', () => {
  it('takes a draft with it that was not changed', () => {
    const test = open();
    stored(test);
    sync(test.store, [], [1]);
    expect(test.store.draftCopies.next(ACCOUNT)).toBeUndefined();
    expect(test.store.drafts.list()).toEqual([]);
  });

  it('also when it was only marked as deleted', () => {
    const test = open();
    stored(test);
    test.store.messages.setServerFlags(idOf(test.store), [{ uid: 1, flags: ['\\Draft', '\\Deleted'] }]);
    test.store.draftCopies.next(ACCOUNT);
    expect(test.store.drafts.list()).toEqual([]);
  });

  it('leaves a draft that was changed, as a copy that is stored anew', () => {
    const test = open();
    const draftId = stored(test);
    test.store.drafts.save(draftId, { ...content, text: 'more' });
    sync(test.store, [], [1]);
    test.store.draftCopies.next(ACCOUNT);
    expect(test.store.drafts.get(draftId)).toMatchObject({ text: 'more', isCopy: true });
    test.clock.time += REST_MS;
    expect(test.store.draftCopies.next(ACCOUNT)).toMatchObject({ kind: 'store', before: undefined });
  });

  it('leaves a draft that somebody has open, until it is left', () => {
    const test = open();
    const draftId = stored(test);
    test.store.drafts.hold(draftId);
    sync(test.store, [], [1]);
    test.store.draftCopies.next(ACCOUNT);
    expect(test.store.drafts.list()).toHaveLength(1);
    test.store.drafts.leave(draftId);
    test.store.draftCopies.next(ACCOUNT);
    expect(test.store.drafts.list()).toEqual([]);
  });

  it('is not missed before sync has been there', () => {
    const test = open();
    const { draftId } = test.store.drafts.create(content);
    test.store.drafts.leave(draftId);
    storeNext(test.store, 9);
    expect(test.store.draftCopies.next(ACCOUNT)).toBeUndefined();
    expect(test.store.drafts.get(draftId)).toBeDefined();
  });
});

describe('what is only here', () => {
  it('is no draft that the server has, and none in which nothing is', () => {
    const test = open();
    const { store } = test;
    store.drafts.create({ ...content, subject: '', text: '\n\n-- \nAda' });
    store.drafts.create({
      ...content,
      subject: '',
      text: '-- \nAda',
      html: '<p></p><div data-signature=""><p>Ada</p></div>',
    });
    expect(store.onlyHere().drafts).toBe(0);
    const draftId = stored(test);
    expect(store.onlyHere().drafts).toBe(0);
    store.drafts.save(draftId, { ...content, text: 'more' });
    expect(store.onlyHere().drafts).toBe(1);
  });

  it('a refused version is not tried again until it is another', () => {
    const { store } = open();
    const { draftId } = store.drafts.create(content);
    store.drafts.leave(draftId);
    store.draftCopies.refuse(draftId, 1, 'message-too-large', undefined);
    expect(store.draftCopies.isAnythingLeft(ACCOUNT)).toBe(false);
    store.drafts.leave(draftId);
    expect(store.draftCopies.next(ACCOUNT)).toBeUndefined();
    store.drafts.save(draftId, { ...content, text: 'less' });
    store.drafts.leave(draftId);
    expect(store.draftCopies.next(ACCOUNT)).toMatchObject({ kind: 'store' });
  });
});
