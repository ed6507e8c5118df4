import { describe, expect, it } from 'vitest';
import { ACCOUNT, addAccount, addMailboxes, envelope, LISTED, only, openTestStore } from './test-store.ts';

describe('mailboxes', () => {
  it('become what the server lists, and keep their keys', () => {
    const { store, changes } = openTestStore();
    const { inbox, archive } = addMailboxes(store);
    store.messages.addEnvelopes(archive, [envelope(1)]);
    changes.length = 0;
    store.mailboxes.replaceList(ACCOUNT, LISTED);
    expect(changes).toEqual([]);
    store.mailboxes.replaceList(ACCOUNT, [
      ...LISTED.filter((one) => one.specialUse !== 'archive'),
      { path: 'Работа', delimiter: '/', name: 'Работа', selectable: true },
    ]);
    expect(store.mailboxes.list(ACCOUNT).map((one) => one.path)).toEqual([
      'INBOX',
      'Sent',
      'Trash',
      'Работа',
    ]);
    expect(store.mailboxes.bySpecialUse(ACCOUNT, 'inbox')?.mailboxId).toBe(inbox);
    expect(store.mailboxes.get(archive)).toBeUndefined();
    expect(store.accounts.size(ACCOUNT).messages).toBe(0);
    expect(store.mailboxes.syncState(inbox)).toEqual({ uidValidity: 1000 });
  });

  it('show in all inboxes when they become an inbox later', () => {
    const { store } = openTestStore();
    addAccount(store);
    const plain = { path: 'INBOX', delimiter: '/', name: 'INBOX', selectable: true };
    store.mailboxes.replaceList(ACCOUNT, [plain]);
    const { mailboxId } = only(store.mailboxes.list());
    store.messages.addEnvelopes(mailboxId, [envelope(1)]);
    expect(store.threads.page({ kind: 'inboxes' }, 0, 9).total).toBe(0);
    store.mailboxes.replaceList(ACCOUNT, [{ ...plain, specialUse: 'inbox' }]);
    expect(store.threads.page({ kind: 'inboxes' }, 0, 9).rows).toHaveLength(1);
  });

  it('keep a MODSEQ of 63 bits', () => {
    const { store } = openTestStore();
    const { inbox } = addMailboxes(store);
    store.mailboxes.setSyncState(inbox, {
      highestModseq: 2n ** 63n - 1n,
      uidNext: 4_294_967_295,
      backfilledTo: 2,
    });
    expect(store.mailboxes.syncState(inbox)).toEqual({
      uidValidity: 1000,
      uidNext: 4_294_967_295,
      highestModseq: 2n ** 63n - 1n,
      backfilledTo: 2,
    });
  });

  it('keep messages and bodies over a new UIDVALIDITY, and drop what is not there any more', () => {
    const { store } = openTestStore();
    const { inbox } = addMailboxes(store);
    const { added } = store.messages.addEnvelopes(inbox, [
      envelope(1),
      envelope(2),
      envelope(3, { messageIdHeader: '' }),
    ]);
    store.mailboxes.reset(inbox);
    expect(store.mailboxes.syncState(inbox)).toEqual({});
    expect(store.messages.uidCount(inbox)).toBe(0);
    expect(store.mailboxes.get(inbox)?.total).toBe(3);
    store.mailboxes.setSyncState(inbox, { uidValidity: 2000 });
    expect(
      store.messages.addEnvelopes(inbox, [
        envelope(2, { uid: 11 }),
        envelope(3, { messageIdHeader: '', uid: 12 }),
      ]).added,
    ).toEqual([]);
    expect(store.mailboxes.get(inbox)?.total).toBe(3);
    store.mailboxes.setSyncState(inbox, { backfilledTo: 1 });
    expect(store.mailboxes.get(inbox)?.total).toBe(2);
    expect(added.map((id) => store.messages.placements(id))).toEqual([
      [],
      [{ mailboxId: inbox, uid: 11 }],
      [{ mailboxId: inbox, uid: 12 }],
    ]);
  });

  it('hold a pending change over a new UIDVALIDITY and give it the new UID', () => {
    const { store } = openTestStore();
    const { inbox } = addMailboxes(store);
    const { added } = store.messages.addEnvelopes(inbox, [envelope(1)]);
    store.operations.enqueueFlags({ messageIds: added, add: ['\\Seen'], remove: [] });
    store.mailboxes.reset(inbox);
    expect(store.operations.due(ACCOUNT)).toEqual([]);
    store.mailboxes.setSyncState(inbox, { uidValidity: 2000 });
    store.messages.addEnvelopes(inbox, [envelope(1, { uid: 50 })]);
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({ targets: [{ uid: 50, uidValidity: 2000 }] });
    expect(store.mailboxes.get(inbox)?.unread).toBe(0);
  });
});
