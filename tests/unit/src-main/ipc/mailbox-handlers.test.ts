import { describe, expect, it } from 'vitest';
import type { EngineContext } from '../../../../src-main/ipc/context.ts';
import { createMailHandlers } from '../../../../src-main/ipc/mail-handlers.ts';
import { createMailboxHandlers } from '../../../../src-main/ipc/mailbox-handlers.ts';
import type { MailboxId } from '../../../../src-shared/model/ids.ts';
import { ACCOUNT, addMailboxes, envelope, LISTED, openTestStore } from '../store/test-store.ts';

const signal = new AbortController().signal;

function start() {
  const test = openTestStore();
  const boxes = addMailboxes(test.store);
  const below = ['Projects', 'Projects/Old', 'Projects/Old/Deep', 'Projectsish'];
  test.store.mailboxes.replaceList(ACCOUNT, [
    ...LISTED,
    ...below.map((path) => ({
      path,
      delimiter: '/',
      name: path.split('/').at(-1) ?? path,
      selectable: true,
    })),
  ]);
  const context = { rooms: () => ({ store: test.store }), shell: {} } as unknown as EngineContext;
  const idOf = (path: string): MailboxId => {
    const found = test.store.mailboxes.list(ACCOUNT).find((one) => one.path === path);
    if (!found) throw new Error(`no ${path}`);
    return found.mailboxId;
  };
  const shown = () => test.store.mailboxes.shown(ACCOUNT).map(({ path }) => path);
  return {
    ...test,
    ...boxes,
    idOf,
    shown,
    handle: { ...createMailHandlers(context), ...createMailboxHandlers(context) },
  };
}

describe('deleting a mailbox', () => {
  it('takes what is below it, moves all mail to Trash, and comes back whole by one undo', async () => {
    const { store, handle, idOf, shown, trash, clock } = start();
    store.messages.addEnvelopes(idOf('Projects'), [envelope(1), envelope(2)]);
    store.messages.addEnvelopes(idOf('Projects/Old/Deep'), [envelope(3)]);
    const { operationIds } = await handle['mailboxes.delete']({ mailboxId: idOf('Projects') }, signal);
    expect(shown().filter((path) => path.startsWith('Projects'))).toEqual(['Projectsish']);
    expect(store.mailboxes.get(trash)?.total).toBe(3);
    clock.time += 10_000;
    const deletions = () =>
      store.operations.due(ACCOUNT).flatMap((one) => (one.kind === 'mailbox' ? [one.act] : []));
    expect(deletions()).toEqual([]); // the moves come first
    await handle['operations.undo']({ operationIds }, signal);
    expect(shown()).toEqual(expect.arrayContaining(['Projects', 'Projects/Old', 'Projects/Old/Deep']));
    expect(store.mailboxes.get(trash)?.total).toBe(0);
    expect(store.mailboxes.get(idOf('Projects'))?.total).toBe(2);
    expect(store.operations.due(ACCOUNT)).toEqual([]);
  });

  it('is refused for one that has a use, and where its mail has nowhere to go', async () => {
    const { store, handle, idOf, archive } = start();
    await expect(handle['mailboxes.delete']({ mailboxId: archive }, signal)).rejects.toThrow(
      'change-refused',
    );
    store.messages.addEnvelopes(idOf('Projects'), [envelope(1)]);
    const withoutTrash = [
      ...LISTED.filter(({ path }) => path !== 'Trash'),
      { path: 'Projects', delimiter: '/', name: 'Projects', selectable: true },
    ];
    store.mailboxes.replaceList(ACCOUNT, withoutTrash);
    const deletion = handle['mailboxes.delete']({ mailboxId: idOf('Projects') }, signal);
    await expect(deletion).rejects.toThrow('mailbox-missing');
    expect(store.operations.pending(ACCOUNT).byChange).toEqual({});
  });
});

describe('deleting for good', () => {
  it('is for Trash, Junk and Drafts only', async () => {
    const { store, handle, inbox, trash } = start();
    const [messageId = 0 as never] = store.messages.addEnvelopes(trash, [envelope(1)]).added;
    store.messages.addEnvelopes(inbox, [envelope(2)]);
    const from = (mailboxId: MailboxId) => ({ kind: 'mailbox' as const, mailboxId });
    const remove = (mailboxId: MailboxId) =>
      handle['messages.delete']({ messageIds: [messageId], from: from(mailboxId) }, signal);
    await expect(remove(inbox)).rejects.toThrow('change-refused');
    await expect(
      handle['messages.delete']({ messageIds: [messageId], from: { kind: 'inboxes' } }, signal),
    ).rejects.toThrow('change-refused');
    await expect(handle['mailboxes.empty']({ mailboxId: inbox }, signal)).rejects.toThrow('change-refused');
    expect((await remove(trash)).operationIds).toHaveLength(1);
    expect(store.mailboxes.get(trash)?.total).toBe(0);
    expect(store.mailboxes.get(inbox)?.total).toBe(1);
  });
});

it('a change of thousands of messages is queued in parts, with turns for others between, and undone so', async () => {
  const { store, handle, inbox } = start();
  const { added } = store.messages.addEnvelopes(
    inbox,
    Array.from({ length: 1_000 }, (_, n) => envelope(n + 1)),
  );
  let turns = 0;
  const count = () => {
    turns++;
    timer = setImmediate(count);
  };
  let timer = setImmediate(count);
  const request = { messageIds: added, add: ['\\Seen'], remove: [] };
  const { operationIds } = await handle['messages.setFlags'](request, signal);
  expect(operationIds).toHaveLength(10);
  expect(turns).toBeGreaterThanOrEqual(9);
  expect(store.mailboxes.get(inbox)?.unread).toBe(0);
  await handle['operations.undo']({ operationIds }, signal);
  clearImmediate(timer);
  expect(turns).toBeGreaterThanOrEqual(18);
  expect(store.mailboxes.get(inbox)?.unread).toBe(1_000);
});
