/**
 * Queued operations after a rebuild of the store. Ids of mailboxes and keys of messages are others then, so they are taken off at once
 * (`unbindOperations`) and found again while sync brings the mailboxes and the messages back: mailboxes by path, messages by UID (while
 * UIDVALIDITY is the same) or Message-ID. Until its mailboxes are known an operation waits; with UIDs it can run before its messages
 * are here, because the server has them; one that has no UID waits for its message, or for the end of the back-fill.
 */
import type { AccountId, MailboxId, MessageId } from '../../src-shared/model/ids.ts';
import type { Context } from './context.ts';
import type { Database } from './database.ts';
import { applyEffect, rollBackEffect } from './operation-effects.ts';
import {
  ACTIVE,
  activeOperations,
  BINDINGS,
  type StoredOperation,
  type StoredTarget,
} from './operation-rows.ts';

type Place = { mailboxId: MailboxId; uidValidity: number | null; isFilled: boolean };

/** Part of the caller's transaction. The same message gets the same stand-in in all operations: below zero, where no key is. */
export function unbindOperations(journal: Database): void {
  const standIns = new Map<number, number>();
  const standInFor = (messageId: number) => {
    const there = standIns.get(messageId) ?? -(standIns.size + 1);
    standIns.set(messageId, there);
    return there as MessageId;
  };
  // Of an earlier rebuild that was not over: the numbers stay apart.
  for (const operation of activeOperations(journal))
    for (const { messageId } of operation.targets) if (messageId < 0) standIns.set(messageId, messageId);
  for (const operation of activeOperations(journal)) {
    if (Object.keys(operation.paths).length === 0) continue;
    const targets = operation.targets.map((target) => ({
      ...target,
      messageId: standInFor(target.messageId),
    }));
    journal.run('UPDATE operation SET targets = ?, binding = ? WHERE operation_id = ?', [
      JSON.stringify(targets),
      BINDINGS.indexOf('waits'),
      operation.operationId,
    ]);
  }
}

function hasUnbound(journal: Database, accountId: AccountId): boolean {
  return (
    journal.get(`SELECT 1 AS x FROM operation WHERE account_id = ? AND binding > 0 AND ${ACTIVE} LIMIT 1`, [
      accountId,
    ]) !== undefined
  );
}

/** Binds what can be bound by now, and shows its effect. Called whenever mailboxes or messages of the account have come. */
export function rebindOperations(context: Context, accountId: AccountId): void {
  const { journal, mail } = context;
  if (!hasUnbound(journal, accountId)) return;
  const places = placesOf(mail, accountId);
  if (places.size === 0) return;
  const found = new Map<MessageId, MessageId>();
  const bound: StoredOperation[] = [];
  journal.transaction(() => {
    for (const operation of activeOperations(journal, accountId)) {
      if (operation.binding === 'bound') continue;
      const now = bind(mail, operation, places, found);
      journal.run(
        'UPDATE operation SET change = ?, targets = ?, paths = ?, binding = ? WHERE operation_id = ?',
        [
          JSON.stringify(now.change),
          JSON.stringify(now.targets),
          JSON.stringify(now.paths),
          BINDINGS.indexOf(now.binding),
          now.operationId,
        ],
      );
      if (JSON.stringify([now.change, now.targets]) !== JSON.stringify([operation.change, operation.targets]))
        bound.push(now);
    }
  });
  // Some of their messages may have come earlier: the effect is shown anew, in the order in which the changes were made.
  for (const operation of [...bound].reverse()) rollBackEffect(context, operation);
  for (const operation of bound) applyEffect(context, operation);
  context.emit({ kind: 'operations', accountId });
}

function bind(
  mail: Database,
  operation: StoredOperation,
  places: Map<string, Place>,
  found: Map<MessageId, MessageId>,
): StoredOperation {
  const renamed = new Map<number, number>();
  const paths: Record<string, string> = {};
  for (const [id, path] of Object.entries(operation.paths)) {
    const place = places.get(path);
    if (place) renamed.set(Number(id), place.mailboxId);
    paths[String(place?.mailboxId ?? id)] = path;
  }
  const placeOf = (mailboxId: MailboxId) => places.get(paths[String(mailboxId)] ?? '');
  const { change, targets } = withMailboxes(
    { change: operation.change, targets: operation.targets },
    renamed,
  );
  const now = targets.map((target) =>
    bindTarget(mail, operation.accountId, target, placeOf(target.mailboxId), found),
  );
  const isOver = (target: StoredTarget) => {
    const place = placeOf(target.mailboxId);
    return target.messageId > 0 || place === undefined || place.isFilled;
  };
  const searching = now.filter((target) => !isOver(target));
  const binding =
    searching.length === 0 ? 'bound' : searching.some(({ uid }) => uid === null) ? 'waits' : 'searches';
  return { ...operation, change, targets: now, paths, binding };
}

/** Every id of a mailbox in it, in whatever field, by its new one. */
function withMailboxes<T>(value: T, renamed: Map<number, number>): T {
  return JSON.parse(
    JSON.stringify(value, (field, one: unknown) =>
      /mailboxId$/i.test(field) && typeof one === 'number' ? (renamed.get(one) ?? one) : one,
    ),
  ) as T;
}

function bindTarget(
  mail: Database,
  accountId: AccountId,
  target: StoredTarget,
  place: Place | undefined,
  found: Map<MessageId, MessageId>,
): StoredTarget {
  if (target.messageId > 0 || !place) return target;
  const row = standingAt(mail, accountId, target, place);
  if (row) {
    found.set(target.messageId, row.message_id);
    return {
      ...target,
      messageId: row.message_id,
      uid: row.uid ?? target.uid,
      uidValidity: place.uidValidity,
    };
  }
  // Not there yet: an earlier operation that was bound just now brings it there.
  const moved = target.uid === null ? found.get(target.messageId) : undefined;
  return moved === undefined ? target : { ...target, messageId: moved };
}

type Found = { message_id: MessageId; uid: number | null };

function standingAt(
  mail: Database,
  accountId: AccountId,
  target: StoredTarget,
  place: Place,
): Found | undefined {
  const { uid, uidValidity, messageIdHeader } = target;
  const same = place.uidValidity === null || uidValidity === null || place.uidValidity === uidValidity;
  const byUid =
    uid === null || !same
      ? undefined
      : mail.get<Found>(
          `SELECT p.message_id, p.uid FROM placement p JOIN message m ON m.message_id = p.message_id
           WHERE p.mailbox_id = ? AND p.uid = ? AND m.message_id_header = ?`,
          [place.mailboxId, uid, messageIdHeader],
        );
  // Without a Message-ID there is nothing that says which one it is.
  if (byUid || messageIdHeader === '') return byUid;
  return mail.get<Found>(
    `SELECT p.message_id, p.uid FROM message m JOIN placement p ON p.message_id = m.message_id
     WHERE m.message_id_header = ? AND +m.account_id = ? AND p.mailbox_id = ? AND p.hidden_by IS NULL`,
    [messageIdHeader, accountId, place.mailboxId],
  );
}

function placesOf(mail: Database, accountId: AccountId): Map<string, Place> {
  const rows = mail.all<{
    mailbox_id: MailboxId;
    path: string;
    uid_validity: number | null;
    backfilled_to: number | null;
  }>('SELECT mailbox_id, path, uid_validity, backfilled_to FROM mailbox WHERE account_id = ?', [accountId]);
  return new Map(
    rows.map((row) => [
      row.path,
      { mailboxId: row.mailbox_id, uidValidity: row.uid_validity, isFilled: row.backfilled_to === 1 },
    ]),
  );
}
