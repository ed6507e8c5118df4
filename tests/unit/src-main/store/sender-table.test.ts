import { describe, expect, it } from 'vitest';
import type { AccountId, MessageId } from '../../../../src-shared/model/ids.ts';
import { ACCOUNT, addMailboxes, envelope, only, openTestStore } from './test-store.ts';

const from = (address: string) => ({ from: [{ name: 'Somebody', address }] });

describe('who has written to an account', () => {
  it('is known by their first message, in whatever order messages come', () => {
    const { store } = openTestStore();
    const { inbox } = addMailboxes(store);
    const later = only(store.messages.addEnvelopes(inbox, [envelope(9, from('Bob@example.org'))]).added);
    expect(store.senders.firstMessages(ACCOUNT, ['bob@example.org'])).toEqual(
      new Map([['bob@example.org', later]]),
    );
    const { added } = store.messages.addEnvelopes(inbox, [
      envelope(2, from('bob@EXAMPLE.org')),
      envelope(3, from('bob@example.org')),
    ]);
    const first = Math.min(...added);
    expect(store.senders.firstMessages(ACCOUNT, ['BOB@example.org', 'eve@example.org'])).toEqual(
      new Map([['bob@example.org', first]]),
    );
  });

  it('stays known when the message goes, and is forgotten with the account', async () => {
    const { store } = openTestStore();
    const { inbox } = addMailboxes(store);
    const other = 'account-2' as AccountId;
    const { inbox: elsewhere } = addMailboxes(store, other);
    store.messages.addEnvelopes(inbox, [envelope(1, from('bob@example.org'))]);
    store.messages.addEnvelopes(elsewhere, [envelope(1, from('bob@example.org'))]);
    store.messages.removeUids(inbox, [1]);
    expect(store.senders.firstMessages(ACCOUNT, ['bob@example.org']).size).toBe(1);
    await store.accounts.erase(ACCOUNT);
    expect(store.senders.firstMessages(ACCOUNT, ['bob@example.org']).size).toBe(0);
    expect(store.senders.firstMessages(other, ['bob@example.org']).size).toBe(1);
  });
});

describe('what the person chose and had asked', () => {
  it('is one sender, however it is written, until it is forgotten', () => {
    const { store, clock } = openTestStore();
    addMailboxes(store);
    store.senders.addForPictures(ACCOUNT, 'News@Example.org');
    const since = clock.time;
    clock.time += 1_000;
    store.senders.addForPictures(ACCOUNT, 'news@example.org');
    expect(store.senders.list()).toEqual([{ address: 'news@example.org', since }]);
    expect(store.senders.wantsPictures('NEWS@example.org')).toBe(true);
    store.senders.forget('news@EXAMPLE.org');
    expect(store.senders.list()).toEqual([]);
  });

  it('names the hosts that were asked, newest first, not without end, and goes with the account', async () => {
    const { store, clock } = openTestStore();
    addMailboxes(store);
    const many = Array.from({ length: 400 }, (_, n) => `host${n}.example`);
    store.senders.noteContacts(ACCOUNT, 'pictures', many);
    clock.time += 1_000;
    store.senders.noteContacts(ACCOUNT, 'pictures', ['new.example', 'new.example']);
    store.senders.noteContacts(ACCOUNT, 'unsubscribe', ['list.example']);
    store.senders.noteContacts('gone' as AccountId, 'pictures', ['x.example']);
    const contacts = store.senders.contacts();
    expect(contacts).toHaveLength(301);
    expect(contacts.slice(0, 2).map(({ host }) => host)).toEqual(['list.example', 'new.example']);
    store.senders.addForPictures(ACCOUNT, 'news@example.org');
    await store.accounts.erase(ACCOUNT);
    expect([store.senders.contacts(), store.senders.list()]).toEqual([[], []]);
  });

  it('keeps what a look at a signature found, as long as the message is there', () => {
    const { store } = openTestStore();
    const { inbox } = addMailboxes(store);
    const id = only(store.messages.addEnvelopes(inbox, [envelope(1)]).added);
    store.senders.keepSignature(id, { verdict: 'verified', domain: 'example.org' });
    store.senders.keepSignature(4711 as MessageId, { verdict: 'failed' });
    const kept = new Map([[id, { verdict: 'verified', domain: 'example.org' }]]);
    expect(store.senders.signatures([id, 4711 as MessageId])).toEqual(kept);
    store.messages.removeUids(inbox, [1]);
    expect(store.senders.signatures([id]).size).toBe(0);
  });
});
