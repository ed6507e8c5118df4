/** Messages that go from one mailbox into another, and messages that go for good. */
import type { MailboxId } from '../../src-shared/model/ids.ts';
import type { Mailbox } from '../../src-shared/model/mailbox.ts';
import { turn } from '../base/turn.ts';
import type { ImapConnection } from '../imap/imap-connection.ts';
import { chunksOf } from '../imap/uid-set.ts';
import type { ExpungeChange, MoveChange, Operation, Target } from '../store/operation-records.ts';
import type { Store } from '../store/store.ts';
import { checkedUids, mailboxOf } from './current-uids.ts';

/** UIDs in one command: while it runs a server may say nothing. */
const AT_ONCE = 500;

/** Moves of a group, all from one mailbox into another. Answers with both. */
export async function runMoves(
  connection: ImapConnection,
  group: (Operation & MoveChange)[],
  store: Store,
): Promise<MailboxId[]> {
  const targets = group.flatMap((operation) => operation.targets);
  const [first] = group;
  const [firstTarget] = targets;
  if (!first || !firstTarget) {
    for (const { operationId } of group) store.operations.finish(operationId, {});
    return [];
  }
  const from = mailboxOf(firstTarget.mailboxId, store);
  const to = mailboxOf(first.toMailboxId, store);

  const there = await checkedUids(connection, from, targets);
  const newUids = new Map<Target, number>();
  // Only a try that was cut off can have left a copy behind, and only where moving is two steps.
  const mayBeCopied = group.some(({ attempts }) => attempts > 0) && !connection.capabilities.move;
  const copied = mayBeCopied ? await findIn(connection, to, [...there.keys()]) : new Map<Target, number>();
  for (const [target, uid] of copied) newUids.set(target, uid);

  let uidValidity: number | undefined;
  if (there.size > 0) {
    await connection.openMailbox(from.path);
    const uidsOf = (list: Target[]) => list.flatMap((target) => there.get(target) ?? []);
    for (const part of chunksOf(uidsOf([...copied.keys()]), AT_ONCE)) await connection.deleteMessages(part);
    const toMove = [...there.keys()].filter((target) => !copied.has(target));
    for (const part of chunksOf(toMove, AT_ONCE)) {
      const result = await connection.moveMessages(uidsOf(part), to.path);
      uidValidity ??= result.uidValidity;
      for (const target of part) {
        const newUid = result.uidMap?.get(there.get(target) ?? target.uid);
        if (newUid !== undefined) newUids.set(target, newUid);
        // Who tells UIDs and tells none of this one has not moved it: it was expunged or moved by others just before.
        else if (connection.capabilities.uidplus) there.delete(target);
      }
    }
  }

  const missing = targets.filter((target) => !there.has(target));
  for (const [target, uid] of await findIn(connection, to, missing)) newUids.set(target, uid);
  for (const { operationId, targets: own } of group) {
    const isDone = own.some((target) => there.has(target) || newUids.has(target));
    // Not told by a server without UIDPLUS: then the sync of the target mailbox finds out, by Message-ID.
    const isTold = own.every((target) => !there.has(target) || newUids.has(target));
    const told = new Map(own.flatMap((target) => pairOf(target, newUids)));
    const result = { newUids: told, ...(uidValidity !== undefined && { uidValidity }) };
    const gone = own.filter((target) => !there.has(target) && !newUids.has(target)).length;
    if (!isDone) store.operations.fail(operationId, 'message-gone');
    else {
      store.operations.finish(operationId, isTold ? result : {});
      if (gone > 0) store.operations.tellPartly(operationId, gone, 'message-gone');
    }
    await turn();
  }
  return [from.mailboxId, to.mailboxId];
}

function pairOf(target: Target, newUids: Map<Target, number>): [number, number][] {
  const uid = newUids.get(target);
  return uid === undefined ? [] : [[target.uid, uid]];
}

async function findIn(
  connection: ImapConnection,
  mailbox: Mailbox,
  targets: Target[],
): Promise<Map<Target, number>> {
  const found = new Map<Target, number>();
  if (targets.length === 0) return found;
  await connection.selectMailbox(mailbox.path);
  for (const target of targets) {
    const uid = (await connection.searchMessageId(target.messageIdHeader)).at(-1);
    if (uid !== undefined) found.set(target, uid);
  }
  return found;
}

/** Deletes exactly these for good; one that is gone already is what was wanted. */
export async function runExpunge(
  connection: ImapConnection,
  { operationId, targets, upTo }: Operation & ExpungeChange,
  store: Store,
): Promise<MailboxId[]> {
  const mailboxId = targets[0]?.mailboxId ?? upTo?.mailboxId;
  if (mailboxId === undefined) {
    store.operations.finish(operationId, {});
    return [];
  }
  const mailbox = mailboxOf(mailboxId, store);
  const uids = [...(await checkedUids(connection, mailbox, targets)).values()];
  if (upTo) {
    const { uidValidity } = await connection.selectMailbox(mailbox.path);
    // Of another mailbox at this place nothing was meant (RFC 9051 §2.3.1.1).
    if (uidValidity === upTo.uidValidity) uids.push(...(await connection.existingUids(1, upTo.uidNext - 1)));
  }
  for (const part of chunksOf(uids, AT_ONCE)) await connection.deleteMessages(part);
  store.operations.finish(operationId, { onlyMarked: !connection.capabilities.uidplus });
  return [mailboxId];
}
