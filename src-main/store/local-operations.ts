/**
 * Operations of accounts without a server. What a server would do is done in the journal, in the transaction in which the operation
 * becomes `done`: a crash leaves both or neither, and what the store shows follows, now or when it is opened the next time.
 */
import type { MailboxId } from '../../src-shared/model/ids.ts';
import { MailError } from '../base/errors.ts';
import { unpack } from '../base/packed.ts';
import type { Context } from './context.ts';
import { changeFlags, readFlags, writeFlags } from './flags.ts';
import {
  allotUids,
  DELIMITER,
  deleteLocalMessages,
  insertLocalMessage,
  localMessageAt,
  putLocalMailbox,
  requireLocalMailbox,
} from './local-rows.ts';
import { sha256Of } from './local-source.ts';
import { siblingPath } from './mailbox-shown.ts';
import { settleEffect } from './operation-effects.ts';
import type {
  AppendChange,
  ExpungeChange,
  FlagsChange,
  MailboxAct,
  MoveChange,
  Operation,
} from './operation-records.ts';
import { type OperationResult, requireOperation, settleInJournal } from './operation-rows.ts';
import { forgetOldOperations } from './operation-table.ts';

/** See LocalTable.carryOut. */
export function carryOutLocally(context: Context, operation: Operation): void {
  const { journal, emit } = context;
  const { operationId, accountId } = operation;
  const stored = requireOperation(journal, operationId);
  const result = journal.transaction(() => {
    const done = inJournal(context, operation);
    settleInJournal(context, stored, 'done', done);
    return done;
  });
  settleEffect(context, stored, result);
  if (operation.kind === 'mailbox' && operation.act === 'create')
    showKey(context, operation.mailboxId, result);
  forgetOldOperations(context);
  emit({ kind: 'operations', accountId });
}

type LocalResult = OperationResult & { key?: number };

function inJournal(context: Context, operation: Operation): LocalResult {
  switch (operation.kind) {
    case 'flags':
      return changeFlagsHere(context, operation);
    case 'move':
      return moveHere(context, operation);
    case 'expunge':
      return expungeHere(context, operation);
    case 'append':
      return appendHere(context, operation);
    case 'mailbox':
      return changeMailbox(context, operation);
    case 'lookup':
      // Nothing is ever sent from here.
      return { newUids: [] };
  }
}

function changeFlagsHere(context: Context, { targets, add, remove }: FlagsChange): LocalResult {
  const { journal } = context;
  let changed = 0;
  for (const { mailboxId, uid } of targets) {
    const { local_mailbox_id: key } = requireLocalMailbox(context, mailboxId);
    const row = localMessageAt(journal, key, uid);
    if (!row) continue;
    changed += journal.run('UPDATE local_message SET flags = ? WHERE local_mailbox_id = ? AND uid = ?', [
      writeFlags(changeFlags(readFlags(row.flags), { add, remove })),
      key,
      uid,
    ]);
  }
  if (changed === 0) throw new MailError('message-gone');
  return { newUids: [] };
}

function moveHere(context: Context, { targets, toMailboxId }: MoveChange): LocalResult {
  const { journal } = context;
  const { local_mailbox_id: to } = requireLocalMailbox(context, toMailboxId);
  const newUids: [number, number][] = [];
  for (const { mailboxId, uid } of targets) {
    const { local_mailbox_id: from } = requireLocalMailbox(context, mailboxId);
    if (!localMessageAt(journal, from, uid)) continue;
    const newUid = allotUids(journal, to, 1);
    journal.run(
      'UPDATE local_message SET local_mailbox_id = ?, uid = ? WHERE local_mailbox_id = ? AND uid = ?',
      [to, newUid, from, uid],
    );
    newUids.push([uid, newUid]);
  }
  if (newUids.length === 0) throw new MailError('message-gone');
  return { newUids, uidValidity: to };
}

function expungeHere(context: Context, { targets, upTo }: ExpungeChange): LocalResult {
  const { journal } = context;
  const uids = new Map<MailboxId, number[]>();
  for (const { mailboxId, uid } of targets) uids.set(mailboxId, [...(uids.get(mailboxId) ?? []), uid]);
  for (const [mailboxId, them] of uids) {
    deleteLocalMessages(journal, requireLocalMailbox(context, mailboxId).local_mailbox_id, them);
  }
  if (upTo) {
    const { local_mailbox_id: key } = requireLocalMailbox(context, upTo.mailboxId);
    const rows = journal.all<{ uid: number }>(
      'SELECT uid FROM local_message WHERE local_mailbox_id = ? AND uid < ?',
      [key, key === upTo.uidValidity ? upTo.uidNext : 0],
    );
    deleteLocalMessages(
      journal,
      key,
      rows.map((row) => row.uid),
    );
  }
  return { newUids: [] };
}

function appendHere(context: Context, operation: Operation & AppendChange): LocalResult {
  const { journal } = context;
  const { accountId, operationId, specialUse, flags, internalDate } = operation;
  const row = journal.get<{ source: Uint8Array }>(
    'SELECT source FROM operation_source WHERE operation_id = ?',
    [operationId],
  );
  if (!row) throw new MailError('message-gone');
  const there = journal.get<{ local_mailbox_id: number }>(
    'SELECT local_mailbox_id FROM local_mailbox WHERE account_id = ? AND special_use = ? ORDER BY local_mailbox_id',
    [accountId, specialUse],
  );
  const name = specialUse === 'sent' ? 'Sent' : 'Drafts';
  const key = (there ?? putLocalMailbox(journal, accountId, name, specialUse)).local_mailbox_id;
  const source = unpack(row.source);
  insertLocalMessage(journal, key, { flags, internalDate, source, sha256: sha256Of(source) });
  return { newUids: [] };
}

function changeMailbox(context: Context, operation: Operation & MailboxAct): LocalResult {
  const { journal } = context;
  const { accountId } = operation;
  if (operation.act === 'create') {
    const { parentMailboxId, name } = operation;
    const parent =
      parentMailboxId === undefined ? undefined : requireLocalMailbox(context, parentMailboxId).path;
    const path = parent === undefined ? name : `${parent}${DELIMITER}${name}`;
    const { local_mailbox_id: key } = putLocalMailbox(journal, accountId, path);
    return { newUids: [], path, key };
  }
  if (operation.act === 'subscribe') return { newUids: [] };
  const { local_mailbox_id: key, path } = requireLocalMailbox(context, operation.mailboxId);
  if (operation.act === 'delete') {
    // What an import brought meanwhile, or what is not shown yet: the mailbox stays with it.
    if (journal.get('SELECT 1 AS one FROM local_message WHERE local_mailbox_id = ? LIMIT 1', [key])) {
      throw new MailError('change-refused');
    }
    journal.run('DELETE FROM local_mailbox WHERE local_mailbox_id = ?', [key]);
    return { newUids: [] };
  }
  const renamed = siblingPath({ path, delimiter: DELIMITER }, operation.name);
  const taken =
    'SELECT 1 AS one FROM local_mailbox WHERE account_id = ? AND path = ? AND local_mailbox_id <> ?';
  if (journal.get(taken, [accountId, renamed, key])) throw new MailError('mailbox-exists');
  const below = `${path}${DELIMITER}`;
  journal.run(
    `UPDATE local_mailbox SET path = ? || substr(path, ?)
     WHERE account_id = ? AND (local_mailbox_id = ? OR substr(path, 1, ?) = ?)`,
    [renamed, path.length + 1, accountId, key, below.length, below],
  );
  return { newUids: [], path: renamed };
}

/** By its UIDVALIDITY a mailbox of the store is found in the journal. */
function showKey({ mail }: Context, mailboxId: MailboxId, { key }: LocalResult): void {
  mail.run(
    'UPDATE mailbox SET uid_validity = ?, uid_next = 1, backfilled_to = 1 WHERE mailbox_id = ? AND uid_validity IS NULL',
    [key ?? null, mailboxId],
  );
}
