/**
 * What windows see of mailboxes. A row says how the server has its mailbox; the changes of which the server has not heard yet are in the
 * journal and are put on top. Only a new mailbox has a row before the server has it (`created_by`), so that messages can be moved into it.
 */
import type { AccountId } from '../../src-shared/model/ids.ts';
import type { Mailbox } from '../../src-shared/model/mailbox.ts';
import type { Context } from './context.ts';
import { isBelow } from './mailbox-path.ts';
import { mailboxesOf } from './mailbox-rows.ts';
import type { MailboxAct } from './operation-records.ts';
import { ACTIVE } from './operation-rows.ts';

/** The mailboxes as the person has them, what waits to be told to the server included; of one account or of all. */
export function shownMailboxes({ journal, mail }: Context, accountId?: AccountId): Mailbox[] {
  let shown = mailboxesOf(mail, { accountId, withNew: true });
  const pending = journal.all<{ change: string }>(
    `SELECT change FROM operation WHERE kind = 'mailbox' AND ${ACTIVE} ${accountId === undefined ? '' : 'AND account_id = ?'} ORDER BY seq`,
    accountId === undefined ? [] : [accountId],
  );
  for (const { change } of pending) shown = withChange(shown, JSON.parse(change) as MailboxAct);
  return shown;
}

function withChange(mailboxes: Mailbox[], change: MailboxAct): Mailbox[] {
  const { mailboxId } = change;
  const changed = mailboxes.find((one) => one.mailboxId === mailboxId);
  if (!changed || change.act === 'create') return mailboxes;
  if (change.act === 'delete') return mailboxes.filter((one) => one !== changed);
  if (change.act === 'subscribe') {
    return mailboxes.map((one) => (one === changed ? { ...one, subscribed: change.subscribed } : one));
  }
  const path = siblingPath(changed, change.name);
  return mailboxes.map((one) => {
    if (one === changed) return { ...one, path, name: change.name };
    // RFC 9051 §6.3.6: what is below a mailbox goes with it.
    const isTaken = one.accountId === changed.accountId && isBelow(one.path, changed);
    return isTaken ? { ...one, path: path + one.path.slice(changed.path.length) } : one;
  });
}

/** The path of another name in the same place. */
export function siblingPath({ path, delimiter }: Pick<Mailbox, 'path' | 'delimiter'>, name: string): string {
  const at = delimiter === '' ? -1 : path.lastIndexOf(delimiter);
  return at < 0 ? name : path.slice(0, at + delimiter.length) + name;
}

/** The path of a new mailbox. Where the person's name space is below INBOX (RFC 2342 §5), so is what stands at the top. */
export function newPath(mailboxes: Mailbox[], parent: Mailbox | undefined, name: string): string {
  const delimiter = (parent ?? mailboxes[0])?.delimiter ?? '/';
  if (parent) return parent.path + delimiter + name;
  const others = mailboxes.filter(({ specialUse }) => specialUse !== 'inbox');
  const prefix = `INBOX${delimiter}`;
  const isBelowInbox =
    delimiter !== '' && others.length > 0 && others.every(({ path }) => path.startsWith(prefix));
  return isBelowInbox ? prefix + name : name;
}
