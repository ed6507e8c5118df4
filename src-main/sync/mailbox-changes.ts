/** Mailboxes made, renamed, deleted and subscribed. What is as it is to be already counts as done, whoever did it. */
import type { MailboxId } from '../../src-shared/model/ids.ts';
import type { Mailbox } from '../../src-shared/model/mailbox.ts';
import { DELETED } from '../../src-shared/model/message.ts';
import { MailError } from '../base/errors.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import { chunksOf } from '../imap/uid-set.ts';
import { newPath, siblingPath } from '../store/mailbox-shown.ts';
import type { MailboxAct, MailboxChange, Operation } from '../store/operation-records.ts';
import type { Store } from '../store/store.ts';
import { mailboxOf } from './current-uids.ts';

const AT_ONCE = 500;
const HIGHEST_UID = 4_294_967_295;

type Act<A extends MailboxAct['act']> = Extract<MailboxAct, { act: A }>;

/** Answers with the mailboxes into which something came. */
export async function runMailboxChange(
  connection: ImapConnection,
  operation: Operation & MailboxChange,
  store: Store,
): Promise<MailboxId[]> {
  const { operationId, accountId } = operation;
  switch (operation.act) {
    case 'create': {
      const path = pathToMake(store, operation, store.mailboxes.list(accountId));
      await make(connection, path, operation.subscribed);
      store.operations.finish(operationId, { path });
      return [operation.mailboxId];
    }
    case 'rename': {
      const path = await rename(connection, mailboxOf(operation.mailboxId, store), operation.name);
      store.operations.finish(operationId, { path });
      return [];
    }
    case 'delete': {
      const mailbox = store.mailboxes.get(operation.mailboxId);
      const trash = store.mailboxes.bySpecialUse(accountId, 'trash');
      if (mailbox) await remove(connection, mailbox, trash);
      store.operations.finish(operationId, {});
      return trash ? [trash.mailboxId] : [];
    }
    case 'subscribe':
      await connection.setSubscribed(mailboxOf(operation.mailboxId, store).path, operation.subscribed);
      store.operations.finish(operationId, {});
      return [];
  }
}

/** Its row knows the path; without one (its deletion was done after the person took it back) it follows from its parent. */
function pathToMake(
  store: Store,
  { mailboxId, parentMailboxId, name }: Act<'create'>,
  all: Mailbox[],
): string {
  const parent = parentMailboxId === undefined ? undefined : mailboxOf(parentMailboxId, store);
  return store.mailboxes.get(mailboxId)?.path ?? newPath(all, parent, name);
}

async function make(connection: ImapConnection, path: string, subscribed: boolean): Promise<void> {
  try {
    await connection.makeMailbox(path);
  } catch (error) {
    if (!isRefusal(error) || !(await pathsOf(connection)).has(path)) throw error;
    await connection.setSubscribed(path, true);
  }
  if (!subscribed) await connection.setSubscribed(path, false);
}

async function rename(connection: ImapConnection, mailbox: Mailbox, name: string): Promise<string> {
  const path = siblingPath(mailbox, name);
  if (path === mailbox.path) return path;
  try {
    await connection.renameMailbox(mailbox.path, path);
  } catch (error) {
    if (!isRefusal(error)) throw error;
    const paths = await pathsOf(connection);
    if (paths.has(path) && paths.has(mailbox.path)) throw new MailError('mailbox-exists', { cause: error });
    if (!paths.has(path)) {
      throw paths.has(mailbox.path) ? error : new MailError('mailbox-missing', { cause: error });
    }
  }
  return path;
}

/** What is in it, also what nobody here has seen yet, goes to Trash before. */
async function remove(
  connection: ImapConnection,
  mailbox: Mailbox,
  trash: Mailbox | undefined,
): Promise<void> {
  try {
    if (mailbox.selectable) await clear(connection, mailbox, trash);
    await connection.removeMailbox(mailbox.path);
  } catch (error) {
    if (!isRefusal(error) || (await pathsOf(connection)).has(mailbox.path)) throw error;
  }
}

async function clear(
  connection: ImapConnection,
  mailbox: Mailbox,
  trash: Mailbox | undefined,
): Promise<void> {
  const { exists } = await connection.selectMailbox(mailbox.path);
  if (exists === 0) return;
  // Without UIDPLUS what was moved before stays, marked.
  const left = (await connection.fetchFlags(1, HIGHEST_UID)).filter(({ flags }) => !flags.includes(DELETED));
  if (left.length === 0) return;
  if (!trash) throw new MailError('mailbox-missing', { detail: { use: 'trash' } });
  for (const part of chunksOf(left, AT_ONCE)) {
    await connection.moveMessages(
      part.map(({ uid }) => uid),
      trash.path,
    );
  }
}

/** The server said no: why is found out by looking, because not every server says it (RFC 5530). */
function isRefusal(error: unknown): error is MailError {
  return error instanceof MailError && error.retry === 'never';
}

async function pathsOf(connection: ImapConnection): Promise<Set<string>> {
  return new Set((await connection.listMailboxes()).map(({ path }) => path));
}
