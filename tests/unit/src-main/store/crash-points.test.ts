/**
 * A change goes into the journal and into the store, which no transaction spans. Here each kind of change is made while the files are
 * copied after every single write, as they would lie there had the program been killed just then, and each copy is opened: it shows
 * what was before, or what is after, and never anything between.
 */
import { cpSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkDatabase } from '../../../../src-main/store/database.ts';
import { openStore, type Store } from '../../../../src-main/store/store.ts';
import type { MailboxId, MessageId, OperationId } from '../../../../src-shared/model/ids.ts';
import { FLAGGED, SEEN } from '../../../../src-shared/model/message.ts';
import { afterEachWrite } from './after-each-write.ts';
import {
  ACCOUNT,
  addMailboxes,
  envelope,
  KEY,
  openTestStore,
  START,
  type TestStore,
  temporaryFolder,
} from './test-store.ts';

const afterWrite = afterEachWrite();

type World = { store: Store; inbox: MailboxId; archive: MailboxId; messages: MessageId[]; draftId: string };

/** What somebody sees of the store, without ids that are made up anew. */
function seen({ store, messages }: Pick<World, 'store' | 'messages'>) {
  const paths = new Map(store.mailboxes.list(ACCOUNT).map(({ mailboxId, path }) => [mailboxId, path]));
  return {
    mailboxes: store.mailboxes
      .list(ACCOUNT)
      .map(({ path, total, unread, subscribed }) => ({ path, total, unread, subscribed }))
      .sort((a, b) => a.path.localeCompare(b.path)),
    messages: messages.map((messageId) => ({
      flags: store.messages.get(messageId)?.flags,
      stands: store.messages.placements(messageId).map(({ mailboxId, uid }) => [paths.get(mailboxId), uid]),
    })),
    pending: store.operations.pending(ACCOUNT),
    drafts: store.drafts.list().map(({ subject }) => subject),
    outbox: store.outbox.list().map(({ state, subject }) => [state, subject]),
  };
}

function start(): TestStore & World {
  const test = openTestStore();
  const boxes = addMailboxes(test.store);
  const { added } = test.store.messages.addEnvelopes(
    boxes.inbox,
    [1, 2, 3, 4].map((uid) => envelope(uid)),
  );
  const content = { accountId: ACCOUNT, to: [], cc: [], bcc: [], subject: 'A draft', text: '' };
  const { draftId } = test.store.drafts.create(content);
  return { ...test, ...boxes, messages: added.sort((a, b) => a - b), draftId };
}

type Change = {
  before?: (world: World) => OperationId[];
  change: (world: World, earlier: OperationId[]) => void;
};
const two = ({ messages }: World) => messages.slice(0, 2);
const move = (world: World) =>
  world.store.operations.enqueueMove({
    messageIds: two(world),
    from: { kind: 'mailbox', mailboxId: world.inbox },
    to: world.archive,
  });
const flag = (world: World) =>
  world.store.operations.enqueueFlags({ messageIds: two(world), add: [SEEN, FLAGGED], remove: [] });
const expunge = (world: World) =>
  world.store.operations.enqueueExpunge({ messageIds: two(world), mailboxId: world.inbox, delay: 0 });
const running = (enqueue: (world: World) => OperationId[]) => (world: World) => {
  const ids = enqueue(world);
  for (const id of ids) world.store.operations.setRunning(id);
  return ids;
};
const finish = ({ store }: World, ids: OperationId[]) => {
  for (const id of ids)
    store.operations.finish(id, {
      newUids: new Map([
        [1, 51],
        [2, 52],
      ]),
      uidValidity: 1000,
    });
};
const fail = ({ store }: World, ids: OperationId[]) => {
  for (const id of ids) store.operations.fail(id, 'change-refused');
};
const undo = ({ store }: World, ids: OperationId[]) => void store.operations.undo(ids);
const source = new TextEncoder().encode('Subject: x\r\n\r\n');

const CHANGES: Record<string, Change> = {
  'flags that are queued': { change: flag },
  'flags that are done': { before: running(flag), change: finish },
  'flags that failed': { before: running(flag), change: fail },
  'flags that are undone': { before: flag, change: undo },
  'a move that is queued': { change: move },
  'a move that is done': { before: running(move), change: finish },
  'a move that failed': { before: running(move), change: fail },
  'a move that is undone': { before: move, change: undo },
  'a deletion for good that is queued': { change: expunge },
  'a deletion for good that is done': { before: running(expunge), change: finish },
  'a deletion for good that is undone': { before: expunge, change: undo },
  'a new mailbox': {
    change: ({ store }) => void store.operations.enqueueCreateMailbox({ accountId: ACCOUNT, name: 'New' }),
  },
  'a new mailbox that failed': {
    before: running(({ store }) =>
      store.operations.enqueueCreateMailbox({ accountId: ACCOUNT, name: 'New' }),
    ),
    change: fail,
  },
  'a mailbox that is renamed': {
    change: ({ store, archive }) => void store.operations.enqueueRenameMailbox(archive, 'Old things'),
  },
  'a mailbox that is deleted': {
    change: ({ store, archive }) => void store.operations.enqueueDeleteMailbox(archive, 0),
  },
  'a mailbox that is no longer subscribed': {
    change: ({ store, archive }) => void store.operations.enqueueSubscribe(archive, false),
  },
  'a copy for Sent': {
    change: ({ store }) =>
      void store.operations.enqueueAppend({
        accountId: ACCOUNT,
        specialUse: 'sent',
        flags: [],
        source,
        messageIdHeader: '<s@x>',
      }),
  },
  'a message that is queued for sending': {
    change({ store }) {
      const [draft] = store.drafts.list();
      if (!draft) throw new Error('no draft');
      store.outbox.add({
        accountId: ACCOUNT,
        draft,
        source,
        smtpEnvelope: { from: 'a@x.org', to: ['b@x.org'] },
        messageIdHeader: '<q@x>',
        notBefore: START,
      });
    },
  },
  'mail that has come': {
    change: ({ store, inbox }) =>
      void store.messages.addEnvelopes(inbox, [envelope(5, { messageIdHeader: '<m3@example.org>' })]),
  },
};

describe('a program that is killed between any two of its writes', () => {
  it.each(Object.entries(CHANGES))('has all or nothing of %s', (_name, { before, change }) => {
    const world = start();
    const earlier = before?.(world) ?? [];
    const copies: string[] = [];
    const parent = temporaryFolder();
    const copy = () => {
      const to = join(parent, String(copies.length));
      mkdirSync(to);
      for (const name of readdirSync(world.directory)) {
        if (!name.endsWith('-shm')) cpSync(join(world.directory, name), join(to, name));
      }
      copies.push(to);
    };
    copy();
    afterWrite.call = copy;
    change(world, earlier);
    afterWrite.call = undefined;
    expect(copies.length).toBeGreaterThan(1);
    const states = copies.map((directory) => {
      const store = openStore({ directory, key: KEY, clock: world.clock });
      const state = seen({ store, messages: world.messages });
      store.close();
      for (const file of ['journal.db', 'store.db'])
        expect(checkDatabase({ path: join(directory, file), key: KEY }, 'full'), file).toBe(true);
      return JSON.stringify(state);
    });
    const [first, last] = [states[0], states.at(-1)];
    expect(last).not.toBe(first);
    const changedAt = states.findIndex((state) => state !== first);
    for (const [index, state] of states.entries()) expect(state).toBe(index < changedAt ? first : last);
    // And what the running program shows is what is there after its end.
    expect(JSON.stringify(seen(world))).toBe(last);
  });
});
