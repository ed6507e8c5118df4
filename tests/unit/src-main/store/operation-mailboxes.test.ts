import { describe, expect, it } from 'vitest';
import type { Store } from '../../../../src-main/store/store.ts';
import type { MailboxId } from '../../../../src-shared/model/ids.ts';
import { FLAGGED } from '../../../../src-shared/model/message.ts';
import { ACCOUNT, addMailboxes, envelope, LISTED, only, openTestStore } from './test-store.ts';

const PROJECTS = [
  { path: 'Projects', delimiter: '/', name: 'Projects', selectable: true },
  { path: 'Projects/Old', delimiter: '/', name: 'Old', selectable: true },
];

function start() {
  const test = openTestStore();
  const boxes = addMailboxes(test.store);
  test.store.mailboxes.replaceList(ACCOUNT, [...LISTED, ...PROJECTS]);
  const idOf = (path: string): MailboxId => {
    const found = test.store.mailboxes.shown(ACCOUNT).find((one) => one.path === path);
    if (!found) throw new Error(`no ${path}`);
    return found.mailboxId;
  };
  return { ...test, ...boxes, idOf, projects: idOf('Projects') };
}
const pathsOf = (store: Store) => store.mailboxes.shown(ACCOUNT).map(({ path }) => path);
const madePaths = (store: Store) => store.mailboxes.list(ACCOUNT).map(({ path }) => path);
const done = (store: Store, path?: string) => {
  const { operationId } = only(store.operations.due(ACCOUNT));
  store.operations.setRunning(operationId);
  store.operations.finish(operationId, path === undefined ? {} : { path });
};

describe('a new mailbox', () => {
  it('is shown at once, can be moved into, and is the same when the server has it', () => {
    const { store, inbox, projects, idOf } = start();
    const [message = 0 as never] = store.messages.addEnvelopes(inbox, [envelope(1)]).added;
    store.operations.enqueueCreateMailbox({ accountId: ACCOUNT, parentId: projects, name: 'New' });
    const made = idOf('Projects/New');
    expect(madePaths(store)).not.toContain('Projects/New');
    const from = { kind: 'mailbox' as const, mailboxId: inbox };
    const moved = only(store.operations.enqueueMove({ messageIds: [message], from, to: made }));
    // The list of the server, read in between, does not take it away; the move waits for it.
    store.mailboxes.replaceList(ACCOUNT, [...LISTED, ...PROJECTS]);
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({ kind: 'mailbox', act: 'create' });
    done(store, 'Projects/New');
    expect(madePaths(store)).toContain('Projects/New');
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({ operationId: moved, toMailboxId: made });
    expect(store.messages.placements(message)).toEqual([{ mailboxId: made, uid: undefined }]);
  });

  it('is refused where there is one, under none, and with a name that is none', () => {
    const { store } = start();
    const create = (name: string, parentId?: MailboxId) => () =>
      store.operations.enqueueCreateMailbox({ accountId: ACCOUNT, name, ...(parentId && { parentId }) });
    expect(create('Archive')).toThrow('mailbox-exists');
    expect(create('inbox')).toThrow('mailbox-exists');
    expect(create('a/b')).toThrow('mailbox-name-refused');
    expect(create('x', 999 as MailboxId)).toThrow('mailbox-missing');
    expect(store.operations.due(ACCOUNT)).toEqual([]);
  });

  it('goes again when the server refuses it, with the reason, and what was moved there is back', () => {
    const { store, inbox, idOf, changes } = start();
    const [message = 0 as never] = store.messages.addEnvelopes(inbox, [envelope(1)]).added;
    const id = only(store.operations.enqueueCreateMailbox({ accountId: ACCOUNT, name: 'New' }));
    const from = { kind: 'mailbox' as const, mailboxId: inbox };
    const moved = only(store.operations.enqueueMove({ messageIds: [message], from, to: idOf('New') }));
    store.operations.setRunning(id);
    store.operations.fail(id, 'mailbox-name-refused');
    expect(changes).toContainEqual(
      expect.objectContaining({ operationKind: 'mailbox', count: 1, code: 'mailbox-name-refused' }),
    );
    expect(pathsOf(store)).not.toContain('New');
    store.operations.fail(moved, 'mailbox-missing');
    expect(store.messages.placements(message)).toEqual([{ mailboxId: inbox, uid: 1 }]);
  });

  it('stands below INBOX where everything does', () => {
    const { store } = openTestStore();
    addMailboxes(store);
    store.mailboxes.replaceList(ACCOUNT, [
      { path: 'INBOX', delimiter: '.', name: 'INBOX', specialUse: 'inbox', selectable: true },
      { path: 'INBOX.Sent', delimiter: '.', name: 'Sent', specialUse: 'sent', selectable: true },
    ]);
    store.operations.enqueueCreateMailbox({ accountId: ACCOUNT, name: 'Bills' });
    expect(pathsOf(store)).toContain('INBOX.Bills');
  });
});

describe('a mailbox with another name', () => {
  it('takes along what is below it, keeps its mail, and can be renamed again before the server knows', () => {
    const { store, projects, idOf } = start();
    const [message = 0 as never] = store.messages.addEnvelopes(projects, [envelope(1)]).added;
    store.operations.enqueueRenameMailbox(projects, 'Work');
    store.operations.enqueueRenameMailbox(projects, 'Jobs');
    expect(pathsOf(store)).toEqual(expect.arrayContaining(['Jobs', 'Jobs/Old']));
    expect(madePaths(store)).toEqual(expect.arrayContaining(['Projects', 'Projects/Old']));
    expect(idOf('Jobs')).toBe(projects);
    done(store, 'Work');
    expect(madePaths(store)).toEqual(expect.arrayContaining(['Work', 'Work/Old']));
    done(store);
    expect(store.mailboxes.get(projects)).toMatchObject({ path: 'Jobs', name: 'Jobs' });
    expect(madePaths(store)).toContain('Jobs/Old');
    expect(store.messages.placements(message)).toEqual([{ mailboxId: projects, uid: 1 }]);
  });

  it('has the old one again by an undo, before and after the server heard of it', () => {
    const { store, projects } = start();
    store.operations.undo(store.operations.enqueueRenameMailbox(projects, 'Work'));
    expect(pathsOf(store)).toContain('Projects/Old');
    expect(store.operations.due(ACCOUNT)).toEqual([]);
    const ids = store.operations.enqueueRenameMailbox(projects, 'Work');
    done(store);
    expect(store.operations.undo(ids)).toHaveLength(1);
    expect(pathsOf(store)).toContain('Projects/Old');
    expect(madePaths(store)).toContain('Work/Old');
  });

  it('is never INBOX, nor one that is there already', () => {
    const { store, inbox, projects } = start();
    expect(() => store.operations.enqueueRenameMailbox(inbox, 'Mail')).toThrow('change-refused');
    expect(() => store.operations.enqueueRenameMailbox(projects, 'Archive')).toThrow('mailbox-exists');
    expect(store.operations.enqueueRenameMailbox(projects, 'Projects')).toEqual([]);
  });

  it.each([
    ['by its MAILBOXID, with its UIDs', { objectId: 'f1' }, 1],
    ['by its UIDVALIDITY, to be matched anew', { status: { uidValidity: 77 } }, undefined],
  ])('given by another program is recognised %s', (_how, mark, uid) => {
    const { store, projects } = start();
    const listed = (path: string) => [
      ...LISTED,
      { path, delimiter: '/', name: path, selectable: true, ...mark },
    ];
    store.mailboxes.replaceList(ACCOUNT, listed('Projects'));
    store.mailboxes.setSyncState(projects, { uidValidity: 77, uidNext: 2, backfilledTo: 1 });
    const [message = 0 as never] = store.messages.addEnvelopes(projects, [envelope(1)]).added;
    store.mailboxes.replaceList(ACCOUNT, listed('Renamed'));
    expect(store.mailboxes.get(projects)).toMatchObject({ path: 'Renamed', name: 'Renamed' });
    expect(store.messages.placements(message)).toEqual([{ mailboxId: projects, uid }]);
    expect(pathsOf(store)).not.toContain('Projects');
  });
});

describe('a deleted mailbox', () => {
  it('is gone from view, waits for an undo and for the moves out of it, and goes then', () => {
    const { store, projects, trash, clock } = start();
    const [message = 0 as never] = store.messages.addEnvelopes(projects, [envelope(1)]).added;
    const from = { kind: 'mailbox' as const, mailboxId: projects };
    const moved = only(store.operations.enqueueMove({ messageIds: [message], from, to: trash }));
    only(store.operations.enqueueDeleteMailbox(projects, 10_000));
    expect(pathsOf(store)).not.toContain('Projects');
    clock.time += 10_000;
    expect(only(store.operations.due(ACCOUNT)).operationId).toBe(moved);
    store.operations.setRunning(moved);
    store.operations.finish(moved, { newUids: new Map([[1, 4]]), uidValidity: 1000 });
    done(store);
    expect(madePaths(store)).not.toContain('Projects');
    expect(store.messages.placements(message)).toEqual([{ mailboxId: trash, uid: 4 }]);
  });

  it('and its mail come back by an undo, while it waits and after it is gone', () => {
    const { store, projects, trash, clock, idOf } = start();
    const [message = 0 as never] = store.messages.addEnvelopes(projects, [envelope(1)]).added;
    const from = { kind: 'mailbox' as const, mailboxId: projects };
    const remove = () => [
      ...store.operations.enqueueMove({ messageIds: [message], from, to: trash }),
      ...store.operations.enqueueDeleteMailbox(projects, 10_000),
    ];
    store.operations.undo(remove());
    expect(pathsOf(store)).toContain('Projects');
    expect(store.messages.placements(message)).toEqual([{ mailboxId: projects, uid: 1 }]);

    const ids = remove();
    clock.time += 10_000;
    const [moved] = store.operations.due(ACCOUNT);
    if (!moved) throw new Error('no move');
    store.operations.setRunning(moved.operationId);
    store.operations.finish(moved.operationId, { newUids: new Map([[1, 4]]), uidValidity: 1000 });
    done(store);
    store.operations.undo(ids);
    expect(idOf('Projects')).toBe(projects);
    expect(store.messages.placements(message)).toEqual([{ mailboxId: projects, uid: undefined }]);
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({ act: 'create', name: 'Projects' });
    done(store, 'Projects');
    expect(only(store.operations.due(ACCOUNT))).toMatchObject({
      kind: 'move',
      toMailboxId: projects,
      targets: [{ mailboxId: trash, uid: 4 }],
    });
  });
});

it('a subscription is shown at once, and back by an undo', () => {
  const { store, projects } = start();
  const isSubscribed = () =>
    store.mailboxes.shown(ACCOUNT).find((one) => one.mailboxId === projects)?.subscribed;
  const ids = store.operations.enqueueSubscribe(projects, false);
  expect(isSubscribed()).toBe(false);
  expect(store.operations.enqueueSubscribe(projects, false)).toEqual([]);
  done(store);
  expect(store.mailboxes.get(projects)?.subscribed).toBe(false);
  store.operations.undo(ids);
  expect(isSubscribed()).toBe(true);
  expect(store.operations.pending(ACCOUNT)).toMatchObject({ mailbox: 1, byChange: { mailboxes: 1 } });
});

it('a star in a mailbox waits until the mailbox has its new name', () => {
  const { store, projects } = start();
  const [message = 0 as never] = store.messages.addEnvelopes(projects, [envelope(1)]).added;
  const renamed = only(store.operations.enqueueRenameMailbox(projects, 'Work'));
  only(store.operations.enqueueFlags({ messageIds: [message], add: [FLAGGED], remove: [] }));
  expect(only(store.operations.due(ACCOUNT)).operationId).toBe(renamed);
  store.operations.fail(renamed, 'change-refused');
  expect(pathsOf(store)).toContain('Projects');
  expect(only(store.operations.due(ACCOUNT)).kind).toBe('flags');
});
