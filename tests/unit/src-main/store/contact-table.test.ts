import { describe, expect, it } from 'vitest';
import type { ContactContent } from '../../../../src-shared/model/contact.ts';
import type { ContactId } from '../../../../src-shared/model/ids.ts';
import { ACCOUNT, openTestStore, START } from './test-store.ts';
import { write } from './written.ts';

const ada: ContactContent = {
  name: 'Ada',
  addresses: ['ada@example.net', 'Ada@work.example'],
  phones: ['+44 1'],
  organisation: 'Engines',
  note: 'Notes',
};
const everybody = (store: ReturnType<typeof openTestStore>['store']) =>
  store.contacts.people().map(({ contact }) => contact);

describe('people', () => {
  it('survive a restart, and each change is told', () => {
    const test = openTestStore();
    const saved = test.store.contacts.save(ada);
    expect(saved).toMatchObject({ ...ada, isCollected: false, timesWritten: 0 });
    const store = test.reopen();
    expect(everybody(store)).toEqual([saved]);
    test.changes.length = 0;
    const changed = store.contacts.save({ ...ada, name: ' Ada L. ' }, saved.contactId);
    expect(changed.name).toBe('Ada L.');
    store.contacts.remove([saved.contactId]);
    expect(everybody(store)).toEqual([]);
    expect(test.changes).toEqual([{ kind: 'contacts' }, { kind: 'contacts' }]);
    expect(() => store.contacts.save(ada, 'nobody' as ContactId)).toThrow('not-found');
  });

  it('to whom a message went are noted by themselves, with when and how often', () => {
    const test = openTestStore();
    write(test.store, { name: 'Bob', address: 'Bob@example.org' }, 'half-typed');
    test.clock.time += 1_000;
    write(test.store, 'bob@EXAMPLE.org');
    expect(everybody(test.store)).toMatchObject([
      {
        name: 'Bob',
        addresses: ['Bob@example.org'],
        isCollected: true,
        timesWritten: 2,
        lastWrittenAt: START + 1_000,
      },
    ]);
  });

  it('who refused the message are not', () => {
    const { store } = openTestStore();
    const to = ['bob@example.org', 'gone@example.org'].map((address) => ({ name: '', address }));
    const { submissionId } = store.outbox.add({
      accountId: ACCOUNT,
      draft: store.drafts.create({ accountId: ACCOUNT, to, cc: [], bcc: [], subject: '', text: '' }),
      source: new Uint8Array(),
      smtpEnvelope: { from: 'ada@example.org', to: [] },
      messageIdHeader: '<x@example.org>',
      notBefore: 0,
    });
    expect(everybody(store)).toEqual([]);
    store.outbox.finishSent(submissionId, { refused: ['gone@example.org'] });
    expect(everybody(store).flatMap(({ addresses }) => addresses)).toEqual(['bob@example.org']);
  });

  it('who were only noted become the one that the person writes down', () => {
    const { store } = openTestStore();
    write(store, 'ada@example.net');
    const saved = store.contacts.save(ada);
    expect(everybody(store)).toEqual([saved]);
    expect(saved).toMatchObject({ isCollected: false, timesWritten: 1 });
    write(store, 'ADA@work.example');
    expect(everybody(store)).toMatchObject([{ name: 'Ada', timesWritten: 2 }]);
  });

  it('who are deleted are forgotten with how often was written to them', () => {
    const { store } = openTestStore();
    write(store, 'ada@example.net');
    store.contacts.remove(everybody(store).map(({ contactId }) => contactId));
    expect(store.contacts.save(ada).timesWritten).toBe(0);
  });

  it('who are brought in again get what they had not, and keep what they had', () => {
    const { store } = openTestStore();
    write(store, { name: 'ada via list', address: 'ada@example.net' });
    const other = { name: 'A. L.', addresses: ['ADA@example.net', 'new@example.net'], phones: [] };
    expect(store.contacts.addMany([ada, { ...other, organisation: 'Other', note: '' }])).toEqual({
      added: 0,
      changed: 2,
    });
    expect(everybody(store)).toMatchObject([
      { ...ada, addresses: ['ada@example.net', 'Ada@work.example', 'new@example.net'], isCollected: false },
    ]);
    const phoneOnly = { ...ada, addresses: [], name: 'Plumber' };
    expect(store.contacts.addMany([ada, phoneOnly, phoneOnly])).toEqual({ added: 1, changed: 0 });
  });
});

describe('groups', () => {
  it('are kept, changed and deleted, and are not brought back', () => {
    const { store } = openTestStore();
    const members = [{ name: 'Ada', address: 'ada@example.net' }];
    const group = store.contacts.saveGroup({ name: 'Club', members });
    store.contacts.saveGroup({ ...group, name: 'Chess' });
    expect(store.contacts.groups()).toEqual([{ ...group, name: 'Chess' }]);
    store.contacts.removeGroup(group.groupId);
    expect(store.contacts.groups()).toEqual([]);
    expect(() => store.contacts.saveGroup(group)).toThrow('not-found');
  });
});

describe('what the spelling keeps', () => {
  it('survives a restart', () => {
    const test = openTestStore();
    test.store.spelling.setKnown('imap', true);
    test.store.spelling.setKnown('imap', true);
    test.store.spelling.setKnown('smtp', true);
    test.store.spelling.setKnown('smtp', false);
    const german = { id: 'file:de', language: 'de', aff: 'SET UTF-8\n', dic: '1\nGrüße\n' };
    test.store.spelling.addDictionary(german);
    test.store.spelling.choose('en', false);
    const { spelling } = test.reopen();
    expect(spelling.words()).toEqual(['imap']);
    expect(spelling.dictionaries()).toEqual([{ id: 'file:de', language: 'de' }]);
    expect(spelling.dictionary('file:de')).toEqual(german);
    expect(spelling.dictionary('file:fr')).toBeUndefined();
    expect(spelling.choices()).toEqual(new Map([['en', false]]));
  });
});
