import { expect, it } from 'vitest';
import type { ImapConnection } from '../../../../src-main/imap/imap-connection.ts';
import { compareFlags, compareRange, compareUids } from '../../../../src-main/sync/mailbox-compare.ts';
import { addMailboxes, envelope, openTestStore } from '../store/test-store.ts';

const VALIDITY = 7;

/**
 * A mailbox of the server as one connection sees it: what others bring there it has only when it is opened anew. `onAnswer` is called
 * before the first answer about what is there is given.
 */
function startMailbox(onAnswer: (uids: Set<number>) => void = () => {}) {
  const { store } = openTestStore();
  const { inbox } = addMailboxes(store);
  const mailboxId = inbox;
  const there = new Set([1, 2]);
  let view = new Set(there);
  let isFirst = true;
  const answer = () => {
    const seen = [...view];
    if (isFirst) onAnswer(there);
    isFirst = false;
    return seen;
  };
  const opened = () => ({ exists: view.size, uidValidity: VALIDITY, uidNext: Math.max(...view, 0) + 1 });
  const between = (from: number, to: number) => answer().filter((uid) => uid >= from && uid <= to);
  const commands: Partial<ImapConnection> = {
    openPath: () => 'INBOX',
    openMailbox: async () => opened(),
    async selectMailbox() {
      view = new Set(there);
      return opened();
    },
    existingUids: async (from, to) => between(from, to),
    fetchFlags: async (from, to) => between(from, to).map((uid) => ({ uid, flags: [] })),
  };
  store.messages.addEnvelopes(mailboxId, [envelope(1), envelope(2)]);
  store.mailboxes.setSyncState(mailboxId, { uidValidity: VALIDITY, uidNext: 3, backfilledTo: 1 });
  const bring = (uid: number) => {
    there.add(uid);
    store.messages.addEnvelopes(mailboxId, [envelope(uid)]);
    store.mailboxes.setSyncState(mailboxId, { uidNext: uid + 1 });
  };
  const known = () => store.messages.knownUids(mailboxId, { from: 1, to: 100 }).map(({ uid }) => uid);
  return { store, mailboxId, there, connection: commands as ImapConnection, opened, bring, known };
}

type Mailbox = ReturnType<typeof startMailbox>;
const comparisons: [string, (mailbox: Mailbox) => Promise<unknown>][] = [
  [
    'the count',
    ({ connection, mailboxId, opened, store }) => compareUids(connection, mailboxId, opened(), store),
  ],
  [
    'the flags',
    ({ connection, mailboxId, opened, store }) => compareFlags(connection, mailboxId, opened(), store),
  ],
  [
    'a range',
    ({ connection, mailboxId, store }) =>
      compareRange(connection, { mailboxId, path: 'INBOX' }, undefined, store),
  ],
];

it.each(comparisons)(
  'comparing %s takes nothing away that came after the mailbox was opened',
  async (_name, compare) => {
    const mailbox = startMailbox();
    mailbox.bring(3);
    await compare(mailbox);
    expect(mailbox.known()).toEqual([1, 2, 3]);
  },
);

it.each(comparisons)('comparing %s takes nothing away that comes with the answer', async (_name, compare) => {
  const mailbox = startMailbox(() => mailbox.bring(3));
  mailbox.there.delete(1);
  await mailbox.connection.selectMailbox('INBOX');
  await compare(mailbox);
  expect(mailbox.known()).toEqual([2, 3]);
});

it.each(comparisons)('comparing %s takes away what the server has no more', async (_name, compare) => {
  const mailbox = startMailbox();
  mailbox.there.delete(2);
  await mailbox.connection.selectMailbox('INBOX');
  await compare(mailbox);
  expect(mailbox.known()).toEqual([1]);
});
