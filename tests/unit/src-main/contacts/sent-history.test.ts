import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it, onTestFinished, vi } from 'vitest';
import { createContacts } from '../../../../src-main/contacts/contacts.ts';
import { createSentHistory } from '../../../../src-main/contacts/sent-history.ts';
import type { FetchedEnvelope } from '../../../../src-main/store/mail-records.ts';
import type { Store } from '../../../../src-main/store/store.ts';
import type { AccountId } from '../../../../src-shared/model/ids.ts';
import {
  ACCOUNT,
  addMailboxes,
  envelope,
  LISTED,
  type Mailboxes,
  only,
  openTestStore,
  START,
  testAccount,
  testGrant,
} from '../store/test-store.ts';
import { write } from '../store/written.ts';

const DAY = 24 * 60 * 60_000;
const to = (...addresses: string[]) => addresses.map((address) => ({ name: '', address }));
/** A message of so many days before the account came here. */
const sent = (uid: number, daysBefore: number, change: Partial<FetchedEnvelope>) => {
  const date = START - daysBefore * DAY;
  return envelope(uid, { date, internalDate: date, to: [], ...change });
};
const everybody = (store: Store) =>
  store.contacts
    .people()
    .map(({ contact }) => contact)
    .sort((a, b) => String(a.addresses[0]).localeCompare(String(b.addresses[0])));

/** What collects over a store; `look` lets the time go by, and answers when it has come to an end. */
function collecting(store: Store) {
  const timers = new Set<() => void>();
  const warnings: string[] = [];
  const read = vi.fn(store.sent.messages);
  const history = createSentHistory({
    store: { ...store, sent: { ...store.sent, messages: read } },
    clock: {
      now: () => START,
      after(_ms, callback) {
        timers.add(callback);
        return () => timers.delete(callback);
      },
    },
    log: { info: () => undefined, warn: (event) => warnings.push(event) },
  });
  onTestFinished(() => history.stop());
  return {
    read,
    timers,
    stop: history.stop,
    /** Until no mailbox has news any more. */
    async look() {
      for (const callback of [...timers]) {
        timers.delete(callback);
        callback();
      }
      await vi.waitFor(() => {
        const open = store.sent.mailboxes().filter((one) => one.total !== one.collectedTotal);
        expect(open).toEqual([]);
      });
      expect(warnings).toEqual([]);
    },
  };
}

/** A store with an account and what was in its Sent. */
function openWith(...messages: FetchedEnvelope[]) {
  const test = openTestStore();
  const mailboxes: Mailboxes = addMailboxes(test.store);
  test.store.messages.addEnvelopes(mailboxes.sent, messages);
  return { ...test, ...mailboxes };
}

it('whoever stands in old mail in Sent is known and found, those of often and lately first', async () => {
  const { store } = openWith(
    sent(1, 900, { to: [{ name: 'Anna Old', address: 'anna.old@example.org' }] }),
    sent(2, 9, {
      to: [{ name: 'Anna', address: 'Anna@Example.net' }],
      cc: to('anna.cc@example.net'),
      bcc: to('anna.bcc@example.net', 'no address', 'ACCOUNT-1@example.org'),
    }),
    sent(3, 8, { to: to('anna@EXAMPLE.net', 'anna@example.net') }),
  );
  await collecting(store).look();
  expect(everybody(store)).toMatchObject([
    { addresses: ['anna.bcc@example.net'], timesWritten: 1 },
    { addresses: ['anna.cc@example.net'], timesWritten: 1 },
    { name: 'Anna Old', addresses: ['anna.old@example.org'], timesWritten: 1 },
    {
      name: 'Anna',
      addresses: ['anna@example.net'],
      isCollected: true,
      timesWritten: 2,
      lastWrittenAt: START - 8 * DAY,
    },
  ]);
  const found = createContacts(store.contacts).complete('anna', 8);
  expect(found).toHaveLength(4);
  expect(found[0]).toEqual({ kind: 'person', person: { name: 'Anna', address: 'anna@example.net' } });
  expect(found[3]).toMatchObject({ person: { address: 'anna.old@example.org' } });
});

it('mail in other mailboxes, and in Sent since the account is here, makes nobody known', async () => {
  const { store, inbox } = openWith(sent(1, -1, { to: to('new@example.net') }));
  store.messages.addEnvelopes(inbox, [sent(2, 5, { to: to('list@example.net') })]);
  await collecting(store).look();
  expect(everybody(store)).toEqual([]);
});

it('what is counted is counted once, however often it is looked at', async () => {
  const test = openWith(sent(1, 5, { to: to('bob@example.net') }));
  const { store, sent: mailbox } = test;
  const history = collecting(store);
  await history.look();
  write(store, 'bob@example.net');
  const before = everybody(store);
  expect(only(before)).toMatchObject({ timesWritten: 2, lastWrittenAt: START });
  test.changes.length = 0;
  store.sent.setCollected(mailbox, 0);
  const again = collecting(store);
  await again.look();
  expect(again.read).toHaveBeenCalled();
  expect(test.changes).toEqual([]);
  expect(everybody(store)).toEqual(before);
});

it('a store that is filled again takes nothing from what was counted, and adds nothing', async () => {
  const mail = [sent(1, 5, { to: to('bob@example.net') }), sent(2, 3, { to: to('bob@example.net') })];
  const test = openWith(...mail);
  await collecting(test.store).look();
  const before = everybody(test.store);
  test.store.close();
  for (const end of ['', '-wal', '-shm']) rmSync(join(test.directory, `store.db${end}`), { force: true });
  const store = test.reopen();
  store.mailboxes.replaceList(ACCOUNT, LISTED);
  const { mailboxId } = only(store.sent.mailboxes());
  const history = collecting(store);
  for (const message of mail) {
    store.messages.addEnvelopes(mailboxId, [message]);
    await history.look();
    expect(history.read).toHaveBeenCalled();
    expect(everybody(store)).toEqual(before);
  }
});

it('nothing is read where there are as many messages as before, and after news there is', async () => {
  const { store, sent: mailbox } = openWith(sent(1, 5, { to: to('bob@example.net') }));
  const history = collecting(store);
  await history.look();
  history.read.mockClear();
  store.messages.setServerFlags(mailbox, [{ uid: 1, flags: ['\\Seen'] }]);
  await history.look();
  expect(history.read).not.toHaveBeenCalled();
  store.messages.addEnvelopes(mailbox, [sent(2, 3, { to: to('bob@example.net') })]);
  expect(history.timers.size).toBe(1);
  await history.look();
  expect(only(everybody(store))).toMatchObject({ timesWritten: 2, lastWrittenAt: START - 3 * DAY });
});

it('who was removed stays away, until the person writes to them again', async () => {
  const { store, sent: mailbox } = openWith(sent(1, 5, { to: to('bob@example.net', 'eve@example.net') }));
  const history = collecting(store);
  await history.look();
  store.contacts.remove(everybody(store).map(({ contactId }) => contactId));
  store.messages.addEnvelopes(mailbox, [sent(2, 3, { to: to('Bob@example.net', 'new@example.net') })]);
  await history.look();
  expect(everybody(store)).toMatchObject([{ addresses: ['new@example.net'] }]);
  write(store, 'bob@example.net');
  expect(everybody(store)).toMatchObject([
    { addresses: ['bob@example.net'], timesWritten: 1 },
    { addresses: ['new@example.net'] },
  ]);
});

it('a contact of the person gets the numbers and stays as it was written down', async () => {
  const { store } = openWith(sent(1, 5, { to: [{ name: 'B. (list)', address: 'bob@example.net' }] }));
  const content = { name: 'Bob', addresses: ['Bob@example.net'], phones: [], organisation: '', note: '' };
  store.contacts.save(content);
  await collecting(store).look();
  expect(only(everybody(store))).toMatchObject({ ...content, isCollected: false, timesWritten: 1 });
});

it('an account that was removed and comes again tells nothing a second time of what went from here', async () => {
  const test = openWith(sent(1, 5, { to: to('bob@example.net') }));
  const { store } = test;
  const history = collecting(store);
  await history.look();
  write(store, 'bob@example.net');
  await store.accounts.erase(ACCOUNT);
  const again = 'account-2' as AccountId;
  const account = { ...testAccount(again), addedAt: START + 30 * DAY };
  store.accounts.add({ account, grant: testGrant(again), audit: { kind: 'signed-in' } });
  store.mailboxes.replaceList(again, [
    { path: 'Sent', delimiter: '/', name: 'Sent', specialUse: 'sent', selectable: true },
  ]);
  const { mailboxId } = only(store.sent.mailboxes());
  const wasSent = sent(2, 0, { to: to('bob@example.net') });
  store.messages.addEnvelopes(mailboxId, [sent(1, 5, { to: to('bob@example.net') }), wasSent]);
  await history.look();
  expect(only(everybody(store))).toMatchObject({ timesWritten: 2 });
});

it('others have their turn between the steps, and it ends with the rooms', async () => {
  const many = Array.from({ length: 600 }, (_, n) => sent(n + 1, 900 - n, { to: to(`p${n}@example.net`) }));
  const { store } = openWith(...many);
  const history = collecting(store);
  let turns = 0;
  let isOver = false;
  const counted = (async () => {
    while (!isOver) {
      turns += 1;
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  await history.look();
  isOver = true;
  await counted;
  expect(turns).toBeGreaterThan(600 / 25 + 600 / 25);
  expect(everybody(store)).toHaveLength(600);
  store.messages.addEnvelopes(only(store.sent.mailboxes()).mailboxId, [sent(700, 2, { to: to('q@b.de') })]);
  for (const callback of [...history.timers]) callback();
  await history.stop();
  expect(everybody(store)).toHaveLength(600);
});
