/** Queueing changes of mailboxes: made, renamed, deleted, subscribed. What windows see of them meanwhile is in mailbox-shown.ts. */
import type { AccountId, MailboxId, OperationId } from '../../src-shared/model/ids.ts';
import type { Mailbox } from '../../src-shared/model/mailbox.ts';
import { MailError } from '../base/errors.ts';
import type { Context } from './context.ts';
import type { Database } from './database.ts';
import { mailboxName } from './mailbox-name.ts';
import { mailboxById } from './mailbox-rows.ts';
import { newPath, shownMailboxes, siblingPath } from './mailbox-shown.ts';
import { applyEffect } from './operation-effects.ts';
import type { MailboxAct } from './operation-records.ts';
import { insertOperation } from './operation-rows.ts';

/** See OperationTable. */
export function enqueueCreateMailbox(
  context: Context,
  { accountId, parentId, name: typed }: { accountId: AccountId; parentId?: MailboxId; name: string },
): OperationId[] {
  const shown = shownMailboxes(context, accountId);
  const parent = parentId === undefined ? undefined : shown.find((one) => one.mailboxId === parentId);
  if (parentId !== undefined && !parent) throw new MailError('mailbox-missing');
  const delimiter = (parent ?? shown[0])?.delimiter ?? '/';
  // A server without a hierarchy (RFC 9051 §6.3.9) has nothing below anything.
  if (parent && delimiter === '') throw new MailError('change-refused');
  const name = mailboxName(typed, delimiter);
  refuseTaken(context, accountId, newPath(shown, parent, name), shown);
  return enqueue(context, accountId, {
    act: 'create',
    mailboxId: nextMailboxId(context.mail),
    ...(parent && { parentMailboxId: parent.mailboxId }),
    name,
    subscribed: true,
  });
}

/** See OperationTable. */
export function enqueueRenameMailbox(context: Context, mailboxId: MailboxId, typed: string): OperationId[] {
  const { mailbox, shown } = changeable(context, mailboxId);
  const name = mailboxName(typed, mailbox.delimiter);
  if (name === mailbox.name) return [];
  refuseTaken(context, mailbox.accountId, siblingPath(mailbox, name), shown);
  return enqueue(context, mailbox.accountId, { act: 'rename', mailboxId, name, was: mailbox.name });
}

/** See OperationTable. */
export function enqueueDeleteMailbox(context: Context, mailboxId: MailboxId, delay: number): OperationId[] {
  const { mailbox, shown } = changeable(context, mailboxId);
  const { path, delimiter, name, subscribed, accountId } = mailbox;
  const parent = shown.find((one) => delimiter !== '' && path === one.path + delimiter + name);
  const change: MailboxAct = {
    act: 'delete',
    mailboxId,
    ...(parent && { parentMailboxId: parent.mailboxId }),
    name,
    subscribed,
  };
  return enqueue(context, accountId, change, delay);
}

/** See OperationTable. */
export function enqueueSubscribe(context: Context, mailboxId: MailboxId, subscribed: boolean): OperationId[] {
  const { mailbox } = shownMailbox(context, mailboxId);
  if (mailbox.subscribed === subscribed) return [];
  return enqueue(context, mailbox.accountId, { act: 'subscribe', mailboxId, subscribed });
}

/** What takes a change of a mailbox back that the server has heard of; nothing where that cannot be. */
export function enqueueMailboxInverse(
  context: Context,
  accountId: AccountId,
  change: MailboxAct,
): OperationId[] {
  const { mailboxId } = change;
  const now = shownMailboxes(context, accountId).find((one) => one.mailboxId === mailboxId);
  switch (change.act) {
    case 'create':
      // With mail in it by now it is more than what was made.
      return now && now.total === 0 ? enqueueDeleteMailbox(context, mailboxId, 0) : [];
    case 'rename':
      return now?.name === change.name ? enqueueRenameMailbox(context, mailboxId, change.was) : [];
    case 'subscribe':
      return now ? enqueueSubscribe(context, mailboxId, !change.subscribed) : [];
    case 'delete': {
      const { parentMailboxId, name, subscribed } = change;
      // Under its own key: what was moved out of it finds the way back.
      const again: MailboxAct = { act: 'create', mailboxId, name, subscribed };
      return enqueue(
        context,
        accountId,
        parentMailboxId === undefined ? again : { ...again, parentMailboxId },
      );
    }
  }
}

function enqueue(context: Context, accountId: AccountId, act: MailboxAct, delay = 0): OperationId[] {
  const operation = insertOperation(context, {
    accountId,
    targets: [],
    change: { kind: 'mailbox', ...act },
    ...(delay > 0 && { notBefore: context.clock.now() + delay }),
  });
  applyEffect(context, operation);
  context.emit({ kind: 'operations', accountId });
  return [operation.operationId];
}

function shownMailbox(context: Context, mailboxId: MailboxId): { mailbox: Mailbox; shown: Mailbox[] } {
  const accountId = mailboxById(context.mail, mailboxId)?.accountId;
  const shown = accountId === undefined ? [] : shownMailboxes(context, accountId);
  const mailbox = shown.find((one) => one.mailboxId === mailboxId);
  if (!mailbox) throw new MailError('mailbox-missing');
  return { mailbox, shown };
}

/** RFC 9051 §6.3.5, §6.3.6: INBOX cannot be deleted, and renaming it would only empty it. */
function changeable(context: Context, mailboxId: MailboxId) {
  const found = shownMailbox(context, mailboxId);
  if (found.mailbox.specialUse === 'inbox') throw new MailError('change-refused');
  return found;
}

function refuseTaken({ mail }: Context, accountId: AccountId, path: string, shown: Mailbox[]): void {
  const isInbox = path.toUpperCase() === 'INBOX';
  const isTaken =
    // Also what the server still has there: a rename or a deletion may wait to be told.
    mail.get('SELECT 1 AS x FROM mailbox WHERE account_id = ? AND path = ?', [accountId, path]) !==
      undefined || shown.some((one) => one.path === path);
  if (isInbox || isTaken) throw new MailError('mailbox-exists');
}

/** Keys are never given twice, also not one that only the journal knows. */
function nextMailboxId(mail: Database): MailboxId {
  const row = mail.get<{ seq: number }>("SELECT seq FROM sqlite_sequence WHERE name = 'mailbox'");
  return ((row?.seq ?? 0) + 1) as MailboxId;
}
