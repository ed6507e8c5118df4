import { describe, expect, it } from 'vitest';
import type { StoredBody } from '../../../../src-main/store/mail-records.ts';
import { ACCOUNT, addMailboxes, envelope, only, openTestStore, START } from './test-store.ts';

const source = new TextEncoder().encode(`Subject: Hello\r\n\r\n${'quokka '.repeat(200)}`);

function body(change: Partial<StoredBody> = {}): StoredBody & { source: Uint8Array } {
  return {
    html: '<p>quokka</p>',
    text: 'quokka',
    attachments: [{ part: 1, filename: 'ö.pdf', contentType: 'application/pdf', size: 5 }],
    inlineImages: { 'a@x': 'data:image/png;base64,AA==' },
    isSource: false,
    preview: 'quokka preview',
    searchText: 'quokka',
    source,
    ...change,
  };
}

describe('bodies', () => {
  it('come back as they were put, with the source byte for byte', () => {
    const { store, changes } = openTestStore();
    const { inbox } = addMailboxes(store);
    const id = only(store.messages.addEnvelopes(inbox, [envelope(1)]).added);
    expect(store.bodies.has(id)).toBe(false);
    expect([store.bodies.get(id), store.bodies.source(id)]).toEqual([undefined, undefined]);
    changes.length = 0;
    store.bodies.put(id, body());
    const { source: _source, ...parsed } = body({ searchText: '' });
    expect(store.bodies.get(id)).toEqual(parsed);
    expect(store.bodies.source(id)).toEqual(new Uint8Array(source));
    expect(only(changes)).toMatchObject({ kind: 'messages', mailboxIds: [inbox], added: [] });
    expect(only(store.threads.page({ kind: 'mailbox', mailboxId: inbox }, 0, 9).rows)).toMatchObject({
      preview: 'quokka preview',
      hasAttachments: true,
    });
  });

  it('have files only where the reader does not tell them in words: not a bounce, not an invitation', () => {
    const { store } = openTestStore();
    const { inbox } = addMailboxes(store);
    const id = only(store.messages.addEnvelopes(inbox, [envelope(1)]).added);
    const hasAttachments = () => store.messages.get(id)?.hasAttachments;
    store.bodies.put(id, body({ report: { kind: 'delivery', recipients: [] } }));
    expect(hasAttachments()).toBe(false);
    const invitation = {
      method: 'request',
      uid: '1',
      sequence: 0,
      summary: '',
      attendees: [],
      moreAttendees: 0,
    } as const;
    store.bodies.put(id, body({ invitations: [{ ...invitation, attendees: [], part: 1 }] }));
    expect(hasAttachments()).toBe(false);
    store.bodies.put(id, body({ invitations: [{ ...invitation, attendees: [], part: 2 }] }));
    expect(hasAttachments()).toBe(true);
  });

  it('share one source, which goes with the last of them', () => {
    const { store } = openTestStore();
    const { inbox } = addMailboxes(store);
    const [one, two] = store.messages.addEnvelopes(inbox, [envelope(1), envelope(2)]).added;
    if (one === undefined || two === undefined) throw new Error('not added');
    store.bodies.put(one, body());
    store.bodies.put(two, body());
    store.bodies.put(two, body({ text: 'again' }));
    store.messages.removeUids(inbox, [1]);
    expect(store.bodies.source(two)).toEqual(new Uint8Array(source));
    expect(store.bodies.get(two)?.text).toBe('again');
    store.messages.removeUids(inbox, [2]);
    expect(store.bodies.source(two)).toBeUndefined();
    expect(store.accounts.size(ACCOUNT)).toEqual({ messages: 0, bytes: 0 });
  });

  it('are missing newest first, from a time on, where the server has them', () => {
    const { store } = openTestStore();
    const { inbox, archive } = addMailboxes(store);
    const { added } = store.messages.addEnvelopes(
      inbox,
      [1, 2, 3, 4].map((uid) => envelope(uid)),
    );
    const [, second, third] = added;
    if (second === undefined || third === undefined) throw new Error('not added');
    store.bodies.put(third, body());
    store.operations.enqueueMove({
      messageIds: [second],
      from: { kind: 'mailbox', mailboxId: inbox },
      to: archive,
    });
    const uids = (since: number, limit: number) =>
      store.bodies.missing(ACCOUNT, { since, limit }).map((one) => [one.mailboxId, one.uid, one.size]);
    expect(uids(0, 9)).toEqual([
      [inbox, 4, 1004],
      [inbox, 2, 1002],
      [inbox, 1, 1001],
    ]);
    expect(uids(START + 2 * 60_000, 9)).toHaveLength(2);
    expect(uids(0, 1)).toEqual([[inbox, 4, 1004]]);
  });

  it('of a message that has gone meanwhile are dropped', () => {
    const { store } = openTestStore();
    const { inbox } = addMailboxes(store);
    const id = only(store.messages.addEnvelopes(inbox, [envelope(1)]).added);
    store.messages.removeUids(inbox, [1]);
    store.bodies.put(id, body());
    expect(store.bodies.has(id)).toBe(false);
  });
});
