import { describe, expect, it } from 'vitest';
import type { FetchedEnvelope } from '../../../../src-main/store/mail-records.ts';
import type { AccountId, MailboxId } from '../../../../src-shared/model/ids.ts';
import { addMailboxes, envelope, only, openTestStore } from './test-store.ts';

/** Subjects of each thread of the inbox, after these envelopes came one by one in this order. */
function threadsAfter(envelopes: FetchedEnvelope[]): string[][] {
  const { store } = openTestStore();
  const { inbox } = addMailboxes(store);
  for (const one of envelopes) store.messages.addEnvelopes(inbox, [one]);
  const rows = store.threads.page({ kind: 'mailbox', mailboxId: inbox }, 0, 200).rows;
  return rows.map((row) => store.threads.messages(row.threadId).map((message) => message.subject));
}

const root = envelope(1, { subject: 'Plan' });
const answer = envelope(2, { subject: 'Re: Plan', inReplyTo: ['<m1@example.org>'] });
const late = envelope(3, { subject: 'Re: Plan', references: ['<m1@example.org>', '<m2@example.org>'] });

describe('threads', () => {
  it('join answers with what they answer, in whatever order they come', () => {
    const whole = [['Plan', 'Re: Plan', 'Re: Plan']];
    expect(threadsAfter([root, answer, late])).toEqual(whole);
    expect(threadsAfter([late, answer, root])).toEqual(whole);
    expect(threadsAfter([answer, late, root])).toEqual(whole);
  });

  it('become one when the missing link comes last, and the old row goes', () => {
    const { store, changes } = openTestStore();
    const { inbox, archive } = addMailboxes(store);
    store.messages.addEnvelopes(inbox, [root]);
    store.messages.addEnvelopes(archive, [envelope(9, { references: ['<link@x>'] })]);
    expect(store.threads.page({ kind: 'mailbox', mailboxId: archive }, 0, 9).total).toBe(1);
    changes.length = 0;
    store.messages.addEnvelopes(inbox, [
      envelope(5, { messageIdHeader: '<link@x>', inReplyTo: ['<m1@example.org>'] }),
    ]);
    const inInbox = only(store.threads.page({ kind: 'mailbox', mailboxId: inbox }, 0, 9).rows);
    const inArchive = only(store.threads.page({ kind: 'mailbox', mailboxId: archive }, 0, 9).rows);
    expect(inArchive.threadId).toBe(inInbox.threadId);
    expect([inInbox.count, inArchive.count]).toEqual([2, 1]);
    expect(store.threads.messages(inInbox.threadId)).toHaveLength(3);
    expect(changes[0]).toMatchObject({ kind: 'messages' });
    expect(changes[0]?.kind === 'messages' && [...changes[0].threadIds].sort()).toEqual([1, 2]);
  });

  it('stay one within a batch that holds both threads and their link', () => {
    const { store } = openTestStore();
    const { inbox } = addMailboxes(store);
    store.messages.addEnvelopes(inbox, [
      root,
      envelope(2, { references: ['<other@x>'] }),
      envelope(3, { references: ['<m1@example.org>', '<other@x>'] }),
    ]);
    expect(only(store.threads.page({ kind: 'mailbox', mailboxId: inbox }, 0, 9).rows).count).toBe(3);
  });

  it('use the subject only for an answer that names no message', () => {
    const bare = envelope(4, { subject: 'AW: Plan' });
    expect(threadsAfter([root, bare])).toEqual([['Plan', 'AW: Plan']]);
    expect(threadsAfter([bare, root])).toEqual([['Plan', 'AW: Plan']]);
    expect(threadsAfter([root, envelope(4, { subject: 'Plan' })])).toHaveLength(2);
    expect(threadsAfter([root, envelope(4, { subject: 'Fwd: Plan' })])).toHaveLength(2);
    expect(threadsAfter([root, envelope(4, { subject: 'Re: Plan', inReplyTo: ['<else@x>'] })])).toHaveLength(
      2,
    );
    expect(threadsAfter([envelope(4, { subject: 'Re:' }), envelope(5, { subject: 'Re:' })])).toHaveLength(2);
    // What comes later is not what was answered.
    expect(
      threadsAfter([envelope(1, { subject: 'Re: Plan' }), envelope(8, { subject: 'Plan' })]),
    ).toHaveLength(2);
  });

  it('never join messages of two accounts', () => {
    const { store } = openTestStore();
    const { inbox } = addMailboxes(store);
    const other = addMailboxes(store, 'account-2' as AccountId);
    store.messages.addEnvelopes(inbox, [root]);
    expect(store.messages.addEnvelopes(other.inbox, [root]).added).toHaveLength(1);
    const { rows, total } = store.threads.page({ kind: 'inboxes' }, 0, 9);
    expect(total).toBe(2);
    expect(new Set(rows.map((row) => row.threadId)).size).toBe(2);
    expect(rows.map((row) => row.accountId).sort()).toEqual(['account-1', 'account-2']);
  });

  it('name who wrote once, who wrote last first, and show the newest message', () => {
    const { store } = openTestStore();
    const { inbox } = addMailboxes(store);
    const from = (name: string) => [{ name, address: `${name}@x.org` }];
    store.messages.addEnvelopes(inbox, [
      { ...root, from: from('ann') },
      { ...answer, from: from('ann'), preview: 'newest but one' },
      { ...late, from: from('ben'), to: from('eve'), preview: 'newest' },
    ]);
    const row = only(store.threads.page({ kind: 'mailbox', mailboxId: inbox }, 0, 9).rows);
    expect(row.participants.map((person) => person.name)).toEqual(['ben', 'ann']);
    expect(row.recipients.map((person) => person.name)).toEqual(['eve']);
    expect(row).toMatchObject({ count: 3, preview: 'newest', isUnread: true });
  });

  it('are paged newest first from any row, in a mailbox and in all inboxes', () => {
    const { store } = openTestStore();
    const { inbox } = addMailboxes(store);
    const other = addMailboxes(store, 'account-2' as AccountId);
    const odd = Array.from({ length: 15 }, (_, index) => envelope(index * 2 + 1));
    const even = Array.from({ length: 15 }, (_, index) => envelope(index * 2 + 2));
    store.messages.addEnvelopes(inbox, odd);
    store.messages.addEnvelopes(other.inbox, even);
    const newestFirst = (list: FetchedEnvelope[]) => list.map((one) => one.subject).reverse();
    const all = newestFirst([...odd, ...even].sort((a, b) => a.uid - b.uid));
    for (let start = 0; start < 32; start++) {
      const page = store.threads.page({ kind: 'inboxes' }, start, 7);
      expect(page.rows.map((row) => row.subject)).toEqual(all.slice(start, start + 7));
      expect(page).toMatchObject({ total: 30, unread: 30, start });
      const one = store.threads.page({ kind: 'mailbox', mailboxId: inbox }, start, 4);
      expect(one.rows.map((row) => row.subject)).toEqual(newestFirst(odd).slice(start, start + 4));
    }
    expect(store.threads.page({ kind: 'mailbox', mailboxId: 99 as MailboxId }, 0, 9)).toMatchObject({
      total: 0,
      rows: [],
    });
  });
});
