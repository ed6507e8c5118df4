import { describe, expect, it } from 'vitest';
import { DELETED, FLAGGED, SEEN } from '../../../../src-shared/model/message.ts';
import { addMailboxes, envelope, only, openTestStore } from './test-store.ts';

describe('messages', () => {
  it('are stored with their placement, thread and counters, and told to the feed once', () => {
    const { store, changes } = openTestStore();
    const { inbox } = addMailboxes(store);
    changes.length = 0;
    const { added } = store.messages.addEnvelopes(inbox, [envelope(2, { flags: [SEEN] }), envelope(1)]);
    expect(added).toHaveLength(2);
    expect(changes.map((change) => change.kind)).toEqual(['messages', 'mailboxes']);
    expect(changes[0]).toMatchObject({ mailboxIds: [inbox], added });
    expect(store.mailboxes.get(inbox)).toMatchObject({ total: 2, unread: 1 });
    const page = store.threads.page({ kind: 'mailbox', mailboxId: inbox }, 0, 50);
    expect(page).toMatchObject({ total: 2, unread: 1, start: 0 });
    expect(page.rows.map((row) => row.subject)).toEqual(['Subject 2', 'Subject 1']);
    expect(store.messages.get(only(added.slice(1)))).toMatchObject({
      subject: 'Subject 2',
      flags: [SEEN],
      mailboxIds: [inbox],
      from: [{ name: 'Bob', address: 'bob@example.org' }],
      messageIdHeader: '<m2@example.org>',
    });
  });

  it('come in twice without effect, apart from their flags', () => {
    const { store, changes } = openTestStore();
    const { inbox } = addMailboxes(store);
    store.messages.addEnvelopes(inbox, [envelope(1)]);
    changes.length = 0;
    expect(store.messages.addEnvelopes(inbox, [envelope(1)]).added).toEqual([]);
    expect(changes).toEqual([]);
    store.messages.addEnvelopes(inbox, [envelope(1, { flags: [FLAGGED] })]);
    expect(only(store.threads.page({ kind: 'mailbox', mailboxId: inbox }, 0, 9).rows).isStarred).toBe(true);
  });

  it('are out of sight while another program has marked them as deleted', () => {
    const { store } = openTestStore();
    const { inbox, archive } = addMailboxes(store);
    const { added } = store.messages.addEnvelopes(inbox, [
      envelope(1, { flags: ['\\deleted'] }),
      envelope(2, { flags: [SEEN] }),
    ]);
    const shown = () => store.threads.page({ kind: 'mailbox', mailboxId: inbox }, 0, 9).rows.length;
    expect([shown(), store.mailboxes.get(inbox)?.total, store.mailboxes.get(inbox)?.unread]).toEqual([
      1, 1, 0,
    ]);
    expect(store.messages.uidCount(inbox)).toBe(2);
    store.messages.setServerFlags(inbox, [{ uid: 1, flags: [] }]);
    expect([shown(), store.mailboxes.get(inbox)?.unread]).toEqual([2, 1]);
    // Marked while a move is on its way: it stays where it is hidden, and is no ghost when the move fails.
    const [moved] = store.operations.enqueueMove({
      messageIds: added,
      from: { kind: 'mailbox', mailboxId: inbox },
      to: archive,
    });
    store.messages.setServerFlags(inbox, [{ uid: 2, flags: [DELETED] }]);
    expect(shown()).toBe(0);
    if (moved) store.operations.fail(moved, 'change-refused');
    expect(shown()).toBe(1);
    store.messages.removeUids(inbox, [2]);
    expect([shown(), store.messages.uidCount(inbox)]).toEqual([1, 1]);
  });

  it('are stored once when they stand in two mailboxes', () => {
    const { store } = openTestStore();
    const { inbox, archive } = addMailboxes(store);
    const { added } = store.messages.addEnvelopes(inbox, [envelope(1)]);
    expect(store.messages.addEnvelopes(archive, [envelope(1, { uid: 40 })]).added).toEqual([]);
    expect(store.messages.placements(only(added))).toEqual([
      { mailboxId: inbox, uid: 1 },
      { mailboxId: archive, uid: 40 },
    ]);
    expect(store.mailboxes.get(archive)).toMatchObject({ total: 1, unread: 1 });
    store.messages.removeUids(inbox, [1]);
    expect(store.messages.get(only(added))?.mailboxIds).toEqual([archive]);
    store.messages.removeUids(archive, [40]);
    expect(store.messages.get(only(added))).toBeUndefined();
  });

  it.each([
    { what: 'another sender', other: { from: [{ name: 'Bank', address: 'help@bank.example' }] } },
    { what: 'another subject', other: { subject: 'Your invoice' } },
    { what: 'another date', other: { date: 1_000 } },
    { what: 'another time of arrival', other: { internalDate: 1_700_000_900_000 } },
  ])('are never taken for another with the same Message-ID and size, but $what', ({ other }) => {
    const { store } = openTestStore();
    const { inbox, archive } = addMailboxes(store);
    const first = envelope(1, { messageIdHeader: '<copied@example.org>', size: 4_000 });
    store.messages.addEnvelopes(archive, [first]);
    const { added } = store.messages.addEnvelopes(inbox, [{ ...first, ...other }]);
    const shown = store.messages.get(only(added));
    expect(shown).toMatchObject({ subject: other.subject ?? first.subject, from: other.from ?? first.from });
  });

  it('are what the server says they are, where it names them (RFC 8474)', () => {
    const { store } = openTestStore();
    const { inbox, archive } = addMailboxes(store);
    const first = envelope(1, { emailId: 'M1' });
    store.messages.addEnvelopes(inbox, [first]);
    // Copied by a server that gives copies another date.
    const copy = { ...first, uid: 7, internalDate: first.internalDate + 60_000 };
    expect(store.messages.addEnvelopes(archive, [copy]).added).toEqual([]);
    expect(store.messages.addEnvelopes(archive, [{ ...first, uid: 8, emailId: 'M2' }]).added).toHaveLength(1);
  });

  it('are two when the same one was delivered twice into one mailbox', () => {
    const { store } = openTestStore();
    const { inbox } = addMailboxes(store);
    store.messages.addEnvelopes(inbox, [envelope(1), envelope(1, { uid: 2 })]);
    expect(store.mailboxes.get(inbox)).toMatchObject({ total: 2 });
    expect(only(store.threads.page({ kind: 'mailbox', mailboxId: inbox }, 0, 9).rows).count).toBe(2);
  });

  it('keep keys in the order of their dates, also beyond 64 in one second and before 1970', () => {
    const { store } = openTestStore();
    const { inbox } = addMailboxes(store);
    const same = Array.from({ length: 200 }, (_, index) => envelope(index + 1, { internalDate: 1e12 }));
    const { added } = store.messages.addEnvelopes(inbox, same);
    expect(new Set(added).size).toBe(200);
    expect([...added].sort((a, b) => a - b)).toEqual(added);
    const old = only(store.messages.addEnvelopes(inbox, [envelope(900, { internalDate: -5 })]).added);
    const fresh = only(
      store.messages.addEnvelopes(inbox, [envelope(901, { internalDate: 1e12 + 60_000 })]).added,
    );
    expect(old).toBeLessThan(Math.min(...added));
    expect(fresh).toBeGreaterThan(Math.max(...added));
  });

  it('of one second stand in the order of their UIDs, in whatever parts a back-fill brings them', () => {
    const { store } = openTestStore();
    const { inbox } = addMailboxes(store);
    const second = 1_700_000_000_000;
    const at = (uid: number, internalDate = second) => envelope(uid, { internalDate });
    const add = (...envelopes: ReturnType<typeof envelope>[]) =>
      store.messages.addEnvelopes(inbox, envelopes);
    // What is of the seconds around it stays around it.
    add(at(1_000, second - 400_000), at(2_000, second + 400_000));
    for (let highest = 1_700; highest > 1_500; highest -= 25) {
      add(...Array.from({ length: 25 }, (_, n) => at(highest - n)));
    }
    add(at(1_701), at(1_702));
    add(...Array.from({ length: 150 }, (_, n) => at(1_500 - n)));
    const rows = store.threads.page({ kind: 'mailbox', mailboxId: inbox }, 0, 400).rows;
    const uids = rows.map(({ messageId }) => only(store.messages.placements(messageId)).uid);
    expect(uids).toEqual([...uids].sort((one, other) => (other ?? 0) - (one ?? 0)));
    expect(uids).toHaveLength(354);
  });

  it('survive what a hostile server puts into them', () => {
    const { store } = openTestStore();
    const { inbox } = addMailboxes(store);
    const { added } = store.messages.addEnvelopes(inbox, [
      envelope(1, {
        subject: 'a\0b \ud800 end',
        internalDate: Number.NaN,
        date: Number.NaN,
        flags: ['\\sEEN', '\\Recent', 'two words', '$Label', ''],
        references: Array.from({ length: 5000 }, (_, index) => `<r${index}@x>`),
        messageIdHeader: `<${'x'.repeat(5000)}@x>`,
      }),
    ]);
    expect(store.messages.get(only(added))).toMatchObject({
      subject: 'a\uFFFDb \uFFFD end',
      flags: [SEEN, '$Label'],
      date: 0,
    });
  });

  it('answer which UIDs are known, with the flags as the server told them', () => {
    const { store } = openTestStore();
    const { inbox } = addMailboxes(store);
    store.messages.addEnvelopes(inbox, [envelope(3), envelope(5, { flags: [SEEN] }), envelope(9)]);
    expect(store.messages.knownUids(inbox, { from: 4, to: 9 })).toEqual([
      { uid: 5, flags: [SEEN] },
      { uid: 9, flags: [] },
    ]);
    expect(store.messages.uidCount(inbox)).toBe(3);
  });

  it('give the references of an answer to them', () => {
    const { store } = openTestStore();
    const { inbox } = addMailboxes(store);
    const { added } = store.messages.addEnvelopes(inbox, [
      envelope(1, { references: ['<a@x>', '<b@x>'], inReplyTo: ['<b@x>'] }),
      envelope(2, { inReplyTo: ['<only@x>'] }),
      envelope(3),
    ]);
    expect(added.map((id) => store.messages.references(id))).toEqual([
      ['<a@x>', '<b@x>', '<m1@example.org>'],
      ['<only@x>', '<m2@example.org>'],
      ['<m3@example.org>'],
    ]);
  });
});
