import { expect, it } from 'vitest';
import type { ImapConnection } from '../../../../src-main/imap/imap-connection.ts';
import { createDoubts } from '../../../../src-main/sync/doubts.ts';
import { syncMailbox } from '../../../../src-main/sync/mailbox-sync.ts';
import { addMailboxes, envelope, openTestStore } from '../store/test-store.ts';

const VALIDITY = 7;

it('mail that comes while others are found to be gone is fetched: the second answer was the only word of it', async () => {
  const { store } = openTestStore();
  const { inbox } = addMailboxes(store);
  const mailbox = store.mailboxes.get(inbox);
  if (!mailbox) throw new Error('no mailbox');
  store.messages.addEnvelopes(inbox, [envelope(1), envelope(2)]);
  store.mailboxes.setSyncState(inbox, {
    uidValidity: VALIDITY,
    uidNext: 3,
    backfilledTo: 1,
    highestModseq: 5n,
  });
  // The server has lost the second one; between two looks it gets a third.
  const looks = [[1], [1, 3]];
  let view: number[] = [];
  const opened = () => ({
    exists: view.length,
    uidValidity: VALIDITY,
    uidNext: view.includes(3) ? 4 : 3,
    highestModseq: 5n,
  });
  const commands: Partial<ImapConnection> = {
    capabilities: {} as ImapConnection['capabilities'],
    openPath: () => mailbox.path,
    openMailbox: async () => opened(),
    async selectMailbox() {
      view = looks.shift() ?? view;
      return opened();
    },
    existingUids: async (from, to) => view.filter((uid) => uid >= from && uid <= to),
    streamEnvelopes: async (uids, onBatch) => onBatch(uids.map((uid) => envelope(uid))),
  };
  await syncMailbox(commands as ImapConnection, mailbox, store, createDoubts());
  expect(store.messages.knownUids(inbox, { from: 1, to: 9 }).map(({ uid }) => uid)).toEqual([1, 3]);
  expect(store.mailboxes.syncState(inbox).uidNext).toBe(4);
});
